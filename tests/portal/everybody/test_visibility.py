"""Nothing that the portal answers tells of a person more than they chose to show: pages, lists, counts, filters,
suggestions, excerpts, matching, the site's search, the sitemap, feeds, structured data, exports, alerts by mail, what
those who give roles may look up, and the files of those who apply.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community.actions.alerts import look_for_news, tell_at_once
from community.days import today
from community.models import Mail
from portal.site_content import load_content
from recruitment.matching.profile import AS_SOON_AS_POSSIBLE
from search.declarations import Viewer
from tests.portal.everybody.crowd import CEILING, CHOSEN, READERS, Somebody, Stage, people
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
    *("/missions/flux.xml", "/missions/echeances.ics", "/equipe/sujet/missions/", "/missions/ouverte/invitations/"),
)
BOARD = "/missions/ouverte/candidatures/"


@pytest.fixture(params=ENGINES)
def stage(request, db) -> Stage:
    """Both engines, one after the other."""
    if request.param == "elasticsearch":
        request.getfixturevalue("on_elasticsearch")
    load_content()
    return Stage()


class Look:
    """What one viewer is answered about a crowd."""

    def __init__(self, stage: Stage, crowd: list[Somebody], who: str) -> None:
        self.crowd, self.viewer, self.client = crowd, stage.viewers[who], stage.clients[who]
        self.stage, self.user, self.reads = stage, stage.users.get(who), who == READERS
        self.told = ""
        if self.user is not None:
            # What is taken away asks for a proof that is minutes old.
            prove(self.client, at=time.time())

    def seen(self, path: str, *, asked: str = "", posted: str | None = None, is_file: bool = False) -> str:
        """An answer, which tells nothing that must not be told. `asked`: what was typed, which a page may repeat.

        `is_file`: it is about those who apply, who are told to those who read their files.
        """
        if posted is None:
            answer = ask(self.client, "GET", path)
        else:
            answer = ask(self.client, "POST", path, data=posted.encode(), content_type=FORM)
        self.told = answer.told
        # What stands in the address is known to who asks, and may be repeated: « ?next=… ».
        leaks = {word for word in self.untold(is_file) - {asked} if word in answer.text and word not in path}
        assert (path, leaks) == (path, set())
        return answer.text

    def untold(self, is_file: bool = False) -> set[str]:
        """The words that this viewer finds nowhere; in the files of those who apply, for whoever reads them."""
        words: set[str] = set()
        for person in self.crowd:
            untold, kept = person.untold(self.viewer), person.kept_from_readers(self.viewer)
            words |= untold & kept if self.reads and is_file else untold
        return words

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
    fitting = {who: counts_beside_the_form(Look(stage, [], who)) for who in stage.clients}
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
                files_are_for_those_who_read_them(look)
                counts_say_what_is_shown_to_teams(look, fitting[who])
                lists_hold_those_who_show_themselves(look)
                about_one(look, data.draw(st.sampled_from(crowd), label="about"))
                assert look.named(look.seen("/mes-donnees/copie/", posted="")) == set()
            look_for_news(timezone.now())
            tell_at_once(timezone.now())
            for who in {one, other} & stage.users.keys():
                alerts_tell_of_those_who_show_themselves(Look(stage, crowd, who))

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


def alerts_tell_of_those_who_show_themselves(look: Look) -> None:
    """By mail, to whoever saved the search « everybody »."""
    mails = Mail.objects.filter(user=look.user, kind="saved_searches")
    text = "\n".join(f"{mail.subject}\n{mail.text}\n{mail.html}" for mail in mails)
    assert {word for word in look.untold() if word in text} == set()
    assert look.named(text) == look.expected()


def files_are_for_those_who_read_them(look: Look) -> None:
    """The board, the list, the files, the comparison and what is taken away of them."""
    apply = [person for person in look.crowd if person.application is not None]
    names = {person.words["given"] for person in apply} if look.reads else set()
    chosen = "&".join(f"c={person.application}" for person in apply[:4])
    assert look.named(look.seen(BOARD, is_file=True)) == names
    assert look.named(look.seen(f"{BOARD}?vue=liste", is_file=True)) == names
    for kind in ("csv", "xlsx"):
        text = look.seen(f"{BOARD}export/", posted=f"format={kind}", is_file=True)
        assert (kind, look.named(text)) == (kind, names)
    if len(apply) > 1:
        compared = look.named(look.seen(f"{BOARD}comparer/?{chosen}", is_file=True))
        assert compared == ({one.words["given"] for one in apply[:4]} if look.reads else set())
    for person in apply[:1]:
        page = look.seen(f"{BOARD}{person.application}/", is_file=True)
        told = {name: look.reads and person.told_to_readers(name, look.viewer) for name in CHOSEN}
        assert {name: person.words[name] in page for name in CHOSEN} == told


def counts_beside_the_form(look: Look) -> Counter[str]:
    """How many fit A's mission, and how many each of its conditions leaves out; empty for who does not write it."""
    text = look.seen(f"/equipe/sujet/missions/{look.stage.mission.pk}/profils-possibles/")
    found = re.search(r"<strong>(\d+) profil.*?sur (\d+) que", text)
    excluded = re.findall(r"<dt>([^<]+)</dt><dd>(\d+) profil", text)
    totals = {"fitting": int(found[1]), "seen": int(found[2])} if found else {}
    return Counter({**totals, **{label: int(number) for label, number in excluded}})


