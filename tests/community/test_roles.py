"""Who may give which role, and take it back; what each act leaves behind."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from community.actions.roles import (
    RoleNotAllowed,
    RoleRefused,
    authorities,
    grant_role,
    grantable,
    may_withdraw,
    withdraw_role,
    withdrawable,
)
from community.chain import Walk
from community.days import today
from community.enums import RoleName
from community.models import AuditEntry, RoleGrant, User
from community.models.roles import ROLE_RULES, roles_of, scope_of
from community.visibility import viewer_of
from recruitment.actions.missions import actors_of
from recruitment.enums import Actor
from search.declarations import Audience
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
    days_ago,
)
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

R = RoleName
# Days of the test's own moment: a run may go past midnight.
YESTERDAY, TOMORROW = days_ago(1), days_ago(-1)


def ahead(days: int) -> date:
    """The same for what is not made by a factory."""
    return today() + timedelta(days=days)


class World:
    """A startup of an incubator, another of another, one without any, and somebody who may be given anything."""

    def __init__(self) -> None:
        self.incubator, self.other_incubator = IncubatorFactory(), IncubatorFactory()
        self.startup = StartupFactory(incubator=self.incubator)
        self.sister = StartupFactory(incubator=self.incubator)
        self.other_startup = StartupFactory(incubator=self.other_incubator)
        self.alone = StartupFactory(incubator=None)
        for incubator in (self.incubator, self.other_incubator):
            RoleGrantFactory(role=R.INCUBATOR_STAFF, incubator=incubator)
        self.places = {
            "portal": None,
            "own incubator": self.incubator,
            "other incubator": self.other_incubator,
            "own startup": self.startup,
            "sister startup": self.sister,
            "other startup": self.other_startup,
            "startup alone": self.alone,
        }
        self.holder = colleague(*(place for name, place in self.places.items() if "startup" in name))


def colleague(*startups, **stint) -> User:
    """An account whose member has a confirmed stint at these startups."""
    member = MemberFactory(user=UserFactory())
    StintFactory(member=member, start=YESTERDAY, startups=startups, **stint)
    return member.user


@pytest.fixture
def world() -> World:
    return World()


ACTORS = {
    "nobody in particular": lambda world: UserFactory(),
    "a member of the team": lambda world: colleague(world.startup),
    "programme": lambda world: RoleGrantFactory(role=R.PROGRAMME).user,
    "staff": lambda world: RoleGrantFactory(role=R.INCUBATOR_STAFF, incubator=world.incubator).user,
    "lead": lambda world: RoleGrantFactory(role=R.STARTUP_LEAD, startup=world.startup).user,
    "recruiter": lambda world: _recruiter(world),
    "editor": lambda world: RoleGrantFactory(role=R.EDITOR).user,
    "juror": lambda world: RoleGrantFactory(role=R.JUROR).user,
    "superuser": lambda world: UserFactory(is_superuser=True),
}


def _recruiter(world: World) -> User:
    user = colleague(world.startup)
    return RoleGrantFactory(user=user, role=R.RECRUITER, startup=world.startup).user


PORTAL = {("portal", R.PROGRAMME), ("portal", R.EDITOR), ("portal", R.JUROR)}
INCUBATORS = {("own incubator", R.INCUBATOR_STAFF), ("other incubator", R.INCUBATOR_STAFF)}
STARTUPS = ("own startup", "sister startup", "other startup", "startup alone")
EVERYTHING = PORTAL | INCUBATORS | {(place, role) for place in STARTUPS for role in (R.STARTUP_LEAD, R.RECRUITER)}
MAY_GRANT = {
    "programme": PORTAL
    | INCUBATORS
    | {(place, R.STARTUP_LEAD) for place in STARTUPS}
    # For a recruiter, where no incubator's staff stands between.
    | {("startup alone", R.RECRUITER)},
    "staff": {("own incubator", R.INCUBATOR_STAFF)}
    | {(place, role) for place in ("own startup", "sister startup") for role in (R.STARTUP_LEAD, R.RECRUITER)},
    "lead": {("own startup", R.STARTUP_LEAD), ("own startup", R.RECRUITER)},
    "superuser": EVERYTHING,
}


def try_grant(role, place, *, to, by, **dates) -> bool:
    """Whether it was done."""
    try:
        with transaction.atomic():
            grant_role(role, to=to, place=place, by=by, reason="Essai", **dates)
    except RoleNotAllowed:
        return False
    return True


@pytest.mark.parametrize("actor", ACTORS)
def test_each_account_grants_what_the_table_says_and_nothing_else(world, actor):
    user = ACTORS[actor](world)
    done = set()
    for name, place in world.places.items():
        for role in roles_of(place):
            if try_grant(role, place, to=world.holder, by=user):
                done.add((name, role))

    assert done == MAY_GRANT.get(actor, set())
    assert {(name, role) for name, place in world.places.items() for role in grantable(user, place)} == done


@pytest.mark.parametrize("actor", ACTORS)
def test_each_account_withdraws_what_it_may_grant_and_the_programme_everything(world, actor):
    user = ACTORS[actor](world)
    RoleGrantFactory(role=R.PROGRAMME)
    done = set()
    for name, place in world.places.items():
        for role in roles_of(place):
            grant = RoleGrantFactory(user=world.holder, role=role, **scope_of(place))
            assert may_withdraw(user, grant) == (role in withdrawable(user, place))
            try:
                with transaction.atomic():
                    withdraw_role(grant, by=user, reason="Essai")
            except RoleNotAllowed:
                continue
            done.add((name, role))

    assert done == (EVERYTHING if actor == "programme" else MAY_GRANT.get(actor, set()))


@pytest.mark.parametrize("actor", ACTORS)
def test_nobody_gives_anything_to_themselves(world, actor):
    user = ACTORS[actor](world)
    if not hasattr(user, "member"):
        StintFactory(
            member=MemberFactory(user=user),
            start=YESTERDAY,
            startups=[p for n, p in world.places.items() if "startup" in n],
        )
    before = RoleGrant.objects.count()

    done = [
        role for place in world.places.values() for role in roles_of(place) if try_grant(role, place, to=user, by=user)
    ]

    assert (done, RoleGrant.objects.count(), AuditEntry.objects.count()) == ([], before, 0)


@pytest.mark.parametrize(
    "dates",
    [
        {"end": YESTERDAY, "start": YESTERDAY},
        {"start": TOMORROW},
        {"withdrawn_at": timezone.now(), "withdrawal_reason": "Départ"},
    ],
    ids=["over", "to come", "withdrawn"],
)
@pytest.mark.parametrize("role", [R.PROGRAMME, R.INCUBATOR_STAFF, R.STARTUP_LEAD])
def test_a_role_that_does_not_hold_gives_nothing(world, role, dates):
    scope = {R.INCUBATOR_STAFF: world.incubator, R.STARTUP_LEAD: world.startup}.get(role)
    user = RoleGrantFactory(role=role, **scope_of(scope), **dates).user

    assert [grantable(user, place) for place in world.places.values()] == [[]] * 7
    assert not try_grant(R.STARTUP_LEAD, world.startup, to=world.holder, by=user)


def test_a_disabled_account_gives_nothing_even_as_a_superuser(world):
    for user in (UserFactory(is_superuser=True, is_active=False), RoleGrantFactory(user__is_active=False).user):
        assert (authorities(user, None), try_grant(R.EDITOR, None, to=world.holder, by=user)) == ([], False)


def test_an_account_disabled_a_moment_ago_gives_nothing(world):
    user = RoleGrantFactory(role=R.PROGRAMME).user
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert not try_grant(R.EDITOR, None, to=world.holder, by=user)


def test_a_startup_that_moved_is_kept_by_its_new_incubator_alone(world):
    staff = ACTORS["staff"](world)
    assert grantable(staff, world.startup) == [R.STARTUP_LEAD, R.RECRUITER]
    type(world.startup).objects.filter(pk=world.startup.pk).update(incubator=world.other_incubator)

    assert not try_grant(R.STARTUP_LEAD, world.startup, to=world.holder, by=staff)


# Detours --------------------------------------------------------------------------


def test_a_lead_does_not_become_recruiter_by_the_lead_they_named(world):
    lead = RoleGrantFactory(user=colleague(world.startup), role=R.STARTUP_LEAD, startup=world.startup).user
    friend = colleague(world.startup)
    grant_role(R.STARTUP_LEAD, to=friend, place=world.startup, by=lead, reason="Binôme")

    with pytest.raises(RoleNotAllowed, match="une tierce personne"):
        grant_role(R.RECRUITER, to=lead, place=world.startup, by=friend, reason="Retour")
    # Somebody else of the startup may, and so may the incubator.
    assert try_grant(R.RECRUITER, world.startup, to=lead, by=ACTORS["lead"](world))


def test_whoever_holds_their_role_from_two_people_owes_it_to_neither_alone(world):
    first, second = (RoleGrantFactory(role=R.PROGRAMME).user for _ in range(2))
    user = grant_role(R.PROGRAMME, to=UserFactory(), place=None, by=first, reason="Arrivée").user
    assert not try_grant(R.EDITOR, None, to=first, by=user)

    RoleGrantFactory(user=user, role=R.PROGRAMME, granted_by=second, end=TOMORROW)

    assert try_grant(R.EDITOR, None, to=first, by=user)


def test_a_lead_gives_to_the_team_alone_what_the_incubator_gives_to_anybody(world):
    lead, staff = ACTORS["lead"](world), ACTORS["staff"](world)
    for stranger in (UserFactory(), colleague(world.sister), colleague(world.startup, is_confirmed=False)):
        with pytest.raises(RoleRefused, match="mission confirmée"):
            grant_role(R.STARTUP_LEAD, to=stranger, place=world.startup, by=lead, reason="Essai")
    with pytest.raises(RoleRefused, match="mission confirmée"):
        grant_role(R.RECRUITER, to=UserFactory(), place=world.startup, by=staff, reason="Essai")

    assert try_grant(R.STARTUP_LEAD, world.startup, to=UserFactory(), by=staff)


@pytest.mark.parametrize("actor", ["lead", "staff"])
def test_a_recruiter_is_of_the_team_on_the_first_day_of_the_role(world, actor):
    by = ACTORS[actor](world)
    leaves = colleague(world.startup, end=today())

    with pytest.raises(RoleRefused, match="mission confirmée"):
        grant_role(R.RECRUITER, to=leaves, place=world.startup, by=by, reason="Essai", start=ahead(1))
    assert try_grant(R.RECRUITER, world.startup, to=leaves, by=by)


def test_the_programme_stands_in_for_an_incubator_whose_people_are_gone(world):
    user = RoleGrantFactory(role=R.PROGRAMME).user
    assert grantable(user, world.startup) == [R.STARTUP_LEAD]
    RoleGrant.objects.filter(incubator=world.incubator).update(end=ahead(-1), start=ahead(-1))

    assert grantable(user, world.startup) == [R.STARTUP_LEAD, R.RECRUITER]
    User.objects.filter(role_grants__incubator=world.other_incubator).update(is_active=False)
    assert grantable(user, world.other_startup) == [R.STARTUP_LEAD, R.RECRUITER]


# What must be said ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"reason": "  "}, "reason", "Dites pourquoi"),
        ({"reason": "x" * 301}, "reason", "301 caractères"),
        ({"start": lambda: ahead(-1)}, "start", "avant aujourd’hui"),
        ({"start": lambda: ahead(1), "end": today}, "end", "avant le début"),
        ({"to": lambda: UserFactory(is_active=False)}, "who", "désactivé"),
        ({"to": lambda: RoleGrantFactory(role=R.EDITOR).user}, "who", "a déjà ce rôle depuis le"),
        ({"to": lambda: RoleGrantFactory(role=R.EDITOR, start=TOMORROW).user}, "who", "a déjà ce rôle à partir du"),
    ],
)
def test_what_is_wrong_is_said_of_the_field_concerned(world, given, field, told):
    said = {name: value() if callable(value) else value for name, value in given.items()}
    before = RoleGrant.objects.count()

    with pytest.raises(RoleRefused, match=told) as refusal:
        grant_role(
            R.EDITOR,
            **{"to": world.holder, "place": None, "by": ACTORS["programme"](world), "reason": "Arrivée", **said},
        )
    assert (refusal.value.field, RoleGrant.objects.count(), AuditEntry.objects.count()) == (field, before + 1, 0)


def test_roles_of_two_periods_do_not_overlap_and_may_follow(world):
    by = ACTORS["programme"](world)
    grant_role(R.JUROR, to=world.holder, place=None, by=by, reason="Promotion", start=ahead(1), end=ahead(1))

    with pytest.raises(RoleRefused, match="a déjà ce rôle du"):
        grant_role(R.JUROR, to=world.holder, place=None, by=by, reason="Promotion", end=ahead(1))
    assert try_grant(R.JUROR, None, to=world.holder, by=by, end=today())
    assert try_grant(R.JUROR, None, to=world.holder, by=by, start=ahead(2))


def test_a_role_of_another_kind_of_place_is_a_fault_of_the_caller(world):
    with pytest.raises(ValueError, match="no role of"):
        grant_role(R.EDITOR, to=world.holder, place=world.startup, by=None, reason="Essai")


def test_the_database_keeps_one_open_role_of_a_kind():
    startup, incubator = StartupFactory(), IncubatorFactory()
    for role, scope in (
        (R.EDITOR, {}),
        (R.STARTUP_LEAD, {"startup": startup}),
        (R.INCUBATOR_STAFF, {"incubator": incubator}),
    ):
        first = RoleGrantFactory(role=role, **scope)
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrantFactory(user=first.user, role=role, **scope)
        RoleGrant.objects.filter(pk=first.pk).update(withdrawn_at=timezone.now())
        RoleGrantFactory(user=first.user, role=role, **scope)


def test_every_role_is_in_the_table_once():
    incubator = IncubatorFactory()
    every = [*roles_of(None), *roles_of(incubator), *roles_of(StartupFactory(incubator=incubator))]

    assert sorted(every) == sorted(RoleName) == sorted(ROLE_RULES)


# What is left behind --------------------------------------------------------------


def test_a_grant_and_a_withdrawal_are_in_the_audit_log(world):
    by = RoleGrantFactory(role=R.STARTUP_LEAD, startup=world.startup).user
    grant = grant_role(
        R.RECRUITER, to=world.holder, place=world.startup, by=by, reason=" Trois postes à pourvoir ", end=ahead(1)
    )
    withdraw_role(grant, by=by, reason="Postes pourvus")

    given, taken = AuditEntry.objects.all()
    told = {"grant": grant.pk, "role": "recruteur", "startup": world.startup.pk, "incubator": None}
    told |= {"start": today().isoformat(), "end": ahead(1).isoformat()}
    assert (given.action, given.detail.facts) == ("role_granted", {**told, "reason": "Trois postes à pourvoir"})
    assert (taken.action, taken.detail.facts) == ("role_withdrawn", {**told, "reason": "Postes pourvus"})
    assert list(AuditEntry.objects.by(by)) == list(AuditEntry.objects.about(world.holder)) == [given, taken]
    assert list(Walk().faults()) == []
    grant.refresh_from_db()
    assert (grant.granted_by, grant.withdrawn_by, grant.withdrawal_reason) == (by, by, "Postes pourvus")


def test_what_the_log_cannot_keep_is_not_done(world, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr("community.audit.record", full)
    before = RoleGrant.objects.count()
    with pytest.raises(OSError, match="no space left"):
        grant_role(R.EDITOR, to=world.holder, place=None, by=None, reason="Essai")
    assert RoleGrant.objects.count() == before


def test_a_withdrawal_takes_effect_at_once(world):
    lead = RoleGrantFactory(role=R.STARTUP_LEAD, startup=world.startup)
    mission = MissionFactory(startup=world.startup)
    assert (viewer_of(lead.user).tier, actors_of(lead.user, mission)) == (Audience.TEAMS, {Actor.TEAM})

    withdraw_role(lead, by=lead.user, reason="Passage de relais")

    again = User.objects.get(pk=lead.user_id)
    assert (viewer_of(again).tier, actors_of(again, mission)) == (Audience.PUBLIC, frozenset())
    assert grantable(again, world.startup) == []


def test_an_end_that_has_passed_needs_nobody(world):
    grant = RoleGrantFactory(role=R.PROGRAMME, start=YESTERDAY, end=YESTERDAY)

    assert (grant.is_over(), grant.is_over(ahead(-1))) == (True, False)
    assert (list(RoleGrant.objects.in_force().filter(pk=grant.pk)), list(RoleGrant.objects.over())) == ([], [grant])
    with pytest.raises(RoleRefused, match="déjà pris fin"):
        withdraw_role(grant, by=grant.user, reason="Trop tard")


@pytest.mark.parametrize("role", RoleName)
def test_everybody_may_give_up_their_own_role(world, role):
    place = {R.INCUBATOR_STAFF: world.incubator, R.STARTUP_LEAD: world.startup, R.RECRUITER: world.startup}.get(role)
    RoleGrantFactory(role=R.PROGRAMME)
    grant = RoleGrantFactory(role=role, **scope_of(place))

    assert withdraw_role(grant, by=grant.user, reason="Je pars").is_over()


# The last administrator -----------------------------------------------------------


def test_the_last_of_the_programme_stays():
    last = RoleGrantFactory(role=R.PROGRAMME)
    RoleGrantFactory(role=R.PROGRAMME, user__is_active=False)
    RoleGrantFactory(role=R.PROGRAMME, start=TOMORROW)
    RoleGrantFactory(role=R.PROGRAMME, start=YESTERDAY, end=YESTERDAY)
    temporary = RoleGrantFactory(role=R.PROGRAMME, end=TOMORROW)

    for by in (last.user, temporary.user, UserFactory(is_superuser=True), None):
        with pytest.raises(RoleRefused, match="dernier rôle « Équipe du programme »"):
            withdraw_role(last, by=by, reason="Départ")
    assert RoleGrant.objects.in_force().count() == 3
    # Those beside may go: one lasts.
    assert withdraw_role(temporary, by=last.user, reason="Départ").is_over()
    RoleGrantFactory(role=R.PROGRAMME)
    assert withdraw_role(last, by=last.user, reason="Départ").is_over()


def test_one_that_does_not_count_may_be_withdrawn_from_the_last():
    last = RoleGrantFactory(role=R.PROGRAMME)
    for beside in (RoleGrantFactory(role=R.PROGRAMME, user__is_active=False), RoleGrantFactory(start=TOMORROW)):
        assert withdraw_role(beside, by=last.user, reason="Ménage").is_over()


# Two at once ----------------------------------------------------------------------


def test_the_second_to_withdraw_is_told_who_was_first(world):
    first = RoleGrantFactory(role=R.STARTUP_LEAD, startup=world.startup, user=colleague(world.startup)).user
    second = RoleGrantFactory(role=R.STARTUP_LEAD, startup=world.startup).user
    grant = RoleGrantFactory(role=R.RECRUITER, startup=world.startup)
    withdraw_role(grant, by=first, reason="Départ")

    with pytest.raises(RoleRefused, match=f"déjà été retiré par {first.member.full_name} le .* : rien n’a changé"):
        withdraw_role(grant, by=second, reason="Départ aussi")
    grant.refresh_from_db()
    assert (grant.withdrawal_reason, AuditEntry.objects.count()) == ("Départ", 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time: the other waits")
def test_two_who_withdraw_each_other_at_once_leave_one_of_them():
    grants = [RoleGrantFactory(role=R.PROGRAMME) for _ in range(2)]

    def withdraw(number: int) -> str:
        try:
            withdraw_role(grants[number], by=grants[1 - number].user, reason="Désaccord")
        except RoleNotAllowed as refusal:
            return str(refusal)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(2) as both:
        told = sorted(both.map(withdraw, range(2)))
    assert told == ["", "Vous ne pouvez pas, ou ne pouvez plus, retirer ce rôle."]
    assert (RoleGrant.objects.in_force().count(), AuditEntry.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time: the other waits")
def test_of_many_who_act_on_one_role_at_once_one_succeeds():
    by = [RoleGrantFactory(role=R.PROGRAMME).user for _ in range(6)]
    holder = UserFactory()

    def give(user: User) -> bool:
        try:
            grant_role(R.EDITOR, to=holder, place=None, by=user, reason="Renfort")
        except RoleRefused:
            return False
        finally:
            connections.close_all()
        return True

    def take(user: User) -> bool:
        try:
            withdraw_role(RoleGrant.objects.get(user=holder), by=user, reason="Fin")
        except RoleRefused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(6) as windows:
        given, taken = list(windows.map(give, by)), list(windows.map(take, by))
    assert (given.count(True), taken.count(True), AuditEntry.objects.count()) == (1, 1, 2)
    assert list(Walk().faults()) == []


# The first administrator ----------------------------------------------------------


def grant_by_command(*words: str) -> str:
    out = io.StringIO()
    call_command("grant_role", *words, "--reason", "Ouverture du portail", stdout=out)
    return out.getvalue()


def test_the_first_administrator_is_named_from_the_server():
    said = grant_by_command("Claude.Premier@exemple.fr", "programme", "--create")

    assert said.startswith(
        "Compte ouvert : claude.premier@exemple.fr.\nclaude.premier@exemple.fr : Équipe du programme, "
    )
    grant = RoleGrant.objects.get()
    assert (grant.granted_by, grant.reason, grant.user.has_usable_password()) == (None, "Ouverture du portail", False)
    assert R.PROGRAMME in grantable(grant.user, None)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.detail.facts["reason"]) == ("", "Ouverture du portail")


def test_the_command_gives_the_roles_of_places_too():
    user, startup, incubator = UserFactory(), StartupFactory(), IncubatorFactory()
    grant_by_command(user.email.upper(), "responsable", f"--startup={startup.slug}", f"--until={ahead(1)}")
    grant_by_command(user.email, "incubateur", f"--incubator={incubator.slug}")

    assert list(RoleGrant.objects.values_list("role", "startup", "incubator", "end")) == [
        ("responsable", startup.pk, None, ahead(1)),
        ("incubateur", None, incubator.pk, None),
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["absent@exemple.fr", "programme"], "Aucun compte"),
        (["pas une adresse", "programme", "--create"], "n’est pas une adresse"),
        (["connu@exemple.fr", "programme", "--startup=absente"], "n’est l’identifiant d’aucune fiche"),
        (["connu@exemple.fr", "responsable"], "un rôle de startup"),
        (["connu@exemple.fr", "responsable", "--startup=a", "--incubator=b"], "pas les deux"),
        (["connu@exemple.fr", "programme", "--until=31/12/2031"], "n’est pas une date"),
        (["connu@exemple.fr", "programme", "--until=2001-12-31"], "avant le début"),
        (["connu@exemple.fr", "programme", "--until=2031-12-31"], "a déjà ce rôle"),
    ],
)
def test_the_command_says_in_french_what_it_cannot_do(words, told):
    RoleGrantFactory(user=UserFactory(email="connu@exemple.fr"))

    with pytest.raises(CommandError, match=told):
        grant_by_command(*words)
    assert (RoleGrant.objects.count(), User.objects.count(), AuditEntry.objects.count()) == (1, 1, 0)
