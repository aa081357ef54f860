"""How a mail is written: an object on one line, a text, an HTML page, from templates that hold nobody's words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context, engines
from django.template.loader import render_to_string

from community.mail.kinds import Kind
from community.wording import typeset

BUTTON = "display:inline-block;padding:8px 16px;background-color:#000091;color:#ffffff;text-decoration:none;"
"""What makes a link the button of a mail: what its reader is asked to do. One in a mail."""
LONGEST_SUBJECT = 200
"""Characters."""
_LONGEST_CODE = 20
# Control characters, signs that turn the reading direction, separators of lines, halves of characters.
_NOT_IN_A_LINE = {"Cc", "Cf", "Zl", "Zp", "Cs"}


@dataclass(frozen=True)
class Written:
    """A mail as it will leave."""

    subject: str
    text: str
    html: str


def one_line(text: str) -> str:
    """A text fit for a header: no line break, no control character, not too long. What people type is let in by it."""
    kept = "".join(" " if unicodedata.category(sign) in _NOT_IN_A_LINE else sign for sign in text)
    line = " ".join(kept.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def plain(text: str) -> str:
    """A body without what a database or a mail server would refuse: NUL, halves of characters, lone returns."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text.encode("utf-8", "ignore").decode().strip() + "\n"


def write(template: str, context: Mapping[str, Any], kind: Kind, stop_url: str) -> Written:
    """Write a mail from `mail/<template>_subject.txt`, `mail/<template>.txt` and `mail/<template>.html`.

    What the context holds is shown as it is, never read as a template. Raises `TemplateDoesNotExist`.
    """
    told = {**context, **_about(kind, stop_url)}
    subject = one_line(_plain_text(f"mail/{template}_subject.txt", told))
    told["subject"] = subject
    return Written(
        subject,
        plain(_plain_text(f"mail/{template}.txt", told)),
        plain(typeset(render_to_string(f"mail/{template}.html", told))),
    )


def dress(subject: str, text: str, html: str, kind: Kind) -> Written:
    """A mail that a library has written: why one receives it is added to its text, and its paragraphs are put in the
    layout of all where it has no HTML. A word that stands alone is a code, and is written large.
    """
    subject, text = one_line(subject), plain(text)
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    told = {
        **_about(kind, ""),
        "subject": subject,
        "text": text.rstrip("\n"),
        "paragraphs": [(part, len(part) <= _LONGEST_CODE and part.isascii() and part.isupper()) for part in parts],
    }
    html = html or render_to_string("mail/plain.html", told)
    return Written(subject, plain(_plain_text("mail/plain.txt", told)), plain(typeset(html)))


def _about(kind: Kind, stop_url: str) -> dict[str, Any]:
    return {
        "BUTTON": BUTTON,
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "kind": kind,
        "stop_url": stop_url,
    }


def _plain_text(name: str, told: Mapping[str, Any]) -> str:
    """A template of which nothing is escaped, whether or not it says so itself."""
    template: Any = engines["django"].get_template(name)
    return str(template.template.render(Context(dict(told), autoescape=False)))
