"""A mission is submitted, reviewed, published, extended, closed and reopened; its clock and its mails."""

from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from community.actions.profile import ChangedMeanwhile
from community.days import today
from community.enums import Domain, Engagement, Remote, RoleName
from community.models import Mail
from recruitment.actions.expiry import can_extend, close_mission, expire_due, extend, remind_ends, reopen
from recruitment.actions.missions import MoveNotAllowed, MoveRefused, ReasonMissing, move
from recruitment.actions.posting import (
    IncompleteError,
    create_draft,
    publish,
    save_step,
    state_of_mission,
    state_of_step,
    submit,
)
from recruitment.actions.reviewing import to_review
from recruitment.enums import ApplicationState, MissionOutcome, MissionState, MissionStep
from recruitment.models import Mission, MissionChange, MissionEvent
from tests.community.factories import IncubatorFactory, RoleGrantFactory, StartupFactory, UserFactory
from tests.recruitment.factories import ApplicationFactory, MissionFactory, recruiter_of

pytestmark = pytest.mark.django_db

S = MissionState
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def startup():
    return StartupFactory(slug="ortolan", name="Ortolan", incubator=IncubatorFactory())


@pytest.fixture
def lead(startup):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user


@pytest.fixture
def staff(startup):
    return RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator).user


def mission_of(startup, state=S.OPEN, **fields):
    told = {
        "title": "Designer de service",
        "domain": Domain.DESIGN,
        "summary": "Un.",
        "description": "Deux.",
        "engagement": Engagement.FREELANCE,
        "remote": Remote.FULL,
    }
    return MissionFactory(startup=startup, state=state, **{**told, **fields})


def told(user):
    """The objects of the mails that somebody was sent, in their order."""
    return list(Mail.objects.filter(user=user).order_by("pk").values_list("subject", flat=True))


def act(client, mission, verb, **sent):
    return client.post(f"/equipe/ortolan/missions/{mission.pk}/etat/", {"verbe": verb, "vu": mission.state, **sent})


# Submitted and published -----------------------------------------------------------------


def test_a_whole_story_from_the_draft_to_the_page(client, startup, lead, staff):
    mission = mission_of(startup, S.DRAFT, slug="brouillon-1", published_at=None, expires_on=None)
    client.force_login(lead)
    act(client, mission, "soumettre")
    mission.refresh_from_db()
    assert (mission.state, mission.slug) == (S.IN_REVIEW, "designer-de-service-ortolan")
    assert told(staff) == ["Mission à relire : Designer de service (Ortolan)"]
    client.force_login(staff)
    page = client.get(f"/missions-a-relire/{mission.pk}/")
    client.post(f"/missions-a-relire/{mission.pk}/", {"publier": "1", "seen": page.context["seen"]})
    mission.refresh_from_db()
    assert (mission.state, mission.expires_on) == (S.OPEN, today() + timedelta(days=60))
    assert told(lead) == ["Votre mission est publiée : Designer de service"]
    client.logout()
    assert client.get("/missions/designer-de-service-ortolan/").status_code == 200


def test_an_incomplete_draft_is_told_each_thing_with_its_step_and_is_not_submitted(client, startup, lead, staff):
    draft = create_draft(startup, by=lead)
    with pytest.raises(IncompleteError):
        submit(draft, by=lead)
    client.force_login(lead)
    page = client.get(f"/equipe/ortolan/missions/{draft.pk}/apercu/")
    assert [(remark.key, url.rsplit("/", 2)[1]) for remark, url in page.context["lacks"]] == [
        ("title", "besoin"),
        ("domain", "besoin"),
        ("summary", "besoin"),
        ("description", "besoin"),
        ("engagement", "conditions"),
        ("place", "conditions"),
    ]
    assert (act(client, draft, "soumettre")["Location"], told(staff)) == (
        f"/equipe/ortolan/missions/{draft.pk}/apercu/",
        [],
    )
    assert Mission.objects.get().state == S.DRAFT


