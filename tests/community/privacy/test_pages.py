"""« Mes données », its forms, the link of the mail, and the page of the staff."""

import io
import time
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.actions import privacy
from community.enums import AuditAction, RoleName, Visibility
from community.models import AuditEntry, ErasureRequest
from community.privacy.activity import INACTIVE_AFTER
from community.privacy.links import keep_url
from community.privacy.registry import activities
from community.wording import day_in_words
from portal.site_content import load_content
from tests.community.factories import MemberFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGES = ["my_data", "erase_my_account"]
FORMS = ["copy_of_my_data", "erase_my_account", "keep_my_account", "my_place_in_directory"]


@pytest.fixture
def member():
    return MemberFactory(user=UserFactory(), stint=True)


def prove(client, user) -> None:
    """As after a code copied a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


@pytest.fixture
def signed_in(client, member):
    client.force_login(member.user)
    prove(client, member.user)
    return client


@pytest.mark.parametrize("name", PAGES)
def test_visitors_sign_in_first(client, name):
    url = reverse(f"community:{name}")
    assert client.get(url).headers["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize("name", FORMS)
def test_visitors_post_nothing(client, name):
    response = client.post(reverse(f"community:{name}"))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["copy_of_my_data", "erase_my_account"])
def test_what_is_sensitive_asks_again_who_one_is(client, member, name):
    client.force_login(member.user)
    response = client.post(reverse(f"community:{name}"))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("prove_by_code"))
    assert not ErasureRequest.objects.exists()
    assert not AuditEntry.objects.exists()


def test_copy_is_a_zip_with_a_row_of_the_audit_log(signed_in, member):
    response = signed_in.post(reverse("community:copy_of_my_data"))
    assert response.streaming is True
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="mes-donnees-')
    opened = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert member.full_name in opened.read("annuaire/membres-member.json").decode()
    assert AuditEntry.objects.get().action == AuditAction.OWN_DATA_EXPORTED


def test_nobody_has_copies_made_all_day(signed_in, member):
    url = reverse("community:copy_of_my_data")
    answers = [signed_in.post(url).streaming for _ in range(11)]
    assert answers == [True] * 10 + [False]
    assert AuditEntry.objects.count() == 10
    assert "patientez une heure" in signed_in.get(reverse("community:my_data")).content.decode()


def test_copy_comes_by_itself_once_the_code_is_given(client, member):
    client.force_login(member.user)
    proof = client.post(reverse("community:copy_of_my_data")).headers["Location"]
    client.post(proof, {"action": "send"})
    code = client.session["proof_by_code"]["code"]
    response = client.post(proof, {"code": code})
    assert response.headers["Content-Type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))).testzip() is None


def test_erasure_is_asked_shown_and_cancelled(signed_in, member):
    page = signed_in.post(reverse("community:erase_my_account"), follow=True).content.decode()
    row = ErasureRequest.objects.get(user=member.user)
    assert f"Votre compte sera effacé le {day_in_words(timezone.localtime(row.due_at))}" in page
    assert "Effacer mon compte" not in page
    page = signed_in.post(reverse("community:keep_my_account"), follow=True).content.decode()
    assert "L’effacement est annulé" in page
    assert not ErasureRequest.objects.exists()


def test_last_administrator_reads_what_to_do_first(signed_in, member):
    RoleGrantFactory(user=member.user, role=RoleName.PROGRAMME)
    session = signed_in.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()
    shown = signed_in.get(reverse("community:erase_my_account"))
    assert "Votre compte ne peut pas être effacé maintenant" in shown.content.decode()
    assert "Demander l’effacement" not in shown.content.decode()
    posted = signed_in.post(reverse("community:erase_my_account"))
    assert posted.status_code == 409
    assert not ErasureRequest.objects.exists()


def test_link_of_the_mail_keeps_the_account_without_signing_in_and_only_by_its_button(client, member):
    row = privacy.ask_erasure(member.user)
    path = keep_url(row).removeprefix("http://testserver")
    shown = client.get(path)
    assert shown.status_code == 200
    assert "Annuler l’effacement et garder mon compte" in shown.content.decode()
    assert shown.headers["Referrer-Policy"] == "same-origin"
    assert ErasureRequest.objects.filter(pk=row.pk).exists()
    assert "Votre compte est conservé" in client.post(path).content.decode()
    assert not ErasureRequest.objects.exists()
    assert client.get(path).status_code == 404


def test_one_button_leaves_the_directory_and_one_comes_back(signed_in, member):
    url = reverse("community:my_place_in_directory")
    assert "Ne plus figurer dans l’annuaire" in signed_in.get(reverse("community:my_data")).content.decode()
    page = signed_in.post(url, {"action": "quitter"}, follow=True).content.decode()
    assert "Figurer de nouveau dans l’annuaire" in page
    member.refresh_from_db()
    assert member.visibility == Visibility.PRIVATE
    signed_in.post(url, {"action": "n’importe quoi"})
    signed_in.post(url, {"action": "revenir"})
    member.refresh_from_db()
    assert member.visibility == Visibility.COMMUNITY


def test_account_without_a_record_has_the_page_too(client):
    user = UserFactory()
    client.force_login(user)
    page = client.get(reverse("community:my_data")).content.decode()
    assert "Ne plus figurer" not in page
    client.post(reverse("community:my_place_in_directory"), {"action": "quitter"})


# The staff ---------------------------------------------------------------------------


def away(**fields):
    moment = timezone.now() - INACTIVE_AFTER - timedelta(days=1)
    return UserFactory(date_joined=moment, last_login=moment, **fields)


def test_retention_is_shown_to_the_programme_alone(client, member):
    away(email="partie@exemple.fr")
    url = reverse("community:retention")
    assert client.get(url).status_code == 302
    client.force_login(member.user)
    refused = client.get(url)
    assert refused.status_code == 403
    assert "partie@exemple.fr" not in refused.content.decode()
    client.force_login(RoleGrantFactory(role=RoleName.PROGRAMME).user)
    assert "partie@exemple.fr" in client.get(url).content.decode()


def test_retention_costs_the_same_for_one_account_and_for_many(client, django_assert_num_queries):
    client.force_login(RoleGrantFactory(role=RoleName.PROGRAMME).user)
    url = reverse("community:retention")
    away()
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(20):
        MemberFactory(user=away())
    with django_assert_num_queries(len(few)):
        client.get(url)


# The register --------------------------------------------------------------------------


def test_register_is_public_and_says_what_is_declared(client):
    load_content()
    page = client.get("/donnees-personnelles/").content.decode()
    assert [activity.title for activity, _held in activities() if activity.title not in page] == []
    assert "csrfmiddlewaretoken" not in page
