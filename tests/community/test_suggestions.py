import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.enums import RoleName, Visibility
from community.views import suggestions
from community.views.suggestions import Group, Pace, Proposal, best_first
from tests.community.factories import MemberFactory, RoleGrantFactory, SkillFactory, StartupFactory

pytestmark = pytest.mark.django_db

URL = "/membres/suggestions/"


def proposed(client, text: str) -> dict[str, list[str]]:
    groups = client.get(URL, {"q": text, "format": "json"}).json()["groups"]
    return {group["name"]: [one["label"] for one in group["suggestions"]] for group in groups}


def test_people_skills_and_startups_are_proposed_in_three_groups(client, index):
    MemberFactory(slug="pia.merle", full_name="Pia Merle", skills=["Piano"], stint=True)
    StartupFactory(name="Pic vert", slug="pic")
    index()
    assert client.get(URL, {"q": "pi"}, headers={"Accept": "application/json"}).json() == {
        "groups": [
            {
                "name": "members",
                "label": "Membres",
                "suggestions": [{"label": "Pia Merle", "url": "/membres/pia.merle/"}],
            },
            {
                "name": "skills",
                "label": "Compétences",
                "suggestions": [{"label": "Piano", "url": f"/membres/?skills={SkillFactory(name='Piano').slug}"}],
            },
            {"name": "startups", "label": "Startups", "suggestions": [{"label": "Pic vert", "url": "/startups/pic/"}]},
        ]
    }


def test_the_fragment_is_a_list_of_options_with_escaped_labels(client, index):
    MemberFactory(slug="pia", full_name="Pia <b>Merle</b>", stint=True)
    index()
    content = client.get(URL, {"q": "pia"}).content.decode()
    assert content.count('role="option"') == 1
    assert ("Pia &lt;b&gt;Merle" in content, 'data-url="/membres/pia/"' in content, "<html" in content) == (
        True,
        True,
        False,
    )


def test_a_skill_is_proposed_by_any_of_its_spellings_accents_dropped(client, index):
    MemberFactory(skills=[SkillFactory(name="Référencement", aliases=["SEO"])], stint=True)
    index()
    assert (proposed(client, "refer"), proposed(client, "se")) == (
        {"skills": ["Référencement"]},
        {"skills": ["Référencement"]},
    )


def test_neither_hidden_people_nor_the_skills_that_only_they_have_are_proposed(client, index):
    MemberFactory(full_name="Xan Privée", skills=["Xylophone"], stint=True, visibility=Visibility.PRIVATE)
    MemberFactory(full_name="Xan Interne", skills=["Xérès"], stint=True, visibility=Visibility.COMMUNITY)
    MemberFactory(full_name="Xan Candidate", skills=["Xénon"])
    shared = MemberFactory(full_name="Xan Visible", skills=["Xylographie"], stint=True)
    index()
    assert proposed(client, "x") == {}
    assert (proposed(client, "xan"), proposed(client, "xy"), proposed(client, "xe")) == (
        {"members": [shared.full_name]},
        {"skills": ["Xylographie"]},
        {},
    )


@pytest.mark.parametrize("text", ["", "a", " ", "%", "_%", "\x00", "()", "z" * 10_000, '"', "é", "++"])
def test_a_text_too_short_or_spoilt_proposes_nothing(client, index, text):
    MemberFactory(full_name="Ana Merle", skills=["Elm"], stint=True)
    index()
    assert proposed(client, text) == {}


# Without the engine ----------------------------------------------------------


def test_without_an_index_names_that_begin_so_come_from_the_database(client):
    MemberFactory(full_name="Zoé d’Éric", skills=["Éricologie"], stint=True)
    MemberFactory(full_name="Érica Merle", stint=True)
    MemberFactory(full_name="Frédéric Merle", stint=True)
    StartupFactory(name="ÉRICÉE")
    assert proposed(client, "eric") == {
        "members": ["Érica Merle", "Zoé d’Éric"],
        "skills": ["Éricologie"],
        "startups": ["ÉRICÉE"],
    }
    assert proposed(client, "mer ERI") == {"members": ["Érica Merle"]}