def test_a_field_that_is_not_saved_stops_the_submission(startup, lead):
    mission = mission_of(startup, S.DRAFT)
    seen = state_of_step(mission, MissionStep.CONDITIONS)
    save_step(mission, MissionStep.CONDITIONS, {}, typed={"daily_rate_min": ["abc"]}, by=lead, seen=seen)
    with pytest.raises(IncompleteError) as refusal:
        submit(mission, by=lead)
    assert [remark.key for remark in refusal.value.remarks] == ["unread"]


def test_two_missions_of_one_title_have_two_addresses(startup, lead):
    first, second = (mission_of(startup, S.DRAFT, slug=f"brouillon-{number}") for number in range(2))
    submit(first, by=lead)
    submit(second, by=lead)
    assert first.slug == "designer-de-service-ortolan"
    assert second.slug.startswith("designer-de-service-ortolan-")


def test_a_mission_is_sent_back_with_a_reason_and_submitted_again(client, startup, lead, staff):
    mission = mission_of(startup, S.IN_REVIEW, published_at=None)
    client.force_login(staff)
    path = f"/missions-a-relire/{mission.pk}/"
    assert client.post(path, {"renvoyer": "1", "reason": " "}).context["form"].errors["reason"] == [
        "Dites à l’équipe ce qu’elle doit reprendre."
    ]
    client.post(path, {"renvoyer": "1", "reason": "Précisez le lieu."})
    assert Mission.objects.get().state == S.DRAFT
    assert told(lead) == ["Votre mission est à reprendre : Designer de service"]
    assert "Motif : Précisez le lieu." in Mail.objects.get(user=lead).text
    submit(Mission.objects.get(), by=lead)
    assert Mission.objects.get().state == S.IN_REVIEW


def test_what_the_team_changes_while_a_reviewer_reads_is_not_published_unseen(client, startup, lead, staff):
    mission = mission_of(startup, S.IN_REVIEW, published_at=None)
    move(mission_of(startup), S.SUSPENDED, by=lead)
    seen = state_of_mission(mission)
    step = MissionStep.CONDITIONS
    save_step(mission, step, {"daily_rate_max": 900}, by=lead, seen=state_of_step(mission, step))
    with pytest.raises(ChangedMeanwhile):
        publish(mission, by=staff, seen=seen)
    client.force_login(staff)
    response = client.post(f"/missions-a-relire/{mission.pk}/", {"publier": "1", "seen": seen})
    (moment,) = response.context["changed"]
    (difference,) = moment.differences
    assert (difference.before, difference.after, difference.matters) == ("rien", "900", True)
    assert Mission.objects.get(pk=mission.pk).state == S.IN_REVIEW
    client.post(f"/missions-a-relire/{mission.pk}/", {"publier": "1", "seen": response.context["seen"]})
    assert Mission.objects.get(pk=mission.pk).state == S.OPEN


def test_of_two_reviewers_one_publishes_and_the_other_is_told(client, startup, staff):
    mission = mission_of(startup, S.IN_REVIEW)
    seen = state_of_mission(mission)
    publish(mission, by=RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator).user, seen=seen)
    client.force_login(staff)
    response = client.post(f"/missions-a-relire/{mission.pk}/", {"renvoyer": "1", "reason": "Trop tard"}, follow=True)
    assert Mission.objects.get().state == S.OPEN
    assert "n’attend plus de relecture" in unescape(response.content.decode())


def test_a_reviewer_is_told_why_when_the_last_opening_was_taken_meanwhile(client, startup, staff):
    mission = mission_of(startup, S.IN_REVIEW)
    ApplicationFactory(mission=mission, state=ApplicationState.ACCEPTED)
    client.force_login(staff)
    path = f"/missions-a-relire/{mission.pk}/"
    response = client.post(path, {"publier": "1", "seen": client.get(path).context["seen"]})
    assert response.context["conflict"].startswith("Tous les postes de cette mission sont pourvus")
    assert Mission.objects.get().state == S.IN_REVIEW


