"""Roles: who holds which at a place, giving one, taking one back, and one's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView, View

from community.actions.invitations import InvitationRefused, invite_to_role, standing_at
from community.actions.roles import (
    RoleNotAllowed,
    RoleRefused,
    authorities,
    grant_role,
    grantable,
    may_withdraw,
    name_of,
    period_of,
    withdraw_role,
    withdrawable,
)
from community.actions.stints import confirmable
from community.actions.team import leaves_alone
from community.days import today
from community.enums import RoleName
from community.limits import may_go_on, too_many
from community.listing.answers import Pages
from community.models import Incubator, RoleGrant, Startup, User
from community.models.roles import ROLE_RULES, Grantor, Place, roles_of, scope_of
from community.proof import FreshProofMixin
from community.querysets import RoleGrantQuerySet
from community.role_forms import GrantForm, WithdrawForm
from community.views.pages import page_url
from community.views.signed_in import SignedIn
from community.wording import day_in_words

PER_PAGE = 20
"""Roles of the past on one page."""


@method_decorator(never_cache, name="dispatch")
class GuardedView(SignedIn, FreshProofMixin, View):
    """What every view of roles shares: somebody signed in, and a fresh proof of who they are before any change."""

    proof_to_read = False
    request: HttpRequest
    kwargs: dict[str, Any]


class AtPlace(GuardedView):
    """A view about the roles of one place, which the address names. Raises `PermissionDenied` for who grants none."""

    @cached_property
    def place(self) -> Place:
        """The startup or the incubator of the address; None: the whole portal. Raises `Http404`."""
        slug = self.kwargs.get("slug")
        model = {"startup": Startup, "incubator": Incubator}.get(self.kwargs.get("kind", ""))
        return cast("Place", get_object_or_404(model, slug=slug)) if model else None

    @cached_property
    def grantable(self) -> list[RoleName]:
        """The roles that this account may give here."""
        return grantable(self.user, self.place)

    @cached_property
    def in_full(self) -> bool:
        """Whether this account keeps the whole portal, and reads addresses."""
        return any(authority.grantor == Grantor.PROGRAMME for authority in authorities(self.user, self.place))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Signed in, and able to give a role here."""
        if request.user.is_authenticated and not self.grantable:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where one is."""
        context: dict[str, Any] = super().get_context_data(  # type: ignore[misc]
            place=self.place,
            where=_where(self.place),
            roles_url=roles_url(self.place),
            trail=_trail(self.place),
            **kwargs,
        )
        return context


def roles_url(place: Place, verb: str = "") -> str:
    """The page of a place's roles, or the one where they are given (`verb` « grant »)."""
    name = "_".join(part for part in (verb, "roles") if part)
    kind = "startup_" if isinstance(place, Startup) else "incubator_" if isinstance(place, Incubator) else ""
    return reverse(f"community:{kind}{name}", args=[place.slug] if place else [])


def _where(place: Place) -> str:
    return place.name if place else "Tout le portail"


def _trail(place: Place) -> list[dict[str, str]]:
    """The pages above this one."""
    if place is None:
        return []
    lists = ("Startups", "startups") if isinstance(place, Startup) else ("Incubateurs", "incubators")
    return [
        {"label": lists[0], "url": reverse(f"community:{lists[1]}")},
        {"label": place.name, "url": place.get_absolute_url()},
    ]


@dataclass(frozen=True)
class Line:
    """One role of a list, in words. `may_withdraw`: whoever reads may take it back."""

    pk: int
    role: str
    holder: str
    period: str
    granted: str
    reason: str
    state: str = ""
    withdrawn: str = ""
    withdrawal_reason: str = ""
    may_withdraw: bool = False
    place: Place = None


def line_of(grant: RoleGrant, *, in_full: bool = False, may_withdraw: bool = False) -> Line:
    """A row with its accounts (`_with_people`) as it is read."""
    by = (
        f"par {name_of(grant.granted_by, in_full=in_full)}"
        if grant.granted_by
        else "depuis le serveur, ou par un compte supprimé"
    )
    withdrawn = ""
    if grant.withdrawn_at:
        who = f" par {name_of(grant.withdrawn_by, in_full=in_full)}" if grant.withdrawn_by else ""
        withdrawn = f"Retiré le {day_in_words(localdate(grant.withdrawn_at))}{who}"
    return Line(
        pk=grant.pk,
        role=str(grant.get_role_display()),
        holder=name_of(grant.user, in_full=in_full),
        period=period_of(grant),
        granted=f"Donné le {day_in_words(localdate(grant.granted_at))} {by}",
        reason=grant.reason,
        state="à venir" if grant.start > today() else "compte désactivé" if not grant.user.is_active else "",
        withdrawn=withdrawn,
        withdrawal_reason=grant.withdrawal_reason,
        may_withdraw=may_withdraw,
        place=grant.place,
    )


