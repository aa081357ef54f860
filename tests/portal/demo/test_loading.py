"""`load_demo`: enough of everything, believable, always the same for a seed and a day, and nothing real."""

import hashlib
import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, Max, Min
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.enums import Domain, Engagement, MemberStatus, PhaseName, RoleName, Visibility
from community.folding import folded
from community.models import (
    Claim,
    EngagementSought,
    FundingAward,
    FundingRound,
    Incubator,
    Member,
    MemberSkill,
    Organisation,
    Phase,
    RoleGrant,
    Startup,
    StartupEvent,
    Stint,
    Team,
    User,
)
from community.visibility import viewer_of
from portal.demo import tables
from portal.demo.accounts import ACCOUNTS, EMAILS, account
from portal.demo.joining import CLAIMANTS
from portal.demo.loading import load
from recruitment.enums import MISSION_TRANSITIONS, PENDING, ApplicationState, MissionState
from recruitment.models import MAX_APPRECIATED_SKILLS, MAX_REQUIRED_SKILLS, Application, Mission, MissionEvent
from search import registry
from search.declarations import Audience
from search.models import OutboxEntry
from tests.community.factories import MemberFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 16)

TABLES = {
    Member: ("slug", "full_name", "role", "domain", "biography", "links", "is_looking", "looking_until", "user__email",
             "available_from", "days_per_week", "daily_rate_floor", "region", "commune", "remote", "seniority",
             "visibility", "is_listed", "incubator__slug", "created_at", "teams__slug", "hidden_from_startups__slug"),
    MemberSkill: ("member__slug", "position", "skill__slug", "level"),
    EngagementSought: ("member__slug", "engagement"),
    Stint: ("member__slug", "start", "end", "status", "employer", "is_confirmed", "startups__slug"),
    Organisation: ("slug", "name", "acronym", "kind", "ministerial_domain"),
    Incubator: ("slug", "name", "owner__slug", "summary", "description", "address", "contact", "website",
                "highlighted_startups__slug"),
    Team: ("slug", "name", "incubator__slug", "mission"),
    FundingRound: ("number", "title", "body"),
    FundingAward: ("startup__slug", "round__number", "amount"),
    Startup: ("slug", "name", "pitch", "description", "incubator__slug", "website", "repository", "contact",
              "accessibility_status", "stats_url", "budget_url", "impact_url", "sponsors__slug", "themes__slug",
              "user_types__slug", "technologies__slug"),
    Phase: ("startup__slug", "name", "start", "end"),
    StartupEvent: ("startup__slug", "name", "date", "comment"),
    RoleGrant: ("user__email", "role", "startup__slug", "incubator__slug", "granted_by__email", "reason", "start"),
    User: ("email", "first_name", "last_name"),
    Mission: ("slug", "startup__slug", "title", "domain", "summary", "description", "engagement", "vehicle",
              "days_per_week", "duration_months", "starts_on", "daily_rate_min", "daily_rate_max", "salary_min",
              "salary_max", "region", "commune", "remote", "seniority", "contact", "openings", "state",
              "published_at", "expires_on", "created_at", "created_by__email"),
    MissionEvent: ("mission__slug", "happened_at", "from_state", "to_state", "actor__email", "reason"),
    Application: ("mission__slug", "candidate__email", "state", "message", "available_from", "days_per_week",
                  "daily_rate", "submitted_at", "news_at"),
}  # fmt: skip


def rows():
    """Everything that was loaded, by natural keys."""
    return {
        model.__name__: sorted(map(repr, model.objects.order_by().values_list(*fields)))
        for model, fields in TABLES.items()
    }


def digest():
    return hashlib.sha256(repr(rows()).encode()).hexdigest()


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The community that `load_demo` makes by itself, once for the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", today=DAY, verbosity=0)
        yield
        transaction.set_rollback(True)


def digest_of(**options):
    with transaction.atomic():
        load(**{"members": 60, "seed": 1, "day": DAY, **options})
        found = digest()
        transaction.set_rollback(True)
    return found


