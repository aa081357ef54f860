"""A mail is a row of the change that it tells of."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction

from community.actions.mail import choose_frequencies, queue_mail
from community.enums import MailFrequency
from community.mail.backend import QueueBackend
from community.mail.kinds import declared
from community.mail.rendering import LONGEST_SUBJECT, dress, one_line, plain
from community.models import Mail, User
from tests.community.factories import UserFactory

pytestmark = pytest.mark.django_db


class ChangeError(Exception):
    pass


def change(user: User, kind, *, fails: bool = False) -> None:
    with transaction.atomic():
        user.first_name = "Zoé"
        user.save()
        queue_mail(kind, user, context={"who": "Zoé"})
        if fails:
            raise ChangeError


def test_every_mail_says_more_than_its_subject_in_lists_and_has_one_button_at_most():
    folder = Path(settings.BASE_DIR) / "templates" / "mail"
    told = {page.stem: page.read_text() for page in folder.glob("*.html")}
    assert len(told) > 30
    without = [
        name for name, page in told.items() if "{% block preheader %}" not in page and "mail/digest" not in page
    ]
    assert without == []
    assert [name for name, page in told.items() if page.count("{{ BUTTON }}") > 1] == []
    assert all((folder / f"{name}.txt").exists() for name in told)


def test_signs_of_a_mail_do_not_begin_a_line_whoever_wrote_it(news):
    mail = queue_mail(news, UserFactory(), context={"who": "« Zoé » : là ?"})
    assert "«\u00a0Zoé\u00a0»\u00a0: là\u00a0?" in mail.html
    written = dress("Un objet", "Votre code : ABCD-2345", "", news)
    assert "Votre code\u00a0: ABCD-2345" in written.html


@pytest.mark.django_db(transaction=True)
def test_a_mail_goes_with_its_change_and_stays_with_it(news):
    user = UserFactory()

    with pytest.raises(ChangeError):
        change(user, news, fails=True)
    assert (Mail.objects.count(), User.objects.get().first_name) == (0, "")

    change(user, news)
    assert (Mail.objects.get().user, User.objects.get().first_name) == (user, "Zoé")


def test_a_mail_is_written_as_it_will_leave(news, settings):
    user = UserFactory(email="zoe@exemple.fr")

    mail = queue_mail(news, user, context={"who": "Zoé & <b>Léa</b>"})

    assert mail.address == "zoe@exemple.fr"
    assert mail.subject == "Des nouvelles de Zoé & <b>Léa</b>"
    assert mail.text.startswith("Bonjour,\n\nZoé & <b>Léa</b> vous donne des nouvelles.\n")
    assert "Vous suivez les nouvelles." in mail.text
    assert mail.stop_url in mail.text.split("\n")
    assert "<p>Zoé &amp; &lt;b&gt;Léa&lt;/b&gt; vous donne des nouvelles.</p>" in mail.html
    assert f'href="{mail.stop_url}"' in mail.html
    assert re.fullmatch(r"<[0-9a-f-]{36}@testserver>", mail.message_id)


TYPED = "{% load static %}{{ settings.SECRET_KEY }}{{ user.email }}{% include 'base.html' %}{# caché #}"


@pytest.mark.parametrize("typed", [TYPED, "{% load nothing_of_that_name %}", "{{ x }}", "{% raw"])
def test_what_a_person_types_is_never_read_as_a_template(news, typed):
    mail = queue_mail(news, UserFactory(), context={"who": typed})

    assert mail.subject == f"Des nouvelles de {typed}"
    assert f"{typed} vous donne des nouvelles." in mail.text
    message = EmailMessage("Objet " + typed, typed, to=["lou@exemple.fr"])
    QueueBackend().send_messages([message])
    sent = Mail.objects.get(kind="other")
    assert (sent.subject, sent.text.split("\n\n")[0]) == (f"Objet {typed}", typed)
    assert typed.replace("'", "&#x27;") in sent.html


@pytest.mark.parametrize(
    "typed",
    [
        "Zoé\nBcc: tout-le-monde@exemple.fr",
        "Zoé\r\n\r\n<script>",
        "Zoé\x0bX: y",
        "Zoé\x85X: y",
        "Zoé\u2028X: y",
        "Zoé\x00X",
        "Zoé\u202eX",
        "Zoé\ud800X",
    ],
)
def test_a_subject_is_one_line_whatever_is_typed(news, typed):
    mail = queue_mail(news, UserFactory(), context={"who": typed})

    assert len(mail.subject.splitlines()) == 1
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202e\ud800-\udfff]", mail.subject)
    assert mail.subject.startswith("Des nouvelles de Zoé")


def test_a_subject_that_is_too_long_is_cut():
    assert len(one_line("x" * 1_000)) == LONGEST_SUBJECT
    assert one_line(" a\t b ") == "a b"


def test_a_body_holds_nothing_that_a_database_refuses():
    assert plain("a\r\nb\rc\x00\ud800 ") == "a\nb\nc\n"


def test_the_same_mail_is_written_once(news):
    user = UserFactory()

    assert queue_mail(news, user, context={"who": "Zoé"}, once="news:1") is not None
    assert queue_mail(news, user, context={"who": "Léa"}, once="news:1") is None
    assert queue_mail(news, user, context={"who": "Léa"}, once="news:2") is not None
    assert list(Mail.objects.values_list("subject", flat=True)) == ["Des nouvelles de Zoé", "Des nouvelles de Léa"]


def test_who_wants_none_gets_none(news):
    wants, refuses, gone = UserFactory(), UserFactory(), UserFactory(is_active=False)
    choose_frequencies({news.name: MailFrequency.NEVER}, by=refuses)

    written = [queue_mail(news, user, context={"who": "Zoé"}) for user in (wants, refuses, gone)]

    assert [mail is not None for mail in written] == [True, False, False]


def test_what_cannot_be_refused_comes_whatever_was_chosen_and_says_so(decision):
    user = UserFactory()
    choose_frequencies({decision.name: MailFrequency.NEVER}, by=user)

    mail = queue_mail(decision, user, "nouvelle", {"who": "Zoé"})

    assert mail.stop_url == ""
    assert "Ce genre de message ne peut pas être refusé." in mail.text
    assert "Ce genre de message ne peut pas être refusé." in mail.html


def test_who_has_digests_gets_no_mail_beside(happenings):
    user = UserFactory()
    choose_frequencies({"evenement": MailFrequency.DAILY}, by=user)

    assert queue_mail(declared("evenement"), user, "nouvelle", {"who": "Zoé"}) is None


def test_a_mail_goes_to_an_address_without_account(decision):
    mail = queue_mail(decision, "inconnue@exemple.fr", "nouvelle", {"who": "Zoé"})

    assert (mail.user, mail.address) == (None, "inconnue@exemple.fr")


# What libraries send -----------------------------------------------------------


def test_django_s_own_way_to_send_leads_to_the_queue(settings):
    settings.EMAIL_BACKEND = "community.mail.backend.QueueBackend"
    known = UserFactory(email="zoe@exemple.fr")

    EmailMessage("Un objet\nBcc: x@y.fr", "Un texte.\n\nUn lien : https://a.fr/<b>", to=["Zoe@Exemple.fr"]).send()

    mail = Mail.objects.get()
    assert (mail.kind, mail.user, mail.subject) == ("other", known, "Un objet Bcc: x@y.fr")
    assert mail.text.startswith("Un texte.\n\nUn lien : https://a.fr/<b>\n\nVous recevez ce message parce que ")
    assert "<b>" not in mail.html


def test_nobody_reads_another_s_address():
    message = EmailMessage("Objet", "Texte", to=["a@exemple.fr", "b@exemple.fr"], cc=["c@exemple.fr"])
    message.bcc = ["d@exemple.fr"]

    assert QueueBackend().send_messages([message]) == 1

    rows = list(Mail.objects.order_by("address"))
    assert [row.address[0] for row in rows] == ["a", "b", "c", "d"]
    for row in rows:
        assert re.findall(r"\w@exemple", row.text + row.html) == []


def test_the_html_of_a_library_s_mail_is_kept_and_files_are_refused():
    message = EmailMultiAlternatives("Objet", "Texte", to=["a@exemple.fr"])
    message.attach_alternative("<p>Le sien</p>", "text/html")
    QueueBackend().send_messages([message])
    assert Mail.objects.get().html == "<p>Le sien</p>\n"

    message.attach("cv.pdf", b"%PDF", "application/pdf")
    with pytest.raises(ValueError, match="attachments"):
        QueueBackend().send_messages([message])


@pytest.mark.parametrize("address", ["connue@exemple.fr", "inconnue@exemple.fr"])
def test_asking_for_a_code_writes_an_urgent_mail_and_sends_nothing_by_itself(client, settings, address):
    settings.EMAIL_BACKEND = "community.mail.backend.QueueBackend"
    UserFactory(email="connue@exemple.fr")

    response = client.post("/compte/login/", {"login": address})

    assert response.status_code == 302
    mail = Mail.objects.get()
    assert (mail.kind, mail.is_urgent, mail.attempts, mail.sent_at) == ("sign_in", True, 0, None)
    assert (mail.expires_at - mail.created_at).total_seconds() == 900
    if address == "connue@exemple.fr":
        code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.text, re.MULTILINE).group()
        assert code in mail.html


@pytest.mark.parametrize("rows", [1, 5])
def test_writing_mails_asks_the_same_of_the_database_each_time(news, rows, django_assert_num_queries):
    users = UserFactory.create_batch(rows)

    with django_assert_num_queries(2 * rows):
        for user in users:
            queue_mail(news, user, context={"who": "Zoé"})