def test_when_one_index_is_missing_the_others_still_propose(client, index):
    MemberFactory(full_name="Ana Merle", stint=True)
    StartupFactory(name="Analyse")
    index("startups")
    assert proposed(client, "ana") == {"members": ["Ana Merle"], "startups": ["Analyse"]}


def test_without_an_index_nobody_is_proposed_who_hides(client):
    startup = StartupFactory(name="Verger")
    MemberFactory(full_name="Xan Privée", skills=["Xylophone"], stint=True, visibility=Visibility.PRIVATE)
    MemberFactory(full_name="Xan Interne", stint=True, visibility=Visibility.COMMUNITY)
    MemberFactory(full_name="Xan Candidate", skills=["Xénon"])
    MemberFactory(full_name="Xan Discrète", stint=True).hidden_from_startups.add(startup)
    assert (proposed(client, "xan"), proposed(client, "xylo")) == ({"members": ["Xan Discrète"]}, {})
    client.force_login(RoleGrantFactory(role=RoleName.STARTUP_LEAD, startup=startup).user)
    assert proposed(client, "xan") == {"members": ["Xan Interne"]}


@pytest.mark.parametrize("text", ["%%", "_a", "()", "\x00\x00", "z" * 10_000, "'; --", "!!"])
def test_without_an_index_a_spoilt_text_proposes_nothing(client, text):
    MemberFactory(full_name="Bna Merle", stint=True)
    assert proposed(client, text) == {}


@pytest.mark.parametrize("is_built", [True, False])
def test_queries_do_not_grow_with_what_is_proposed(client, index, is_built):
    def queries() -> int:
        if is_built:
            index()
        with CaptureQueriesContext(connection) as captured:
            assert proposed(client, "ana")
        return len(captured)

    def rows(number: int) -> None:
        for _ in range(number):
            MemberFactory(full_name="Ana Merle", stint=True)
            StartupFactory(name="Analyse")

    rows(1)
    few = queries()
    rows(20)
    assert queries() == few


# Which kind comes first ------------------------------------------------------


def test_a_startup_that_begins_as_typed_comes_before_people_who_are_nearly_called_so(client, index):
    MemberFactory(full_name="Marin Durand", stint=True)
    StartupFactory(name="Martinet")
    index()
    groups = client.get(URL, {"q": "martin", "format": "json"}).json()["groups"]
    assert [(group["name"], [one["label"] for one in group["suggestions"]]) for group in groups] == [
        ("startups", ["Martinet"]),
        ("members", ["Marin Durand"]),
    ]


def group(name: str, **proposals: bool) -> Group:
    return Group(name, name, [Proposal(label, "/", begun) for label, begun in proposals.items()])


def order(*groups: Group) -> list[str]:
    return [f"{one.name}: {' '.join(each.label for each in one.proposals)}" for one in best_first(list(groups))]


def test_what_is_merely_near_is_never_above_what_begins_as_typed():
    mixed, near, plain = group("mixed", a=True, b=False), group("near", c=False), group("plain", d=True)
    assert order(near, plain, mixed) == ["plain: d", "mixed: a", "near: c"]
    assert order(near, mixed) == ["mixed: a b", "near: c"]
    assert order(near, group("empty"), group("other", e=False)) == ["near: c", "other: e"]
    assert order(plain, mixed, near) == ["plain: d", "mixed: a", "near: c"]


# Who asks --------------------------------------------------------------------


def test_one_address_cannot_ask_without_end(client, index, monkeypatch):
    index()
    monkeypatch.setattr(suggestions, "pace", Pace(most=2))
    assert [client.get(URL, {"q": "ana"}).status_code for _ in range(3)] == [200, 200, 429]


def test_addresses_are_counted_apart_and_the_oldest_are_forgotten():
    pace = Pace(most=1, kept=2)
    asked = [pace.allows(address) for address in ("a", "b", "a", "c", "d", "a")]
    assert asked == [True, True, False, True, True, True]


def test_proposals_are_kept_by_the_browser_of_one_person_alone(client, index):
    index()
    response = client.get(URL, {"q": "ana"})
    assert ("private" in response["Cache-Control"], "Cookie" in response["Vary"]) == (True, True)
