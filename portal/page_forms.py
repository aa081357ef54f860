"""The forms by which editors write and copy pages: none gets an address that the portal's own views have.

Plain views come first among the addresses (`portal.urls`): a page behind one of them would never be seen.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import Resolver404, resolve
from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page

PAGES = "wagtail_serve"
"""What answers at an address that no view of the portal has."""


def check_slug(slug: str, parent: Page) -> None:
    """Refuse a slug that would put a page at a view's address, as the resolver has it. Raises `ValidationError`."""
    if not slug or parent.is_root():
        return
    # The address of the site's first page is « / », whatever its slug.
    path = "/" + parent.url_path.split("/", 2)[2] + slug + "/"
    if _is_taken(path):
        raise ValidationError(
            f"L’adresse {path} est celle d’une rubrique du portail : la page n’y serait jamais visible. Choisissez un "
            f"autre raccourci, par exemple « a-propos-{slug} ».",
            code="taken_by_a_view",
        )


def _is_taken(path: str) -> bool:
    # Files are served before any view is asked.
    if path in (settings.STATIC_URL, settings.MEDIA_URL):
        return True
    try:
        return resolve(path).view_name != PAGES
    except Resolver404:
        return False


class PageForm(WagtailAdminPageForm):
    """A page that is written or changed."""

    def clean(self) -> dict[str, Any]:
        """Refuse an address that is taken, at the field that makes it; nothing that was typed is lost."""
        cleaned: dict[str, Any] = super().clean()
        # Where no slug is given, Wagtail makes one of the title.
        slug = cleaned.get("slug") or slugify(cleaned.get("title", ""), allow_unicode=True)
        _check_in(self, "slug", slug, self.parent_page)
        return cleaned


class PageCopyForm(CopyForm):
    """A page that is copied."""

    def clean(self) -> dict[str, Any]:
        """The same for the address of the copy."""
        cleaned: dict[str, Any] = super().clean()
        parent = cleaned.get("new_parent_page") or self.page.get_parent()
        _check_in(self, "new_slug", cleaned.get("new_slug", ""), parent)
        return cleaned


def _check_in(form: forms.Form, field: str, slug: str, parent: Page | None) -> None:
    if parent is None:
        return
    try:
        check_slug(slug, parent)
    except ValidationError as refused:
        form.add_error(field, refused)
