"""The pages of joining: who opens them, what they say, and what they keep to themselves."""

import re
import time
from html import unescape
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.utils import timezone

from community.actions.claims import ask_for_record
from community.actions.consents import give_consent, withdraw_consent
from community.actions.invitations import invite_into_team, invite_to_role
from community.charter import CHARTER_VERSION
from community.enums import AuditAction, ConsentSubject, RoleName, Visibility
from community.models import AuditEntry, Claim, Consent, Invitation, Member, RoleGrant
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    RoleGrantFactory,
    SkillFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
)
from tests.community.joining import DOMAIN, lead_of, mailed, newcomer, programme, sent_code, sent_link

pytestmark = pytest.mark.django_db

ADDRESS = "nouvelle@exemple.fr"


@pytest.fixture(autouse=True)
def _domain(settings):
    settings.COMMUNITY_MAIL_DOMAIN = DOMAIN
    cache.clear()


@pytest.fixture
def startup():
    return StartupFactory(name="Zéphyr", slug="zephyr", incubator=IncubatorFactory(name="La Fabrique"))


@pytest.fixture
def record(startup):
    member = MemberFactory(full_name="Camille Exemple", slug="camille.exemple", role="Développeuse")
    StintFactory(member=member, startups=[startup])
    return member


def words(response) -> str:
    """What a page says, without its tags."""
    main = re.search(r"<main\b.*</main>", response.content.decode(), re.DOTALL)
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", main.group(), flags=re.DOTALL)
    return " ".join(unescape(text).replace("\xa0", " ").split())


