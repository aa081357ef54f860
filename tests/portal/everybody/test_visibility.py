"""Nothing that the portal answers tells of a person more than they chose to show: pages, lists, counts, filters,
suggestions, excerpts, matching, the site's search, the sitemap, exports, and what those who give roles may look up.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from community.days import today
from portal.site_content import load_content
from tests.portal.everybody.crowd import Somebody, Stage, people
from tests.portal.everybody.world import ask, prove
from tests.search.conftest import ENGINES
from tests.search.properties.trying import tries

pytestmark = pytest.mark.django_db

ADD = "/startups/sujet/equipe/ajouter/"
FORM = "application/x-www-form-urlencoded"
OTHER_PAGES = (
    *("/startups/", "/incubateurs/hote/", "/missions/", "/missions/ouverte/", "/missions/ouverte/profils/"),
    *("/missions/pour-moi/", "/sitemap.xml", "/guides/", "/mes-roles/", "/mes-recherches/"),
    *("/startups/sujet/equipe/", "/startups/sujet/historique/", "/startups/sujet/roles/"),
)


@pytest.fixture(params=ENGINES)
def stage(request, db) -> Stage:
    """Both engines, one after the other."""
    if request.param == "elasticsearch":
        request.getfixturevalue("on_elasticsearch")
    load_content()
    made = Stage()
    for client in made.clients.values():
        if client.cookies:
            prove(client, at=time.time())
    return made


class Look:
    """What one viewer is answered about a crowd."""

    def __init__(self, stage: Stage, crowd: list[Somebody], who: str) -> None:
        self.crowd, self.viewer, self.client = crowd, stage.viewers[who], stage.clients[who]
        self.told = ""

    def seen(self, path: str, *, asked: str = "", posted: str | None = None) -> str:
        """An answer, which tells nothing that must not be told. `asked`: what was typed, which a page may repeat."""
        if posted is None:
            answer = ask(self.client, "GET", path)
        else:
            answer = ask(self.client, "POST", path, data=posted.encode(), content_type=FORM)
        self.told = answer.told
        # What stands in the address is known to who asks, and may be repeated: « ?next=… ».
        untold = {word for person in self.crowd for word in person.untold(self.viewer)} - {asked}
        leaks = {word for word in untold if word in answer.text and word not in path}
        assert (path, leaks) == (path, set())
        return answer.text

    def named(self, text: str) -> set[str]:
        """Whose given name stands in an answer."""
        return {person.words["given"] for person in self.crowd if person.words["given"] in text}

    def expected(self, holds: Callable[[Somebody], object] = lambda person: True) -> set[str]:
        """The given names of those whom the viewer may know of, as far as something holds for them."""
        known = [person for person in self.crowd if person.exists_for(self.viewer)]
        return {person.words["given"] for person in known if holds(person)}


@pytest.mark.parametrize("number", [6, pytest.param(400, marks=pytest.mark.campaign)])
def test_nobody_is_told_more_of_a_person_than_that_person_shows(stage: Stage, number: int, request):
    served = request.node.get_closest_marker("elasticsearch")
    before = {who: active_members(ask(client, "GET", "/").text) for who, client in stage.clients.items()}
    viewers = st.sampled_from(sorted(stage.viewers))

    @tries(max(3, number // 4) if served else number)
    @given(people, viewers, viewers, st.data())
    def holds(drawn: list, one: str, other: str, data: st.DataObject) -> None:
        with rolled_back():
            crowd = stage.draw(drawn)
            call_command("search_rebuild", "members", verbosity=0)
            for who in dict.fromkeys((one, other)):
                cache.clear()
                look = Look(stage, crowd, who)
                active = look.expected(lambda person: person.where in {"at A", "at B"})
                assert active_members(look.seen("/")) - before[who] == len(active)
                lists_hold_those_who_show_themselves(look)
                about_one(look, data.draw(st.sampled_from(crowd), label="about"))
                assert look.named(look.seen("/mes-donnees/copie/", posted="")) == set()

    holds()


def lists_hold_those_who_show_themselves(look: Look) -> None:
    """And filters those who say so to this viewer."""
    viewer, day = look.viewer, today()
    assert look.named(look.seen("/membres/")) == look.expected()
    assert look.named(look.seen("/startups/sujet/")) == look.expected(lambda one: one.where in {"at A", "at A, gone"})
    for engagement in ("eig", "freelance"):
        wanting = look.expected(lambda one, name=engagement: name in (one.tells("engagements", viewer) or ()))
        found = look.named(look.seen(f"/membres/?wanted={engagement}"))
        # A filter that nobody opened to this viewer is not there, and is told to be ignored.
        assert found == wanting or (not wanting and not viewer.tier)
    if viewer.tier:
        free = look.expected(lambda one: "maintenant" in one.availability(viewer, day))
        assert look.named(look.seen("/membres/?availability=maintenant")) == free
    for path in OTHER_PAGES:
        assert look.named(look.seen(path)) <= look.expected()


def about_one(look: Look, person: Somebody) -> None:
    """What leads to one person leads there for whom they show themselves to, and for nobody else."""
    words, viewer = person.words, look.viewer
    exists = person.exists_for(viewer)
    told = {name: exists and person.tells(name, viewer) is not None for name in ("commune", "daily_rate_floor")}

    page = look.seen(f"/membres/{words['slug']}/")
    assert (words["given"] in page) is exists
    assert {name: words[name] in page for name in told} == told
    assert (words["life"] in look.seen(f"/membres/{words['slug']}/photo/")) is exists
    assert (words["given"] in look.seen(f"/membres/{words['slug']}/carte.vcf")) is exists
    look.seen(f"/membres/{words['slug']}/contacter/")

    def finds(path: str, asked: str) -> bool:
        return words["given"] in look.seen(path.format(asked), asked=asked)

    for path in ("/membres/?q={}", "/recherche/?q={}", "/recherche/?q={}&type=membres"):
        assert finds(path, words["family"]) is exists
    assert finds("/membres/?q=%22{}%22", words["commune"]) is told["commune"]
    assert finds("/membres/?q={}", words["daily_rate_floor"]) is False

    for asked, proposed in ((words["given"], words["family"]), (words["skill"], words["skill"])):
        body = look.seen(f"/membres/suggestions/?q={asked}&format=json").rpartition("\n")[2]
        labels = [one["label"] for group in json.loads(body)["groups"] for one in group["suggestions"]]
        assert any(proposed in label for label in labels) is exists

    # Those who give roles or keep a team look people up by name, among those whom they see.
    for path in ("/startups/sujet/roles/donner/", "/incubateurs/hote/roles/donner/", "/roles/donner/", ADD):
        sent = f"who={words['family']}&chercher=oui"
        found = look.named(look.seen(path, posted=sent, asked=words["family"]))
        if look.told == "200":
            assert (words["given"] in found) is (exists and (person.has_account or path == ADD))


def active_members(text: str) -> int:
    """The first figure of the home page."""
    found = re.search(r'figure__count">(\d+)</strong> <span class="portal-figure__label">membres? actifs?', text)
    assert found
    return int(found[1])


@contextmanager
def rolled_back() -> Iterator[None]:
    """What is written inside is taken back."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)
