"""What teams and candidates say of the matching: kept, taken back, and told to nobody on the other side."""

import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from community.days import today
from community.enums import Engagement, FieldAudience, Remote, RoleName, Visibility
from community.models import AuditEntry
from community.privacy import Person
from community.privacy.export import archive
from recruitment.actions import feedback
from recruitment.actions.feedback import (
    FeedbackRefused,
    hide_profile,
    note_invited,
    refuse_mission,
    save_mission,
    save_profile,
    take_back_refusal,
    unhide_profile,
    unsave_mission,
    unsave_profile,
)
from recruitment.enums import HidingReason, MissionState, RefusalReason
from recruitment.models import MatchFeedback, Mission, SavedMission
from recruitment.views import matches
from tests.community.factories import MemberFactory, RoleGrantFactory, StartupFactory, StintFactory, UserFactory
from tests.recruitment.factories import MissionFactory

pytestmark = pytest.mark.django_db

FOR_ME = "/missions/pour-moi/"
SAVED = "/missions/enregistrees/"


def lead_of(mission):
    return RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=mission.startup).user


def list_of(mission):
    return f"/missions/{mission.slug}/profils/"


def slugs(response):
    return [card.object.slug for card in response.context["cards"]]


def said(mission):
    return [(row.member.slug, row.side, row.kind, row.reason) for row in MatchFeedback.objects.filter(mission=mission)]


def somebody(**fields):
    user = UserFactory()
    MemberFactory(user=user, listed=True, role="Développeuse", **fields)
    return user


# The verbs ------------------------------------------------------------------------------


def test_a_profile_is_hidden_with_its_score_and_its_best_criterion_of_that_day():
    mission, member = MissionFactory(), MemberFactory(listed=True, role="Développeuse", domain="developpement")
    lead = lead_of(mission)

    row = hide_profile(mission, member, by=lead, reason=HidingReason.SKILL, words="  Il faut Rust  ")

    assert (row.side, row.kind, row.reason, row.words, row.by) == ("team", "hidden", "skill", "Il faut Rust", lead)
    assert (row.best, row.score is not None) == ("title", True)


def test_saying_it_again_keeps_one_row_the_last():
    mission, member = MissionFactory(), MemberFactory(listed=True)
    for reason in (HidingReason.SKILL, HidingReason.TERMS):
        hide_profile(mission, member, by=lead_of(mission), reason=reason)
    save_profile(mission, member, by=lead_of(mission))

    assert sorted(said(mission)) == [
        (member.slug, "team", "hidden", "terms"),
        (member.slug, "team", "saved", ""),
    ]


def test_everything_is_taken_back_and_taking_back_twice_says_so():
    user, mission = somebody(), MissionFactory()
    member, lead = user.member, lead_of(mission)
    hide_profile(mission, member, by=lead, reason=HidingReason.OTHER)
    save_profile(mission, member, by=lead)
    refuse_mission(mission, by=user, reason=RefusalReason.PAY)
    save_mission(mission, by=user)

    def take_back():
        return (
            unhide_profile(mission, member, by=lead),
            unsave_profile(mission, member, by=lead),
            take_back_refusal(mission, by=user),
            unsave_mission(mission, by=user),
        )

    assert (take_back(), take_back()) == ((True,) * 4, (False,) * 4)
    assert (MatchFeedback.objects.count(), SavedMission.objects.count()) == (0, 0)