def sign_in(client, user) -> None:
    """With a proof of who one is, given this very moment."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"][0]["at"] = time.time()
    session.save()


OWN = [
    "/bienvenue/",
    "/bienvenue/fiche/",
    "/bienvenue/fiche/camille.exemple/",
    "/bienvenue/code/",
    "/bienvenue/charte/",
]


def test_visitors_are_asked_who_they_are(client, record):
    for url in [*OWN, "/fiches-demandees/", "/fiches-demandees/1/", "/startups/zephyr/invitations/"]:
        assert client.get(url).headers["Location"] == f"/compte/login/?next={url}"
        assert client.post(url).headers["Location"].startswith("/compte/login/")
    assert client.post("/invitations/1/annuler/").headers["Location"].startswith("/compte/login/")


def test_pages_are_kept_by_no_cache(client, record):
    client.force_login(newcomer())
    for url in OWN:
        assert "no-store" in client.get(url).headers["Cache-Control"]


# Finding -----------------------------------------------------------------------------


def test_a_name_finds_the_free_records_that_one_may_see(client, record, startup):
    client.force_login(newcomer())
    for name, fields in {
        "Camille Prise": {"user": UserFactory()},
        "Camille Cachée": {"visibility": Visibility.PRIVATE},
        "Camille Réservée": {"visibility": Visibility.COMMUNITY},
        "Denis Autre": {},
    }.items():
        StintFactory(member=MemberFactory(full_name=name, **fields))
    MemberFactory(full_name="Camille Candidate")
    page = client.get("/bienvenue/fiche/", {"nom": "CAMÍLLE"})
    assert [member.full_name for member in page.context["found"]] == ["Camille Exemple"]
    said = words(page)
    assert "Camille Exemple , Développeuse Depuis" in said
    assert "Zéphyr" in said
    assert "Aucune fiche libre à ce nom" in words(client.get("/bienvenue/fiche/", {"nom": "Personne"}))
    assert "Fiches à ce nom" not in words(client.get("/bienvenue/fiche/"))


def test_looking_costs_the_same_for_few_and_for_many(
    client, record, startup, django_assert_num_queries, django_assert_max_num_queries
):
    client.force_login(newcomer())
    with django_assert_max_num_queries(14) as few:
        client.get("/bienvenue/fiche/", {"nom": "exemple"})
    for _ in range(12):
        StintFactory(member=MemberFactory(full_name="Paul Exemple"), startups=[startup, StartupFactory()])
    with django_assert_num_queries(len(few)):
        assert len(client.get("/bienvenue/fiche/", {"nom": "exemple"}).context["found"]) == 13
    for _ in range(12):
        StintFactory(member=MemberFactory(full_name="Paul Exemple"))
    assert "D’autres fiches portent ce nom" in words(client.get("/bienvenue/fiche/", {"nom": "exemple"}))


def test_a_record_that_one_may_not_ask_for_does_not_exist(client, record):
    taken = MemberFactory(slug="prise", user=UserFactory(), stint=True)
    hidden = MemberFactory(slug="cachee", visibility=Visibility.PRIVATE, stint=True)
    client.force_login(newcomer())
    assert client.get("/bienvenue/fiche/camille.exemple/").status_code == 200
    for slug in (taken.slug, hidden.slug, "personne"):
        url = f"/bienvenue/fiche/{slug}/"
        assert (client.get(url).status_code, client.post(url, {"reason": "Moi"}).status_code) == (404, 404)
    assert not Claim.objects.exists()


def test_who_has_a_record_is_led_to_what_is_next(client, record):
    client.force_login(MemberFactory(user=newcomer()).user)
    for url in OWN[1:4]:
        assert client.get(url).headers["Location"] == "/bienvenue/"
        assert (
            client.post(url, {"reason": "Moi", "identifier": "camille.exemple"}).headers["Location"] == "/bienvenue/"
        )
    assert (Claim.objects.count(), mailed("claim_code")) == (0, [])


# The code ----------------------------------------------------------------------------


def test_a_record_is_taken_over_from_page_to_page(client, record):
    user = newcomer()
    client.force_login(user)
    page = client.get("/bienvenue/fiche/camille.exemple/")
    assert f"camille.exemple@{DOMAIN}" in words(page)
    client.post("/bienvenue/code/", {"identifier": "camille.exemple"})
    assert "Recopier le code" in words(client.get("/bienvenue/code/"))
    wrong = client.post("/bienvenue/code/", {"code": "BBBB-BBBB"})
    assert wrong.context["code_form"].errors["code"][0].startswith("Ce code est incorrect")
    done = client.post("/bienvenue/code/", {"code": sent_code()}, follow=True)
    assert "Votre fiche est reliée à votre compte." in words(done)
    assert "Votre compte est relié à la fiche Camille Exemple" in words(done)


def test_what_is_said_tells_nothing_of_records(client, record):
    StintFactory(member=MemberFactory(slug="cachee", visibility=Visibility.PRIVATE))
    StintFactory(member=MemberFactory(slug="prise", user=UserFactory()))
    told = set()
    for slug in ("camille.exemple", "cachee", "prise", "personne"):
        client.force_login(newcomer())
        answer = client.post("/bienvenue/code/", {"identifier": slug})
        page = re.sub(r"csrfmiddlewaretoken.*?>|personne\d+", "", client.get("/bienvenue/code/").content.decode())
        wrong = words(client.post("/bienvenue/code/", {"code": "BBBB-BBBB"}))
        told.add((answer.status_code, answer.headers["Location"], page, wrong))
    assert len(told) == 1


def test_codes_have_limits_by_account_and_by_record(client, record):
    client.force_login(newcomer())
    limited = "Trop de demandes en peu de temps"
    for number in range(5):
        assert client.post("/bienvenue/code/", {"identifier": f"personne.{number}"}).status_code == 302
    assert limited in words(client.post("/bienvenue/code/", {"identifier": "camille.exemple"}))
    cache.clear()
    for number in range(7):
        client.force_login(newcomer())
        answer = client.post("/bienvenue/code/", {"identifier": f"camille.exemple@{DOMAIN}"})
        assert answer.status_code == (302 if number < 6 else 200)
    assert limited in words(answer)
    assert len(mailed("claim_code")) == 6


def test_without_a_domain_the_way_is_not_offered(client, record, settings):
    settings.COMMUNITY_MAIL_DOMAIN = ""
    client.force_login(newcomer())
    assert "code" not in words(client.get("/bienvenue/fiche/camille.exemple/"))
    assert "Recevoir un code" not in words(client.get("/bienvenue/fiche/"))
    assert client.post("/bienvenue/code/", {"identifier": "camille.exemple"}).status_code == 200
    assert not mailed("claim_code")


def test_an_account_without_a_verified_address_is_told_what_to_do(client, record):
    user = UserFactory()
    client.force_login(user)
    for url in ("/bienvenue/", "/bienvenue/fiche/camille.exemple/"):
        assert 'href="/compte/email/"' in client.get(url).content.decode()
    said = words(client.post("/bienvenue/fiche/camille.exemple/", {"reason": "C’est moi"}))
    assert "Vérifiez d’abord l’adresse électronique de votre compte" in said
    assert "C’est moi" in said


HOSTILE = {"nul": "\x00", "long": "é" * 5_000, "signs": "<script>%_'\"\\", "direction": "\u202e", "half": "\ud83d"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_that_is_typed_breaks_a_page(client, record, text):
    typed = text.encode("utf-8", "surrogatepass")
    client.force_login(newcomer())
    assert client.get(f"/bienvenue/fiche/?{urlencode({'nom': typed})}").status_code == 200
    for url, fields in {
        "/bienvenue/code/": ("identifier", "code"),
        "/bienvenue/fiche/camille.exemple/": ("reason",),
        "/bienvenue/": ("fait", "defait"),
        "/bienvenue/charte/": ("accepter",),
    }.items():
        for field in fields:
            cache.clear()
            body = urlencode({field: typed})
            answer = client.post(url, body, content_type="application/x-www-form-urlencoded")
            assert answer.status_code in {200, 302}
            assert "<script>%" not in answer.content.decode()
            Claim.objects.all().delete()
    assert client.get(f"/invitations/{urlencode({'': typed})[1:]}/").status_code == 404


# Asking, deciding ------------------------------------------------------------------------


def test_a_reason_is_sent_to_staff_and_may_be_taken_back(client, record):
    client.force_login(newcomer())
    url = "/bienvenue/fiche/camille.exemple/"
    assert "Écrivez en quelques mots" in words(client.post(url, {"reason": " "}))
    long = client.post(url, {"reason": "x" * 1_001})
    assert "Ce texte fait 1001 caractères : raccourcissez-le à 1000 au plus." in words(long)
    assert "x" * 1_001 in long.content.decode()
    said = words(client.post(url, {"reason": "J’y étais."}, follow=True))
    assert "Votre demande est transmise à l’équipe du programme." in said
    assert "Vous avez demandé la fiche de Camille Exemple" in said
    assert "Vous avez déjà une demande en attente" in words(client.get(url))
    assert "Votre demande est retirée." in words(client.post("/bienvenue/", {"retirer": "1"}, follow=True))
    assert "Cette demande a déjà reçu une réponse." in words(client.post("/bienvenue/", {"retirer": "1"}, follow=True))


def test_staff_reads_both_and_decides(client, record):
    rivals = [ask_for_record(record, reason=f"Raison n° {number}", by=newcomer()) for number in (1, 2)]
    staff = programme()
    sign_in(client, staff)
    assert "2 demandes" in words(client.get("/fiches-demandees/"))
    url = f"/fiches-demandees/{record.pk}/"
    page = client.get(url)
    for claim in rivals:
        assert f"{claim.user.email} Demandée le" in words(page)
        assert claim.reason in words(page)
    seen = page.context["form"]["seen"].value()

    unsaid = words(client.post(url, {"seen": seen}))
    assert "Choisissez une personne" in unsaid
    assert "Dites pourquoi" in unsaid
    late = ask_for_record(record, reason="Et moi", by=newcomer())
    told = {"winner": rivals[0].pk, "note": "Vu ensemble."}
    changed = client.post(url, {**told, "seen": seen})
    assert "Les demandes ont changé" in words(changed)
    assert (late.reason in words(changed), "Vu ensemble." in words(changed)) == (True, True)
    fields = re.findall(r'name="seen" value="([^"]*)"', changed.content.decode())
    done = client.post(url, {**told, "seen": fields[0]}, follow=True)

    assert "La fiche de Camille Exemple est reliée au compte choisi. Les personnes sont prévenues." in words(done)
    record.refresh_from_db()
    assert (record.user, len(mailed("joining"))) == (rivals[0].user, 3)
    assert "Aucune demande n’attend plus de réponse" in words(client.get(url))


def test_the_pages_of_staff_are_for_staff(client, record):
    ask_for_record(record, reason="Moi", by=newcomer())
    for user in (newcomer(), lead_of(StartupFactory()), RoleGrantFactory(role=RoleName.EDITOR).user):
        sign_in(client, user)
        for url in ("/fiches-demandees/", f"/fiches-demandees/{record.pk}/"):
            assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)
    sign_in(client, programme())
    nobody_asks = MemberFactory(stint=True, visibility=Visibility.PRIVATE)
    for pk in (nobody_asks.pk, 987_654_321):
        assert client.get(f"/fiches-demandees/{pk}/").status_code == 404


def test_staff_that_reads_a_private_record_to_decide_is_kept(client, record):
    ask_for_record(record, reason="Moi", by=newcomer())
    Member.objects.filter(pk=record.pk).update(visibility=Visibility.PRIVATE)
    sign_in(client, staff := programme())
    client.get("/fiches-demandees/")
    client.get(f"/fiches-demandees/{record.pk}/")
    seen = AuditEntry.objects.about(record).filter(action=AuditAction.PRIVATE_PROFILE_SEEN)
    assert list(seen) == list(AuditEntry.objects.by(staff))
    assert len(seen) == 1


def test_a_session_left_open_decides_nothing(client, record):
    claim = ask_for_record(record, reason="Moi", by=newcomer())
    client.force_login(programme())
    url = f"/fiches-demandees/{record.pk}/"
    assert client.get(url).status_code == 200
    data = {"winner": claim.pk, "note": "Vu.", "seen": str(claim.pk)}
    assert client.post(url, data).headers["Location"].startswith("/compte/confirmer/")
    assert Claim.objects.open().count() == 1


def test_the_list_of_staff_costs_the_same_for_few_and_for_many(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    sign_in(client, staff := programme())

    def grow(count: int) -> None:
        for _ in range(count):
            ask_for_record(MemberFactory(stint=True), reason="Moi", by=newcomer())
            closed = Claim(member=MemberFactory(), user=newcomer(), state="refused", decided_at=timezone.now())
            closed.decided_by = staff
            closed.save()
            # Nobody but the programme's team can answer for these.
            StintFactory(startups=[StartupFactory()], is_confirmed=False)

    grow(1)
    with django_assert_max_num_queries(22) as few:
        client.get("/fiches-demandees/")
    grow(8)
    with django_assert_num_queries(len(few)):
        client.get("/fiches-demandees/")


# Inviting ------------------------------------------------------------------------------


def test_a_lead_invites_and_takes_back(client, startup, record):
    lead = lead_of(startup)
    sign_in(client, lead)
    url = "/startups/zephyr/invitations/"
    assert [label for _value, label in client.get(url).context["form"].fields["member"].choices] == [
        "Une nouvelle personne",
        "Camille Exemple – Développeuse",
    ]
    bad = client.post(url, {"email": "pas-une-adresse", "end": "01/02/2026", "employer": "Atelier"})
    assert {name: told[0] for name, told in bad.context["form"].errors.items()} == {
        "email": "Cette adresse n’est pas complète. Format attendu : nom@domaine.fr",
        "full_name": "Choisissez la fiche de la personne, ou écrivez son nom.",
        "start": "Indiquez le début de la mission, ou videz les champs qui la décrivent.",
    }
    assert bad.context["form"]["employer"].value() == "Atelier"
    sent = client.post(url, {"email": ADDRESS, "member": "camille.exemple", "start": "01/02/2026"}, follow=True)
    assert f"Invitation envoyée à {ADDRESS}." in words(sent)
    assert f"{ADDRESS} Fiche de Camille Exemple, mission à partir du 1er février 2026." in words(sent)
    again = client.post(url, {"email": ADDRESS, "full_name": "Bob"})
    assert "Une invitation attend déjà une réponse à cette adresse." in words(again)
    row = Invitation.objects.get()
    back = client.post(f"/invitations/{row.pk}/annuler/", follow=True)
    assert "L’invitation est annulée" in words(back)
    assert "avait déjà servi" in words(client.post(f"/invitations/{row.pk}/annuler/", follow=True))
    assert client.get(f"/invitations/{row.pk}/annuler/").status_code == 405


def test_inviting_is_for_who_leads_and_asks_for_a_fresh_proof(client, startup, record):
    row = invite_into_team(ADDRESS, startup=startup, by=lead_of(startup), full_name="Bob")
    url = "/startups/zephyr/invitations/"
    data = {"email": "x@exemple.fr", "full_name": "Zoé"}
    for user in (newcomer(), lead_of(StartupFactory(slug="autre"))):
        sign_in(client, user)
        assert (client.get(url).status_code, client.post(url, data).status_code) == (404, 404)
        assert client.post(f"/invitations/{row.pk}/annuler/").status_code == 404
    client.force_login(lead_of(startup))
    assert client.get(url).status_code == 200
    assert client.post(url, data).headers["Location"].startswith("/compte/confirmer/")
    assert Invitation.objects.standing().count() == 1


def test_the_page_of_invitations_costs_the_same_for_few_and_for_many(
    client, startup, django_assert_num_queries, django_assert_max_num_queries
):
    lead = lead_of(startup)
    sign_in(client, lead)

    def grow(count: int) -> None:
        for _ in range(count):
            member = StintFactory(startups=[startup]).member
            number = Invitation.objects.count()
            invite_into_team(f"a{number}@exemple.fr", startup=startup, by=lead, member=member)
            invite_into_team(f"b{number}@exemple.fr", startup=startup, by=lead, full_name="Zoé")

    grow(1)
    with django_assert_max_num_queries(24) as few:
        client.get("/startups/zephyr/invitations/")
    grow(6)
    with django_assert_num_queries(len(few)):
        client.get("/startups/zephyr/invitations/")


def test_a_link_shows_little_to_a_visitor_and_changes_nothing(client, startup, record):
    invite_into_team(ADDRESS, startup=startup, by=lead_of(startup), member=record)
    link = sent_link()
    page = client.get(link)
    said = words(page)
    assert "Rejoindre l’équipe Zéphyr" in said
    assert "no…@exemple.fr" in said
    assert (ADDRESS in page.content.decode(), "Camille Exemple" in said) == (False, False)
    assert "csrfmiddlewaretoken" not in page.content.decode()
    assert f'href="/compte/signup/?{urlencode({"next": link})}"' in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert client.post(link).headers["Location"] == link
    client.force_login(newcomer())
    assert "Vous êtes connecté·e avec un autre compte" in words(client.get(link))
    assert "est adressée à une autre adresse" in words(client.post(link, follow=True))
    assert Invitation.objects.standing().count() == 1


def test_the_person_accepts_by_a_button(client, startup, record):
    invite_into_team(ADDRESS, startup=startup, by=lead_of(startup), member=record)
    link = sent_link()
    client.force_login(newcomer(ADDRESS))
    assert "La fiche de Camille Exemple sera reliée à votre compte." in words(client.get(link))
    assert Invitation.objects.standing().count() == 1
    assert "Bienvenue ! L’invitation est acceptée." in words(client.post(link, follow=True))
    record.refresh_from_db()
    assert record.user.email == ADDRESS
    again = client.post(link, follow=True)
    assert "Vous avez accepté cette invitation" in words(client.get(link))
    assert "n’est plus valable" in words(again)


def test_a_link_that_is_over_and_one_that_nobody_sent_say_so(client, startup):
    assert client.get("/invitations/inventee/").status_code == 404
    invite_into_team(ADDRESS, startup=startup, by=lead_of(startup), full_name="Bob")
    Invitation.objects.update(expires_at=timezone.now())
    answer = client.get(sent_link())
    assert (answer.status_code, "Elle a expiré, a déjà servi ou a été annulée." in words(answer)) == (410, True)


def test_a_role_comes_with_its_page_and_without_a_record(client):
    invite_to_role(RoleName.EDITOR, ADDRESS, place=None, by=programme(), reason="Guides")
    user = newcomer(ADDRESS)
    client.force_login(user)
    assert "Il ne demande pas d’avoir une fiche." in words(client.get(sent_link()))
    assert client.post(sent_link()).headers["Location"] == "/mes-roles/"
    assert RoleGrant.objects.filter(user=user, role=RoleName.EDITOR).exists()


# First steps ---------------------------------------------------------------------------


def test_signing_up_leads_to_the_first_steps_and_nobody_is_pushed(client):
    user = newcomer()
    client.force_login(user)
    said = words(client.get("/bienvenue/"))
    assert "Étapes faites : 0 sur 3." in said
    assert "Une fiche ne sert à rien pour cela." in said
    client.post("/bienvenue/", {"fait": "sans-fiche"})
    client.post("/bienvenue/", {"fait": "contacts"})
    client.post("/bienvenue/charte/", {"accepter": CHARTER_VERSION})
    said = words(client.get("/bienvenue/"))
    assert "Étapes faites : 3 sur 3." in said
    assert "Vous n’avez pas besoin de fiche" in said
    assert not Member.objects.exists()
    client.post("/bienvenue/", {"defait": "sans-fiche"})
    assert "Étapes faites : 2 sur 3." in words(client.get("/bienvenue/"))


def test_steps_of_a_member_say_what_is_left_and_whom_to_turn_to(client, startup, record):
    lead_of(startup, "Ada Responsable")
    hidden = lead_of(startup, "Cléo Cachée").member
    Member.objects.filter(pk=hidden.pk).update(visibility=Visibility.PRIVATE)
    user = newcomer()
    Member.objects.filter(pk=record.pk).update(user=user)
    client.force_login(user)
    said = words(client.get("/bienvenue/"))
    assert "Étapes faites : 1 sur 4." in said
    assert "Il manque encore une présentation, des compétences." in said
    for contact in ("Ada Responsable , responsable de votre startup", "Zéphyr , votre startup", "La Fabrique , votre"):
        assert contact in said
    assert "Cléo Cachée" not in said
    record.member_skills.create(skill=SkillFactory())
    Member.objects.filter(pk=record.pk).update(biography="Bonjour")
    assert "Étapes faites : 2 sur 4." in words(client.get("/bienvenue/"))


def test_an_agreement_is_dated_and_its_history_kept(client):
    user = newcomer()
    client.force_login(user)
    url = "/bienvenue/charte/"
    assert "La charte a changé" in words(client.post(url, {"accepter": "2020-01"}, follow=True))
    for _twice in range(2):
        client.post(url, {"accepter": CHARTER_VERSION})
    assert "Vous avez accepté cette version le" in words(client.get(url))
    client.post(url, {"retirer": "1"})
    client.post(url, {"accepter": CHARTER_VERSION})
    assert [row.withdrawn_at is None for row in Consent.objects.filter(user=user)] == [False, True]
    assert len(re.findall("donné le", words(client.get(url)))) == 2


def test_a_new_text_is_agreed_to_anew(client):
    user = newcomer()
    give_consent(ConsentSubject.CHARTER, "2020-01", by=user)
    client.force_login(user)
    assert "Lire et accepter la charte" in words(client.get("/bienvenue/"))
    assert "J’accepte la charte" in words(client.get("/bienvenue/charte/"))
    give_consent(ConsentSubject.CHARTER, CHARTER_VERSION, by=user)
    assert withdraw_consent(ConsentSubject.CHARTER, by=user) == 2
