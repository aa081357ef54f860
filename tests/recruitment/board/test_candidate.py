"""/missions/<slug>/candidatures/<pk>/: what the team reads of somebody, and what it decides."""

import re
import time
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.utils import timezone

from community.enums import FieldAudience, RoleName
from community.models import AuditDetail, AuditEntry, Member
from recruitment.actions.applications import move_application
from recruitment.actions.threads import SENT_AN_HOUR
from recruitment.enums import ApplicationState, RejectionReason
from recruitment.matching.matches import match_of
from recruitment.models import (
    ApplicationAnswer,
    ApplicationDocument,
    ApplicationEvent,
    ApplicationMessage,
    MessageTemplate,
    MissionCriterion,
)
from recruitment.rejection_texts import rejection_text, with_proposal
from tests.community.factories import RoleGrantFactory, StintFactory
from tests.recruitment.factories import recruiter_of

pytestmark = pytest.mark.django_db


def page_of(row):
    return f"/missions/carnet/candidatures/{row.pk}/"


# What is read ----------------------------------------------------------------------------


def test_the_page_has_the_message_the_answers_and_the_reasons_that_the_candidate_sees(team, mission, apply):
    row = apply("Ada Phare", role="Développeuse", skills=["Python"], message="Bonjour <b>,\nvoici.", daily_rate=480)
    ApplicationAnswer.objects.create(application=row, asked="Avez-vous un permis bateau ?", text="Oui, depuis 2020.")
    response = team.get(page_of(row))
    page = response.content.decode()
    assert "<p>Bonjour &lt;b&gt;,<br>voici.</p>" in page
    assert "Avez-vous un permis bateau\N{NO-BREAK SPACE}?" in page
    assert "Oui, depuis 2020." in page
    assert response.context["facts"] == [("Disponible", "dès que possible"), ("Tarif", "480 € HT par jour")]
    assert response.context["match"] == match_of(row.candidate.member, mission)


def test_the_profile_is_shown_as_far_as_the_person_shows_it_to_those_they_apply_to(team, apply):
    row = apply(
        "Ada Phare",
        visibility="private",
        commune="Ouvertville",
        commune_audience=FieldAudience.APPLIED_TEAMS,
        daily_rate_floor=483,
        daily_rate_floor_audience=FieldAudience.NOBODY,
        links=["https://ada.exemple/", "javascript:alert(1)"],
    )
    response = team.get(page_of(row))
    page = response.content.decode()
    assert [fact.label for fact in response.context["profile"].facts] == ["Commune"]
    assert "Ouvertville" in page
    # The tokens of forms are drawn at random, and might hold a figure by chance.
    assert "483" not in re.sub(r'name="csrfmiddlewaretoken" value="\w*"', "", page)
    assert "javascript:" not in page
    assert row.candidate.email not in page
    assert response.context["profile"].url == ""
    assert AuditEntry.objects.filter(action="private_profile_seen").count() == 1


def test_the_documents_that_were_sent_are_there_to_be_opened(team, apply):
    row = apply("Ada Phare")
    document = ApplicationDocument(application=row, name="Mon CV.pdf", size=9)
    document.file.save("x", ContentFile(b"%PDF-1.4 x"))
    page = BeautifulSoup(team.get(page_of(row)).content, "html.parser")
    [link] = page.select("main a.fr-link--download")
    assert link.get_text().startswith("Mon CV.pdf")
    assert team.get(link["href"]).getvalue() == b"%PDF-1.4 x"


def test_opening_a_file_is_kept_once_a_day_for_each_reader(team, client, mission, apply):
    row, other = apply("Ada Phare"), apply("Bo Quai")
    for opened in (row, row, other):
        team.get(page_of(opened))
        team.post(page_of(opened))
    team.get("/missions/carnet/candidatures/")
    client.force_login(recruiter_of(mission.startup))
    client.get(page_of(row))
    details = [detail.facts for detail in AuditDetail.objects.filter(entry__action="application_opened")]
    told = {"mission": mission.pk, "startup": mission.startup_id}
    assert details == [{"application": pk, **told} for pk in (row.pk, other.pk, row.pk)]
    assert AuditEntry.objects.about(row.candidate).filter(action="application_opened").count() == 2


def test_an_account_that_is_gone_leaves_a_page_that_names_nobody(team, mission, apply):
    row = apply("Ada Partie", role="Secrète")
    Member.objects.filter(pk=row.candidate.member.pk).delete()
    row.candidate.delete()
    response = team.get(page_of(row))
    assert (response.status_code, response.context["name"]) == (200, "Compte effacé")
    assert "Ada Partie" not in response.content.decode()


