"""/recherche/: one box over guides, members, startups and missions. Each kind keeps the rules of its own list."""

from portal.site_search.views import SiteSearchView

__all__ = ["SiteSearchView"]