class TestTheCommand:
    def test_same_seed_and_day_give_the_same_rows(self):
        assert digest_of() == digest_of()

    def test_another_seed_gives_another_community(self):
        assert digest_of() != digest_of(seed=2)

    def test_another_day_moves_the_dates(self):
        assert digest_of() != digest_of(day=DAY + timedelta(days=1))

    def test_database_with_members_is_refused_and_left_as_it_is(self):
        MemberFactory()
        with pytest.raises(CommandError, match="La base contient déjà des membres") as error:
            call_command("load_demo", verbosity=0)
        assert error.value.returncode == 1
        assert (Member.objects.count(), Startup.objects.count()) == (1, 0)

    def test_force_adds_to_what_is_there_and_the_accounts_go_with_the_newest(self):
        call_command("load_demo", members=30, today=DAY, verbosity=0)
        first = User.objects.get(email=account("candidate").email).member.slug
        call_command("load_demo", members=30, today=DAY, force=True, verbosity=0)
        assert Member.objects.count() == 60
        assert User.objects.get(email=account("candidate").email).member.slug == f"{first}.2"

    def test_too_few_members_are_refused(self):
        with pytest.raises(CommandError, match="au moins 20 membres"):
            call_command("load_demo", members=3, verbosity=0)

    def test_every_document_is_to_be_built_anew_and_no_row_is_queued(self):
        call_command("load_demo", members=30, today=DAY, verbosity=0)
        entries = sorted(OutboxEntry.objects.values_list("document", "ids", "source"))
        assert entries == sorted((document.name, None, "") for document in registry.all())

    def test_queries_grow_with_chunks_not_with_rows(self):
        def queries(members):
            with transaction.atomic(), CaptureQueriesContext(connection) as captured:
                load(members, 1, DAY)
                transaction.set_rollback(True)
            return len(captured)

        assert queries(120) < queries(60) + 60

    def test_scaled_community_has_namesakes_with_slugs_of_their_own(self):
        call_command("load_demo", members=2_000, today=DAY, verbosity=0)
        assert Member.objects.count() == 2_000
        assert Startup.objects.count() == 132
        names = Counter(Member.objects.values_list("full_name", flat=True))
        namesakes = [name for name, count in names.items() if count > 1]
        assert len(namesakes) > 20
        slugs = sorted(Member.objects.filter(full_name=namesakes[0]).values_list("slug", flat=True))
        assert slugs[1] == f"{slugs[0]}.2"


