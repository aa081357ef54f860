"""What editors write: the home page, the guides of the méthode, and plain pages such as the legal ones."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from portal.anchors import anchored
from portal.blocks import AudienceBlock, BodyBlock, LinkBlock
from portal.figures import Figure, live_figures
from portal.page_forms import PageCopyForm, PageForm

GUIDES_ON_HOME = 3


class LoadedPage(Page):
    """A page that may come from a file of `portal/content/`, and is left alone once an editor has changed it."""

    # The fingerprint of what was loaded last; empty for a page that an editor made. See `portal.site_content`.
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    base_form_class = PageForm
    copy_form_class = PageCopyForm

    class Meta:
        abstract = True


class HomePage(LoadedPage):
    """The first page: for whom the portal is, what lives in it, what is new."""

    lead = models.TextField("accroche", blank=True)
    audiences = StreamField([("audience", AudienceBlock())], verbose_name="publics", blank=True, max_num=6)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("audiences")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["portal.GuideIndexPage", "portal.StandardPage"]
    max_count = 1
    template = "portal/home_page.html"

    class Meta:
        verbose_name = "page d’accueil"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what is counted and the first guides. The number of queries does not depend on the number of rows."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["figures"] = self.figures(request)
        context["guides"] = GuidePage.objects.descendant_of(self).live().public().order_by("path")[:GUIDES_ON_HOME]
        return context

    def figures(self, request: HttpRequest) -> list[Figure]:
        """How many members, startups, incubators and missions this visitor finds behind each link."""
        return live_figures(request.user)


class GuideIndexPage(LoadedPage):
    """The list of the guides."""

    lead = models.TextField("accroche", blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.GuidePage"]
    max_count = 1
    template = "portal/guide_index_page.html"

    class Meta:
        verbose_name = "sommaire des guides"

    def guides(self) -> models.QuerySet["GuidePage"]:
        """The published guides, in the order that editors gave them."""
        return GuidePage.objects.child_of(self).live().public().order_by("path")


class GuidePage(LoadedPage):
    """A guide of the méthode."""

    summary = models.CharField("résumé", max_length=300, blank=True)
    reading_minutes = models.PositiveSmallIntegerField("minutes de lecture", default=5)
    body = StreamField(BodyBlock(), verbose_name="contenu", blank=True)
    next_steps = StreamField([("link", LinkBlock())], verbose_name="et maintenant", blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("reading_minutes"),
        FieldPanel("body"),
        FieldPanel("next_steps"),
    ]
    parent_page_types = ["portal.GuideIndexPage"]
    subpage_types: list[str] = []
    template = "portal/guide_page.html"

    class Meta:
        verbose_name = "guide"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the body with its anchors, the table of contents that leads to them, and the neighbouring guides."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["body"], context["headings"] = anchored(self.body.render_as_block(context))
        context["previous_guide"] = self.get_prev_siblings().live().public().first()
        context["next_guide"] = self.get_next_siblings().live().public().first()
        return context


class StandardPage(LoadedPage):
    """A plain page: legal notice, personal data, accessibility…"""

    summary = models.CharField("résumé", max_length=300, blank=True)
    body = StreamField(BodyBlock(), verbose_name="contenu", blank=True)
    # Offered to no editor: the footer knows its links by itself, so that no page asks the database for them.
    in_footer = models.BooleanField("lien en pied de page", default=False)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    parent_page_types = ["portal.HomePage"]
    subpage_types: list[str] = []
    template = "portal/standard_page.html"

    class Meta:
        verbose_name = "page simple"