def test_the_story_names_who_decided(team, recruiter, apply):
    row = apply("Ada Phare")
    Member.objects.filter(user=recruiter).update(full_name="Rémi Recruteur")
    team.post(page_of(row), {"seen": "submitted", "to": "shortlisted", "message": "À bientôt."})
    move_application(row, ApplicationState.WITHDRAWN, by=row.candidate)
    told = [(step.event.to_state, step.who, step.event.message) for step in team.get(page_of(row)).context["steps"]]
    assert told == [("shortlisted", "Rémi Recruteur", "À bientôt."), ("withdrawn", "Ada Phare", "")]


def test_one_goes_through_the_list_that_one_comes_from(team, apply):
    for number, name in enumerate(("Ada Phare", "Bo Phare", "Cy Quai", "Di Phare")):
        apply(name, sent=timezone.now() - timedelta(days=number))
    rows = {row.name: row.row for row in team.get("/missions/carnet/candidatures/").context["cards"]}
    listing = "?q=phare&tri=nom"
    place = team.get(page_of(rows["Bo Phare"]) + listing).context["place"]
    assert (place.number, place.count) == (2, 3)
    assert (place.previous, place.next) == (
        f"{page_of(rows['Ada Phare'])}{listing}",
        f"{page_of(rows['Di Phare'])}{listing}",
    )
    # What has left the list leads to the first that is still in it.
    place = team.get(f"{page_of(rows['Cy Quai'])}{listing}").context["place"]
    assert (place.number, place.previous, place.next) == (0, "", f"{page_of(rows['Ada Phare'])}{listing}")


# What is decided ----------------------------------------------------------------------------


def test_a_refusal_has_a_reason_and_what_was_written_stays(team, apply):
    row = apply("Ada Phare")
    sent = {"refus-seen": "submitted", "refus-message": "Merci d’être venue.", "refuser": "1"}
    page = team.post(page_of(row), sent).content.decode()
    assert "Choisissez un motif : la personne le lira." in page
    assert "Merci d’être venue.</textarea>" in page
    assert not ApplicationEvent.objects.exists()
    response = team.post(f"{page_of(row)}?etat=submitted", {**sent, "refus-reason": "skill"})
    assert response["Location"] == f"{page_of(row)}?etat=submitted"
    event = ApplicationEvent.objects.get()
    assert (event.to_state, event.reason, event.message) == ("rejected", "skill", "Merci d’être venue.")


def test_whoever_was_slower_is_told_and_gets_back_what_they_wrote(team, mission, apply):
    row = apply("Ada Phare")
    move_application(row, ApplicationState.SHORTLISTED, by=recruiter_of(mission.startup))
    sent = {"refus-seen": "submitted", "refus-reason": "profile", "refus-message": "Désolée.", "refuser": "1"}
    response = team.post(page_of(row), sent)
    page = response.content.decode()
    assert "elle est maintenant «\N{NO-BREAK SPACE}Présélectionnée\N{NO-BREAK SPACE}»" in page
    assert "Désolée.</textarea>" in page
    assert response.context["forms"].reject["seen"].value() == "shortlisted"
    row.refresh_from_db()
    assert row.state == ApplicationState.SHORTLISTED


def test_what_was_written_is_given_back_even_where_nothing_can_be_decided_any_more(team, apply):
    offered = apply("Bo Quai", state="offered")
    sent = {"seen": "interview", "to": "offered", "message": "Une bonne nouvelle."}
    assert "Une bonne nouvelle.</textarea>" in team.post(page_of(offered), sent).content.decode()
    row = apply("Ada Phare")
    move_application(row, ApplicationState.WITHDRAWN, by=row.candidate)
    for prefix, sent in (("", {"to": "shortlisted"}), ("refus-", {"refus-reason": "profile", "refuser": "1"})):
        sent |= {f"{prefix}seen": "submitted", f"{prefix}message": "Un long message."}
        page = team.post(page_of(row), sent).content.decode()
        assert "elle est maintenant" in page
        assert "Un long message.</textarea>" in page


@pytest.mark.parametrize("sent", [{}, {"to": "shortlisted"}, {"seen": "submitted", "to": "accepted"}, {"to": "\x00"}])
def test_nothing_moves_by_a_post_that_says_too_little(team, apply, sent):
    row = apply("Ada Phare", state="offered" if "seen" in sent else "submitted")
    before = row.state
    assert team.post(page_of(row), sent).status_code == 200
    row.refresh_from_db()
    assert row.state == before


