"""The editors' space: what serves here, how the portal is, and a way back to it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from community.actions.roles import is_of_programme
from portal.health import HealthView
from portal.models import GuideIndexPage, GuidePage, HomePage


@hooks.register("construct_main_menu")
def keep_what_serves(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave out Wagtail's own help, which is in English and speaks of other sites."""
    menu_items[:] = [item for item in menu_items if item.name != "help"]


@hooks.register("register_admin_menu_item")
def back_to_the_portal() -> MenuItem:
    """The last item of the menu."""
    return MenuItem("Retour au portail", "/", name="portal", icon_name="home", order=10_000)


@hooks.register("register_admin_urls")
def health_address() -> list[URLPattern]:
    """/cms/sante/"""
    return [path("sante/", HealthView.as_view(), name="health_for_staff")]


class HealthMenuItem(MenuItem):
    """Shown to those who may open the page."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Asks the roles in force today."""
        return is_of_programme(request.user)


@hooks.register("register_admin_menu_item")
def how_the_portal_is() -> MenuItem:
    """The page about the engine, the outbox and the database."""
    address = reverse_lazy("health_for_staff")
    return HealthMenuItem("Santé", address, name="health", icon_name="circle-check", order=9_000)


class GuidesPanel(Component):
    """The guides, published or not, each with the way to its editor: what editors come for."""

    order = 50
    template_name = "portal/editors_guides.html"

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Three queries, however many guides there are, besides what the editors' space asks of permissions."""
        index = GuideIndexPage.objects.first()
        user = parent_context["request"].user if parent_context else None
        if index is None or user is None or not index.permissions_for_user(user).can_add_subpage():
            return {}
        return {
            "index": index,
            "guides": GuidePage.objects.child_of(index).order_by("path"),
            "home": HomePage.objects.first(),
        }


@hooks.register("construct_homepage_panels")
def guides_come_first(request: HttpRequest, panels: list[Component]) -> None:
    """On the first page of the space."""
    panels.append(GuidesPanel())
