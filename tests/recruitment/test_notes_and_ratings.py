"""What a team says of a candidate among itself: notes, mentions, ratings; and the candidate's right to read it."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from community.actions.mail import choose_frequencies
from community.days import today
from community.enums import MailFrequency
from community.models import AuditEntry, Mail, Stint
from community.privacy import Person
from community.privacy.erasing import erase
from community.privacy.export import archive
from recruitment.actions.notes import (
    CORRECTED_WITHIN,
    WRITTEN_A_DAY,
    NoteNotAllowed,
    NoteRefused,
    correct_note,
    delete_note,
    write_note,
)
from recruitment.actions.ratings import SOMEBODY_WHO_LEFT, rate, ratings_of
from recruitment.models import Application, ApplicationNote, ApplicationRating, MissionCriterion, NoteMention
from tests.community.factories import MemberFactory, StartupFactory, UserFactory
from tests.community.test_role_pages import words
from tests.recruitment.factories import ApplicationFactory, recruiter_of
from tests.recruitment.test_threads import left

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    candidate = UserFactory()
    MemberFactory(user=candidate, full_name="Ada Belcombe")
    return ApplicationFactory(candidate=candidate)


@pytest.fixture
def reader(row):
    return named(recruiter_of(row.mission.startup), "Lou Garance")


@pytest.fixture
def colleague(row):
    return named(recruiter_of(row.mission.startup), "Max Ventoux")


@pytest.fixture
def criteria(row):
    return [
        MissionCriterion.objects.create(mission=row.mission, position=position, text=text)
        for position, text in ((1, "Connaît Django"), (2, "Écrit clairement"))
    ]


def named(user, name):
    user.member.full_name = name
    user.member.save()
    return user


def url(row, name="notes"):
    return reverse(f"recruitment:application_{name}", args=[row.pk])


def note_url(note):
    return reverse("recruitment:application_note", args=[note.application_id, note.pk])


def copied(user):
    """Every text of a person's copy of their data."""
    opened = zipfile.ZipFile(BytesIO(b"".join(archive(Person(user, getattr(user, "member", None))))))
    return "\n".join(opened.read(name).decode(errors="replace") for name in opened.namelist())


def leave(user, startup):
    Stint.objects.filter(member=user.member, startups=startup).update(end=today() - timedelta(days=1))


# Notes --------------------------------------------------------------------------------


def test_a_note_is_for_the_team_alone_and_says_that_its_subject_may_read_it(client, row, reader, colleague):
    client.force_login(reader)
    assert client.post(url(row), {"text": "notesecrète <b>"}).status_code == 302
    page = client.get(url(row))
    assert "La personne peut demander à lire ces notes" in words(page)
    client.force_login(colleague)
    assert "notesecrète &lt;b&gt;" in client.get(url(row)).content.decode()
    for user in [row.candidate, *(one for one in strangers_of(row))]:
        client.force_login(user)
        assert client.get(url(row)).status_code == 404
    assert AuditEntry.objects.filter(action="application_note_written").count() == 1


def strangers_of(row):
    return [recruiter_of(StartupFactory()), left(row.mission.startup), UserFactory(is_superuser=True)]


def test_a_reader_who_applies_reads_nothing_said_of_them(client):
    row = ApplicationFactory()
    own = ApplicationFactory(mission=row.mission, candidate=recruiter_of(row.mission.startup))
    write_note(own, "notesecrète", by=recruiter_of(row.mission.startup))
    client.force_login(own.candidate)
    assert client.get(url(own)).status_code == 404
    assert client.get(url(own, "ratings")).status_code == 404
    with pytest.raises(NoteNotAllowed):
        write_note(own, "x", by=own.candidate)
    with pytest.raises(NoteNotAllowed):
        rate(own, {}, by=own.candidate)


def test_a_mention_tells_a_reader_of_today_without_what_the_note_says(client, row, reader, colleague):
    gone = left(row.mission.startup)
    stranger = recruiter_of(StartupFactory())
    client.force_login(reader)
    page = client.get(url(row))
    assert [int(key) for key, _label in page.context["form"].fields["mentioned"].choices] == [colleague.pk]
    for other in (gone, stranger, row.candidate, reader):
        answer = client.post(url(row), {"text": "texte gardé", "mentioned": [str(other.pk)]})
        assert "texte gardé" in answer.content.decode()
        assert "elle a peut-être changé" in words(answer)
        write_note(row, "par l’action", by=reader, mentioned=[other.pk])
    assert (NoteMention.objects.count(), Mail.objects.count()) == (0, 0)
    client.post(url(row), {"text": "notesecrète", "mentioned": [str(colleague.pk)]})
    mail = Mail.objects.get()
    assert (mail.user, mail.kind) == (colleague, "note_mentions")
    assert url(row) in mail.text
    assert [word for word in ("notesecrète", "Belcombe", "@") if word in mail.text] == []
    choose_frequencies({"note_mentions": MailFrequency.NEVER}, by=colleague)
    write_note(row, "encore", by=reader, mentioned=[colleague.pk])
    assert Mail.objects.count() == 1