def test_a_text_is_proposed_for_the_reason_and_never_over_what_was_written(team, mission, apply):
    row = apply("Ada Phare")
    sent = {"refus-seen": "submitted", "refus-reason": "rate", "refus-message": "", "proposer": "1"}
    form = team.post(page_of(row), sent).context["forms"].reject
    assert form["message"].value() == rejection_text("rate", mission)
    assert "« Tenir le carnet »" in form["message"].value()
    assert form["reason"].value() == "rate"
    assert not ApplicationEvent.objects.exists()
    own = "J’ai aimé votre lettre."
    assert with_proposal(own, "rate", mission) == f"{own}\n\n{rejection_text('rate', mission)}"
    # Another reason, another proposal; the same one twice says it once.
    assert with_proposal(rejection_text("rate", mission), "skill", mission) == rejection_text("skill", mission)
    again = with_proposal(own, "rate", mission)
    assert with_proposal(again.replace("\n", "\r\n"), "rate", mission).splitlines() == again.splitlines()


def test_what_was_typed_for_one_decision_comes_back_when_the_other_is_not_made(team, mission, apply):
    row = apply("Ada Phare")
    typed = {"message": "À jeudi.", "refus-reason": "rate", "refus-message": "Merci d’être venue."}
    seen = {"seen": "submitted", "refus-seen": "submitted"}
    proposed = f"Merci d’être venue.\n\n{rejection_text('rate', mission)}"
    long = "é" * 5_000
    for pressed, refusal in (
        ({"proposer": "1"}, proposed),
        ({"to": "accepted"}, "Merci d’être venue."),
        ({"refuser": "1", "refus-message": long}, long),
    ):
        forms = team.post(page_of(row), {**typed, **seen, **pressed}).context["forms"]
        move, reject = forms.move, forms.reject
        assert (move["message"].value(), reject["reason"].value(), reject["message"].value()) == (
            "À jeudi.",
            "rate",
            refusal,
        )
        # What was typed is not folded away, and what was not decided is not blamed.
        assert forms.is_refusing
        assert (bool(move.errors), bool(reject.errors)) == ("to" in pressed, "refuser" in pressed)
    assert not ApplicationEvent.objects.exists()


def filled_in(page):
    """What stands in the fields of the page's form, as a browser would send it."""
    form = BeautifulSoup(page.content, "html.parser").select_one("main form")
    told = {area["name"]: area.get_text().removeprefix("\n") for area in form.select("textarea[name]")}
    told |= {field["name"]: field.get("value", "") for field in form.select("input[type=hidden]")}
    told |= {field["name"]: field["value"] for field in form.select("input[checked]")}
    return told | {list_["name"]: told_of(list_) for list_ in form.select("select[name]")}


def told_of(list_):
    chosen = list_.select_one("option[selected]") or list_.select_one("option")
    return chosen["value"]


@pytest.fixture
def typed(team, mission, apply):
    """An application whose page has something in every field: the row, and what stands there by its name."""
    row = apply("Ada Phare")
    colleague = recruiter_of(mission.startup)
    criterion = MissionCriterion.objects.create(mission=mission, position=1, text="Écrit clairement")
    MessageTemplate.objects.create(startup=mission.startup, title="Entretien", text="Bonjour {prénom}, parlons-en.")
    return row, filled_in(team.get(page_of(row))) | {
        "message": "À jeudi.",
        "refus-reason": "rate",
        "refus-message": "Merci d’être venue.",
        "fil-text": "Quand êtes-vous libre ?",
        "note-text": "Demander ses références.",
        "note-mentioned": str(colleague.pk),
        f"criterion_{criterion.pk}": "3",
    }


@pytest.mark.parametrize("button", ["ecrire", "noter", "evaluer", "to"])
def test_what_is_sent_takes_nothing_from_what_was_typed_beside_it(team, typed, button):
    row, told = typed
    response = team.post(page_of(row), told | {button: "shortlisted" if button == "to" else "1"}, follow=True)
    sent = {
        "ecrire": {"fil-text": ""},
        "noter": {"note-text": "", "note-mentioned": None},
        "evaluer": {},
        # Once it is decided, nothing is left to decide.
        "to": {"message": "", "refus-reason": "", "refus-message": ""},
    }[button]
    seen = dict.fromkeys(("seen", "refus-seen"), "shortlisted" if button == "to" else "submitted")
    left = {name: text for name, text in (told | seen | sent).items() if text is not None}
    changes = {"csrfmiddlewaretoken": None}
    assert (filled_in(response) | changes) == (left | changes)
    done = [row.messages.count(), row.notes.count(), row.ratings.count(), row.events.count()]
    assert done == [int(button == one) for one in ("ecrire", "noter", "evaluer", "to")]
    assert [bool(form.errors) for form in forms_of(response)] == [False] * 5


def forms_of(page):
    forms = page.context["forms"]
    return [forms.move, forms.reject, forms.message, forms.note, forms.rating]