def test_each_reviewer_sees_what_they_publish_and_nothing_else(client, startup, staff, count_queries):
    own = mission_of(startup, S.IN_REVIEW)
    mission_of(startup, S.DRAFT)
    elsewhere = StartupFactory(incubator=IncubatorFactory())
    theirs = mission_of(elsewhere, S.IN_REVIEW, title="Secrète")
    alone = mission_of(StartupFactory(incubator=None), S.IN_REVIEW)
    programme = RoleGrantFactory(role=RoleName.PROGRAMME).user
    assert list(to_review(staff)) == [own]
    assert set(to_review(programme)) == {theirs, alone}
    assert set(to_review(UserFactory(is_superuser=True))) == {own, theirs, alone}
    client.force_login(staff)
    client.get("/missions-a-relire/")
    one = count_queries(lambda: client.get("/missions-a-relire/"))
    for _ in range(5):
        mission_of(startup, S.IN_REVIEW)
    assert count_queries(lambda: client.get("/missions-a-relire/")) == one
    assert "Secrète" not in unescape(client.get("/missions-a-relire/").content.decode())
    assert client.get(f"/missions-a-relire/{theirs.pk}/").status_code == 404


def test_whoever_published_a_mission_sees_what_its_team_changes_and_nobody_elses(client, startup, lead, staff):
    elsewhere = mission_of(StartupFactory(incubator=IncubatorFactory()), title="Secrète")
    chief = RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=elsewhere.startup).user
    step = MissionStep.CONDITIONS
    for mission, user in ((mission_of(startup), lead), (elsewhere, chief)):
        told = {"engagement": Engagement.CONTRACT, "commune": "Lyon"}
        save_step(mission, step, told, by=user, seen=state_of_step(mission, step))
    client.force_login(staff)
    ((mission, moment),) = client.get("/missions-a-relire/").context["changed"]
    assert (mission.startup, [(one.label, one.before, one.after) for one in moment.differences]) == (
        startup,
        [("Engagement", "Freelance", "Contractuel"), ("Commune", "rien", "Lyon")],
    )


def test_without_staff_the_programme_is_told(startup, lead):
    programme = RoleGrantFactory(role=RoleName.PROGRAMME).user
    submit(mission_of(startup, S.DRAFT), by=lead)
    assert told(programme) == ["Mission à relire : Designer de service (Ortolan)"]


def test_a_long_story_has_pages_and_costs_the_same_as_a_short_one(client, startup, lead, staff, count_queries):
    mission = mission_of(startup, S.IN_REVIEW)
    path = f"/equipe/ortolan/missions/{mission.pk}/"
    client.force_login(lead)

    def change(number):
        titles = {"before": {"title": f"Titre {number - 1}"}, "after": {"title": f"Titre {number}"}}
        return MissionChange(mission=mission, state=S.IN_REVIEW, by=lead, **titles)

    MissionEvent.objects.create(mission=mission, actor=lead, from_state=S.DRAFT, to_state=S.IN_REVIEW)
    MissionChange.objects.bulk_create([change(0)])
    client.get(path)
    few = count_queries(lambda: client.get(path))
    MissionChange.objects.bulk_create([change(number) for number in range(1, 24)])
    MissionEvent.objects.create(mission=mission, actor=lead, from_state=S.OPEN, to_state=S.SUSPENDED)
    assert count_queries(lambda: client.get(path)) == few
    stories = [client.get(path, {"page": page}).context["story"] for page in ("1", "2", "9", "x")]
    told = [[moment.differences[0].after if moment.differences else moment.title for moment in one] for one in stories]
    assert told[0] == ["Suspendue", *(f"Titre {number}" for number in range(23, 4, -1))]
    assert told[1] == [*(f"Titre {number}" for number in range(4, -1, -1)), "Soumise à la relecture"]
    assert told[2:] == [told[1], told[0]]
    # Whoever reviews sees the latest edits, and the way to all of them.
    client.force_login(staff)
    page = client.get(f"/missions-a-relire/{mission.pk}/")
    assert [moment.differences[0].after for moment in page.context["changed"]] == [
        f"Titre {number}" for number in range(23, 3, -1)
    ]
    assert f'href="{path}#histoire"' in page.content.decode()
    assert client.get(path).status_code == 200


