"""Who enters the editors' space (/cms/): superusers, and those whose role « Rédacteur » is in force today.

The role is granted in the community (`RoleGrant`) and may end; Wagtail knows groups only. So membership of the
group is brought in line with the role at the door, on every request: nobody has to run anything when a grant begins
or ends.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from community.enums import RoleName
from community.models import User

EDITORS = "Rédacteurs"

_ON_PAGES = ("add_page", "change_page", "publish_page")
_ON_FILES = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")


def editors_group() -> Group:
    """The group that may write, publish and bring files; made when first needed, then left to superusers."""
    group, created = Group.objects.get_or_create(name=EDITORS)
    if created:
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
        root = Page.objects.get(depth=1)
        for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=_ON_PAGES):
            GroupPagePermission.objects.create(group=group, page=root, permission=permission)
        files = Collection.get_first_root_node()
        for permission in Permission.objects.filter(codename__in=_ON_FILES):
            GroupCollectionPermission.objects.create(group=group, collection=files, permission=permission)
    return group


def is_editor(user: User) -> bool:
    """Whether the role « Rédacteur » is in force today for this account."""
    return user.role_grants.in_force().filter(role=RoleName.EDITOR).exists()


def bring_in_line(user: User) -> bool:
    """Put the account in the group, or out of it, as its role says today. Returns whether it is an editor."""
    editor = is_editor(user)
    if editor != user.groups.filter(name=EDITORS).exists():
        if editor:
            user.groups.add(editors_group())
        else:
            user.groups.remove(editors_group())
    return editor


def admit_editors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Guard a view of the editors' space. Visitors go on to be asked who they are; others are told a clear no.

    Raises PermissionDenied for an account that is neither an editor, nor given the space by another group.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and user.is_authenticated and not user.is_superuser:
            bring_in_line(user)
            if not user.has_perm("wagtailadmin.access_admin"):
                raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