def counts_say_what_is_shown_to_teams(look: Look, before: Counter[str]) -> None:
    """A count may be of one person: so it is made of what the team reads on each profile, and of nothing else.

    Whoever changes the conditions one by one then learns what the profiles say.
    """
    counted = counts_beside_the_form(look)
    if not counted:
        assert not before
        return
    # The startup's own structures look on too.
    team = Viewer(look.viewer.tier, look.viewer.keys | look.stage.viewers[READERS].keys)
    expected = Counter(before)
    for person in look.crowd:
        if person.exists_for(team):
            reasons = conditions_that_leave_out(person, team)
            expected.update(["seen", *reasons] if reasons else ["seen", "fitting"])
    assert counted == expected


def conditions_that_leave_out(person: Somebody, team: Viewer) -> set[str]:
    """By what this team reads of them."""
    found = set()
    if person.where == "at A":
        found.add("Déjà dans l’équipe")
    engagements = person.tells("engagements", team)
    if engagements and "freelance" not in engagements:
        found.add("Engagement non accepté")
    free = person.tells("available_from", team)
    if free is not None and free > today() + AS_SOON_AS_POSSIBLE:
        found.add("Pas disponible à temps")
    floor = person.tells("daily_rate_floor", team)
    if floor is not None and floor > CEILING:
        found.add("Tarif au-dessus du budget")
    return found


def about_one(look: Look, person: Somebody) -> None:
    """What leads to one person leads there for whom they show themselves to, and for nobody else."""
    words, viewer = person.words, look.viewer
    exists = person.exists_for(viewer)
    told = {name: exists and person.tells(name, viewer) is not None for name in CHOSEN}
    # Who reads their file reads on their page what they show to the teams that they apply to.
    page_tells = {
        name: told[name] or (exists and look.reads and person.told_to_readers(name, viewer)) for name in CHOSEN
    }

    page = look.seen(f"/membres/{words['slug']}/", is_file=exists)
    assert (words["given"] in page) is exists
    assert {name: words[name] in page for name in CHOSEN} == page_tells
    assert (words["life"] in look.seen(f"/membres/{words['slug']}/photo/")) is exists
    assert (words["given"] in look.seen(f"/membres/{words['slug']}/carte.vcf")) is exists
    look.seen(f"/membres/{words['slug']}/contacter/")
    assert (words["given"] in look.seen(f"/membres/{words['slug']}/inviter/")) is (exists and look.reads)

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
