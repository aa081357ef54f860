"""Who enters the editors' space (/cms/): superusers, and those whose role opens it today.

« Rédacteur » opens the whole of it, « Équipe du programme » the page « Santé » and what surrounds it, no page that
editors write: whoever has both roles has both.

Roles are granted in the community (`RoleGrant`) and may end; Wagtail knows groups only. So membership of the groups
is brought in line with the roles at the door, on every request: nobody has to run anything when a grant begins or
ends.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from community.enums import RoleName
from community.models import User

EDITORS = "Rédacteurs"
STAFF = "Équipe du programme"

OPEN_TO_STAFF = frozenset(
    {
        "health_for_staff",
        "wagtailadmin_account",
        "wagtailadmin_dismissibles",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_sprite",
    }
)
"""What the programme's team may open without being editors: « Santé » and what frames it."""

_ON_PAGES = ("add_page", "change_page", "publish_page")
_ON_FILES = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")


def editors_group() -> Group:
    """The group that may write, publish and bring files; made when first needed, then left to superusers."""
    group, created = Group.objects.get_or_create(name=EDITORS)
    if created:
        group.permissions.add(_way_in())
        root = Page.objects.get(depth=1)
        for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=_ON_PAGES):
            GroupPagePermission.objects.create(group=group, page=root, permission=permission)
        files = Collection.get_first_root_node()
        for permission in Permission.objects.filter(codename__in=_ON_FILES):
            GroupCollectionPermission.objects.create(group=group, collection=files, permission=permission)
    return group


def staff_group() -> Group:
    """The group that may come in, and nothing else; made when first needed."""
    group, created = Group.objects.get_or_create(name=STAFF)
    if created:
        group.permissions.add(_way_in())
    return group


def _way_in() -> Permission:
    return Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")


_GROUPS = {RoleName.EDITOR: (EDITORS, editors_group), RoleName.PROGRAMME: (STAFF, staff_group)}


def roles_here(user: User) -> set[str]:
    """The roles in force today for this account that open the space or a part of it."""
    return set(user.role_grants.in_force().filter(role__in=_GROUPS).values_list("role", flat=True))


def bring_in_line(user: User) -> set[str]:
    """Put the account in the groups, or out of them, as its roles say today. Returns these roles."""
    held = roles_here(user)
    groups = set(user.groups.filter(name__in=(EDITORS, STAFF)).values_list("name", flat=True))
    for role, (name, make) in _GROUPS.items():
        if role in held and name not in groups:
            user.groups.add(make())
        elif role not in held and name in groups:
            user.groups.remove(make())
    return held


def admit_editors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Guard a view of the editors' space. Visitors go on to be asked who they are; others are told a clear no.

    Raises PermissionDenied for an account that is neither an editor nor given the space by a group that superusers
    made; the programme's team passes where `OPEN_TO_STAFF` says.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and user.is_authenticated and not user.is_superuser:
            roles = bring_in_line(user)
            if not user.has_perm("wagtailadmin.access_admin"):
                raise PermissionDenied
            here = request.resolver_match
            place = here.view_name if here is not None else ""
            if roles == {RoleName.PROGRAMME} and place not in OPEN_TO_STAFF and not _has_another_way_in(user):
                if place == "wagtailadmin_home":
                    # It shows boxes that look through pages, and nothing else.
                    return redirect("health_for_staff")
                raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _has_another_way_in(user: User) -> bool:
    """Whether a group that superusers made lets the account in, too."""
    way_in = {"permissions__content_type__app_label": "wagtailadmin", "permissions__codename": "access_admin"}
    return user.groups.exclude(name=STAFF).filter(**way_in).exists()