# Extended, closed, reopened ----------------------------------------------------------------


def test_one_click_extends_by_sixty_days_and_a_second_one_is_told(client, startup, lead):
    mission = mission_of(startup, expires_on=today() + timedelta(days=5))
    first = mission.published_at
    client.force_login(lead)
    ends = mission.expires_on.isoformat()
    act(client, mission, "prolonger", fin=ends)
    response = act(client, mission, "prolonger", fin=ends)
    row = Mission.objects.get()
    assert (row.expires_on, row.published_at) == (today() + timedelta(days=65), first)
    page = client.get(response["Location"])
    assert "a déjà été changée" in unescape(page.content.decode())
    assert [moment.title for moment in page.context["story"]] == ["Prolongée"]


def test_what_ends_late_or_is_over_is_not_extended(startup, lead):
    for expires_on in (today() + timedelta(days=61), today() - timedelta(days=1)):
        mission = mission_of(startup, expires_on=expires_on)
        assert not can_extend(mission)
        with pytest.raises(MoveRefused):
            extend(mission, by=lead, seen=expires_on.isoformat())
    with pytest.raises(MoveNotAllowed):
        extend(mission_of(startup, expires_on=today()), by=UserFactory(), seen=today().isoformat())


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(one, S.FILLED if one in ("portal", "elsewhere") else S.CLOSED) for one in MissionOutcome],
)
def test_a_mission_is_closed_with_what_became_of_it(client, startup, lead, outcome, state):
    mission = mission_of(startup)
    client.force_login(lead)
    client.post(
        f"/equipe/ortolan/missions/{mission.pk}/fermer/", {"outcome": outcome, "words": "Des mots", "vu": "open"}
    )
    event = MissionEvent.objects.get()
    assert (Mission.objects.get().state, event.outcome, event.reason) == (state, outcome, "Des mots")


def test_another_reason_needs_words_and_keeps_what_was_chosen(client, startup, lead):
    mission = mission_of(startup)
    with pytest.raises(ReasonMissing):
        close_mission(mission, MissionOutcome.OTHER, " ", by=lead)
    client.force_login(lead)
    response = client.post(f"/equipe/ortolan/missions/{mission.pk}/fermer/", {"outcome": "other", "vu": "open"})
    assert (response.context["form"]["outcome"].value(), Mission.objects.get().state) == ("other", S.OPEN)


def test_of_two_who_act_at_once_one_wins_and_the_other_is_told(client, startup, lead):
    mission = mission_of(startup)
    before_both = Mission.objects.get()
    client.force_login(lead)
    act(client, before_both, "suspendre")
    response = client.post(
        f"/equipe/ortolan/missions/{mission.pk}/fermer/", {"outcome": "elsewhere", "vu": before_both.state}
    )
    assert Mission.objects.get().state == S.SUSPENDED
    assert response.context["form"].errors != {}
    again = client.get(act(client, before_both, "suspendre")["Location"])
    assert "Quelqu’un a été plus rapide" in unescape(again.content.decode())
    assert MissionEvent.objects.count() == 1


@pytest.mark.parametrize("state", [S.FILLED, S.CLOSED, S.EXPIRED])
def test_a_mission_that_is_over_is_reviewed_before_it_opens_again(client, startup, lead, staff, state):
    mission = mission_of(startup, state, expires_on=today() - timedelta(days=3))
    client.force_login(lead)
    act(client, mission, "rouvrir")
    row = Mission.objects.get()
    assert (row.state, row.published_at) == (S.IN_REVIEW, mission.published_at)
    publish(row, by=staff, seen=state_of_mission(row))
    assert (row.state, Mission.objects.get().expires_on) == (S.OPEN, today() + timedelta(days=60))


