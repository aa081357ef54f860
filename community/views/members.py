"""People: the directory and each person's page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse_lazy
from django.utils.cache import patch_cache_control
from django.utils.formats import number_format
from django.views.generic import DetailView

from community.availability import FIELDS as AVAILABILITY
from community.days import today
from community.enums import Visibility
from community.forms import MemberSearchForm
from community.listing import SearchListView
from community.markdown import plain
from community.models import FormerSlug, Member, MemberSkill, Photo, Startup, Stint
from community.visibility import AnyUser, has_applied_to, may_see, viewer_of
from community.wording import day_in_words, safe_links
from search.declarations import Viewer


def members_in_full(user: AnyUser) -> QuerySet[Any]:
    """The members that this account may see, with what cards and pages read of them (`in_full`)."""
    return in_full(Member.objects.visible_to(user))


def in_full(members: QuerySet[Any]) -> QuerySet[Any]:
    """These members, with what cards and pages read of them.

    Plain lists, because a prefetched manager copies its whole query each time it is read: `history` (confirmed stints,
    latest first), `places` on each of these (startups), `known_skills` (rows of `MemberSkill`).
    """
    skills = MemberSkill.objects.select_related("skill")
    return (
        members.with_status()  # type: ignore[attr-defined]
        .select_related("incubator")
        .prefetch_related(
            Prefetch("stints", history(Stint.objects.confirmed()), to_attr="history"),
            Prefetch("member_skills", skills, to_attr="known_skills"),
        )
    )


def history(stints: QuerySet[Stint]) -> QuerySet[Stint]:
    """These stints, latest first, each with its `places` (a list of startups)."""
    places = Startup.objects.select_related("incubator").only("slug", "name", "incubator__slug", "incubator__name")
    return stints.order_by("-start", "-pk").prefetch_related(Prefetch("startups", places, to_attr="places"))


def _all_startups(member: Any) -> str:
    return " ".join(startup.name for stint in member.history for startup in stint.places)


def _all_skills(member: Any) -> str:
    return " ".join(row.skill.name for row in member.known_skills)


def _all_incubators(member: Any) -> str:
    incubators = [startup.incubator for stint in member.history for startup in stint.places]
    return " ".join(incubator.name for incubator in (*incubators, member.incubator) if incubator)


def _all_employers(member: Any) -> str:
    return " ".join(stint.employer for stint in member.history)


class MemberListView(SearchListView):
    """/membres/"""

    template_name = "community/members.html"
    form_class = MemberSearchForm
    card_template = "components/member_card.html"
    kept_facets = {"domain": "domain", "region": "region"}
    excerpted = {
        "name": lambda member: member.full_name,
        "role": lambda member: member.role,
        "biography": lambda member: plain(member.biography),
        "startups": _all_startups,
        "employer": _all_employers,
        "skills": _all_skills,
        "incubator": _all_incubators,
        "region": lambda member: member.get_region_display(),
    }

    extra_context = {"suggestions_url": reverse_lazy("community:autocomplete")}

    def get_queryset(self) -> QuerySet[Member]:
        """Those whom this account may see."""
        return members_in_full(self.request.user)


@dataclass(frozen=True)
class Fact:
    """One thing that a person says of what they look for."""

    label: str
    text: str
    to_confirm: bool = False


def facts_of(member: Member, *, unconfirmed: bool = False) -> list[tuple[str, Fact]]:
    """What a person says they look for: the field that holds it, and its words. Unknown ones are left out.

    `unconfirmed`: with what counts no more because they have not confirmed it, for the person alone.
    """
    told = [
        ("is_looking", "Recherche", _looking(member)),
        ("available_from", "Disponible", _available(member)),
        ("engagements", "Engagements recherchés", ", ".join(str(row) for row in member.engagements.all())),
        ("days_per_week", "Rythme", _rhythm(member.days_per_week)),
        ("remote", "Télétravail", member.get_remote_display()),
        ("region", "Région", member.get_region_display()),
        ("commune", "Commune", member.commune),
        ("seniority", "Expérience", member.get_seniority_display()),
        ("daily_rate_floor", "Tarif minimum", _rate(member.daily_rate_floor)),
    ]
    aged = () if member.availability_counts_on() else AVAILABILITY
    return [
        (field, Fact(label, text, to_confirm=field in aged))
        for field, label, text in told
        if text and (unconfirmed or field not in aged)
    ]


def _rate(euros: int | None) -> str:
    return f"{number_format(euros, force_grouping=True)} € HT par jour" if euros else ""


def _rhythm(days: Decimal | None) -> str:
    return f"{number_format(days.normalize())} jour{'s' if days >= 2 else ''} par semaine" if days else ""


def _looking(member: Member) -> str:
    if not member.says_looking_on():
        return ""
    return f"en recherche jusqu’au {day_in_words(member.looking_until)}" if member.looking_until else "en recherche"


def _available(member: Member) -> str:
    if member.available_from is None:
        return ""
    if member.available_from <= today():
        return "dès maintenant"
    return f"à partir du {day_in_words(member.available_from)}"


_SEEN_BY = {
    Visibility.PUBLIC: "Tout le monde peut la voir.",
    Visibility.COMMUNITY: "Seules les personnes connectées de la communauté peuvent la voir.",
    Visibility.PRIVATE: "Vous seul·e pouvez la voir.",
}
_UNLISTED = (
    "Vous seul·e pouvez la voir : sans mission dans le réseau, on ne figure dans l’annuaire que si on le demande."
)


def visibility_note(member: Member, *, is_listed: bool) -> str:
    """Who sees a person's page, in words for that person. `is_listed`: in the directory, unless it is private."""
    is_unlisted = member.visibility != Visibility.PRIVATE and not is_listed
    return _UNLISTED if is_unlisted else _SEEN_BY[Visibility(member.visibility)]


