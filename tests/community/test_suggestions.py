import pytest

from community.enums import Visibility
from community.views import suggestions
from community.views.suggestions import Pace
from tests.community.factories import MemberFactory, SkillFactory, StartupFactory

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


def test_without_an_index_nothing_is_proposed_and_nothing_fails(client):
    MemberFactory(full_name="Ana Merle", skills=["Analyse"], stint=True)
    assert proposed(client, "ana") == {}


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
