"""The pages of duplicates: who opens them, what they say, and what the forms answer."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.models import AuditEntry, DistinctPair, FormerSlug, Member, MemberMerge, MemberSkill, Photo
from tests.community.factories import MemberFactory, RoleGrantFactory, SkillFactory, UserFactory
from tests.community.test_role_pages import sign_in, words

pytestmark = pytest.mark.django_db

LIST = "/doublons/"


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def staff(client):
    user = RoleGrantFactory(user__first_name="Pia", user__last_name="Programme").user
    sign_in(client, user)
    return user


@pytest.fixture
def pair():
    kept = MemberFactory(slug="ada.zorbine", full_name="Ada Zorbine", role="Designer", stint=True)
    gone = MemberFactory(slug="ada-z-4f", full_name="Ada Zorbine", role="UX", user=UserFactory(), stint=True)
    return kept, gone


def url_of(kept: Member, gone: Member) -> str:
    return f"/doublons/comparer/{kept.slug}/{gone.slug}/"


def fields(response, **changed) -> dict[str, str]:
    """What the form of a page would post."""
    form = response.context["form"]
    return {name: form[name].value() for name in form.fields} | changed


# Who ------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, "editeur", "jure", "visitor"])
def test_the_programme_s_team_alone_comes_here(client, pair, role):
    merge = MemberMerge.objects.create(kept=pair[0], gone_id=999)
    if role != "visitor":
        sign_in(client, RoleGrantFactory(role=role).user if role else UserFactory())
    expected = 302 if role == "visitor" else 403
    for url in (LIST, url_of(*pair), f"/doublons/reunions/{merge.pk}/annuler/"):
        assert client.get(url).status_code == expected
        assert client.post(url).status_code == expected
    assert (
        client.post("/doublons/distinctes/", {"premiere": pair[0].pk, "seconde": pair[1].pk}).status_code == expected
    )
    assert (Member.objects.count(), DistinctPair.objects.count()) == (2, 0)


def test_a_session_left_open_merges_and_parts_nothing(client, pair):
    staff = RoleGrantFactory().user
    merge = MemberMerge.objects.create(kept=pair[0], gone_id=999)
    client.force_login(staff)
    for url in (url_of(*pair), f"/doublons/reunions/{merge.pk}/annuler/"):
        for answer in (client.get(url), client.post(url, {"state": ""})):
            assert answer.headers["Location"].startswith("/compte/confirmer/?next=")
    assert Member.objects.count() == 2
    # The list asks for nothing more.
    assert client.get(LIST).status_code == 200


# The list -------------------------------------------------------------------------


def test_the_list_says_why_and_proposes_to_keep_who_has_an_account(client, staff, pair):
    kept, gone = pair
    said = words(client.get(LIST))
    assert "1 paire à regarder" in said
    assert "même nom, même domaine" in said
    assert f'href="{url_of(gone, kept)}"' in client.get(LIST).content.decode()


def test_two_people_are_told_apart_and_not_proposed_again(client, staff, pair):
    told = {"premiere": pair[0].pk, "seconde": pair[1].pk}
    said = words(client.post("/doublons/distinctes/", told, follow=True))
    assert "ne seront plus proposées ensemble" in said
    assert "Aucune paire à regarder" in said
    assert DistinctPair.objects.get().said_by == staff
    for odd in ({}, {"premiere": "x", "seconde": "²"}, {"premiere": pair[0].pk, "seconde": "9" * 30}):
        assert "n’existe plus" in words(client.post("/doublons/distinctes/", odd, follow=True))


def queries_of(client) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(LIST)
    return len(captured)


def test_the_list_costs_the_same_whatever_its_length(client, staff):
    for number in range(2):
        MemberFactory(full_name="Ada Zorbine", role=str(number))
    client.get(f"{LIST}?recalculer=1")
    few = queries_of(client)
    for number, name in enumerate(
        ("Abel Roc", "Bono Lys", "Cléo Vair", "Doha Miel", "Elga Pic", "Fabre Jonc", "Gil Sud")
    ):
        MemberFactory(full_name="Paul Quirvel", role=str(number))
        kept = MemberFactory(full_name=name, user=UserFactory())
        MemberMerge.objects.create(kept=kept, gone_id=1_000 + number, merged_by=staff)
    client.get(f"{LIST}?recalculer=1")
    assert "22 paires à regarder" in words(client.get(LIST))
    assert queries_of(client) == few


def test_two_records_that_one_knows_are_compared_by_their_identifier(client, staff, pair):
    kept, gone = pair
    told = {"fiche": f"https://portail.example/membres/{kept.slug}/", "autre": gone.slug}
    assert client.get(LIST, told).headers["Location"] == url_of(kept, gone)
    for odd in ("inconnue", "", kept.slug, "\u202e" * 400, "%00"):
        answer = client.get(LIST, {"fiche": kept.slug, "autre": odd})
        assert answer.status_code == 200
        assert list(answer.context["look"].errors) == ["autre"]
        assert answer.context["look"]["fiche"].value() == kept.slug


# Side by side ---------------------------------------------------------------------


def test_the_preview_shows_both_and_what_moves(client, staff, pair):
    kept, gone = pair
    MemberSkill.objects.create(member=gone, skill=SkillFactory(name="Figma"), level=3)
    for member in pair:
        Photo.objects.create(member=member, image=b"x", digest="x")
    response = client.get(url_of(kept, gone))
    said = words(response)
    assert [field.label for field in response.context["form"].asked] == ["Métier", "Photo"]
    assert "Missions : 1" in said.replace("\xa0", " ")
    assert "Compétences : 1" in said.replace("\xa0", " ")
    assert "Le compte, avec ses rôles" in said
    # What the person wrote themselves is proposed before what was imported.
    assert response.context["form"]["role"].value() == "autre"
    assert f'href="{url_of(gone, kept)}"' in response.content.decode()


def test_a_record_that_its_person_hides_is_shown_and_the_log_says_so(client, staff, pair):
    kept, gone = pair
    Member.objects.filter(pk=gone.pk).update(
        visibility="private", daily_rate_floor=612, seniority="senior", seniority_audience="nobody"
    )
    said = words(client.get(url_of(kept, gone)))
    # The recruiting teams and the programme read the one, nobody but the person reads the other.
    assert "612" in said
    assert "Senior" not in said
    assert "renseigné, réservé par la personne" in said
    assert [entry.action for entry in AuditEntry.objects.about(gone)] == ["private_profile_seen"]
    assert AuditEntry.objects.about(kept).count() == 0


def test_two_become_one_and_one_becomes_two_again(client, staff, pair):
    kept, gone = pair
    response = client.get(url_of(kept, gone))
    answer = client.post(url_of(kept, gone), fields(response, role="gardee"), follow=True)
    said = words(answer)
    assert "ne font plus qu’une fiche" in said
    assert "réunie à Ada Zorbine le" in said
    member = Member.objects.get()
    assert (member.slug, member.role, member.user_id) == ("ada.zorbine", "Designer", gone.user_id)

    merge = MemberMerge.objects.get()
    undo = f"/doublons/reunions/{merge.pk}/annuler/"
    assert "Tout peut être rendu." in words(client.get(undo))
    assert MemberMerge.objects.count() == 1
    assert "sont de nouveau deux fiches" in words(client.post(undo, follow=True))
    assert set(Member.objects.values_list("pk", "role", "user")) == {
        (kept.pk, "Designer", None),
        (gone.pk, "UX", gone.user_id),
    }
    assert "a déjà été annulée" in words(client.post(undo, follow=True))


def test_what_changed_meanwhile_is_shown_before_anything_is_done(client, staff, pair):
    kept, gone = pair
    chosen = fields(client.get(url_of(kept, gone)), role="gardee")
    Member.objects.filter(pk=gone.pk).update(commune="Brest")
    answer = client.post(url_of(kept, gone), chosen)
    assert Member.objects.count() == 2
    assert "commune" in answer.context["form"].errors
    chosen = fields(answer) | {"commune": "autre"}
    Member.objects.filter(pk=gone.pk).update(biography="Bonjour")
    chosen |= {"biography": "autre"}
    answer = client.post(url_of(kept, gone), chosen)
    assert "a changé depuis que cette page est ouverte" in words(answer)
    form = answer.context["form"]
    assert [form[name].value() for name in ("role", "commune", "biography")] == ["gardee", "autre", "autre"]
    assert client.post(url_of(kept, gone), fields(answer)).status_code == 302
    member = Member.objects.get()
    assert (member.commune, member.biography, member.role) == ("Brest", "Bonjour", "Designer")


def test_two_accounts_are_told_what_to_do_instead(client, staff, pair):
    kept, gone = pair
    kept.user = UserFactory()
    kept.save()
    response = client.get(url_of(kept, gone))
    assert "Ces deux fiches ont chacune un compte" in words(response)
    assert "Réunir ces deux fiches" not in words(response)
    client.post(url_of(kept, gone), fields(response))
    assert Member.objects.count() == 2


def test_the_second_of_two_people_is_told_that_it_is_done(client, staff, pair):
    kept, gone = pair
    chosen = fields(client.get(url_of(kept, gone)))
    client.post(url_of(kept, gone), chosen)
    sign_in(client, RoleGrantFactory().user)
    for answer in (
        client.post(url_of(kept, gone), chosen, follow=True),
        client.get(url_of(kept, gone), follow=True),
        client.get(url_of(gone, kept), follow=True),
    ):
        assert "déjà été réunie à une autre" in words(answer)
    assert client.get("/doublons/comparer/personne/nulle-part/").status_code == 404
    assert client.get(url_of(kept, kept)).status_code == 404


@pytest.mark.parametrize("text", ["", "\x00", "x" * 5_000, "\u202e", "<script>%_'\"\\"])
def test_nothing_that_is_posted_breaks_the_page(client, staff, pair, text):
    names = list(fields(client.get(url_of(*pair))))
    for name in names:
        answer = client.post(url_of(*pair), fields(client.get(url_of(*pair)), **{name: text}))
        assert answer.status_code in (200, 302)
        if answer.status_code == 302:
            pytest.fail(f"{name} = {text!r} was taken for a choice")
    assert Member.objects.count() == 2


# The former address ---------------------------------------------------------------


def test_the_former_address_leads_to_the_page_that_stays_for_whoever_may_see_it(client, pair):
    kept, gone = pair
    url = gone.get_absolute_url()
    FormerSlug.objects.create(identifier="ancienne.adresse", member=kept)
    answer = client.get("/membres/ancienne.adresse/")
    assert (answer.status_code, answer.headers["Location"]) == (301, kept.get_absolute_url())
    assert answer.headers["Cache-Control"] == "private, max-age=3600"
    assert client.get(url).status_code == 200
    assert client.get("/membres/nulle-part/").status_code == 404
    # Whom nobody may see has no former address either.
    Member.objects.filter(pk=kept.pk).update(visibility="private")
    assert client.get("/membres/ancienne.adresse/").status_code == 404
