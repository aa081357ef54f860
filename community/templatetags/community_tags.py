"""People and startups in templates: dates in French, safe Markdown, safe addresses, counts with their noun."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.template import Context
from django.template.defaultfilters import stringfilter
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from community import wording
from community.actions.stint_corrections import answers_awaited
from community.actions.stints import confirmable
from community.days import today
from community.enums import ACTIVE_PHASES, MemberStatus, PhaseName
from community.listing.answers import Choice, count_of
from community.markdown import plain, render
from community.models import Member, Phase, Startup, Stint
from community.second_factor import should_add_second_factor
from community.typed import FIELD, signature_of
from community.visibility import AnyUser

register = template.Library()

CHECKED = mark_safe(" checked")

register.filter("day_in_words", wording.day_in_words, expects_localtime=True)
register.filter("moment_in_words", wording.moment_in_words)
register.filter("month_in_words", wording.month_in_words)
register.filter("web_address", wording.web_address)
register.filter("mail_address", wording.mail_address)
register.filter("plain", plain)
register.filter("of_name", stringfilter(wording.of_name), is_safe=True)
register.filter("typeset", stringfilter(wording.typeset), is_safe=True)


@register.simple_tag(takes_context=True)
def typed_by_me(context: Context) -> SafeString | str:
    """For a long form: what is posted from it once the session is over waits for whoever it is shown to."""
    # Inside an « include … only » the variable is gone, the attribute of the context is not.
    request = context.get("request") or getattr(context, "request", None)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, signature_of(user))


@register.filter
def markdown(text: str, heading: int = 3) -> SafeString:
    """Markdown as safe HTML; `heading`: the level of its highest heading."""
    return render(text, heading)


_CHOICE = """<div class="fr-checkbox-group fr-checkbox-group--sm facet__choice">
<input type="checkbox" id="{}" name="{}" value="{}"{}>
<label class="fr-label" for="{}"><span>{} <span class="facet__count">({})</span></span></label>
</div>
"""


@register.simple_tag
def facet_choices(name: str, choices: Iterable[Choice]) -> SafeString:
    """The checkboxes of a facet. Not a template: a page holds hundreds of them."""
    return format_html_join(
        "",
        _CHOICE,
        (
            (one.id, name, one.value, CHECKED if one.selected else "", one.id, one.label, number_format(one.count))
            for one in choices
        ),
    )


@register.filter
def period(row: Stint | Phase) -> str:
    """When a stint or a phase runs, in words."""
    return wording.period_in_words(row.start, row.end, today())


@register.filter
def duration(row: Stint | Phase) -> str:
    """How long it lasted, or has lasted so far; empty before it begins."""
    end: date = min(row.end or today(), today())
    return wording.duration_in_words(wording.months_between(row.start, end)) if row.start <= end else ""


@register.filter
def counted(number: int, nouns: str) -> str:
    """« 3 startups » from 3 and « startup,startups »: 0 and 1 are singular."""
    one, _comma, many = nouns.partition(",")
    return count_of(number, (one, many or f"{one}s"))


@register.filter
def phase_label(value: str) -> str:
    """What a phase is called; the value itself when the list does not know it."""
    return PhaseName(value).label if value in PhaseName.values else value


class Badge(NamedTuple):
    """What a badge says, and the class that colours it."""

    label: str
    css: str


_STATUS_CSS = {
    MemberStatus.ACTIVE: "fr-badge--success",
    MemberStatus.UPCOMING: "fr-badge--info",
    MemberStatus.FORMER: "",
    MemberStatus.CANDIDATE: "fr-badge--new",
}


@register.filter
def status_badge(member: Member) -> Badge | None:
    """The status of a member, when the queryset has worked it out (`with_status`)."""
    status = getattr(member, "status", None)
    return Badge(MemberStatus(status).label, _STATUS_CSS[MemberStatus(status)]) if status else None


@register.filter
def initials(name: str) -> str:
    """« AB » of « Ariane Belcombe »: of the first word and of the last."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


@register.filter
def startups_now(member: Any) -> list[Startup]:
    """Where a member works today (a member of `members_in_full`)."""
    day = today()
    running = [stint for stint in member.history if stint.runs_on(day)]
    return list({startup.pk: startup for stint in running for startup in stint.places}.values())


@register.filter
def phase_css(value: str) -> str:
    """The class that colours a phase's badge: alive, handed over, or stopped."""
    if value in ACTIVE_PHASES:
        return "fr-badge--green-emeraude"
    return "fr-badge--blue-cumulus" if value == PhaseName.TRANSFERE else ""


@register.inclusion_tag("community/_second_factor_offer.html")
def offer_second_factor(user: AnyUser) -> dict[str, bool]:
    """Why whoever leads a startup or recruits for it should add a second factor; nothing once they have. One query."""
    return {"offered": should_add_second_factor(user)}


@register.simple_tag
def teams_need_second_factor() -> bool:
    """Whether leads and recruiters must have a second factor here."""
    return bool(settings.SECOND_FACTOR_OF_TEAMS)


@register.inclusion_tag("community/_stints_link.html")
def stints_to_confirm(startup: Startup, user: AnyUser | str = "") -> dict[str, Any]:
    """A link to the declared stints that wait, for who answers them; nothing, and no query, for a visitor."""
    if isinstance(user, str) or not user.is_authenticated or not confirmable(user).filter(pk=startup.pk).exists():
        return {"url": "", "count": 0, "invite_url": ""}
    url = reverse("community:stints_to_confirm", args=[startup.slug])
    invite_url = reverse("community:invitations", args=[startup.slug])
    return {"url": url, "count": answers_awaited(startup), "invite_url": invite_url}
