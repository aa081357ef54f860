"""The pages of roles: who opens them, what they say, and what the forms answer."""

import re
import time
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from community.days import today
from community.enums import RoleName
from community.models import AuditEntry, Invitation, Mail, RoleGrant
from community.models.roles import ROLE_RULES, scope_of
from tests.community.factories import (
    IncubatorFactory,
    MemberFactory,
    RoleGrantFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
    days_ago,
)

pytestmark = pytest.mark.django_db

R = RoleName
# Days of the test's own moment: a run may go past midnight.
YESTERDAY, TOMORROW = days_ago(1), days_ago(-1)


def words(response) -> str:
    """What a page says, without its tags."""
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(text).split())


def sign_in(client, user) -> None:
    """With a proof of who one is, given this very moment."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"][0]["at"] = time.time()
    session.save()


def teammate(startup, name: str, **user) -> MemberFactory:
    """A member of the team with an account."""
    member = MemberFactory(full_name=name, user=UserFactory(**user))
    StintFactory(member=member, start=YESTERDAY, startups=[startup])
    return member


@pytest.fixture
def startup():
    return StartupFactory(name="Zéphyr", incubator=IncubatorFactory(name="La Fabrique"))


@pytest.fixture
def lead(startup):
    member = teammate(startup, "Ada Responsable")
    return RoleGrantFactory(user=member.user, role=R.STARTUP_LEAD, startup=startup, reason="Fondatrice").user


@pytest.fixture
def programme():
    return RoleGrantFactory(role=R.PROGRAMME, user__first_name="Pia", user__last_name="Programme").user


@pytest.fixture
def pages(startup):
    """The page of each kind of place."""
    return {
        "portal": "/roles/",
        "incubator": f"/incubateurs/{startup.incubator.slug}/roles/",
        "startup": f"/startups/{startup.slug}/roles/",
    }


OPENED_BY = {
    R.PROGRAMME: {"portal", "incubator", "startup"},
    R.INCUBATOR_STAFF: {"incubator", "startup"},
    R.STARTUP_LEAD: {"startup"},
    R.RECRUITER: set(),
    R.EDITOR: set(),
    R.JUROR: set(),
}


@pytest.mark.parametrize("role", RoleName)
def test_a_page_is_for_who_gives_roles_there(client, startup, pages, role):
    elsewhere = StartupFactory(incubator=IncubatorFactory())
    place = {R.INCUBATOR_STAFF: startup.incubator, R.STARTUP_LEAD: startup, R.RECRUITER: startup}.get(role)
    other = {R.INCUBATOR_STAFF: elsewhere.incubator, R.STARTUP_LEAD: elsewhere, R.RECRUITER: elsewhere}.get(role)
    for scope, opened in ((place, OPENED_BY[role]), (other, OPENED_BY[role] if place is None else set())):
        sign_in(client, RoleGrantFactory(role=role, **scope_of(scope)).user)
        for name, url in pages.items():
            expected = 200 if name in opened else 403
            assert (name, client.get(url).status_code, client.get(f"{url}donner/").status_code) == (
                name,
                expected,
                expected,
            )


def test_visitors_are_asked_who_they_are_and_others_refused(client, pages):
    for url in [*pages.values(), "/mes-roles/", "/roles/1/retirer/", *(f"{url}donner/" for url in pages.values())]:
        assert client.get(url).headers["Location"] == f"/compte/login/?next={url}"
        assert client.post(url).status_code == 302
    sign_in(client, UserFactory())
    assert [client.get(url).status_code for url in pages.values()] == [403] * 3
    assert client.get("/startups/absente/roles/").status_code == 404
    assert client.get("/incubateurs/absent/roles/donner/").status_code == 404


def test_a_page_is_kept_by_no_cache(client, lead, pages):
    sign_in(client, lead)
    assert "no-store" in client.get(pages["startup"]).headers["Cache-Control"]


def test_a_page_says_who_holds_what_and_how_it_came_about(client, startup, lead, programme, pages):
    RoleGrantFactory(
        user=teammate(startup, "Benoît Recruteur", email="benoit@exemple.fr").user,
        role=R.RECRUITER,
        startup=startup,
        granted_by=lead,
        reason="Trois postes",
        start=today(),
        end=TOMORROW,
    )
    RoleGrantFactory(
        user=teammate(startup, "Chloé Partie").user,
        role=R.RECRUITER,
        startup=startup,
        granted_by=lead,
        reason="Renfort",
        withdrawn_at=timezone.now(),
        withdrawn_by=programme,
        withdrawal_reason="Changement d’équipe",
    )
    elsewhere = RoleGrantFactory(role=R.RECRUITER, startup=StartupFactory(), reason="Motif d’ailleurs")
    sign_in(client, lead)

    said = words(client.get(pages["startup"]))

    standing, past = said.split("En cours et à venir")[1].split("Historique")[:2]
    assert "Ada Responsable Responsable d’une startup , depuis le" in standing
    assert "depuis le serveur, ou par un compte supprimé : Fondatrice" in standing
    assert "Benoît Recruteur Recruteur d’une startup , du " in standing
    assert "par Ada Responsable : Trois postes" in standing
    assert "Chloé Partie" not in standing
    assert "Chloé Partie" in past
    assert "par Pia Programme : Changement d’équipe" in past
    assert elsewhere.reason not in said
    # Addresses are for those who keep the whole portal.
    assert "benoit@exemple.fr" not in said
    sign_in(client, programme)
    assert "Benoît Recruteur (benoit@exemple.fr)" in words(client.get(pages["startup"]))


def test_the_table_of_the_code_is_shown_as_it_stands(client, lead, pages):
    sign_in(client, lead)
    said = words(client.get(pages["startup"])).replace("\xa0", " ")

    for role, rule in ROLE_RULES.items():
        for text in (role.label, *rule.opens, *(grantor.label for grantor in rule.grantors)):
            assert text in said


def test_an_account_without_a_name_is_told_by_the_beginning_of_its_address(client, lead, startup, pages):
    RoleGrantFactory(user=UserFactory(email="quelquun@exemple.fr"), role=R.RECRUITER, startup=startup)
    sign_in(client, lead)
    said = words(client.get(pages["startup"]))

    assert "qu…@exemple.fr" in said
    assert "quelquun@exemple.fr" not in said


@pytest.mark.parametrize("kind", ["portal", "incubator", "startup"])
def test_a_page_costs_the_same_for_few_roles_and_for_many(
    client, startup, programme, pages, kind, django_assert_num_queries, django_assert_max_num_queries
):
    place, role = {
        "portal": (None, R.EDITOR),
        "incubator": (startup.incubator, R.INCUBATOR_STAFF),
        "startup": (startup, R.STARTUP_LEAD),
    }[kind]
    sign_in(client, programme)

    def grow(count: int) -> None:
        for number in range(count):
            for dates in ({}, {"start": YESTERDAY, "end": YESTERDAY}, {"withdrawn_at": timezone.now()}):
                user = teammate(startup, f"Personne {number}").user if number % 2 else UserFactory()
                RoleGrantFactory(user=user, role=role, granted_by=programme, **scope_of(place), **dates)
            StartupFactory(incubator=startup.incubator)
            StartupFactory(incubator=None)
            IncubatorFactory()

    grow(1)
    with django_assert_max_num_queries(20) as few:
        client.get(pages[kind])
    grow(6)
    with django_assert_num_queries(len(few)):
        client.get(pages[kind])


def test_the_past_is_read_page_by_page(client, lead, startup, pages):
    for number in range(45):
        RoleGrantFactory(
            role=R.RECRUITER,
            startup=startup,
            reason=f"Motif {number:02}",
            withdrawn_at=timezone.now() - timedelta(number),
        )
    sign_in(client, lead)

    for page, first, count in ((1, "Motif 00", 20), (3, "Motif 40", 5), (99, "Motif 40", 5)):
        said = words(client.get(pages["startup"], {"page": page}))
        assert re.findall(r"Motif \d\d", said)[0] == first
        assert len(re.findall(r"Motif \d\d", said)) == count
        assert "45 rôles terminés ou retirés" in said


# Giving ---------------------------------------------------------------------------


def given(**data) -> dict[str, str]:
    """What is typed, complete but for the person."""
    return {"role": R.RECRUITER, "start": today().isoformat(), "end": "", "reason": "Trois postes", **data}


def test_the_team_is_proposed_and_one_of_it_is_made_a_recruiter(client, lead, startup, pages):
    mate = teammate(startup, "Benoît Équipier")
    MemberFactory(full_name="Denis Sans-compte")
    teammate(StartupFactory(), "Émile Ailleurs")
    sign_in(client, lead)
    form = client.get(f"{pages['startup']}donner/").context["form"]
    assert [member.full_name for member in form.found] == ["Benoît Équipier"]

    answer = client.post(f"{pages['startup']}donner/", given(member=mate.slug), follow=True)

    assert "Benoît Équipier a maintenant le rôle « Recruteur d’une startup »" in words(answer)
    grant = RoleGrant.objects.get(role=R.RECRUITER)
    assert (grant.user, grant.granted_by, grant.reason, grant.start) == (mate.user, lead, "Trois postes", today())
    assert AuditEntry.objects.get().action == "role_granted"


def test_a_name_finds_people_of_whom_one_is_chosen_and_nothing_typed_is_lost(client, lead, startup, pages):
    mate, other = teammate(startup, "Chloé Martin"), teammate(startup, "Chloé Marchand")
    teammate(startup, "Denis Martin")
    hidden = teammate(startup, "Chloé Cachée")
    type(hidden).objects.filter(pk=hidden.pk).update(visibility="private")
    sign_in(client, lead)
    url, tomorrow = f"{pages['startup']}donner/", (today() + timedelta(days=1)).isoformat()

    found = client.post(url, given(who="chloe", end=tomorrow, chercher="1"))
    form = found.context["form"]
    assert [member.full_name for member in form.found] == ["Chloé Marchand", "Chloé Martin"]
    assert [form[name].value() for name in ("who", "role", "end", "reason")] == [
        "chloe",
        R.RECRUITER,
        tomorrow,
        "Trois postes",
    ]
    assert (form.errors, hidden.full_name in words(found)) == ({}, False)

    unsaid = client.post(url, given(who="chloe"))
    assert unsaid.context["form"].errors["member"] == [
        "Choisissez la personne dans cette liste, ou tapez un autre nom."
    ]
    # Somebody whom the name does not find is not taken for one of those.
    assert "member" in client.post(url, given(who="chloe", member="denis.martin")).context["form"].errors
    assert "member" in client.post(url, given(who="chloe", member=hidden.slug)).context["form"].errors
    assert RoleGrant.objects.count() == 1
    assert client.post(url, given(who="chloe", member=other.slug)).status_code == 302
    assert RoleGrant.objects.get(role=R.RECRUITER).user == other.user
    assert mate.user.role_grants.count() == 0


def test_an_address_says_who_and_nothing_is_told_of_it_before(client, programme, pages):
    holder = UserFactory(email="plume@exemple.fr")
    disabled = UserFactory(email="parti@exemple.fr", is_active=False)
    sign_in(client, programme)
    url = f"{pages['portal']}donner/"

    told = set()
    for address in ("absent@exemple.fr", disabled.email, holder.email):
        for verb in ({"chercher": "1"}, {}):
            answer = client.post(url, given(role=R.EDITOR, who=address, reason="", **verb))
            told.add(re.sub(r'value="[^"]*"', "", answer.content.decode()) if not verb else "")
            assert "Si un compte porte cette adresse, il aura le rôle aussitôt." in words(answer)
    assert len(told) == 2
    assert "n’est pas complète" in words(client.post(url, given(role=R.EDITOR, who="absent@")))
    assert client.post(url, given(role=R.EDITOR, who=" Plume@Exemple.fr ")).headers["Location"] == "/roles/"
    assert holder.role_grants.get().role == R.EDITOR


def test_an_address_without_an_account_is_invited_and_the_invitation_taken_back(client, programme, pages):
    sign_in(client, programme)
    url = f"{pages['portal']}donner/"
    said = words(client.post(url, given(role=R.JUROR, who="Absent@Exemple.fr"), follow=True)).replace("\xa0", " ")

    assert "Une invitation à tenir le rôle « Juré » est partie à absent@exemple.fr." in said
    assert "absent@exemple.fr Juré. Envoyée le" in said
    row = Invitation.objects.get()
    assert (row.email, row.role, row.reason, row.invited_by) == (
        "absent@exemple.fr",
        R.JUROR,
        "Trois postes",
        programme,
    )
    assert Mail.objects.get(kind="invitation").address == row.email
    again = words(client.post(url, given(role=R.JUROR, who=row.email)))
    assert "Une invitation attend déjà une réponse à cette adresse." in again
    assert client.post(f"/invitations/{row.pk}/annuler/").headers["Location"] == "/roles/"
    assert Invitation.objects.standing().count() == 0


def test_who_is_not_of_the_team_is_told_the_same_with_and_without_an_account(client, lead, startup, pages):
    sign_in(client, lead)
    UserFactory(email="inconnue@exemple.fr")
    told = {
        client.post(f"{pages['startup']}donner/", given(who=address)).context["form"].errors["who"][0]
        for address in ("inconnue@exemple.fr", "absente@exemple.fr")
    }
    assert len(told) == 1
    assert not Invitation.objects.exists()


def test_looking_addresses_up_has_a_limit(client, programme, pages):
    cache.clear()
    sign_in(client, programme)
    url = f"{pages['portal']}donner/"
    for number in range(20):
        assert client.post(url, given(role=R.JUROR, who=f"a{number}@exemple.fr")).status_code == 302
    refused = client.post(url, given(role=R.JUROR, who="encore@exemple.fr"))
    assert refused.context["form"].errors["who"][0].startswith("Trop de demandes en peu de temps")
    assert refused.context["form"]["reason"].value() == "Trois postes"
    # Somebody who is seen by name is not looked up by address.
    mate = teammate(StartupFactory(), "Chloé Martin")
    assert client.post(url, given(role=R.JUROR, who="chloe", member=mate.slug)).status_code == 302
    cache.clear()


HOSTILE = {
    "nul": "\x00",
    "long": "é" * 5_000,
    "signs": "<script>%_'\"\\",
    "at": "@",
    "direction": "\u202e",
    "half": "\ud83d",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("field", ["who", "member", "role", "start", "end", "reason", "chercher", "page"])
def test_nothing_that_is_typed_breaks_the_page(client, lead, pages, field, text):
    sign_in(client, lead)
    data = given(**{field: text.encode("utf-8", "surrogatepass")})
    for verb in ({}, {"chercher": "1"}):
        body = urlencode({**verb, **data})
        answer = client.post(f"{pages['startup']}donner/", body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 200
        assert "<script>%" not in answer.content.decode()
    assert client.get(f"{pages['startup']}?{urlencode({field: data[field]})}").status_code == 200
    assert RoleGrant.objects.count() == 1


def test_what_the_rules_refuse_is_said_on_the_form(client, lead, startup, pages):
    sign_in(client, lead)
    url = f"{pages['startup']}donner/"
    stranger = UserFactory(email="inconnue@exemple.fr")

    said = words(client.post(url, given(who=stranger.email)))
    assert "Ce rôle demande de faire partie de l’équipe" in said
    assert "Personne ne se donne un rôle" in words(client.post(url, given(who=lead.email)))
    long = client.post(url, given(who=stranger.email, reason="x" * 400))
    assert "Le motif fait 400 caractères : raccourcissez-le à 300 au plus." in words(long)
    assert long.context["form"]["reason"].value() == "x" * 400
    assert "role" in client.post(url, given(who=stranger.email, role=R.PROGRAMME)).context["form"].errors
    assert RoleGrant.objects.count() == 1


def test_who_loses_their_right_while_typing_is_refused(client, lead, startup, pages):
    sign_in(client, lead)
    mate = teammate(startup, "Benoît Équipier")
    assert client.get(f"{pages['startup']}donner/").status_code == 200
    lead.role_grants.update(withdrawn_at=timezone.now())

    assert client.post(f"{pages['startup']}donner/", given(member=mate.slug)).status_code == 403
    assert mate.user.role_grants.count() == 0


@pytest.mark.parametrize("verb", ["donner/", "retirer/"])
def test_a_session_left_open_neither_gives_nor_takes_back(client, lead, startup, pages, verb):
    mate = teammate(startup, "Benoît Équipier")
    held = RoleGrantFactory(user=mate.user, role=R.STARTUP_LEAD, startup=startup)
    url = f"{pages['startup']}donner/" if verb == "donner/" else f"/roles/{held.pk}/retirer/"
    client.force_login(lead)
    for answer in (client.get(url), client.post(url, given(member=mate.slug))):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/compte/confirmer/?next=")
    assert (RoleGrant.objects.standing().count(), AuditEntry.objects.count()) == (2, 0)
    # Looking asks for nothing more.
    assert client.get(pages["startup"]).status_code == 200


# Taking back ----------------------------------------------------------------------


def test_a_role_is_taken_back_with_a_reason(client, lead, startup, pages):
    grant = RoleGrantFactory(user=teammate(startup, "Benoît Recruteur").user, role=R.RECRUITER, startup=startup)
    sign_in(client, lead)
    url = reverse("community:withdraw_role", args=[grant.pk])
    assert "Benoît Recruteur – Recruteur d’une startup, Zéphyr, depuis le" in words(client.get(url))
    assert "Dites pourquoi" in words(client.post(url, {"reason": " "}))

    said = words(client.post(url, {"reason": "Départ"}, follow=True))

    assert "Benoît Recruteur n’a plus le rôle « Recruteur d’une startup »." in said
    grant.refresh_from_db()
    assert (grant.withdrawn_by, grant.withdrawal_reason) == (lead, "Départ")


def test_the_second_of_two_is_told_that_it_is_done(client, lead, programme, startup, pages):
    grant = RoleGrantFactory(role=R.RECRUITER, startup=startup)
    url = reverse("community:withdraw_role", args=[grant.pk])
    sign_in(client, lead)
    client.post(url, {"reason": "Départ"})
    sign_in(client, programme)

    assert "Ce rôle a déjà été retiré par Ada Responsable le" in words(
        client.post(url, {"reason": "Fin"}, follow=True)
    )
    assert "il n’y a plus rien à retirer" in words(client.get(url, follow=True))


def test_a_role_that_one_may_not_take_back_does_not_exist(client, lead, programme, startup):
    grants = [
        RoleGrantFactory(role=R.RECRUITER, startup=StartupFactory()),
        RoleGrantFactory(role=R.INCUBATOR_STAFF, incubator=startup.incubator),
        programme.role_grants.get(),
    ]
    sign_in(client, lead)
    for grant in grants:
        url = reverse("community:withdraw_role", args=[grant.pk])
        assert (client.get(url).status_code, client.post(url, {"reason": "Essai"}).status_code) == (404, 404)
    assert client.get("/roles/987654321/retirer/").status_code == 404
    assert RoleGrant.objects.standing().count() == 4


def test_the_last_of_the_programme_is_told_why_they_stay(client, programme):
    sign_in(client, programme)
    url = reverse("community:withdraw_role", args=[programme.role_grants.get().pk])

    said = words(client.post(url, {"reason": "Départ"}, follow=True)).replace("\xa0", " ")
    assert "C’est le dernier rôle « Équipe du programme » qui dure" in said
    assert RoleGrant.objects.in_force().count() == 1


# One's own ------------------------------------------------------------------------


def test_one_s_own_roles_are_told_and_given_up(client, lead, startup, pages):
    RoleGrantFactory(user=UserFactory(first_name="Un", last_name="Autre"), role=R.RECRUITER, startup=startup)
    sign_in(client, lead)
    said = words(client.get("/mes-roles/"))
    assert "Responsable d’une startup Zéphyr, depuis le" in said
    assert "Un Autre" not in said
    assert f'href="{pages["startup"]}"' in client.get("/mes-roles/").content.decode()

    url = reverse("community:withdraw_role", args=[lead.role_grants.get().pk])
    assert "Vous perdrez aussitôt" in words(client.get(url))
    answer = client.post(url, {"reason": "Je passe le relais"}, follow=True)

    assert answer.redirect_chain == [("/mes-roles/", 302)]
    assert "Vous n’avez plus le rôle" in words(answer)
    assert "Vous n’avez pas de rôle particulier." in words(answer)
    assert client.get(pages["startup"]).status_code == 403


# Ways in --------------------------------------------------------------------------


def test_the_public_page_leads_there_only_who_gives_roles(client, lead, startup, pages, django_assert_num_queries):
    for url, mine, others in (
        (startup.get_absolute_url(), pages["startup"], [UserFactory(), None]),
        (startup.incubator.get_absolute_url(), pages["incubator"], [lead, None]),
    ):
        user = lead if mine == pages["startup"] else None
        user = user or RoleGrantFactory(role=R.INCUBATOR_STAFF, incubator=startup.incubator).user
        sign_in(client, user)
        assert f'href="{mine}"' in client.get(url).content.decode()
        for other in others:
            client.logout()
            if other:
                sign_in(client, other)
            assert "roles/" not in re.sub("mes-roles/", "", client.get(url).content.decode())
