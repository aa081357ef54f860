"""The editors' space: what serves here, and a way back to the portal."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("construct_main_menu")
def keep_what_serves(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave out Wagtail's own help, which is in English and speaks of other sites."""
    menu_items[:] = [item for item in menu_items if item.name != "help"]


@hooks.register("register_admin_menu_item")
def back_to_the_portal() -> MenuItem:
    """The last item of the menu."""
    return MenuItem("Retour au portail", "/", name="portal", icon_name="home", order=10_000)