class TestWhatIsThere:
    @pytest.fixture(autouse=True)
    def _loaded(self, demo):
        pass

    def test_members_of_every_status(self):
        found = Counter(Member.objects.with_status(DAY).values_list("status", flat=True))
        assert sum(found.values()) >= 300
        assert {status for status, count in found.items() if count >= 5} == set(MemberStatus)

    def test_candidates_listed_and_not(self):
        candidates = Member.objects.with_status_in(MemberStatus.CANDIDATE, day=DAY)
        listed = Counter(candidates.values_list("is_listed", flat=True))
        assert min(listed[True], listed[False]) >= 5

    def test_every_name_is_folded(self):
        for rows, name in ((Member, "full_name"), (Startup, "name"), (Mission, "title")):
            held = list(rows.objects.values_list(name, "name_folded"))
            assert held == [(text, folded(text)) for text, _ in held]

    def test_some_hide(self):
        assert set(Member.objects.values_list("visibility", flat=True)) == set(Visibility)
        assert Member.objects.exclude(hidden_from_startups=None).exists()

    def test_startups_in_every_phase(self):
        phases = Counter(Startup.objects.with_phase().values_list("phase", flat=True))
        assert sum(phases.values()) == 60
        assert set(phases) == set(PhaseName)

    def test_phases_follow_one_another_up_to_the_day(self):
        for startup in Startup.objects.prefetch_related("phases"):
            phases = list(startup.phases.all())
            assert [phase.end for phase in phases] == [*(phase.start for phase in phases[1:]), None]
            assert phases[-1].start < DAY

    def test_nothing_happened_after_the_day_but_what_is_planned(self):
        assert StartupEvent.objects.aggregate(last=Max("date"))["last"] <= DAY
        assert timezone.localdate(MissionEvent.objects.aggregate(last=Max("happened_at"))["last"]) < DAY

    def test_awards_are_for_startups_that_accelerated(self):
        awarded = set(FundingAward.objects.values_list("startup__slug", flat=True))
        accelerated = set(Phase.objects.filter(name=PhaseName.ACCELERATION).values_list("startup__slug", flat=True))
        assert len(awarded) >= 10
        assert awarded <= accelerated
        assert FundingRound.objects.count() == 17

    def test_incubators_one_without_a_startup_yet(self):
        hosted = Incubator.objects.annotate(n=Count("startups")).values_list("n", flat=True)
        assert len(hosted) == 12
        assert sorted(hosted)[0] == 0

    def test_open_missions_in_every_engagement(self):
        found = Counter(Mission.objects.open(DAY).values_list("engagement", flat=True))
        assert sum(found.values()) >= 25
        assert {name for name, count in found.items() if count >= 3} == set(Engagement)

    def test_missions_in_every_state_and_one_past_its_day(self):
        assert set(Mission.objects.values_list("state", flat=True)) == set(MissionState)
        assert Mission.objects.filter(state=MissionState.OPEN, expires_on__lt=DAY).count() == 1

    def test_stories_of_missions_are_chains_of_allowed_moves(self):
        for mission in Mission.objects.prefetch_related("events"):
            moves = [(event.from_state, event.to_state) for event in mission.events.all()]
            states = [MissionState.DRAFT, *(to for _from, to in moves)]
            assert moves == list(pairwise(states))
            assert set(moves) <= set(MISSION_TRANSITIONS)
            assert states[-1] == mission.state

    def test_moves_that_need_a_reason_have_one(self):
        for event in MissionEvent.objects.all():
            needs = MISSION_TRANSITIONS[(event.from_state, event.to_state)].needs_reason
            assert bool(event.reason) == needs

    def test_missions_pay_as_their_engagement_does(self):
        freelance = Mission.objects.filter(engagement=Engagement.FREELANCE)
        assert not freelance.exclude(salary_min=None).exists()
        assert not freelance.filter(daily_rate_min=None).exists()
        assert not Mission.objects.exclude(engagement=Engagement.FREELANCE).exclude(daily_rate_min=None).exists()

    def test_skills_of_missions_keep_within_bounds(self):
        counted = Mission.objects.annotate(
            asked=Count("required_skills", distinct=True), liked=Count("appreciated_skills", distinct=True)
        )
        bounds = counted.aggregate(least=Min("asked"), most=Max("asked"), most_liked=Max("liked"))
        assert bounds["least"] >= 1
        assert bounds["most"] <= MAX_REQUIRED_SKILLS
        assert bounds["most_liked"] <= MAX_APPRECIATED_SKILLS

    @pytest.mark.parametrize(
        ("domain", "skill", "region"),
        [(Domain.DEVELOPPEMENT, "Django", "11"), (Domain.DESIGN, "UX", "53"), (Domain.DATA, "Data Science", "11")],
    )
    def test_usual_searches_have_several_answers(self, domain, skill, region):
        public = Member.objects.visible_to(AnonymousUser())
        assert public.filter(domain=domain, skills__name=skill, region=region).count() >= 3

    def test_members_are_varied(self):
        members = Member.objects.all()
        assert members.values("role").distinct().count() >= 60
        assert set(members.values_list("domain", flat=True)) == set(Domain)
        told = list(members.exclude(biography="").values_list("biography", flat=True))
        assert len(set(told)) >= 0.97 * len(told)

    def test_what_people_look_for_is_sometimes_unknown_and_mostly_known(self):
        total = Member.objects.count()
        for field in ("region", "remote", "seniority"):
            assert 0.02 * total < Member.objects.filter(**{field: ""}).count() < 0.5 * total
        assert 0.02 * total < Member.objects.filter(days_per_week=None).count() < 0.5 * total

    def test_developers_have_the_skills_of_their_title(self):
        django = Member.objects.filter(role__icontains="Django").exclude(skills=None)
        assert django.count() >= 5
        assert not django.exclude(skills__name="Django").exists()

    def test_addresses_are_in_example_domains(self):
        everything = repr(rows())
        hosts = set(re.findall(r"[\w.+-]+@([\w.-]+\w)", everything)) | set(
            re.findall(r"https?://([\w.-]+)", everything)
        )
        assert {".".join(host.split(".")[-2:]) for host in hosts} == {"demo.example"}

    @pytest.mark.real_data
    def test_no_startup_or_employer_has_the_name_of_a_real_one(self, betagouv_content):
        real = set()
        for path in [*betagouv_content.glob("_startups/*.md"), *betagouv_content.glob("_authors/*.md")]:
            text = path.read_text(encoding="utf-8", errors="replace")
            real.update(name.strip("\"' ").casefold() for name in re.findall(r"(?:title|employer):(.*)", text))
        invented = {*Startup.objects.values_list("name", flat=True), *tables.words("employers")}
        assert {name for name in invented if name.casefold() in real} == set()