def test_only_its_author_corrects_a_note_for_a_quarter_of_an_hour_and_deletes_it_later(client, row, reader, colleague):
    note = write_note(row, "premier jet", by=reader)
    client.force_login(colleague)
    assert client.get(note_url(note)).status_code == 404
    assert client.post(note_url(note), {"supprimer": "1"}).status_code == 404
    for act in (lambda: correct_note(note, "x", by=colleague), lambda: delete_note(note, by=colleague)):
        with pytest.raises(NoteNotAllowed):
            act()
    client.force_login(reader)
    client.post(note_url(note), {"text": "corrigée"})
    note.refresh_from_db()
    assert (note.text, note.changed_at is None) == ("corrigée", False)
    assert "tropcourt" not in words(client.post(note_url(note), {"text": ""}))

    ApplicationNote.objects.filter(pk=note.pk).update(written_at=timezone.now() - CORRECTED_WITHIN)
    assert "trop ancienne pour être corrigée" in words(client.get(note_url(note)))
    answer = client.post(note_url(note), {"text": "trop tard mais gardé"})
    assert "peut seulement être supprimée" in words(answer)
    assert "trop tard mais gardé" in answer.content.decode()
    assert client.post(note_url(note), {"supprimer": "1"}).status_code == 302
    assert ApplicationNote.objects.count() == 0
    assert AuditEntry.objects.filter(action="application_note_deleted").count() == 1


def test_an_author_who_left_the_team_loses_their_notes_at_once(client, row, reader):
    note = write_note(row, "avant de partir", by=reader)
    leave(reader, row.mission.startup)
    client.force_login(reader)
    assert client.get(note_url(note)).status_code == 404
    with pytest.raises(NoteNotAllowed):
        delete_note(note, by=reader)


def test_notes_have_limits(row, reader):
    with pytest.raises(NoteRefused, match="4000 caractères"):
        write_note(row, "x" * 4001, by=reader)
    with pytest.raises(NoteRefused, match="4000 caractères"):
        write_note(row, " \x00 ", by=reader)
    ApplicationNote.objects.bulk_create(
        ApplicationNote(application=row, author=reader, text="x") for _ in range(WRITTEN_A_DAY)
    )
    with pytest.raises(NoteRefused, match="depuis un jour"):
        write_note(row, "x", by=reader)


def test_many_notes_cost_no_more_queries_than_one(client, row, reader, colleague, count_queries):
    client.force_login(reader)
    write_note(row, "x", by=colleague, mentioned=[reader.pk])
    few = count_queries(lambda: client.get(url(row)))
    for number in range(50):
        note = ApplicationNote.objects.create(application=row, author=colleague, text=f"note {number}")
        NoteMention.objects.create(note=note, user=reader)
    assert count_queries(lambda: client.get(url(row))) == few


# The right of access ----------------------------------------------------------------------


def test_whoever_notes_are_about_gets_them_without_their_authors(row, reader, criteria):
    write_note(row, "notesecrète", by=reader)
    rate(row, {one.pk: 2 for one in criteria}, by=reader)
    theirs = copied(row.candidate)
    assert ("notesecrète" in theirs, "Connaît Django" in theirs) == (True, True)
    assert [word for word in ("Garance", reader.email) if word in theirs] == []
    of_author = copied(reader)
    assert [word for word in ("notesecrète", "Belcombe", "Connaît Django") if word in of_author] == []
    assert json.dumps("notesecrète")[1:-1] not in copied(recruiter_of(row.mission.startup))


def test_erasing_the_candidate_takes_notes_and_ratings_away_and_erasing_an_author_their_name(row, reader, criteria):
    write_note(row, "note", by=reader)
    rate(row, {one.pk: 2 for one in criteria}, by=reader)
    erase(Person(reader, reader.member), None)
    assert [note.author for note in ApplicationNote.objects.all()] == [None]
    assert list(ApplicationRating.objects.values_list("author", "value")) == [(None, 2), (None, 2)]
    erase(Person(row.candidate, row.candidate.member), None)
    assert (ApplicationNote.objects.count(), ApplicationRating.objects.count()) == (0, 0)


# Ratings ----------------------------------------------------------------------------------


def posted(criteria, *values):
    return {f"criterion_{one.pk}": str(value) for one, value in zip(criteria, values, strict=True)}