def page_of(member: Any, viewer: Viewer, *, is_own: bool = False, has_applied: bool = False) -> dict[str, Any]:
    """What the page of a member (`in_full`) shows to a viewer. `is_own`: to the person, who sees all of it;
    `has_applied`: the member applies to the viewer's team.
    """
    declared = list(history(member.stints.filter(is_confirmed=False)))
    return {
        "member": member,
        "stints": sorted([*member.history, *declared], key=lambda stint: (stint.start, stint.pk), reverse=True),
        "facts": [
            fact
            for field, fact in facts_of(member, unconfirmed=is_own)
            if is_own or may_see(viewer, member, field, has_applied=has_applied)
        ],
        "is_own": is_own,
        "links": safe_links(("", address) for address in member.links),
        "photo": Photo.objects.filter(member=member).values_list("digest", flat=True).first(),
        "visibility_note": visibility_note(member, is_listed=bool(member.history) or member.is_listed)
        if is_own
        else "",
    }


class MemberView(DetailView):
    """/membres/<slug>/ Whoever may not see a person gets the same answer as for somebody who does not exist."""

    template_name = "community/member.html"
    context_object_name = "member"

    def get_queryset(self) -> QuerySet[Member]:
        """Those whom this account may see."""
        return members_in_full(self.request.user).prefetch_related("engagements", "teams")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; an address that a merge has retired leads to the one that stays, for whoever may see it."""
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            former = FormerSlug.objects.filter(identifier=self.kwargs["slug"]).values("member")
            member = Member.objects.visible_to(request.user).filter(pk__in=former).first()
            if member is None:
                raise
        response = HttpResponsePermanentRedirect(member.get_absolute_url())
        # A merge can be undone: browsers ask again after a while, and nobody answers for another.
        patch_cache_control(response, private=True, max_age=3_600)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What this account may read of the person."""
        member: Any = self.object
        user = self.request.user
        is_own = user.is_authenticated and member.user_id == user.pk
        applies = not is_own and has_applied_to(user, member)
        page = page_of(member, viewer_of(user), is_own=is_own, has_applied=applies)
        return super().get_context_data(**page, **kwargs)
