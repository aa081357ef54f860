"""Writing to somebody by the portal: neither learns the other's address unless they give it."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail as django_mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.actions.contact import (
    RECEIVED_A_DAY,
    SENT_A_DAY,
    SENT_AN_HOUR,
    SENT_TO_ONE_A_DAY,
    ContactRefused,
    answer,
    forget_old_messages,
    plain_text,
    report_message,
    write_to_member,
)
from community.actions.mail import choose_frequencies
from community.actions.privacy import see_to_rights
from community.actions.reports import ReportRefused, judge
from community.enums import MailFrequency, ReportOutcome
from community.mail.sending import send_due
from community.models import AuditEntry, ContactBlock, ContactMessage, Mail, Member, User
from community.models.reports import KEPT, SUSPENSION
from community.privacy import Person
from community.privacy.erasing import erase
from community.profile_forms import ManyLines, OneLine
from tests.community.factories import MemberFactory, RoleGrantFactory, StartupFactory, StintFactory, UserFactory
from tests.community.test_role_pages import words

pytestmark = pytest.mark.django_db


def person(name: str, address: str) -> Member:
    """A member of the community with an account and a verified address."""
    user = UserFactory(email=address)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return MemberFactory(full_name=name, user=user, stint=True)


@pytest.fixture
def ada():
    return person("Ada Expéditrice", "ada.secrete@exemple.fr")


@pytest.fixture
def paul():
    return person("Paul Destinataire", "paul.secret@exemple.fr")


def write(sender: Member, receiver: Member, **changes) -> ContactMessage:
    told = {"topic": "Votre démarche", "text": "Bonjour,\nparlons-en.", "shares_address": False} | changes
    return write_to_member(receiver, told.pop("topic"), told.pop("text"), **told, by=sender.user)


def url_of(member: Member) -> str:
    return f"/membres/{member.slug}/contacter/"


def sent() -> list:
    send_due()
    return django_mail.outbox


@pytest.fixture(autouse=True)
def _outbox(settings):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"


# What leaves ----------------------------------------------------------------------


def test_the_mail_shows_neither_address(ada, paul):
    write(ada, paul)
    [received] = sent()
    assert received.to == ["paul.secret@exemple.fr"]
    assert received.subject == "Ada Expéditrice vous écrit par le portail : Votre démarche"
    assert "> Bonjour,\n> parlons-en.\n" in received.body
    told = str(received.message()) + received.body + str(received.alternatives)
    assert "ada.secrete" not in told
    assert "Reply-To" not in received.message()
    # The body says nothing of the receiver's own either: it may be passed on.
    assert "paul.secret" not in received.body + str(received.alternatives)


def test_an_answer_goes_to_who_gave_their_address(ada, paul):
    write(ada, paul, shares_address=True)
    # To the address of the moment it leaves.
    EmailAddress.objects.update_or_create(user=ada.user, defaults={"email": "ada.neuve@exemple.fr"})
    [received] = sent()
    assert received.message()["Reply-To"] == "ada.neuve@exemple.fr"
    assert received.message()["From"] != "ada.neuve@exemple.fr"


def test_an_address_that_was_not_verified_is_not_given(ada, paul):
    EmailAddress.objects.filter(user=ada.user).update(verified=False)
    with pytest.raises(ContactRefused) as refused:
        write(ada, paul, shares_address=True)
    assert refused.value.field == "shares_address"
    assert (ContactMessage.objects.count(), Mail.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "hostile",
    [
        "Bonjour\r\nBcc: tout.le.monde@exemple.fr",
        "Bonjour\nContent-Type: text/html",
        "Bonjour\x00\x1b[31m",
        "Bonjour \u202eruojnob\u202c",
        "Bonjour\u2028Bcc: x@exemple.fr",
        "=?utf-8?q?Bcc=3A_x?=",
        "{{ kind.why }}{% load x %}",
        "<script>alert(1)</script>",
    ],
)
def test_nothing_typed_becomes_a_header_a_template_or_markup(ada, paul, hostile):
    row = write(ada, paul, topic=hostile, text=hostile)
    [received] = sent()
    message = received.message()
    assert set(message.keys()) - {"X-Auto-Response-Suppress"} == {
        "Content-Type",
        "MIME-Version",
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
    }
    assert received.recipients() == ["paul.secret@exemple.fr"]
    assert "\n" not in row.topic
    assert re.search("[\x00\x1b\u202e\u2028]", row.topic + row.text + received.subject + received.body) is None
    [(html, _kind)] = received.alternatives
    assert "<script>" not in html


def test_text_stays_text():
    assert plain_text(" a\r\nb\rc\u2029d\x00\ud83d\u202e\ufeff 👩‍💻\t ") == "a\nb\nc\n\nd 👩‍💻"
    turning = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    assert plain_text(f"de {turning}l’argent") == "de l’argent"
    assert [field().clean(f"de {turning}l’argent") for field in (OneLine, ManyLines)] == ["de l’argent"] * 2


@pytest.mark.parametrize(("topic", "text"), [("", "x"), ("x", "\u202e"), ("x" * 121, "x"), ("x", "x" * 4_001)])
def test_what_is_empty_or_too_long_is_refused(ada, paul, topic, text):
    with pytest.raises(ContactRefused):
        write(ada, paul, topic=topic, text=text)
    assert ContactMessage.objects.count() == 0


# Who may --------------------------------------------------------------------------


def test_who_may_not_see_somebody_may_not_write_to_them(ada, paul):
    startup = StartupFactory()
    StintFactory(member=ada, startups=[startup])
    paul.hidden_from_startups.add(startup)
    with pytest.raises(ContactRefused):
        write(ada, paul)
    paul.hidden_from_startups.clear()
    Member.objects.filter(pk=paul.pk).update(visibility="private")
    with pytest.raises(ContactRefused):
        write(ada, paul)
    Member.objects.filter(pk=paul.pk).update(visibility="community")
    ada.user = User.objects.get(pk=ada.user.pk)
    assert write(ada, paul).receiver == paul.user


def test_somebody_from_outside_the_community_writes_to_nobody_first_but_may_answer(ada, paul):
    candidate = MemberFactory(user=UserFactory(), is_listed=True)
    with pytest.raises(ContactRefused, match="réservé aux personnes de la communauté"):
        write(candidate, paul)
    row = write(paul, candidate)
    assert answer(row, "Re", "Avec plaisir", shares_address=False, by=candidate.user).receiver == paul.user


def test_whoever_wants_no_messages_gets_none(ada, paul):
    choose_frequencies({"contact": MailFrequency.NEVER}, by=paul.user)
    with pytest.raises(ContactRefused, match="ne reçoit pas de messages"):
        write(ada, paul)
    choose_frequencies({"contact": MailFrequency.AT_ONCE}, by=paul.user)
    ContactBlock.objects.create(owner=paul.user, blocked=ada.user)
    # The same words: nobody is told that they are blocked.
    with pytest.raises(ContactRefused, match="ne reçoit pas de messages"):
        write(ada, paul)
    assert Mail.objects.count() == 0
    for closed in ({"user": None}, {"user": UserFactory(is_active=False)}):
        nobody = MemberFactory(stint=True, **closed)
        with pytest.raises(ContactRefused, match="ne reçoit pas de messages"):
            write(ada, nobody)


# Limits ---------------------------------------------------------------------------


def past(sender: Member | None, receiver: Member, count: int, minutes: int) -> None:
    ContactMessage.objects.bulk_create(
        ContactMessage(
            sender=sender.user if sender else None,
            receiver=receiver.user,
            topic="x",
            text="x",
            sent_at=timezone.now() - timedelta(minutes=minutes),
        )
        for _ in range(count)
    )


def test_limits_count_what_was_sent_wherever_it_was(ada, paul):
    other = person("Zoé Tierce", "zoe@exemple.fr")
    past(ada, other, SENT_AN_HOUR - 1, 59)
    write(ada, paul)
    with pytest.raises(ContactRefused, match="depuis une heure"):
        write(ada, paul)
    ContactMessage.objects.update(sent_at=timezone.now() - timedelta(minutes=61))
    write(ada, paul)
    past(ada, other, SENT_A_DAY, 61)
    with pytest.raises(ContactRefused, match="depuis un jour, le maximum"):
        write(ada, paul)


def test_nobody_is_written_to_too_often(ada, paul):
    past(ada, paul, SENT_TO_ONE_A_DAY, 120)
    with pytest.raises(ContactRefused, match="laissez-lui le temps"):
        write(ada, paul)
    ContactMessage.objects.all().delete()
    past(None, paul, RECEIVED_A_DAY, 120)
    with pytest.raises(ContactRefused, match="beaucoup de messages"):
        write(ada, paul)
    ContactMessage.objects.update(sent_at=timezone.now() - timedelta(hours=25))
    assert write(ada, paul).sender == ada.user


# Abuse ----------------------------------------------------------------------------


def test_a_report_reaches_the_staff_who_suspend_its_author_for_a_while(ada, paul):
    staff = RoleGrantFactory().user
    RoleGrantFactory(end=timezone.localdate() - timedelta(days=1), start=timezone.localdate() - timedelta(days=9))
    row = write(ada, paul)
    Mail.objects.all().delete()
    report_message(row, "Insistant", by=paul.user)
    assert list(Mail.objects.values_list("kind", "user")) == [("contact_reports", staff.pk)]
    # The mail says nothing of who or what.
    assert "Ada" not in Mail.objects.get().text
    with pytest.raises(ReportRefused, match="déjà été signalé"):
        report_message(row, "Encore", by=paul.user)

    judge(row, ReportOutcome.SUSPENDED, by=staff)
    with pytest.raises(ReportRefused, match="déjà été traité"):
        judge(row, ReportOutcome.CLOSED, by=staff)
    with pytest.raises(ContactRefused, match="jugé abusif"):
        write(ada, person("Zoé", "zoe@exemple.fr"))
    assert Mail.objects.filter(kind="contact_decisions", user=ada.user).count() == 1
    assert [entry.action for entry in AuditEntry.objects.about(ada.user)] == ["message_reported", "message_judged"]
    ContactMessage.objects.update(judged_at=timezone.now() - SUSPENSION)
    assert write(ada, paul).sender == ada.user


def test_nobody_judges_their_own_message(ada, paul):
    RoleGrantFactory(user=ada.user)
    row = report_message(write(ada, paul), "Insistant", by=paul.user)
    with pytest.raises(ReportRefused, match="de vous"):
        judge(row, ReportOutcome.CLOSED, by=ada.user)
    assert ContactMessage.objects.to_judge().count() == 1


# What is kept ---------------------------------------------------------------------


def test_messages_are_kept_thirty_days_and_reports_until_they_are_answered(ada, paul):
    staff = RoleGrantFactory().user
    old = timezone.now() - KEPT - timedelta(minutes=1)
    rows = {name: write(ada, person(name, f"{name}@exemple.fr")) for name in ("recent", "old", "waits", "closed")}
    for name in ("waits", "closed"):
        report_message(rows[name], "x", by=rows[name].receiver)
    judge(rows["closed"], ReportOutcome.CLOSED, by=staff)
    past_rows = ContactMessage.objects.exclude(pk=rows["recent"].pk)
    past_rows.update(sent_at=old)
    assert forget_old_messages() == 1
    ContactMessage.objects.filter(pk=rows["closed"].pk).update(judged_at=old)
    see_to_rights()
    assert set(ContactMessage.objects.values_list("pk", flat=True)) == {rows["recent"].pk, rows["waits"].pk}


def test_the_queue_keeps_nothing_of_what_was_written(ada, paul):
    write(ada, paul)
    sent()
    assert Mail.objects.get().text == ""


def test_erased_the_author_leaves_the_words_without_the_name(ada, paul):
    row = write(ada, paul, text="Signé : Ada Expéditrice, ada.secrete@exemple.fr", shares_address=True)
    back = write(paul, ada)
    erase(Person.of_member(ada), None)
    row.refresh_from_db()
    assert (row.sender, row.text) == (None, "Signé : [personne effacée], [personne effacée]")
    assert Mail.objects.get(user=paul.user).reply_to is None
    assert not ContactMessage.objects.filter(pk=back.pk).exists()


# Pages ----------------------------------------------------------------------------


def link(client, member: Member) -> bool:
    return f'href="{url_of(member)}"' in client.get(member.get_absolute_url()).content.decode()


def test_the_page_leads_there_whoever_may_write(client, ada, paul):
    assert not link(client, paul)
    candidate = UserFactory()
    for user, expected in ((candidate, False), (ada.user, True), (paul.user, False)):
        client.force_login(user)
        assert link(client, paul) is expected
    client.force_login(ada.user)
    choose_frequencies({"contact": MailFrequency.NEVER}, by=paul.user)
    assert not link(client, paul)
    said = words(client.get(url_of(paul), follow=True))
    assert "Cette personne ne reçoit pas de messages par le portail." in said


def test_a_message_is_written_read_and_answered(client, ada, paul):
    client.force_login(ada.user)
    page = client.get(url_of(paul))
    said = words(page)
    assert "Ada Expéditrice" in said
    assert "ada.secrete@exemple.fr" in said
    assert "paul.secret" not in page.content.decode()
    done = client.post(
        url_of(paul), {"topic": "Bonjour", "text": "Parlons <b>nous</b>", "shares_address": "on"}, follow=True
    )
    assert done.redirect_chain == [(paul.get_absolute_url(), 302)]
    assert "Votre message est envoyé." in words(done)

    client.force_login(paul.user)
    row = ContactMessage.objects.get()
    assert "Bonjour" in words(client.get("/mes-messages/"))
    page = client.get(f"/mes-messages/{row.pk}/")
    assert "Parlons &lt;b&gt;nous&lt;/b&gt;" in page.content.decode()
    assert "ada.secrete" not in page.content.decode()
    form = client.get(f"/mes-messages/{row.pk}/repondre/").context["form"]
    assert form["topic"].value() == "Re : Bonjour"
    client.post(f"/mes-messages/{row.pk}/repondre/", {"topic": "Re : Bonjour", "text": "Oui"})
    assert ContactMessage.objects.filter(sender=paul.user, receiver=ada.user, shares_address=False).count() == 1


def test_nothing_typed_is_lost_when_something_is_wrong(client, ada, paul):
    client.force_login(ada.user)
    long = "é" * 4_001
    page = client.post(url_of(paul), {"topic": "Sujet", "text": long, "shares_address": "on"})
    assert "Le message fait 4001 caractères : gardez-en 4000 au plus." in words(page)
    form = page.context["form"]
    assert [form[name].value() for name in ("topic", "text", "shares_address")] == ["Sujet", long, True]
    past(ada, paul, SENT_TO_ONE_A_DAY, 30)
    page = client.post(url_of(paul), {"topic": "Sujet", "text": "Gardé"})
    assert "laissez-lui le temps de répondre" in words(page)
    assert page.context["form"]["text"].value() == "Gardé"
    assert Mail.objects.count() == 0


def test_a_message_is_its_receiver_s_alone(client, ada, paul):
    row = write(ada, paul)
    pages = [f"/mes-messages/{row.pk}/{end}" for end in ("", "repondre/", "signaler/")]
    for page in ("/mes-messages/", *pages, url_of(paul)):
        assert client.get(page).status_code == 302
    for user in (ada.user, RoleGrantFactory().user):
        client.force_login(user)
        assert "Votre démarche" not in words(client.get("/mes-messages/"))
        for page in pages:
            assert (client.get(page).status_code, client.post(page, {"reason": "x"}).status_code) == (404, 404)
    row.refresh_from_db()
    assert row.reported_at is None


def test_whoever_is_blocked_writes_no_more_until_they_are_let(client, ada, paul):
    row = write(ada, paul)
    client.force_login(paul.user)
    assert "Ada Expéditrice ne peut plus vous écrire" in words(client.post(f"/mes-messages/{row.pk}/", follow=True))
    client.post(f"/mes-messages/{row.pk}/")
    block = ContactBlock.objects.get()
    client.force_login(ada.user)
    client.post("/mes-messages/", {"debloquer": block.pk})
    assert ContactBlock.objects.count() == 1
    client.force_login(paul.user)
    assert "Débloquer Ada Expéditrice" in words(client.get("/mes-messages/"))
    for odd in ("", "x", "9" * 30):
        assert client.post("/mes-messages/", {"debloquer": odd}).status_code == 302
    assert "peut de nouveau vous écrire" in words(client.post("/mes-messages/", {"debloquer": block.pk}, follow=True))
    assert ContactBlock.objects.count() == 0


def test_the_staff_read_what_is_reported_and_nothing_else(client, ada, paul):
    write(ada, paul, topic="Autre sujet")
    row = write(ada, paul)
    client.force_login(paul.user)
    assert client.get("/messages-signales/").status_code == 403
    client.post(f"/mes-messages/{row.pk}/signaler/", {"reason": "Publicité"})
    assert "Vous avez signalé ce message" in words(client.get(f"/mes-messages/{row.pk}/"))
    client.force_login(RoleGrantFactory().user)
    said = words(client.get("/messages-signales/"))
    assert "Publicité" in said
    assert "Autre sujet" not in said
    # The log keeps it, once a day.
    client.get("/messages-signales/")
    assert [entry.action for entry in AuditEntry.objects.about(ada.user)] == [
        "message_reported",
        "reported_message_read",
    ]
    key = f"contactmessage-{row.pk}"
    for odd in ({}, {"message": key, "suite": "x"}, {"message": "contactmessage-²", "suite": "closed"}):
        assert "déjà été traité" in words(client.post("/messages-signales/", odd, follow=True))
    told = {"message": key, "suite": "closed"}
    assert "C’est noté : classé sans suite." in words(client.post("/messages-signales/", told, follow=True)).replace(
        "\xa0", " "
    )
    assert client.get("/messages-signales/").context["count"] == 0


def test_lists_of_messages_cost_the_same_whatever_their_length(client, ada, paul):
    staff = RoleGrantFactory().user
    counts = {}
    for size in (1, 12):
        for number in range(size):
            past(person(f"P{size}", f"p{size}.{number}@exemple.fr"), paul, 1, 5)
            ContactBlock.objects.create(owner=paul.user, blocked=UserFactory())
        ContactMessage.objects.update(reported_at=timezone.now())
        for user, url in ((paul.user, "/mes-messages/"), (staff, "/messages-signales/")):
            client.force_login(user)
            client.get(url)
            with CaptureQueriesContext(connection) as captured:
                client.get(url)
            counts.setdefault(url, set()).add(len(captured))
    assert [len(seen) for seen in counts.values()] == [1, 1]
