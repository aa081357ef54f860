"""One's own profile: what is saved, what is refused without losing anything typed, and what the search says of it."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from community.actions.profile import AUDIENCE_COLUMNS, SECTIONS, own_member
from community.actions.skills import MOST_SKILLS
from community.days import today
from community.enums import Domain, Engagement, FieldAudience, Remote, RoleName, Seniority, Visibility
from community.models import Member, MemberSkill, Skill, SkillAlias, Stint
from search.api import search
from search.declarations import Audience, Viewer
from search.outbox import drain
from search.query import SearchQuery
from tests.community.factories import (
    MemberFactory,
    OrganisationFactory,
    RoleGrantFactory,
    SkillFactory,
    StartupFactory,
    StintFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PAGES = [
    "",
    "presentation/",
    "competences/",
    "competences/propositions/?nom=py",
    "disponibilite/",
    "liens/",
    "visibilite/",
    "visibilite/masquer/",
    "missions/declarer/",
    "apercu/",
]


@pytest.fixture
def member(client) -> Member:
    """A signed-in member with a plain profile."""
    row = MemberFactory(
        user=UserFactory(), full_name="Ariane Belcombe", slug="ariane.belcombe", role="Designer", stint=True
    )
    client.force_login(row.user)
    return row


def body(response) -> str:
    return unescape(response.content.decode())


def typed(client, page: str, **changes) -> dict:
    """What the form of a page would send, as it stands, with some changes."""
    form = client.get(f"/mon-profil/{page}/").context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if value is True:
            data[bound.name] = "on"
        elif isinstance(value, date):
            data[bound.name] = f"{value:%d/%m/%Y}"
        elif value:
            data[bound.name] = value
    return {**data, **changes}


# Who may ----------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, "missions/1/retirer/"])
def test_a_visitor_is_asked_to_sign_in(client, path):
    for answer in (client.get(f"/mon-profil/{path}"), client.post(f"/mon-profil/{path}")):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/compte/login/")


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_kept_by_no_cache(client, member, path):
    assert "no-store" in client.get(f"/mon-profil/{path}")["Cache-Control"]


@pytest.mark.parametrize("path", [path for path in PAGES if path not in ("", "presentation/")])
def test_an_account_without_a_profile_begins_by_its_name(client, path):
    client.force_login(UserFactory())

    assert client.get(f"/mon-profil/{path}")["Location"] == "/mon-profil/presentation/"
    assert client.post(f"/mon-profil/{path}")["Location"] == "/mon-profil/presentation/"
    assert Member.objects.count() == 0


# A new profile ----------------------------------------------------------------


def test_the_first_save_makes_a_profile_that_no_list_shows(client, index):
    user = UserFactory()
    client.force_login(user)
    assert "Commencer mon profil" in body(client.get("/mon-profil/"))

    response = client.post("/mon-profil/presentation/", {"full_name": " Yaël   Tibor ", "role": "Data engineer"})

    assert response["Location"] == "/mon-profil/"
    member = Member.objects.get(user=user)
    assert (member.full_name, member.role, member.is_listed) == ("Yaël Tibor", "Data engineer", False)
    assert client.get(member.get_absolute_url()).status_code == 200
    client.logout()
    assert client.get(member.get_absolute_url()).status_code == 404


def test_the_address_of_a_new_profile_is_none_that_an_import_could_bring(client):
    client.force_login(UserFactory())
    client.post("/mon-profil/presentation/", {"full_name": "Yaël Tibor"})

    assert re.fullmatch(r"yael-tibor-[0-9a-f]{8}", Member.objects.get().slug)


def test_two_first_saves_at_once_make_one_profile_and_lose_nothing_typed(client):
    user = UserFactory()
    client.force_login(user)
    client.post("/mon-profil/presentation/", {"full_name": "Yaël Tibor", "role": "Data engineer", "state": ""})

    response = client.post("/mon-profil/presentation/", {"full_name": "Yaël Tibor", "role": "Autre", "state": ""})

    assert Member.objects.get(user=user).role == "Data engineer"
    assert response.status_code == 200
    assert 'value="Autre"' in body(response)
    assert "Enregistré entre-temps : Data engineer." in body(response)


# Saving -----------------------------------------------------------------------


def test_each_section_is_saved_by_itself(client, member):
    tomorrow = today() + timedelta(days=1)
    client.post(
        "/mon-profil/presentation/",
        typed(client, "presentation", role="Designer UX", domain=Domain.DESIGN, biography="Je **dessine**."),
    )
    client.post(
        "/mon-profil/disponibilite/",
        typed(
            client,
            "disponibilite",
            is_looking="on",
            looking_until=f"{tomorrow:%d/%m/%Y}",
            available_from="1/9/2026",
            days_per_week="2,5",
            engagements=["freelance", "eig"],
            daily_rate_floor="1 200 €",
            region="53",
            commune="Rennes",
            remote=Remote.FULL,
            seniority=Seniority.SENIOR,
        ),
    )
    client.post(
        "/mon-profil/liens/",
        typed(
            client, "liens", links="exemple.fr\r\nmoi@exemple.fr\r\n", languages="Anglais (courant)", interests="Santé"
        ),
    )

    row = Member.objects.get(pk=member.pk)
    assert (row.role, row.domain, row.biography) == ("Designer UX", "design", "Je **dessine**.")
    assert (row.is_looking, row.looking_until, row.available_from.isoformat()) == (True, tomorrow, "2026-09-01")
    assert (row.days_per_week, row.daily_rate_floor) == (Decimal("2.5"), 1200)
    assert sorted(one.engagement for one in row.engagements.all()) == ["eig", "freelance"]
    assert (row.region, row.commune, row.remote, row.seniority) == ("53", "Rennes", "complet", "senior")
    assert row.links == ["https://exemple.fr", "moi@exemple.fr"]
    assert (row.languages, row.interests) == (["Anglais (courant)"], ["Santé"])


def test_what_is_saved_is_found_at_once(client, member, index):
    index("members")
    client.post(
        "/mon-profil/disponibilite/",
        typed(client, "disponibilite", is_looking="on", commune="Kervadoc", engagements=["eig"]),
    )
    client.post("/mon-profil/competences/", {"nom": "Wagtail", "ajouter": "1", **state_of(client)})
    drain()

    community = Viewer(Audience.COMMUNITY)
    for query in (
        SearchQuery(text="kervadoc", viewer=community),
        SearchQuery(filters={"wanted": ("eig",)}, viewer=community),
        SearchQuery(filters={"availability": ("non-precise",)}, viewer=community),
        SearchQuery(text="wagtail"),
    ):
        assert [hit.key for hit in search("members", query).hits] == ["ariane.belcombe"]


def test_the_index_forgets_what_is_hidden(client, member, index):
    Member.objects.filter(pk=member.pk).update(commune="Kervadoc")
    index("members")
    query = SearchQuery(text="kervadoc", viewer=Viewer(Audience.TEAMS))
    assert [hit.key for hit in search("members", query).hits] == ["ariane.belcombe"]

    client.post("/mon-profil/visibilite/", typed(client, "visibilite", commune_audience="nobody"))
    drain()

    assert search("members", query).hits == []


def test_audiences_that_nobody_chose_are_shown_as_they_hold(client, member):
    form = client.get("/mon-profil/visibilite/").context["form"]

    assert {name: form[name].value() for name in AUDIENCE_COLUMNS} == {
        "is_looking_audience": "community",
        "available_from_audience": "community",
        "days_per_week_audience": "community",
        "engagements_audience": "community",
        "remote_audience": "community",
        "commune_audience": "community",
        "daily_rate_floor_audience": "teams",
        "seniority_audience": "teams",
    }


def test_the_choices_of_visibility_are_saved(client, member):
    chosen = dict(zip(AUDIENCE_COLUMNS, [*FieldAudience.values, "nobody", "applied", "teams"], strict=True))
    client.post(
        "/mon-profil/visibilite/", typed(client, "visibilite", visibility="community", is_listed="on", **chosen)
    )

    row = Member.objects.get(pk=member.pk)
    assert (row.visibility, row.is_listed) == (Visibility.COMMUNITY, True)
    assert {name: getattr(row, name) for name in AUDIENCE_COLUMNS} == chosen


def test_the_database_refuses_an_audience_that_means_nothing():
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberFactory(commune_audience="everybody")


def test_an_imported_domain_off_the_list_survives_a_save(client, member):
    Member.objects.filter(pk=member.pk).update(domain="Jardinage")
    client.post("/mon-profil/presentation/", typed(client, "presentation", role="Paysagiste"))

    assert Member.objects.values_list("domain", "role").get(pk=member.pk) == ("Jardinage", "Paysagiste")


def test_saving_another_s_profile_is_impossible():
    with pytest.raises(Exception, match="no profile"), transaction.atomic():
        own_member(UserFactory())


# Bad input --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "field", "value", "message"),
    [
        ("presentation", "full_name", "  ", "Indiquez votre prénom et votre nom."),
        ("presentation", "full_name", "x" * 201, "caractères"),
        ("presentation", "domain", "pilotage", "pilotage"),
        ("presentation", "biography", "x" * 5001, "Le texte fait 5001 caractères : gardez-en 5000 au plus."),
        ("disponibilite", "available_from", "31/02/2027", "Cette date n’existe pas ou n’est pas lisible."),
        ("disponibilite", "available_from", "01/01/0026", "Cette date n’existe pas ou n’est pas lisible."),
        ("disponibilite", "days_per_week", "6", "Indiquez un nombre de jours, de 0,5 à 5."),
        ("disponibilite", "days_per_week", "trois", "Indiquez un nombre de jours, de 0,5 à 5."),
        ("disponibilite", "days_per_week", "NaN", "Indiquez un nombre de jours, de 0,5 à 5."),
        ("disponibilite", "days_per_week", "2,25", "avec une décimale au plus"),
        ("disponibilite", "daily_rate_floor", "0", "Indiquez un nombre entier d’euros, de 1 à 5000."),
        ("disponibilite", "daily_rate_floor", "1e99999", "Indiquez un nombre entier d’euros, de 1 à 5000."),
        ("disponibilite", "daily_rate_floor", "400,50", "Indiquez un nombre entier d’euros, de 1 à 5000."),
        ("disponibilite", "region", "99", "99"),
        ("disponibilite", "engagements", ["freelance", "esclave"], "esclave"),
        ("liens", "links", "javascript:alert(1).x", "n’est pas une adresse"),
        ("liens", "links", "\n".join(f"https://e{n}.fr" for n in range(11)), "gardez-en 10 au plus"),
        ("liens", "interests", "y" * 81, "il en faut 80 au plus"),
        ("visibilite", "commune_audience", "everybody", "everybody"),
        ("visibilite", "visibility", "", "Choisissez qui peut voir votre profil."),
    ],
)
def test_bad_input_is_told_beside_its_field_and_nothing_typed_is_lost(client, member, path, field, value, message):
    other = {"presentation": "role", "disponibilite": "commune", "liens": "languages"}.get(path)
    data = typed(client, path, **{field: value})
    if other:
        data[other] = "Saisie à garder"

    response = client.post(f"/mon-profil/{path}/", data)

    assert response.status_code == 200
    form = response.context["form"]
    assert message in " ".join(form.errors[field])
    assert list(form.errors) == [field]
    assert form[field].value() == value
    if other:
        assert "Saisie à garder" in body(response)
        assert Member.objects.get(pk=member.pk).commune == ""
    assert "Rien n’est encore enregistré" in body(response)


def test_a_search_that_is_over_is_told(client, member):
    yesterday = f"{today() - timedelta(days=1):%d/%m/%Y}"
    response = client.post(
        "/mon-profil/disponibilite/", typed(client, "disponibilite", is_looking="on", looking_until=yesterday)
    )

    assert list(response.context["form"].errors) == ["looking_until"]
    assert f'value="{yesterday}"' in body(response)


def test_what_is_typed_is_shown_and_never_run(client, member):
    hostile = "<script>alert(1)</script>{% load x %}{{ settings.SECRET_KEY }}"
    client.post("/mon-profil/presentation/", typed(client, "presentation", role=hostile, biography=hostile))

    for url in ("/mon-profil/", "/mon-profil/presentation/", "/mon-profil/apercu/", member.get_absolute_url()):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
    assert Member.objects.get(pk=member.pk).role == hostile


# Two windows ------------------------------------------------------------------


def test_the_second_of_two_windows_is_told_and_keeps_what_it_typed(client, member):
    first = typed(client, "presentation", role="Du premier onglet")
    second = typed(client, "presentation", role="Du second onglet", biography="Un long texte")
    client.post("/mon-profil/presentation/", first)

    told = client.post("/mon-profil/presentation/", second)

    assert Member.objects.get(pk=member.pk).role == "Du premier onglet"
    page = body(told)
    assert "modifié entre-temps" in page
    assert "Enregistré entre-temps : Du premier onglet." in page
    assert 'value="Du second onglet"' in page
    assert "Un long texte" in page

    again = {**second, "state": told.context["form"]["state"].value()}
    assert client.post("/mon-profil/presentation/", again)["Location"] == "/mon-profil/"
    row = Member.objects.get(pk=member.pk)
    assert (row.role, row.biography) == ("Du second onglet", "Un long texte")


def test_two_windows_on_two_sections_do_not_meet(client, member):
    presentation = typed(client, "presentation", role="Designer UX")
    availability = typed(client, "disponibilite", commune="Brest")
    client.post("/mon-profil/presentation/", presentation)
    client.post("/mon-profil/disponibilite/", availability)

    assert Member.objects.values_list("role", "commune").get(pk=member.pk) == ("Designer UX", "Brest")


@pytest.mark.parametrize("path", ["presentation", "disponibilite", "liens", "visibilite"])
def test_a_form_sent_as_it_stands_changes_nothing(client, path):
    row = MemberFactory(
        user=UserFactory(),
        is_looking=True,
        looking_until=today() + timedelta(days=9),
        available_from=today(),
        days_per_week=4,
        daily_rate_floor=1500,
        region="11",
        commune="Paris",
        remote=Remote.PARTIAL,
        seniority=Seniority.JUNIOR,
        links=["https://exemple.fr"],
        languages=["Breton"],
        engagements=[Engagement.FREELANCE, Engagement.EIG],
    )
    client.force_login(row.user)
    before = Member.objects.values(*(name for name in sum(SECTIONS.values(), ()) if name != "engagements")).get()

    response = client.post(f"/mon-profil/{path}/", typed(client, path))

    assert response.status_code == 302, response.context["form"].errors
    after = Member.objects.values(*before).get()
    usual = {name: after[name] for name in AUDIENCE_COLUMNS} if path == "visibilite" else {}
    assert after == before | usual
    assert row.engagements.count() == 2


# Skills -----------------------------------------------------------------------


def state_of(client) -> dict[str, str]:
    return {"state": client.get("/mon-profil/competences/").context["state"]}


def own_skills(member: Member) -> list[tuple[str, int | None]]:
    return list(member.member_skills.order_by("position", "pk").values_list("skill__name", "level"))


def test_a_known_spelling_leads_to_its_skill(client, member):
    SkillFactory(name="React", aliases=["ReactJS"])
    client.post("/mon-profil/competences/", {"nom": "react js", "niveau": "3", "ajouter": "1", **state_of(client)})

    assert own_skills(member) == [("React", 3)]
    assert Skill.objects.count() == 1


def test_an_unknown_spelling_is_compared_before_it_becomes_a_skill(client, member):
    SkillFactory(name="Python", is_proposed=True)
    response = client.post(
        "/mon-profil/competences/", {"nom": "Pithon", "niveau": "2", "ajouter": "1", **state_of(client)}
    )
    page = body(response)
    assert own_skills(member) == []
    assert "Ajouter Python" in page
    assert 'value="Pithon"' in page
    assert response.context["chosen"] == 2

    client.post(
        "/mon-profil/competences/", {"nom": "Pithon", "proposition": "Python", "niveau": "2", **state_of(client)}
    )
    client.post("/mon-profil/competences/", {"nom": "Pithon", "tel_quel": "1", **state_of(client)})
    assert own_skills(member) == [("Python", 2), ("Pithon", None)]


def test_a_skill_like_no_other_is_added_at_once(client, member):
    client.post("/mon-profil/competences/", {"nom": "Tissage", "ajouter": "1", **state_of(client)})

    assert own_skills(member) == [("Tissage", None)]
    assert SkillAlias.objects.filter(label="Tissage").exists()


def test_skills_change_places_and_levels_and_go(client, member):
    a, b, c = (SkillFactory(name=name) for name in ("Aaa", "Bbb", "Ccc"))
    MemberSkill.objects.bulk_create(
        MemberSkill(member=member, skill=skill, position=place) for place, skill in enumerate((a, b, c))
    )
    url = "/mon-profil/competences/"
    client.post(url, {"monter": c.pk, f"niveau-{a.pk}": "4", **state_of(client)})
    assert own_skills(member) == [("Aaa", 4), ("Ccc", None), ("Bbb", None)]
    client.post(url, {"descendre": a.pk, f"niveau-{a.pk}": "4", f"niveau-{b.pk}": "1", **state_of(client)})
    assert own_skills(member) == [("Ccc", None), ("Aaa", 4), ("Bbb", 1)]
    client.post(url, {"retirer": a.pk, f"niveau-{b.pk}": "1", **state_of(client)})
    assert own_skills(member) == [("Ccc", None), ("Bbb", 1)]


def test_the_second_of_two_windows_on_skills_is_told_and_keeps_what_it_chose(client, member):
    skill = SkillFactory(name="Aaa")
    MemberSkill.objects.create(member=member, skill=skill)
    seen = state_of(client)
    client.post("/mon-profil/competences/", {f"niveau-{skill.pk}": "1", "enregistrer": "1", **seen})

    told = client.post(
        "/mon-profil/competences/", {f"niveau-{skill.pk}": "4", "nom": "Tissage", "ajouter": "1", **seen}
    )

    assert own_skills(member) == [("Aaa", 1)]
    assert "modifié entre-temps" in body(told)
    assert 'value="Tissage"' in body(told)
    assert [level for _skill, level in told.context["skills"]] == [4]


@pytest.mark.parametrize("text", ["", "  ", "!!!", "x" * 121])
def test_a_text_that_names_no_skill_is_told(client, member, text):
    response = client.post("/mon-profil/competences/", {"nom": text, "ajouter": "1", **state_of(client)})

    assert response.status_code == 200
    assert response.context["error"]
    assert Skill.objects.count() == 0


def test_the_list_of_skills_has_an_end(client, member):
    rows = [SkillFactory(name=f"Compétence {number}") for number in range(MOST_SKILLS)]
    MemberSkill.objects.bulk_create(MemberSkill(member=member, skill=row) for row in rows)
    response = client.post("/mon-profil/competences/", {"nom": "Tissage", "ajouter": "1", **state_of(client)})

    assert "le maximum" in response.context["error"]
    assert len(own_skills(member)) == MOST_SKILLS


def test_words_that_only_hidden_people_typed_are_not_proposed(client, member):
    MemberFactory(stint=True, visibility=Visibility.PRIVATE, skills=["Tissage secret"])
    MemberFactory(stint=True, skills=["Tissage public"])

    page = body(client.get("/mon-profil/competences/propositions/?nom=tissage"))
    assert re.findall('value="([^"]*)"', page) == ["Tissage public"]
    client.post("/mon-profil/competences/", {"nom": "Tissage secre", "ajouter": "1", **state_of(client)})
    assert own_skills(member) == [("Tissage secre", None)]


# Hiding -----------------------------------------------------------------------


def test_one_hides_from_a_structure_found_by_its_name_and_shows_oneself_again(client, member):
    startup = StartupFactory(name="Étoile du port")
    ministry = OrganisationFactory(name="Direction des étoiles", acronym="DDE")
    url = "/mon-profil/visibilite/masquer/?q=etoile"
    page = body(client.get(url))
    assert page.count('name="masquer"') == 2

    assert client.post(url, {"masquer": f"startup:{startup.pk}"})["Location"] == url
    client.post(url, {"masquer": f"organisation:{ministry.pk}"})
    assert list(member.hidden_from_startups.all()) == [startup]
    assert list(member.hidden_from_organisations.all()) == [ministry]
    recruiter = RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user
    assert not Member.objects.visible_to(recruiter).filter(pk=member.pk).exists()

    client.post(url, {"montrer": f"startup:{startup.pk}"})
    client.post(url, {"montrer": f"organisation:{ministry.pk}"})
    assert member.hidden_from_startups.count() + member.hidden_from_organisations.count() == 0


@pytest.mark.parametrize("value", ["", "startup:", "startup:0", "startup:9999", "member:1", "startup:²"])
def test_hiding_from_what_does_not_exist_is_not_found(client, member, value):
    assert client.post("/mon-profil/visibilite/masquer/", {"masquer": value}).status_code == 404


# Stints -----------------------------------------------------------------------


def test_a_declared_stint_is_marked_opens_nothing_and_counts_nowhere(client, index):
    startup = StartupFactory(name="Étoile du port", slug="etoile")
    member = MemberFactory(user=UserFactory(), full_name="Ariane Belcombe", slug="ariane", is_listed=True)
    client.force_login(member.user)

    response = client.post("/mon-profil/missions/declarer/", {"startup": "etoile du port", "start": "03/02/2025"})

    assert response["Location"] == "/mon-profil/"
    stint = Stint.objects.get()
    assert (stint.is_confirmed, list(stint.startups.all())) == (False, [startup])
    assert body(client.get("/mon-profil/")).count("À confirmer") == 1
    client.logout()
    assert body(client.get("/membres/ariane/")).count("À confirmer") == 1
    assert "Ariane Belcombe" not in body(client.get("/startups/etoile/"))
    assert Member.objects.with_status().get().status == "candidate"
    index("members")
    assert search("members", SearchQuery(text="etoile port")).hits == []
    assert [hit.key for hit in search("members", SearchQuery(filters={"status": ("candidate",)})).hits] == ["ariane"]


def test_a_declared_stint_puts_nobody_in_the_directory(client):
    member = MemberFactory(user=UserFactory())
    StintFactory(member=member, is_confirmed=False, startups=[StartupFactory()])

    assert client.get(member.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"startup": "Inconnue"}, "startup"),
        ({"startup": ""}, "startup"),
        ({"start": "hier"}, "start"),
        ({"start": ""}, "start"),
        ({"end": "01/01/2025"}, "end"),
        ({"status": "chef"}, "status"),
    ],
)
def test_a_stint_that_cannot_be_is_refused_beside_its_field(client, member, changes, field):
    StartupFactory(name="Ortolan")
    data = {"startup": "Ortolan", "start": "03/02/2025", "employer": "Saisie à garder", **changes}
    response = client.post("/mon-profil/missions/declarer/", data)

    assert list(response.context["form"].errors) == [field]
    assert "Saisie à garder" in body(response)


def test_the_same_stint_is_declared_once(client, member):
    StartupFactory(name="Ortolan")
    data = {"startup": "Ortolan", "start": "03/02/2025"}
    client.post("/mon-profil/missions/declarer/", data)
    response = client.post("/mon-profil/missions/declarer/", data)

    assert "déjà une mission" in body(response)
    assert Stint.objects.filter(is_confirmed=False).count() == 1


def test_only_what_is_still_to_be_confirmed_and_one_s_own_is_withdrawn(client, member):
    own = StintFactory(member=member, is_confirmed=False)
    confirmed = member.stints.get(is_confirmed=True)
    other = StintFactory(is_confirmed=False)
    for stint in (own, confirmed, other):
        client.post(f"/mon-profil/missions/{stint.pk}/retirer/")

    assert sorted(Stint.objects.values_list("pk", flat=True)) == sorted([confirmed.pk, other.pk])


# As others see it -------------------------------------------------------------


@pytest.mark.parametrize(
    ("eyes", "seen"),
    [("visiteur", set()), ("communaute", {"Rennes"}), ("equipe", {"Rennes", "480"}), ("inconnu", set())],
)
def test_the_preview_is_the_page_as_others_see_it(client, member, eyes, seen):
    Member.objects.filter(pk=member.pk).update(commune="Rennes", daily_rate_floor=480)
    page = body(client.get(f"/mon-profil/apercu/?vu_par={eyes}"))
    # The tokens of forms are drawn at random, and might hold a figure by chance.
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w*"', "", page)

    assert {text for text in ("Rennes", "480") if text in page} == seen
    assert "Aperçu, vu par" in page
    assert "C’est votre page" not in page


@pytest.mark.parametrize(
    ("visibility", "shown"),
    [("public", [True, True, True]), ("community", [False, True, True]), ("private", [False] * 3)],
)
def test_the_preview_says_who_is_told_that_there_is_no_page(client, member, visibility, shown):
    Member.objects.filter(pk=member.pk).update(visibility=visibility)
    pages = [client.get(f"/mon-profil/apercu/?vu_par={eyes}") for eyes in ("visiteur", "communaute", "equipe")]

    assert [page.context["is_shown"] for page in pages] == shown
    assert [("Parcours dans le réseau" in body(page)) for page in pages] == shown


# Cost -------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_the_number_of_skills_stints_and_structures_changes_no_number_of_queries(
    client, member, path, django_assert_num_queries
):
    def fill(number: int) -> None:
        for place in range(number):
            startup = StartupFactory()
            MemberSkill.objects.create(member=member, skill=SkillFactory())
            member.hidden_from_startups.add(startup)
            StintFactory(member=member, startups=[startup], is_confirmed=place % 2 == 0)

    fill(2)
    client.get(f"/mon-profil/{path}")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(f"/mon-profil/{path}")
    fill(9)
    with django_assert_num_queries(len(few)):
        client.get(f"/mon-profil/{path}")


def test_saving_skills_costs_the_same_for_few_and_many(client, member, django_assert_num_queries):
    rows = [MemberSkill.objects.create(member=member, skill=SkillFactory(), position=n) for n in range(2)]
    data = {"monter": rows[1].skill_id, **state_of(client)}
    with CaptureQueriesContext(connection) as few:
        client.post("/mon-profil/competences/", data)
        cost = len(few)
    rows += [MemberSkill.objects.create(member=member, skill=SkillFactory(), position=n) for n in range(2, 20)]
    data = {"monter": rows[7].skill_id, **state_of(client)}
    with django_assert_num_queries(cost):
        client.post("/mon-profil/competences/", data)
