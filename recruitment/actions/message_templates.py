"""The texts that a team writes often: kept for its startup by whoever reads its candidates' files."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from community.actions.contact import plain_text
from community.models import Startup
from recruitment.actions.mission_news import readers_of
from recruitment.models import MOST_TEMPLATES, Application, ApplicationMessage, MessageTemplate
from recruitment.proposed_texts import beside

if TYPE_CHECKING:
    from community.models import User
    from community.visibility import AnyUser

# A first name that nobody knows leaves no hole: « Bonjour {prénom}, » becomes « Bonjour, ».
_PLACES = re.compile(r"( ?)\{(prénom|prenom|mission)\}", re.IGNORECASE)


class TemplateRefused(Exception):  # noqa: N818
    """That cannot be kept; the message says why, in French. `field`: of the form, the one to blame."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class TemplateNotAllowed(TemplateRefused, PermissionDenied):
    """This account does not read the candidates' files of this startup."""


def keeps_templates(startup: Startup, user: AnyUser) -> bool:
    """Whether this account writes and takes this startup's texts."""
    return user.is_authenticated and user.is_active and user in readers_of(startup)


@transaction.atomic
def save_template(startup: Startup, title: str, text: str, *, by: User, pk: int | None = None) -> MessageTemplate:
    """Keep a text, a new one without `pk`. Raises `TemplateRefused`; `MessageTemplate.DoesNotExist` for another's."""
    title, text = " ".join(plain_text(title).split()), plain_text(text)
    if not title or len(title) > MessageTemplate.LONGEST_TITLE:
        raise TemplateRefused(f"Donnez un titre de {MessageTemplate.LONGEST_TITLE} caractères au plus.", "title")
    if not text or len(text) > ApplicationMessage.LONGEST:
        raise TemplateRefused(f"Écrivez un texte de {ApplicationMessage.LONGEST} caractères au plus.", "text")
    row = Startup.objects.select_for_update(no_key=True).get(pk=startup.pk)
    _check(row, by)
    kept = MessageTemplate.objects.filter(startup=row)
    if kept.filter(title=title).exclude(pk=pk or 0).exists():
        raise TemplateRefused("Un modèle de votre équipe porte déjà ce titre.", "title")
    if pk is None and kept.count() >= MOST_TEMPLATES:
        raise TemplateRefused(f"Votre équipe a déjà {MOST_TEMPLATES} modèles, le maximum : supprimez-en un d’abord.")
    template = kept.get(pk=pk) if pk is not None else MessageTemplate(startup=row)
    template.title, template.text = title, text
    template.save()
    return template


@transaction.atomic
def delete_template(template: MessageTemplate, *, by: User) -> None:
    """Take a text away. Raises `TemplateNotAllowed`."""
    _check(template.startup, by)
    template.delete()


def _check(startup: Startup, by: User) -> None:
    if not keeps_templates(startup, by):
        raise TemplateNotAllowed("Vous ne pouvez pas changer les modèles de cette équipe.")


def filled_in(text: str, application: Application) -> str:
    """A template's text for one application: the first name and the mission's title are put in their places, once;
    what they hold is never read as a place again.
    """
    words = {"mission": application.mission.title, "prénom": first_name_of(application.candidate)}

    def put(found: re.Match[str]) -> str:
        place = found[2].lower().replace("prenom", "prénom")
        return f"{found[1]}{words[place]}" if words[place] else ""

    return _PLACES.sub(put, unicodedata.normalize("NFC", text))


def with_template(typed: str, application: Application, pk: int) -> str:
    """What was typed, with one of the team's texts put in it: instead of another of them, after any other words."""
    texts = {
        row.pk: filled_in(row.text, application)
        for row in MessageTemplate.objects.filter(startup=application.mission.startup_id)
    }
    return beside(typed, texts.get(pk, ""), texts.values()) if pk in texts else typed


def first_name_of(user: User | None) -> str:
    """How somebody is called; empty where nothing says it."""
    if user is None:
        return ""
    member = getattr(user, "member", None)
    names = (member.full_name if member else user.first_name).split()
    return names[0] if names else ""