@pytest.mark.parametrize(("openings", "accepted", "after"), [(1, 1, 2), (2, 3, 4), (2, 1, 2), (1, 0, 1)])
def test_a_mission_whose_openings_are_taken_is_reopened_for_one_more(client, startup, lead, openings, accepted, after):
    mission = mission_of(startup, S.FILLED, openings=openings)
    for _ in range(accepted):
        ApplicationFactory(mission=mission, state=ApplicationState.ACCEPTED)
    client.force_login(lead)
    page = unescape(client.get(act(client, mission, "rouvrir")["Location"]).content.decode())
    row = Mission.objects.get()
    assert (row.state, row.openings, row.openings_left()) == (S.IN_REVIEW, after, after - accepted)
    assert (f"elle en compte maintenant {after}" in page) == (after != openings)
    assert MissionChange.objects.count() == (after != openings)


def test_a_mission_without_an_opening_left_is_not_open_again_until_it_has_one(client, startup, lead):
    mission = mission_of(startup, S.SUSPENDED)
    ApplicationFactory(mission=mission, state=ApplicationState.ACCEPTED)
    client.force_login(lead)
    page = client.get(act(client, mission, "reprendre")["Location"])
    assert "Tous les postes de cette mission sont pourvus" in unescape(page.content.decode())
    Mission.objects.update(openings=2)
    act(client, mission, "reprendre")
    assert Mission.objects.get().state == S.OPEN


def test_what_the_clock_has_not_yet_closed_is_reopened_all_the_same(startup, lead):
    mission = mission_of(startup, expires_on=today() - timedelta(days=1))
    reopen(mission, by=lead)
    assert list(MissionEvent.objects.values_list("actor", "to_state")) == [(None, S.EXPIRED), (lead.pk, S.IN_REVIEW)]


def test_only_a_draft_that_nobody_read_is_thrown_away(client, startup, lead):
    kept, gone = mission_of(startup, S.DRAFT), mission_of(startup, S.DRAFT)
    MissionEvent.objects.create(mission=kept, from_state=S.IN_REVIEW, to_state=S.DRAFT)
    client.force_login(lead)
    for mission in (kept, gone):
        act(client, mission, "supprimer")
    assert list(Mission.objects.all()) == [kept]


def test_nothing_changes_on_a_get(client, startup, lead):
    mission = mission_of(startup)
    client.force_login(lead)
    assert client.get(f"/equipe/ortolan/missions/{mission.pk}/etat/?verbe=suspendre").status_code == 405
    assert Mission.objects.get().state == S.OPEN


# The clock ---------------------------------------------------------------------------------


def test_a_mission_expires_when_its_last_day_is_over_in_paris(startup, lead):
    mission = mission_of(startup, expires_on=datetime(2026, 10, 25).date())
    # The day of 25 hours: 23:30 in Paris is still it, and is 22:30 in UTC.
    assert expire_due(datetime(2026, 10, 25, 23, 30, tzinfo=PARIS)) == 0
    assert Mission.objects.get().state == S.OPEN
    assert expire_due(datetime(2026, 10, 26, 0, 5, tzinfo=PARIS)) == 1
    assert expire_due(datetime(2026, 10, 26, 1, 5, tzinfo=PARIS)) == 0
    mission.refresh_from_db()
    assert (mission.state, told(lead)) == (S.EXPIRED, ["Votre mission a expiré : Designer de service"])


def test_who_waits_is_told_once_that_the_mission_has_expired_and_who_answers_how_many_they_are(startup, lead):
    mission = mission_of(startup, expires_on=today() - timedelta(days=1))
    reader = recruiter_of(startup)
    # A reader who waits too is not told that they wait for themselves.
    states = [ApplicationState.SUBMITTED, ApplicationState.OFFERED, ApplicationState.REJECTED]
    asking, offered, rejected = [ApplicationFactory(mission=mission, state=state) for state in states]
    own = ApplicationFactory(mission=mission, candidate=reader)
    ApplicationFactory(mission=mission_of(startup))
    ApplicationFactory(mission=mission, candidate=None)

    assert (expire_due(), expire_due()) == (1, 0)

    assert told(asking.candidate) == ["Votre candidature est toujours en cours : Designer de service"]
    assert told(offered.candidate) == ["La proposition de l’équipe tient toujours : Designer de service"]
    assert told(rejected.candidate) == []
    assert told(lead) == ["Votre mission a expiré : Designer de service"]
    assert told(reader) == [
        "Votre mission a expiré, une personne attend votre réponse : Designer de service",
        "Votre candidature est toujours en cours : Designer de service",
    ]
    assert Mail.objects.count() == 5
    for row in (asking, offered, rejected, own):
        state, news_at = row.state, row.news_at
        row.refresh_from_db()
        assert (row.state, row.news_at) == (state, news_at)