def test_a_reader_sees_what_others_gave_after_giving_theirs(client, row, reader, colleague, criteria):
    rate(row, dict(zip([one.pk for one in criteria], (1, 4), strict=True)), by=colleague)
    client.force_login(reader)
    page = words(client.get(url(row, "ratings")))
    assert "1 autre personne a donné son avis" in page
    assert ("Moyenne" in page, "Max Ventoux" in page) == (False, False)

    half = client.post(url(row, "ratings"), {f"criterion_{criteria[0].pk}": "3"})
    assert "Choisissez une réponse pour ce critère." in words(half)
    assert half.context["form"].data[f"criterion_{criteria[0].pk}"] == "3"
    assert ("Max Ventoux" in words(half), ApplicationRating.objects.count()) == (False, 2)

    assert client.post(url(row, "ratings"), posted(criteria, 3, 4)).status_code == 302
    page = words(client.get(url(row, "ratings")))
    assert "Moyenne : 2,0 sur 4 (2 avis, de 1 à 3, écart type 1,0)" in page
    assert "Moyenne : 4,0 sur 4 (2 avis)" in page
    assert "Max Ventoux : 1 – Ne correspond pas" in page
    assert "Vous : 3 – Correspond bien" in page


def test_a_new_criterion_hides_the_others_again_until_it_is_rated(row, reader, colleague, criteria):
    for user in (reader, colleague):
        rate(row, {one.pk: 2 for one in criteria}, by=user)
    assert ratings_of(row, reader).is_complete
    MissionCriterion.objects.create(mission=row.mission, position=3, text="Sait dire non")
    assert (ratings_of(row, reader).is_complete, ratings_of(row, reader).rows) == (False, [])


def test_one_rates_once_and_may_change_it(row, reader, criteria):
    for value in (1, 4):
        rate(row, {one.pk: value for one in criteria}, by=reader)
    assert list(ApplicationRating.objects.values_list("value", flat=True)) == [4, 4]
    assert AuditEntry.objects.filter(action="application_rated").count() == 2
    for values in ({}, {criteria[0].pk: 2}, {one.pk: 5 for one in criteria}, {10**9: 1}):
        with pytest.raises(NoteRefused):
            rate(row, values, by=reader)
    for user in strangers_of(row):
        with pytest.raises(NoteNotAllowed):
            rate(row, {one.pk: 1 for one in criteria}, by=user)


def test_what_somebody_gave_who_left_stays_in_the_mean_without_a_name(client, row, reader, colleague, criteria):
    for user, value in ((reader, 4), (colleague, 1)):
        rate(row, {one.pk: value for one in criteria}, by=user)
    leave(colleague, row.mission.startup)
    [first, _second] = ratings_of(row, reader).rows
    assert (first.mean, [given.name for given in first.given]) == (2.5, ["Lou Garance", SOMEBODY_WHO_LEFT])
    client.force_login(reader)
    assert "Ventoux" not in words(client.get(url(row, "ratings")))


def test_the_mean_of_a_board_is_for_who_gave_theirs_and_never_for_oneself(row, reader, colleague, criteria):
    rate(row, dict(zip([one.pk for one in criteria], (1, 4), strict=True)), by=colleague)
    other = ApplicationFactory(mission=row.mission)

    def means(user):
        return dict(Application.objects.with_ratings(user).values_list("pk", "rating_mean"))

    assert means(reader) == {row.pk: None, other.pk: None}
    assert means(colleague) == {row.pk: 2.5, other.pk: None}
    Application.objects.filter(pk=row.pk).update(candidate=colleague)
    assert means(colleague) == {row.pk: None, other.pk: None}


def test_many_ratings_cost_no_more_queries_than_one(client, row, reader, criteria, count_queries):
    rate(row, {one.pk: 2 for one in criteria}, by=reader)
    client.force_login(reader)
    few = count_queries(lambda: client.get(url(row, "ratings")))
    for _ in range(8):
        rate(row, {one.pk: 3 for one in criteria}, by=recruiter_of(row.mission.startup))
    assert count_queries(lambda: client.get(url(row, "ratings"))) == few


# What other pages include -------------------------------------------------------------------

TAGS = (
    "{% load candidates_tags %}{% application_thread row %}{% application_notes row %}{% application_ratings row %}"
    "{% mission_invitations row.mission %}"
)


def drawn(row, user):
    request = RequestFactory().get("/")
    request.user = user
    return Template(TAGS).render(Context({"row": row, "request": request}))


def test_tags_show_each_side_what_is_theirs_and_others_nothing(row, reader, criteria):
    write_note(row, "notesecrète", by=reader)
    team = drawn(row, reader)
    assert [word in team for word in ("notesecrète", "Connaît Django", 'id="messages"', "Personnes invitées")] == [
        True
    ] * 4
    assert team.count("csrfmiddlewaretoken") == 3
    own = drawn(row, row.candidate)
    assert [word in own for word in ("notesecrète", "Connaît Django", 'id="messages"')] == [False, False, True]
    for user in strangers_of(row):
        assert drawn(row, user).strip() == ""