class TestTheAccounts:
    @pytest.fixture(autouse=True)
    def _loaded(self, demo):
        pass

    def test_each_account_is_verified_and_has_no_password(self):
        for user in User.objects.filter(email__in=EMAILS):
            assert not user.has_usable_password()
            assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [
                (user.email, True, True)
            ]
        assert User.objects.filter(email__in=EMAILS).count() == len(ACCOUNTS) == 6

    @pytest.mark.parametrize("row", ACCOUNTS, ids=lambda row: row.key)
    def test_each_account_has_its_roles_and_its_member(self, row):
        user = User.objects.get(email=row.email)
        assert sorted(user.role_grants.in_force(DAY).values_list("role", flat=True)) == sorted(row.roles)
        assert Member.objects.filter(user=user).exists() == row.has_member

    def test_nobody_is_superuser(self):
        assert not User.objects.filter(is_superuser=True).exists()

    def test_the_team_leads_a_startup_with_several_open_missions(self):
        user = User.objects.get(email=account("team").email)
        grant = user.role_grants.get(role=RoleName.STARTUP_LEAD)
        assert grant.startup.missions.open(DAY).count() == 5
        assert user.member.stints.on(DAY).confirmed().filter(startups=grant.startup).count() == 1

    def test_the_team_reads_applications_in_every_state_that_waits(self):
        user = User.objects.get(email=account("team").email)
        rows = Application.objects.readable_by(user)
        assert {mission.state for mission in Mission.objects.filter(applications__in=rows)} == {MissionState.OPEN}
        assert set(PENDING) <= set(rows.values_list("state", flat=True))
        for row in rows:
            last = row.events.order_by("happened_at").last()
            assert row.state == (last.to_state if last else ApplicationState.SUBMITTED)
            assert row.submitted_at <= row.news_at <= timezone.make_aware(datetime.combine(DAY, time(12)))

    def test_the_incubator_is_that_of_the_team(self):
        team = User.objects.get(email=account("team").email).role_grants.get(role=RoleName.STARTUP_LEAD).startup
        assert User.objects.get(email=account("incubator").email).role_grants.get().incubator == team.incubator

    def test_two_people_ask_for_one_record_for_the_programme_to_decide(self):
        claims = list(Claim.objects.open().select_related("member"))
        assert {claim.user.email for claim in claims} == set(CLAIMANTS)
        [record] = {claim.member for claim in claims}
        assert (record.user, record.visibility) == (None, Visibility.PUBLIC)

    @pytest.mark.parametrize("key", ["editor", "programme"])
    def test_those_who_edit_enter_wagtail(self, key):
        user = User.objects.get(email=account(key).email)
        assert user.has_perm("wagtailadmin.access_admin")

    @pytest.mark.parametrize("key", ["candidate", "member", "team", "incubator"])
    def test_the_others_do_not(self, key):
        user = User.objects.get(email=account(key).email)
        assert not user.has_perm("wagtailadmin.access_admin")

    @pytest.mark.parametrize("key", ["candidate", "member"])
    def test_those_who_look_have_a_complete_profile(self, key):
        member = User.objects.get(email=account(key).email).member
        assert member.is_looking
        assert "" not in (member.region, member.commune, member.remote, member.seniority, member.biography)
        assert None not in (member.available_from, member.days_per_week, member.daily_rate_floor)
        assert member.skills.count() == 7
        assert member.engagements.count() >= 2

    def test_the_candidate_has_no_stint_and_is_listed(self):
        candidate = Member.objects.with_status(DAY).get(user__email=account("candidate").email)
        assert (candidate.status, candidate.is_listed) == (MemberStatus.CANDIDATE, True)

    def test_the_member_has_a_history(self):
        member = User.objects.get(email=account("member").email).member
        assert (member.stints.confirmed().count(), member.stints.filter(is_confirmed=False).count()) == (3, 2)
        assert member.stints.on(DAY).count() == 1

    @time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC))
    def test_the_team_and_the_staff_see_what_teams_see(self):
        tiers = {row.key: viewer_of(User.objects.get(email=row.email)).tier for row in ACCOUNTS}
        assert tiers == {
            "candidate": Audience.PUBLIC,
            "member": Audience.COMMUNITY,
            "team": Audience.TEAMS,
            "editor": Audience.COMMUNITY,
            "incubator": Audience.TEAMS,
            "programme": Audience.TEAMS,
        }