def test_who_may_not_open_the_list_says_nothing_of_it():
    mission, member = MissionFactory(), MemberFactory(listed=True)
    hide_profile(mission, member, by=lead_of(mission), reason=HidingReason.OTHER)
    other = lead_of(MissionFactory())
    for verb in (
        lambda: hide_profile(mission, member, by=other, reason=HidingReason.OTHER),
        lambda: unhide_profile(mission, member, by=other),
        lambda: save_profile(mission, member, by=other),
        lambda: unsave_profile(mission, member, by=other),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert said(mission) == [(member.slug, "team", "hidden", "other")]


@pytest.mark.parametrize("verb", [hide_profile, save_profile])
def test_nothing_is_said_of_whom_the_list_may_not_show(verb):
    mission = MissionFactory()
    private = MemberFactory(stint=True, visibility=Visibility.PRIVATE)
    masked = MemberFactory(listed=True)
    masked.hidden_from_startups.add(mission.startup)
    options = {"reason": HidingReason.OTHER} if verb is hide_profile else {}
    for member in (private, masked):
        with pytest.raises(PermissionDenied):
            verb(mission, member, by=lead_of(mission), **options)
    assert said(mission) == []


def test_the_audit_log_has_the_decision_and_is_not_read_by_the_person():
    mission, user = MissionFactory(), somebody()
    lead = lead_of(mission)
    before = AuditEntry.objects.count()
    hide_profile(mission, user.member, by=lead, reason=HidingReason.OTHER)
    unhide_profile(mission, user.member, by=lead)

    rows = AuditEntry.objects.order_by("sequence")[before:]
    assert [row.action for row in rows] == ["profile_hidden_from_mission", "profile_shown_to_mission"]
    assert AuditEntry.objects.about(user).count() == 0


def test_an_account_without_a_record_refuses_nothing():
    with pytest.raises(FeedbackRefused):
        refuse_mission(MissionFactory(), by=UserFactory(), reason=RefusalReason.PAY)


def test_so_many_missions_are_saved_and_no_more(monkeypatch):
    monkeypatch.setattr(feedback, "MOST_SAVED", 1)
    user, first = UserFactory(), MissionFactory()
    save_mission(first, by=user)
    save_mission(first, by=user)
    with pytest.raises(FeedbackRefused) as refused:
        save_mission(MissionFactory(), by=user)
    assert str(refused.value).startswith("Vous avez déjà enregistré 1 missions")
    assert SavedMission.objects.count() == 1


def test_a_candidate_says_nothing_else_than_no():
    mission, member = MissionFactory(), MemberFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchFeedback.objects.create(mission=mission, member=member, side="candidate", kind="hidden")
    assert note_invited(mission, member, by=lead_of(mission)).kind == "invited"


def test_the_copy_of_one_s_data_does_not_say_which_mission_or_why():
    mission, user = MissionFactory(title="Mission tue"), somebody()
    hide_profile(mission, user.member, by=lead_of(mission), reason=HidingReason.SKILL, words="Motif tu")
    copied = zipfile.ZipFile(io.BytesIO(b"".join(archive(Person(user, user.member)))))
    text = "".join(copied.read(name).decode("utf-8", "replace") for name in copied.namelist())
    assert "match_feedback" in text.lower() or "rapprochement" in text.lower()
    assert ("Motif tu" in text, "Mission tue" in text) == (False, False)


# The team's list ------------------------------------------------------------------------


def test_a_hidden_profile_leaves_the_list_is_seen_below_it_and_comes_back(client):
    mission = MissionFactory()
    for slug in ("reste", "part"):
        MemberFactory(slug=slug, full_name=slug.capitalize(), listed=True)
    client.force_login(lead_of(mission))

    asked = client.get(f"{list_of(mission)}part/retirer/")
    assert (asked.status_code, MatchFeedback.objects.count()) == (200, 0)
    hidden = client.post(f"{list_of(mission)}part/retirer/", {"reason": "skill", "words": "Il faut Rust"}, follow=True)

    assert slugs(hidden) == ["reste"]
    assert [(row.member.slug, row.get_reason_display(), row.words) for row in hidden.context["set_aside"]] == [
        ("part", "Il manque une compétence indispensable", "Il faut Rust")
    ]
    assert "Il faut Rust" in hidden.content.decode()
    back = client.post(f"{list_of(mission)}part/remettre/", follow=True)
    assert (sorted(slugs(back)), back.context["set_aside"]) == (["part", "reste"], [])


def test_a_hidden_profile_is_not_on_the_mission_s_own_page_either(client):
    mission = MissionFactory()
    member = MemberFactory(full_name="Ada Partie", listed=True, role="Développeuse")
    client.force_login(lead_of(mission))
    assert "Ada Partie" in client.get(mission.get_absolute_url()).content.decode()
    hide_profile(mission, member, by=lead_of(mission), reason=HidingReason.OTHER)
    assert "Ada Partie" not in client.get(mission.get_absolute_url()).content.decode()


def test_a_reason_is_needed_and_nothing_typed_is_lost(client):
    mission = MissionFactory()
    MemberFactory(slug="part", listed=True)
    client.force_login(lead_of(mission))
    for posted, message in (
        ({"words": "Mes mots"}, "Choisissez un motif."),
        ({"reason": "age", "words": "Mes mots"}, "Choisissez un motif de la liste."),
        ({"reason": "skill", "words": f"Mes mots{'.' * 500}"}, "Cette précision fait 508 caractères"),
    ):
        html = client.post(f"{list_of(mission)}part/retirer/", posted).content.decode()
        assert (message in html, "Mes mots" in html) == (True, True)
    assert MatchFeedback.objects.count() == 0


def test_kept_profiles_are_marked_and_shown_alone_on_demand(client):
    mission = MissionFactory()
    for slug in ("un", "deux"):
        MemberFactory(slug=slug, listed=True)
    client.force_login(lead_of(mission))
    here = f"{list_of(mission)}?en_recherche=oui"
    kept = client.post(f"{list_of(mission)}un/garder/", {"retour": here})
    assert kept["Location"] == here
    alone = client.get(list_of(mission), {"gardes": "oui"})
    assert (slugs(alone), "Ne plus garder" in alone.content.decode()) == (["un"], True)
    client.post(f"{list_of(mission)}un/ne-plus-garder/")
    empty = client.get(list_of(mission), {"gardes": "oui"})
    assert (slugs(empty), "Voir tous les profils possibles" in empty.content.decode()) == ([], True)


@pytest.mark.parametrize(
    "elsewhere", ["https://piege.exemple/", "//piege.exemple/", "javascript:alert(1)", "", "\\\\piege"]
)
def test_a_button_leads_back_to_this_site_alone(client, elsewhere):
    mission = MissionFactory()
    MemberFactory(slug="un", listed=True)
    client.force_login(lead_of(mission))
    response = client.post(f"{list_of(mission)}un/garder/", {"retour": elsewhere})
    assert response["Location"] == list_of(mission)


def test_whom_the_team_hid_and_who_hides_since_is_not_shown_any_more(client):
    mission, member = MissionFactory(), MemberFactory(full_name="Ada Masquée", listed=True)
    hide_profile(mission, member, by=lead_of(mission), reason=HidingReason.OTHER)
    member.hidden_from_startups.add(mission.startup)
    client.force_login(lead_of(mission))
    response = client.get(list_of(mission))
    assert (response.context["set_aside"], "Ada Masquée" in response.content.decode()) == ([], False)


def test_another_team_s_choices_change_nothing(client):
    mission, member = MissionFactory(), MemberFactory(slug="un", listed=True)
    other = MissionFactory()
    hide_profile(other, member, by=lead_of(other), reason=HidingReason.OTHER)
    save_profile(other, member, by=lead_of(other))
    client.force_login(lead_of(mission))
    response = client.get(list_of(mission))
    assert (slugs(response), response.context["kept"], response.context["set_aside"]) == (["un"], frozenset(), [])


def test_what_is_out_of_a_list_is_below_it_in_part_and_whole_on_pages_of_its_own(client, monkeypatch):
    monkeypatch.setattr(matches, "FIRST_SET_ASIDE", 2)
    monkeypatch.setattr(matches, "PAGE_SIZE", 2)
    user, mission = somebody(slug="lectrice"), MissionFactory(slug="une")
    lead, other = lead_of(mission), MissionFactory(slug="ailleurs")
    for number in range(5):
        member = MemberFactory(slug=f"profil-{number}", listed=True)
        hide_profile(mission, member, by=lead, reason=HidingReason.OTHER)
        refuse_mission(MissionFactory(slug=f"mission-{number}-x"), by=user, reason=RefusalReason.PAY)
    masked = MemberFactory(listed=True)
    hide_profile(mission, masked, by=lead, reason=HidingReason.OTHER)
    masked.hidden_from_startups.add(mission.startup)
    hide_profile(other, MemberFactory(listed=True), by=lead_of(other), reason=HidingReason.OTHER)
    refuse_mission(MissionFactory(), by=somebody(), reason=RefusalReason.PAY)
    refuse_mission(over := MissionFactory(), by=user, reason=RefusalReason.PAY)
    Mission.objects.filter(pk=over.pk).update(state=MissionState.FILLED)

    for reader, below, address, slug_of, every in (
        (lead, list_of(mission), f"{list_of(mission)}retires/", "member", "profil-{}"),
        (user, FOR_ME, f"{FOR_ME}ecartees/", "mission", "mission-{}-x"),
    ):
        client.force_login(reader)

        def shown(where, slug_of=slug_of):
            response = client.get(where)
            return [getattr(row, slug_of).slug for row in response.context["set_aside"]]

        named = [every.format(number) for number in (4, 3, 2, 1, 0)]
        assert (shown(below), client.get(below).context["set_aside_total"]) == (named[:2], 5)
        assert client.get(below).content.decode().count(f'href="{address}"') == 1
        assert [shown(f"{address}?page={number}") for number in (1, 2, 3, 99)] == [
            named[:2],
            named[2:4],
            named[4:],
            named[4:],
        ]
    here = f"{FOR_ME}ecartees/?page=2"
    assert client.post("/missions/mission-1-x/reprendre/", {"retour": here})["Location"] == here
    client.force_login(lead)
    here = f"{list_of(mission)}retires/?page=2"
    assert client.post(f"{list_of(mission)}profil-1/remettre/", {"retour": here})["Location"] == here
    assert client.get(here).context["total"] == 4


# Nobody shown nothing -------------------------------------------------------------------


def test_a_team_that_nobody_fits_is_told_what_to_change_and_how_many_would_then_fit(client):
    mission = MissionFactory(region="53", remote=Remote.NONE, engagement=Engagement.FREELANCE, daily_rate_max=400)
    for _ in range(2):
        MemberFactory(listed=True, region="11")
    MemberFactory(listed=True, region="11", engagements=[Engagement.CONTRACT])
    told = {"daily_rate_floor": 500, "daily_rate_floor_audience": FieldAudience.TEAMS}
    MemberFactory(listed=True, region="53", **told)
    client.force_login(lead_of(mission))
    response = client.get(list_of(mission))
    html = response.content.decode()
    assert [(item.key, item.count, item.alone) for item in response.context["found"].excluded] == [
        ("engagement", 1, 0),
        ("rate", 1, 1),
        ("place", 3, 2),
    ]
    assert "Accepter le télétravail, même partiel&nbsp;: jusqu’à 2 profils deviendraient possibles." in html
    assert "Relever le tarif maximum&nbsp;: jusqu’à 1 profil deviendrait possible." in html


def test_a_team_is_told_when_several_things_stand_in_the_way_or_nobody_is_there(client):
    mission = MissionFactory(region="53", remote=Remote.NONE, engagement=Engagement.FREELANCE)
    client.force_login(lead_of(mission))
    assert "Personne n’est encore visible dans l’annuaire" in client.get(list_of(mission)).content.decode()
    MemberFactory(listed=True, region="11", engagements=[Engagement.CONTRACT])
    assert "Plusieurs écarts à la fois" in client.get(list_of(mission)).content.decode()


def test_a_person_whom_nothing_fits_is_told_what_to_change(client):
    user = somebody(engagements=[Engagement.FREELANCE])
    client.force_login(user)
    assert "Aucune mission n’est ouverte aujourd’hui" in client.get(FOR_ME).content.decode()
    for _ in range(2):
        MissionFactory(engagement=Engagement.INTERNSHIP)
    html = client.get(FOR_ME).content.decode()
    assert "Accepter cette forme d’engagement&nbsp;: jusqu’à 2 missions." in html


# One's own missions ---------------------------------------------------------------------


def test_a_mission_that_does_not_interest_leaves_the_list_and_comes_back(client):
    user = somebody()
    for slug in ("reste", "part"):
        MissionFactory(slug=slug, title=f"Développeuse {slug}")
    client.force_login(user)

    refused = client.post("/missions/part/pas-pour-moi/", {"reason": "subject", "words": "Trop loin"}, follow=True)

    assert slugs(refused) == ["reste"]
    assert [row.mission.slug for row in refused.context["set_aside"]] == ["part"]
    back = client.post("/missions/part/reprendre/", follow=True)
    assert (sorted(slugs(back)), list(back.context["set_aside"])) == (["part", "reste"], [])


def test_an_account_without_a_record_is_told_why_and_keeps_what_it_typed(client):
    MissionFactory(slug="une")
    client.force_login(UserFactory())
    html = client.post("/missions/une/pas-pour-moi/", {"reason": "pay", "words": "Mes mots"}).content.decode()
    assert ("créez d’abord votre profil" in html, "Mes mots" in html) == (True, True)


def test_neither_side_is_told_what_the_other_put_aside(client):
    user, mission = somebody(), MissionFactory(slug="une")
    lead = lead_of(mission)
    hide_profile(mission, user.member, by=lead, reason=HidingReason.SKILL, words="Mots de l’équipe")
    refuse_mission(MissionFactory(slug="autre", startup=mission.startup), by=user, reason=RefusalReason.PAY)
    client.force_login(user)
    for address in (FOR_ME, mission.get_absolute_url(), "/mon-profil/"):
        html = client.get(address).content.decode()
        assert ("Mots de l’équipe" in html, "compétence indispensable" in html) == (False, False)
    assert slugs(client.get(FOR_ME)) == ["une"]
    client.force_login(lead)
    response = client.get("/missions/autre/profils/")
    assert (slugs(response), "ne me convient pas" in response.content.decode()) == ([user.member.slug], False)


def test_missions_are_saved_from_their_page_and_stay_when_they_are_over(client):
    mission, other = MissionFactory(slug="une", title="Une mission"), UserFactory()
    user = UserFactory()
    save_mission(mission, by=other)
    client.force_login(user)
    assert "Rien d’enregistré pour l’instant" in client.get(SAVED).content.decode()

    page = client.post("/missions/une/enregistrer/", {"retour": "/missions/une/"}, follow=True)

    assert "Ne plus enregistrer" in page.content.decode()
    mission.state = MissionState.FILLED
    mission.save()
    html = client.get(SAVED).content.decode()
    assert ("Une mission" in html, "Pourvue" in html) == (True, True)
    client.post("/missions/une/ne-plus-enregistrer/", {"retour": SAVED})
    assert list(SavedMission.objects.values_list("user", flat=True)) == [other.pk]


def test_a_mission_that_is_no_longer_published_shows_nothing_of_itself(client):
    mission, user = MissionFactory(title="Reprise en secret"), UserFactory()
    save_mission(mission, by=user)
    mission.state = MissionState.IN_REVIEW
    mission.save()
    client.force_login(user)
    assert "Reprise en secret" not in client.get(SAVED).content.decode()


@pytest.mark.parametrize("verb", ["enregistrer", "ne-plus-enregistrer", "reprendre"])
def test_reading_an_address_changes_nothing(client, verb):
    mission, user = MissionFactory(slug="une"), somebody()
    refuse_mission(mission, by=user, reason=RefusalReason.PAY)
    if verb != "enregistrer":
        save_mission(mission, by=user)
    before = (MatchFeedback.objects.count(), SavedMission.objects.count())
    client.force_login(user)
    assert client.get(f"/missions/une/{verb}/")["Location"] == "/missions/une/"
    assert (MatchFeedback.objects.count(), SavedMission.objects.count()) == before


# Cost -----------------------------------------------------------------------------------


def test_the_pages_cost_the_same_for_many(client, count_queries):
    user, mission = somebody(), MissionFactory()
    lead = lead_of(mission)

    def rows():
        member = MemberFactory(listed=True)
        StintFactory(member=member, startups=[StartupFactory()], start=today())
        hide_profile(mission, member, by=lead, reason=HidingReason.OTHER)
        save_profile(mission, MemberFactory(listed=True), by=lead)
        refuse_mission(MissionFactory(), by=user, reason=RefusalReason.PAY)
        save_mission(MissionFactory(), by=user)

    def costs():
        found = []
        pages = (list_of(mission), f"{list_of(mission)}retires/"), (FOR_ME, f"{FOR_ME}ecartees/", SAVED)
        for reader, address in [(lead, page) for page in pages[0]] + [(user, page) for page in pages[1]]:
            client.force_login(reader)
            client.get(address)
            found.append(count_queries(lambda address=address: client.get(address)))
        return found

    rows()
    few = costs()
    for _ in range(4):
        rows()
    assert costs() == few
