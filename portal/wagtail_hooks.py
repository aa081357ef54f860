"""The editors' space: what serves here, how the portal is, and a way back to it."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from community.actions.roles import is_of_programme
from portal.health import HealthView


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
