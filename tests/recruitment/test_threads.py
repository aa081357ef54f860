"""The thread of an application: two sides write, nobody else reads, no address goes from one to the other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from community.actions.contact import why_not_contact
from community.actions.mail import choose_frequencies
from community.days import today
from community.enums import MailFrequency, RoleName
from community.models import AuditDetail, AuditEntry, Mail, User
from community.models.reports import SUSPENSION
from community.privacy import Person
from community.privacy.erasing import erase
from community.privacy.registry import held_in
from recruitment.actions.message_templates import filled_in, save_template
from recruitment.actions.threads import (
    OPEN_AFTER_THE_END,
    SENT_A_DAY,
    SENT_AN_HOUR,
    WRITTEN_A_DAY,
    ThreadNotAllowed,
    ThreadRefused,
    forget_old_reports,
    report_in_thread,
    send_message,
)
from recruitment.enums import ApplicationActor, ApplicationState
from recruitment.models import Application, ApplicationEvent, ApplicationMessage, MessageTemplate
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
)
from tests.community.test_role_pages import words
from tests.recruitment.factories import ApplicationFactory, recruiter_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    """An application by somebody with a name, to a startup with one."""
    candidate = UserFactory(email="candidate.secrete@exemple.fr")
    MemberFactory(user=candidate, full_name="Ada Belcombe")
    return ApplicationFactory(
        candidate=candidate, mission__startup__name="Phare", mission__startup__incubator=IncubatorFactory()
    )


@pytest.fixture
def reader(row):
    user = recruiter_of(row.mission.startup)
    User.objects.filter(pk=user.pk).update(email="lectrice.secrete@exemple.fr")
    user.refresh_from_db()
    user.member.full_name = "Lou Garance"
    user.member.save()
    return user


def url(row, name="messages"):
    return reverse(f"recruitment:application_{name}", args=[row.pk])


def left(startup):
    """A recruiter whose stint is over."""
    user = RoleGrantFactory(role=RoleName.RECRUITER, startup=startup).user
    StintFactory(member=MemberFactory(user=user), startups=[startup], end=today() - timedelta(days=1))
    return user


def strangers(row):
    """Everybody who reads nothing of this application, however much they may do elsewhere."""
    startup = row.mission.startup
    return [
        recruiter_of(StartupFactory()),
        left(startup),
        RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user,
        RoleGrantFactory(role=RoleName.INCUBATOR_STAFF, incubator=startup.incubator).user,
        RoleGrantFactory(role=RoleName.PROGRAMME).user,
        UserFactory(is_superuser=True),
        ApplicationFactory(mission=row.mission).candidate,
    ]


def test_a_message_of_the_team_reaches_the_candidate_without_an_address_and_is_news(row, reader):
    Application.objects.filter(pk=row.pk).update(news_at=timezone.now() - timedelta(days=30))
    send_message(row, "Bonjour,\nparlons-en.", by=reader)
    row.refresh_from_db()
    message = row.messages.get()
    assert (message.from_team, message.author, message.text) == (True, reader, "Bonjour,\nparlons-en.")
    assert timezone.now() - row.news_at < timedelta(minutes=1)
    mail = Mail.objects.get()
    assert (mail.user, mail.kind, mail.reply_to) == (row.candidate, "team_messages", None)
    assert mail.subject == f"Lou Garance (Phare) vous écrit : {row.mission.title}"
    assert url(row) in mail.text
    assert "> parlons-en." in mail.text
    assert "secrete" not in mail.text + mail.html


def test_an_answer_reaches_those_of_the_team_who_wrote_or_else_all_its_readers(row, reader):
    other = recruiter_of(row.mission.startup)
    before = row.news_at
    send_message(row, "Une question.", by=row.candidate)
    assert set(Mail.objects.values_list("user", "kind")) == {
        (reader.pk, "candidate_messages"),
        (other.pk, "candidate_messages"),
    }
    row.refresh_from_db()
    assert row.news_at == before

    send_message(row, "Une réponse.", by=reader)
    Mail.objects.all().delete()
    send_message(row, "Merci.", by=row.candidate)
    assert [mail.user for mail in Mail.objects.all()] == [reader]
    assert "secrete" not in Mail.objects.get().text


def test_whoever_refuses_these_mails_finds_the_message_on_the_portal(row, reader):
    choose_frequencies({"team_messages": MailFrequency.NEVER}, by=row.candidate)
    send_message(row, "Bonjour.", by=reader)
    assert (Mail.objects.count(), row.messages.count()) == (0, 1)


def test_nobody_else_reads_or_writes(client, row, reader):
    send_message(row, "motsecret", by=reader)
    assert "login" in client.get(url(row))["Location"]
    for user in strangers(row):
        client.force_login(user)
        for name in ("messages", "notes", "ratings"):
            assert client.get(url(row, name)).status_code == 404
            assert client.post(url(row, name), {"text": "x"}).status_code == 404
        with pytest.raises(ThreadNotAllowed):
            send_message(row, "x", by=user)
    assert ApplicationMessage.objects.count() == 1


def test_a_page_of_the_other_side_marks_what_is_new_as_read(client, row, reader):
    send_message(row, "Bonjour.", by=reader)
    client.force_login(reader)
    assert "pas encore lu" in words(client.get(url(row)))
    assert row.messages.get().read_at is None
    client.force_login(row.candidate)
    assert "Nouveau" in words(client.get(url(row)))
    assert row.messages.get().read_at is not None
    assert "Nouveau" not in words(client.get(url(row)))


def test_what_is_refused_comes_back_with_what_was_typed(client, row, reader):
    client.force_login(reader)
    long = "é" * (ApplicationMessage.LONGEST + 1)
    page = client.post(url(row), {"text": long})
    assert "Le message fait 4001 caractères : gardez-en 4000 au plus." in words(page)
    assert long in page.content.decode()
    assert "Écrivez votre message." in words(client.post(url(row), {"text": " \x00 \n "}))
    for _ in range(SENT_AN_HOUR):
        send_message(row, "Encore.", by=reader)
    page = client.post(url(row), {"text": "De trop, pourtant typé."})
    assert "depuis une heure, le maximum" in words(page)
    assert "De trop, pourtant typé." in page.content.decode()
    assert row.messages.count() == SENT_AN_HOUR


def test_what_is_typed_is_shown_as_text(client, row, reader):
    send_message(
        row, "<script>alert(1)</script> {{ 7|add:7 }} \u202ejavascript:x\x00 https://piege.exemple/", by=reader
    )
    client.force_login(row.candidate)
    html = client.get(url(row)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7|add:7 }} javascript:x https://piege.exemple/" in html
    assert 'href="https://piege' not in html
    assert "<script>alert(1)" not in Mail.objects.get().html


def test_limits_hold_by_thread_side_and_person(row, reader):
    now = timezone.now()

    def sent(count, ago, by=reader, application=row, from_team=True):
        ApplicationMessage.objects.bulk_create(
            ApplicationMessage(
                application=application, author=by, from_team=from_team, text="x", sent_at=now - timedelta(hours=ago)
            )
            for _ in range(count)
        )

    sent(SENT_A_DAY, 2)
    with pytest.raises(ThreadRefused, match="depuis un jour"):
        send_message(row, "x", by=recruiter_of(row.mission.startup))
    send_message(row, "L’autre côté n’y est pour rien.", by=row.candidate)
    another = ApplicationFactory(mission=row.mission)
    sent(WRITTEN_A_DAY - SENT_A_DAY, 3, application=ApplicationFactory(mission=row.mission))
    with pytest.raises(ThreadRefused, match="Vous avez écrit 200 messages"):
        send_message(another, "x", by=reader)


def test_the_thread_closes_thirty_days_after_the_end(client, row, reader):
    row.state = ApplicationState.REJECTED
    row.save()
    event = ApplicationEvent.objects.create(
        application=row,
        actor_kind=ApplicationActor.TEAM,
        from_state="submitted",
        to_state="rejected",
        reason="other",
        happened_at=timezone.now() - OPEN_AFTER_THE_END + timedelta(hours=1),
    )
    send_message(row, "Merci quand même.", by=row.candidate)
    ApplicationEvent.objects.filter(pk=event.pk).update(happened_at=timezone.now() - OPEN_AFTER_THE_END)
    for user in (row.candidate, reader):
        with pytest.raises(ThreadRefused, match="plus de 30 jours"):
            send_message(row, "x", by=user)
        client.force_login(user)
        page = client.get(url(row))
        assert "Merci quand même." in words(page)
        assert "Envoyer le message" not in words(page)
    client.force_login(reader)
    assert "Arrivé trop tard" in client.post(url(row), {"text": "Arrivé trop tard"}).content.decode()


def test_nobody_writes_to_an_account_that_is_no_more(row, reader):
    erase(Person(row.candidate, row.candidate.member), None)
    row.refresh_from_db()
    with pytest.raises(ThreadRefused, match="n’existe plus"):
        send_message(row, "x", by=reader)


def test_erasing_one_side_leaves_nothing_of_it(row, reader):
    send_message(row, "de l’équipe", by=reader)
    send_message(row, "de la personne", by=row.candidate)
    erase(Person(reader, reader.member), None)
    assert list(row.messages.values_list("author", "text")) == [
        (None, "de l’équipe"),
        (row.candidate.pk, "de la personne"),
    ]
    erase(Person(row.candidate, row.candidate.member), None)
    assert ApplicationMessage.objects.count() == 0


def test_a_long_thread_costs_no_more_queries_than_a_short_one(client, row, reader, count_queries):
    client.force_login(reader)
    send_message(row, "x", by=reader)
    few = count_queries(lambda: client.get(url(row)))
    authors = [recruiter_of(row.mission.startup) for _ in range(6)]
    for number in range(100):
        author = authors[number % 6]
        ApplicationMessage.objects.create(application=row, author=author, from_team=True, text=f"numéro {number}")
    assert count_queries(lambda: client.get(url(row))) == few
    page = words(client.get(url(row)))
    assert ("numéro 99" in page, "numéro 0" in page) == (True, False)
    assert "numéro 0" in words(client.get(url(row), {"page": "1"}))
    assert client.get(url(row), {"page": "moins dix"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_twenty_messages_at_once_do_not_pass_the_limit():
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the other waits")
    row = ApplicationFactory()
    reader = recruiter_of(row.mission.startup)

    def write(_number):
        try:
            send_message(row, "x", by=User.objects.get(pk=reader.pk))
            return True
        except ThreadRefused:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as people:
        assert sum(people.map(write, range(20))) == SENT_AN_HOUR
    assert row.messages.count() == SENT_AN_HOUR


# Reports ------------------------------------------------------------------------------


def report_url(message):
    return reverse("recruitment:report_application_message", args=[message.application_id, message.pk])


def test_each_side_reports_the_other_s_messages_and_the_staff_reads_these_alone(client, row, reader):
    staff = RoleGrantFactory(role=RoleName.PROGRAMME).user
    own = send_message(row, "motréservé", by=row.candidate)
    said = send_message(row, "Insistance déplacée.", by=reader)
    answered = send_message(row, "Réponse vive.", by=row.candidate)
    Mail.objects.all().delete()
    for user, message, reason in ((row.candidate, said, "Déplacé"), (reader, answered, "Trop vif")):
        client.force_login(user)
        page = client.get(url(row)).content.decode()
        assert (report_url(message) in page, message.text in page) == (True, True)
        empty = client.post(report_url(message), {"reason": " "})
        assert "Dites en quelques mots ce qui ne va pas." in words(empty)
        done = client.post(report_url(message), {"reason": reason}, follow=True)
        assert done.redirect_chain == [(url(row), 302)]
        assert "Signalé à l’équipe du programme" in words(done)
        assert report_url(message) not in done.content.decode()
        assert "déjà été signalé" in words(client.post(report_url(message), {"reason": "Encore"}, follow=True))
    # One does not report one's own side, nor by the address of another application.
    other = ApplicationFactory(candidate=row.candidate)
    assert client.get(report_url(said)).status_code == 404
    foreign = reverse("recruitment:report_application_message", args=[other.pk, said.pk])
    client.force_login(row.candidate)
    assert (client.get(foreign).status_code, client.get(report_url(own)).status_code) == (404, 404)
    with pytest.raises(ThreadNotAllowed):
        report_in_thread(own, "x", by=row.candidate)
    assert list(Mail.objects.values_list("kind", "user")) == [("contact_reports", staff.pk)] * 2
    client.force_login(staff)
    page = words(client.get("/messages-signales/"))
    assert "De Lou Garance à Ada Belcombe" in page
    assert "D’Ada Belcombe à l’équipe Phare" in page
    assert (page.count("Insistance déplacée."), page.count("Réponse vive."), "motréservé" in page) == (1, 1, False)


def test_whoever_is_suspended_writes_nowhere_and_is_not_told_by_whom(client, row, reader):
    staff = RoleGrantFactory(role=RoleName.PROGRAMME).user
    message = send_message(row, "Insistance déplacée.", by=reader)
    report_in_thread(message, "Déplacé", by=row.candidate)
    client.force_login(reader)
    # The author's side sees nothing of the report.
    assert "ignalé" not in words(client.get(url(row)))
    Mail.objects.all().delete()
    client.force_login(staff)
    client.get("/messages-signales/")
    client.post("/messages-signales/", {"message": f"applicationmessage-{message.pk}", "suite": "suspended"})
    [mail] = Mail.objects.all()
    assert (mail.user, mail.kind) == (reader, "contact_decisions")
    assert ("Belcombe" in mail.text, "Déplacé" in mail.text) == (False, False)
    details = AuditDetail.objects.filter(entry__in=AuditEntry.objects.about(reader))
    assert [(detail.entry.action, "Belcombe" in detail.text) for detail in details.order_by("entry")] == [
        ("message_reported", False),
        ("reported_message_read", False),
        ("message_judged", False),
    ]
    with pytest.raises(ThreadRefused, match="jugé abusif"):
        send_message(row, "x", by=reader)
    assert "jugé abusif" in why_not_contact(reader, MemberFactory(user=UserFactory(), stint=True))
    client.force_login(reader)
    assert "jugé abusif" in words(client.get(url(row)))
    send_message(row, "L’autre côté n’y est pour rien.", by=row.candidate)

    # The report goes, the message stays.
    assert forget_old_reports(timezone.now() + SUSPENSION - timedelta(minutes=1)) == 0
    assert forget_old_reports(timezone.now() + SUSPENSION) == 1
    message.refresh_from_db()
    assert (message.text, message.reported_at, message.report_reason) == ("Insistance déplacée.", None, "")
    assert send_message(row, "De nouveau.", by=reader).author == reader


def test_the_copy_of_a_candidate_has_what_they_reported_and_not_what_the_team_did(row, reader):
    report_in_thread(send_message(row, "de l’équipe", by=reader), "motifducandidat", by=row.candidate)
    report_in_thread(send_message(row, "de la personne", by=row.candidate), "motifdeléquipe", by=reader)
    held = held_in("recruitment.ApplicationMessage")
    person = Person(row.candidate, row.candidate.member)
    shown = {
        getattr(message, name)
        for link in held.links
        for message in held.rows(link, person)
        for name in held.shown(link)
    }
    assert ("motifducandidat" in shown, "motifdeléquipe" in shown) == (True, False)


# Templates ----------------------------------------------------------------------------


def test_a_template_fills_the_form_without_javascript(client, row, reader):
    startup = row.mission.startup
    row.mission.title = "Dev {prénom} <b>"
    row.mission.save()
    template = save_template(startup, "Entretien", "Bonjour {prénom},\npour {mission} : {autre} {0.pk}", by=reader)
    foreign = MessageTemplate.objects.create(startup=StartupFactory(), title="Ailleurs", text="textedailleurs")
    client.force_login(reader)
    taken = {"modele": str(template.pk), "reprendre": "1"}
    page = client.post(url(row), taken)
    text = "Bonjour Ada,\npour Dev {prénom} <b> : {autre} {0.pk}"
    assert page.context["form"]["text"].value() == text
    page = client.post(url(row), {**taken, "text": "Déjà écrit."})
    assert page.context["form"]["text"].value() == f"Déjà écrit.\n\n{text}"
    for other in (str(foreign.pk), "¹", ""):
        page = client.post(url(row), {**taken, "text": "Déjà écrit.", "modele": other})
        assert page.context["form"]["text"].value() == "Déjà écrit."
    client.force_login(row.candidate)
    assert "Entretien" not in words(client.get(url(row)))
    assert text not in client.post(url(row), {**taken, "text": ""}).content.decode()
    assert row.messages.count() == 0


def test_a_first_name_that_nobody_knows_leaves_no_hole():
    row = ApplicationFactory()
    assert filled_in("Bonjour {pre\u0301nom}, merci", row) == "Bonjour, merci"


def test_templates_are_the_readers_own(client, row, reader):
    startup = row.mission.startup
    pages = [reverse("recruitment:message_templates", args=[startup.slug])]
    client.force_login(reader)
    assert client.post(pages[0], {"title": "Refus", "text": "Bonjour {prénom}"}).status_code == 302
    template = MessageTemplate.objects.get()
    pages.append(reverse("recruitment:message_template", args=[startup.slug, template.pk]))
    page = client.post(pages[0], {"title": "Refus", "text": "encore là"})
    assert "porte déjà ce titre" in words(page)
    assert "encore là" in page.content.decode()
    client.post(pages[1], {"title": "Non retenue", "text": "Bonjour"})
    template.refresh_from_db()
    assert (template.title, template.text) == ("Non retenue", "Bonjour")
    for user in strangers(row):
        client.force_login(user)
        for address in pages:
            assert client.get(address).status_code == 404
            assert client.post(address, {"supprimer": "1"}).status_code == 404
    client.force_login(reader)
    elsewhere = MessageTemplate.objects.create(startup=StartupFactory(), title="Ailleurs", text="x")
    assert (
        client.post(
            reverse("recruitment:message_template", args=[startup.slug, elsewhere.pk]), {"supprimer": "1"}
        ).status_code
        == 404
    )
    client.post(pages[1], {"supprimer": "1"})
    assert list(MessageTemplate.objects.all()) == [elsewhere]


def test_a_team_keeps_thirty_templates(client, row, reader):
    startup = row.mission.startup
    MessageTemplate.objects.bulk_create(
        MessageTemplate(startup=startup, title=f"Modèle {number}", text="x") for number in range(30)
    )
    client.force_login(reader)
    page = reverse("recruitment:message_templates", args=[startup.slug])
    assert "le maximum" in words(client.get(page))
    answer = client.post(page, {"title": "De trop", "text": "texte gardé"})
    assert "30 modèles, le maximum" in words(answer)
    assert "texte gardé" in answer.content.decode()
    assert MessageTemplate.objects.count() == 30