def _with_people(rows: RoleGrantQuerySet) -> RoleGrantQuerySet:
    people = ("user__member", "granted_by__member", "withdrawn_by__member")
    found: RoleGrantQuerySet = rows.select_related("startup", "incubator", *people)
    return found


@dataclass(frozen=True)
class Rule:
    """One line of « Qui peut quoi »."""

    role: str
    opens: tuple[str, ...]
    grantors: list[str]


def rules() -> list[Rule]:
    """The table of the code, in words."""
    return [
        Rule(
            str(role.label),
            rule.opens,
            [_grantor_in_words(grantor, needs_stint=grantor in rule.needs_stint) for grantor in rule.grantors],
        )
        for role, rule in ROLE_RULES.items()
    ]


def _grantor_in_words(grantor: Grantor, *, needs_stint: bool) -> str:
    return f"{grantor.label}{', à une personne qui a une mission confirmée dans la startup' if needs_stint else ''}"


class RolesView(AtPlace, TemplateView):
    """/roles/, /startups/<slug>/roles/, /incubateurs/<slug>/roles/"""

    template_name = "community/roles.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who holds what, who held what, who may do what, and the places below."""
        rows = _with_people(RoleGrant.objects.filter(**scope_of(self.place), role__in=roles_of(self.place)))
        able = withdrawable(self.user, self.place)
        standing = [
            line_of(grant, in_full=self.in_full, may_withdraw=grant.user_id == self.user.pk or grant.role in able)
            for grant in sorted(rows.standing(), key=lambda grant: (roles_of(self.place).index(grant.role), grant.pk))
        ]
        past = Paginator(rows.over().order_by("-withdrawn_at", "-end", "-pk"), PER_PAGE)
        page = past.get_page(self.request.GET.get("page"))
        return super().get_context_data(
            standing=standing,
            past=[line_of(grant, in_full=self.in_full) for grant in page],
            over=past.count,
            pages=Pages(page.number, past.num_pages, lambda number: f"?page={number}#historique"),
            grant_url=roles_url(self.place, "grant"),
            rules=rules(),
            below=_below(self.place),
            invitations=standing_at(self.place, with_role=True),
            **kwargs,
        )


@dataclass(frozen=True)
class Below:
    """A place whose roles are kept from here too, and how many people hold one today."""

    name: str
    url: str
    holders: int


def _below(place: Place) -> dict[str, list[Below]]:
    """Places by the title of their list. At most two queries."""
    if place is None:
        alone = Startup.objects.filter(incubator=None)
        return {"Incubateurs": _places(Incubator.objects.all()), "Startups sans incubateur": _places(alone)}
    return {"Startups de l’incubateur": _places(place.startups.all())} if isinstance(place, Incubator) else {}


def _places(rows: QuerySet[Any]) -> list[Below]:
    day = today()
    standing = Q(role_grants__withdrawn_at=None, role_grants__start__lte=day) & (
        Q(role_grants__end=None) | Q(role_grants__end__gte=day)
    )
    counted = rows.annotate(holders=Count("role_grants__user", filter=standing, distinct=True)).order_by("name")
    return [Below(row.name, roles_url(row), row.holders) for row in counted]


