"""The mails of the demonstration: printed, kept in a folder, and read on a page. Under `portal.settings.dev` only."""

from __future__ import annotations

import email
import email.policy
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from csp.decorators import csp
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.console import EmailBackend
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

if settings.SETTINGS_MODULE != "portal.settings.dev":
    raise ImproperlyConfigured("Everybody's mails are shown under portal.settings.dev only.")

from portal.settings.dev import MAILBOX_DIR  # under these settings alone

_SHOWN = 100


class MailboxBackend(EmailBackend):
    """Prints each mail, and keeps it as a file of `MAILBOX_DIR`."""

    def write_message(self, message: Any) -> None:
        """One file a mail, its name in the order of time."""
        super().write_message(message)
        MAILBOX_DIR.mkdir(parents=True, exist_ok=True)
        name = f"{timezone.now():%Y%m%d-%H%M%S-%f}-{uuid.uuid4().hex[:8]}.eml"
        written = MAILBOX_DIR / f".{name}"
        written.write_bytes(message.message().as_bytes())
        # Whoever reads sees whole files only.
        written.rename(MAILBOX_DIR / name)


@dataclass(frozen=True)
class Received:
    """A mail of the folder."""

    name: str
    to: str
    subject: str
    sent_at: datetime
    text: str
    html: str
    headers: list[tuple[str, str]]


def _read(path: Path) -> Received:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return Received(
        path.stem,
        str(message["To"]),
        str(message["Subject"]),
        datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_current_timezone()),
        text.get_content() if text else "",
        html.get_content() if html else "",
        [(name, str(message[name])) for name in ("List-Unsubscribe", "List-Unsubscribe-Post") if message[name]],
    )


def _paths() -> dict[str, Path]:
    return {path.stem: path for path in sorted(MAILBOX_DIR.glob("[0-9]*.eml"), reverse=True)}


@method_decorator(never_cache, name="dispatch")
class MailboxView(TemplateView):
    """/demo/courriels/ The newest first."""

    template_name = "portal/demo_mailbox.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The newest ones."""
        return super().get_context_data(mails=[_read(path) for path in list(_paths().values())[:_SHOWN]], **kwargs)


class _OneMail(View):
    def mail(self) -> Received:
        """Raises `Http404`."""
        path = _paths().get(self.kwargs["name"])
        if path is None:
            raise Http404
        return _read(path)


@method_decorator(never_cache, name="dispatch")
class MailboxMailView(_OneMail, TemplateView):
    """/demo/courriels/<name>/ One mail as text."""

    template_name = "portal/demo_mail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The mail."""
        return super().get_context_data(mail=self.mail(), **kwargs)


@method_decorator([never_cache, csp({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"]})], name="dispatch")
class MailboxHtmlView(_OneMail):
    """/demo/courriels/<name>/html/ One mail as a mail program shows it: styles of its own, and nothing that runs."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        """The HTML as it was sent."""
        return HttpResponse(self.mail().html)