def test_what_is_refused_comes_back_whole_and_alone_is_blamed(team, recruiter, typed):
    row, told = typed
    ApplicationMessage.objects.bulk_create(
        ApplicationMessage(application=row, author=recruiter, from_team=True, text="x") for _ in range(SENT_AN_HOUR)
    )
    long = "é" * 4_001
    for button, also, blamed, words in (
        ("ecrire", {}, 2, "depuis une heure, le maximum"),
        ("ecrire", {"fil-text": long}, 2, "Le message fait 4001 caractères"),
        ("noter", {"note-text": long}, 3, "La note fait 4001 caractères"),
        ("evaluer", {name: "5" for name in told if name.startswith("criterion")}, 4, "une des quatre réponses"),
        ("to", {"message": long}, 0, "Ce message est trop long"),
    ):
        response = team.post(page_of(row), told | also | {button: "shortlisted" if button == "to" else "1"})
        assert words in response.content.decode()
        stands = filled_in(response)
        kept = {name: text for name, text in (told | also).items() if text != "5"}
        assert {name: stands.get(name) for name in kept} | {"csrfmiddlewaretoken": ""} == kept | {
            "csrfmiddlewaretoken": ""
        }
        assert [bool(form.errors) for form in forms_of(response)] == [place == blamed for place in range(5)]
    assert (row.messages.count(), row.notes.count(), row.events.count()) == (SENT_AN_HOUR, 0, 0)


def test_what_waits_is_for_its_own_page_and_for_an_hour(team, apply, typed):
    row, told = typed
    other = apply("Bo Quai")
    team.post(page_of(row), told | {"ecrire": "1"})
    assert "Demander ses références." not in team.get(page_of(other)).content.decode()
    assert filled_in(team.get(page_of(row)))["note-text"] == "Demander ses références."
    session = team.session
    session["typed_of_candidate"] |= {"at": time.time() - 3_601}
    session.save()
    assert filled_in(team.get(page_of(row)))["note-text"] == ""


def test_a_text_of_the_team_goes_after_what_was_written_and_takes_nothing_else(team, typed):
    row, told = typed
    text = "Bonjour Ada, parlons-en."
    page = team.post(page_of(row), told | {"reprendre": "1"})
    stands = filled_in(page)
    assert stands["fil-text"] == f"Quand êtes-vous libre ?\n\n{text}"
    assert (stands["note-text"], stands["message"]) == ("Demander ses références.", "À jeudi.")
    assert filled_in(team.post(page_of(row), stands | {"reprendre": "1"}))["fil-text"] == stands["fil-text"]
    assert filled_in(team.post(page_of(row), told | {"fil-text": "", "reprendre": "1"}))["fil-text"] == text


def test_the_key_enter_decides_nothing(team, apply):
    row = apply("Ada Phare")
    page = team.get(page_of(row)).content.decode()
    [form] = [form for form in page.split("<form")[1:] if 'name="refuser"' in form.split("</form>")[0]]
    # A browser presses the first button of the form.
    names = re.findall(r'<button[^>]* name="(\w+)"', form.split("</form>")[0])
    assert names == ["rester", "ecrire", "to", "proposer", "refuser", "noter"]
    typed = {"seen": "submitted", "refus-seen": "submitted", "note-text": "Une note.", "rester": "1"}
    assert team.post(page_of(row), typed).context["forms"].note["text"].value() == "Une note."
    assert (row.notes.count(), row.events.count()) == (0, 0)


def test_each_reason_has_a_text_that_fits(mission):
    texts = {reason: rejection_text(reason, mission) for reason in RejectionReason}
    assert len(set(texts.values())) == len(RejectionReason)
    assert max(map(len, texts.values())) < ApplicationEvent.LONGEST_MESSAGE
    assert rejection_text("autre chose", mission) == ""


def test_the_page_costs_the_same_whatever_there_is_to_read(team, recruiter, apply, count_queries):
    row = apply("Ada Phare", skills=["Python"], stint=True)
    team.get(page_of(row))
    few = count_queries(lambda: team.get(page_of(row)))
    for number in range(5):
        ApplicationAnswer.objects.create(application=row, asked=f"Question {number} ?", text="Oui.")
        ApplicationEvent.objects.create(
            application=row, actor=recruiter, actor_kind="team", from_state="submitted", to_state="shortlisted"
        )
        StintFactory(member=row.candidate.member)
        apply(f"Bo {number}")
    assert count_queries(lambda: team.get(page_of(row))) == few


def test_a_lead_who_recruits_too_reads_as_a_recruiter(client, mission, apply):
    row = apply("Ada Phare")
    user = recruiter_of(mission.startup)
    RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=mission.startup, user=user)
    client.force_login(user)
    assert client.get(page_of(row)).status_code == 200