def test_a_suspended_mission_past_its_end_expires_and_others_do_not(startup):
    over = today() - timedelta(days=1)
    for state in S:
        mission_of(startup, state, expires_on=over)
    mission_of(startup, expires_on=None)
    assert expire_due() == 2
    assert Mission.objects.filter(state=S.EXPIRED).count() == 3


def test_reminders_come_at_fourteen_and_three_days_once_each_even_late(startup, lead):
    recruiter = recruiter_of(startup)
    mission = mission_of(startup, expires_on=datetime(2026, 12, 31).date())

    def at(day):
        return remind_ends(datetime(2026, 12, day, 9, tzinfo=PARIS))

    # Nothing ran on the 17th, fourteen days before.
    assert [at(16), at(18), at(18), at(19), at(27), at(28), at(29), at(31)] == [0, 2, 0, 0, 0, 2, 0, 0]
    assert told(lead) == told(recruiter)
    assert told(lead) == [
        "Votre mission se termine dans 13 jours : Designer de service",
        "Votre mission se termine dans 3 jours : Designer de service",
    ]
    assert Mission.objects.get(pk=mission.pk).state == S.OPEN


def test_after_a_long_silence_only_the_nearest_reminder_comes(startup, lead):
    mission_of(startup, expires_on=today() + timedelta(days=1))
    assert [remind_ends(), remind_ends()] == [1, 0]
    assert told(lead) == ["Votre mission se termine demain : Designer de service"]


def test_a_mission_that_was_extended_is_reminded_of_its_new_end_only(startup, lead):
    mission = mission_of(startup, expires_on=today() + timedelta(days=14))
    remind_ends()
    extend(mission, by=lead, seen=mission.expires_on.isoformat())
    assert remind_ends(timezone.now() + timedelta(days=11)) == 0
    assert remind_ends(timezone.now() + timedelta(days=60)) == 1


def test_without_a_team_who_publishes_is_reminded(startup, staff):
    mission_of(startup, expires_on=today() + timedelta(days=2))
    assert remind_ends() == 1
    assert told(staff) == ["Votre mission se termine dans 2 jours : Designer de service"]


def test_a_hundred_ends_are_told_in_as_many_queries_as_one(startup, lead, count_queries):
    def ending():
        row = MissionFactory(expires_on=today() + timedelta(days=3), startup__incubator=startup.incubator)
        if row.pk % 2:
            recruiter_of(row.startup)

    RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator)
    mission_of(startup, expires_on=today() + timedelta(days=3))
    ending(), ending()
    few = count_queries(remind_ends)
    again = count_queries(remind_ends)
    for _ in range(6):
        ending()
    assert (count_queries(remind_ends), count_queries(remind_ends)) == (few, again)
    assert Mail.objects.count() == 9


# Ways to them ------------------------------------------------------------------------------


def test_who_writes_or_reviews_finds_their_missions_from_their_roles_and_nobody_else(client, startup, lead, staff):
    mission = mission_of(startup)
    for user, links in ((lead, True), (staff, True), (UserFactory(), False)):
        client.force_login(user)
        for page, target in (
            ("/startups/ortolan/", "/equipe/ortolan/missions/"),
            (f"/missions/{mission.slug}/", f"/equipe/ortolan/missions/{mission.pk}/"),
        ):
            assert (f'href="{target}"' in client.get(page).content.decode()) == links
    client.force_login(lead)
    assert 'href="/equipe/ortolan/missions/"' in client.get("/mes-roles/").content.decode()
    client.force_login(staff)
    assert 'href="/missions-a-relire/"' in client.get("/mes-roles/").content.decode()