class GrantView(AtPlace, FormView):
    """/roles/donner/, and the same under a startup and an incubator. Searching for a person loses nothing typed."""

    template_name = "community/role_grant.html"
    proof_to_read = True
    form_class = GrantForm
    searching: ClassVar[str] = "chercher"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Where, who asks, and what they may give."""
        return {**super().get_form_kwargs(), "place": self.place, "by": self.user, "roles": self.grantable}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`invite_url`: where somebody is invited into the startup's team first, for who may."""
        may_invite = isinstance(self.place, Startup) and confirmable(self.user).filter(pk=self.place.pk).exists()
        url = reverse("community:invitations", args=[self.place.slug]) if self.place and may_invite else ""
        return super().get_context_data(invite_url=url, **kwargs)

    def get_success_url(self) -> str:
        """Back to the roles of the place."""
        return roles_url(self.place)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look for the person, or give the role."""
        if self.searching in request.POST:
            form = self.get_form()
            form.search()
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: GrantForm) -> HttpResponse:
        """Give it, or say why not. An address without an account is invited; looking addresses up has a limit."""
        if form.address and not may_go_on(self.request, "role_by_address"):
            form.add_error("who", too_many())
            return self.form_invalid(form)
        holder = form.holder or User.objects.filter(email__iexact=form.address, is_active=True).first()
        try:
            told = self._give(holder, form.cleaned_data) if holder else self._invite(form.address, form.cleaned_data)
        except (RoleRefused, InvitationRefused) as refusal:
            form.add_error("who" if refusal.field == "email" else refusal.field, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, told)
        return super().form_valid(form)

    def _give(self, holder: User, data: dict[str, Any]) -> str:
        grant = grant_role(
            RoleName(data["role"]),
            to=holder,
            place=self.place,
            by=self.user,
            reason=data["reason"],
            start=data["start"],
            end=data["end"],
        )
        who = name_of(holder, in_full=self.in_full)
        return f"{who} a maintenant le rôle « {grant.get_role_display()} », {period_of(grant)}."

    def _invite(self, address: str, data: dict[str, Any]) -> str:
        row = invite_to_role(
            RoleName(data["role"]),
            address,
            place=self.place,
            by=self.user,
            reason=data["reason"],
            start=data["start"],
            end=data["end"],
        )
        return f"Une invitation à tenir le rôle « {row.get_role_display()} » est partie à {row.email}."


class WithdrawView(GuardedView, FormView):
    """/roles/<pk>/retirer/ For who may take that role back; for others it does not exist."""

    template_name = "community/role_withdraw.html"
    proof_to_read = True
    form_class = WithdrawForm

    @cached_property
    def grant(self) -> RoleGrant:
        """The role of the address. Raises `Http404`."""
        grant = get_object_or_404(_with_people(RoleGrant.objects.all()), pk=self.kwargs["pk"])
        if not may_withdraw(self.user, grant):
            raise Http404
        return grant

    @cached_property
    def is_own(self) -> bool:
        """Whether one gives up one's own."""
        return self.grant.user_id == self.user.pk

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask why; a role that is over is told so."""
        if self.grant.is_over():
            messages.info(request, "Ce rôle a déjà pris fin : il n’y a plus rien à retirer.")
            return HttpResponseRedirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_success_url(self) -> str:
        """The roles of the place, for who still keeps them; one's own otherwise."""
        if grantable(self.user, self.grant.place):
            return roles_url(self.grant.place)
        return reverse("community:own_roles")

    def form_valid(self, form: Form) -> HttpResponse:
        """Take it back, or say why not."""
        try:
            withdraw_role(self.grant, by=self.user, reason=form.cleaned_data["reason"])
        except RoleNotAllowed:
            raise
        except RoleRefused as refusal:
            if refusal.field:
                form.add_error(refusal.field, str(refusal))
                return self.form_invalid(form)
            messages.error(self.request, str(refusal))
            return HttpResponseRedirect(self.get_success_url())
        done = "Vous n’avez plus" if self.is_own else f"{name_of(self.grant.user)} n’a plus"
        messages.success(self.request, f"{done} le rôle « {self.grant.get_role_display()} ».")
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The role and what it opens."""
        return super().get_context_data(
            line=line_of(self.grant),
            opens=ROLE_RULES[RoleName(self.grant.role)].opens,
            where=self.grant.place or "tout le portail",
            back=self.get_success_url(),
            is_own=self.is_own,
            leaves_alone=leaves_alone(self.grant),
            **kwargs,
        )


class OwnRolesView(GuardedView, TemplateView):
    """/mes-roles/ What one is trusted with, what it opens, and where one keeps the roles of others."""

    template_name = "community/own_roles.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One's roles of today and to come."""
        grants = list(_with_people(self.user.role_grants.standing()).order_by("pk"))
        keeps = {RoleName.PROGRAMME, RoleName.INCUBATOR_STAFF, RoleName.STARTUP_LEAD}
        holds = [grant for grant in grants if grant.start <= today()]
        keeper = [grant.place for grant in holds if grant.role in keeps]
        if self.user.is_superuser and None not in keeper:
            keeper.insert(0, None)
        return super().get_context_data(
            lines=[(line_of(grant), _where(grant.place), ROLE_RULES[RoleName(grant.role)].opens) for grant in grants],
            kept=[
                {"label": _where(place), "url": roles_url(place), "edit_url": page_url(place, "edit") if place else ""}
                for place in keeper
            ],
            **kwargs,
        )
