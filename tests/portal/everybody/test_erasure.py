"""Whoever used every form of the portal leaves nothing behind when they are erased.

Not what was declared is tried here, but what the pages let a person write: each form that they find is sent with a
word of theirs in each of its boxes, and a new form is sent too.
"""

import itertools
from collections.abc import Iterator

import pytest
from django.core.management import call_command

from community.chain import Walk
from community.enums import ErasureReason
from community.privacy import Person
from community.privacy.erasing import erase
from search.draining import drain
from tests.community.privacy.traces import OF_THE_PORTAL, everything, files_holding, holding
from tests.portal.everybody.addresses import route_of
from tests.portal.everybody.forms import TYPED, Control, Form, pages_of, read
from tests.portal.everybody.world import World

pytestmark = pytest.mark.django_db

MARK = "zorbinequart"
NOT_SENT = ("/compte/logout/", "/mes-donnees/effacer/", "/compte/sessions/", "/mes-donnees/annuaire/")
"""What ends the walk."""
STAYS = {
    "community.Skill.name": "a word of the trade: it belongs to all, and names nobody",
    "community.Skill.slug": "the same",
    "community.SkillAlias.folded": "the same",
    "community.SkillAlias.label": "the same",
    "community.Organisation.name": "an administration: it belongs to all, and names nobody",
    "community.Organisation.slug": "the same",
    "community.PageChange.after": "a page’s story is its startup’s, whoever wrote it: names in it are taken out",
    "community.PageChange.before": "the same",
    "community.RoleGrant.reason": "why somebody else has a role",
    "community.RoleGrant.withdrawal_reason": "why somebody else has one no more",
    "community.ContactMessage.text": "a letter is kept by whom it was written to, without its author's name",
    "community.ContactMessage.topic": "the same",
    "community.Mail.subject": "the mail to somebody else that brought such a letter, until it is emptied",
    "community.Mail.text": "the same",
    "community.Mail.html": "the same",
    "recruitment.Mission.title": "a mission is its startup's, whoever wrote it: the names in it are taken out",
    "recruitment.Mission.name_folded": "the same",
    "recruitment.Mission.summary": "the same",
    "recruitment.Mission.description": "the same",
    "recruitment.Mission.commune": "the same",
    "recruitment.Mission.contact": "the same",
    "recruitment.MissionDraft.typed": "the same, not saved yet",
    "recruitment.MissionQuestion.text": "what a mission asks of its candidates",
    "recruitment.MissionCriterion.text": "what a team compares its candidates by",
    "recruitment.MissionEvent.reason": "why a mission moved: its story is its startup's",
}


def typed(control: Control, word: str) -> str:
    """A text of the kind that the box asks for."""
    if control.kind == "email":
        return f"{word}@exemple.fr"
    return control.stands if control.kind in {"date", "number"} and control.stands else f"{word} {word}x"


def filled(form: Form, names: set[str], button: str, words: Iterator[str]) -> dict[str, str]:
    """The form as it comes, sent by this button, with a word of one's own in the boxes of these names."""
    sent = {}
    for name, control in form.controls.items():
        if name in names:
            sent[name] = typed(control, next(words))
        elif control.stands is not None:
            sent[name] = control.stands
        elif name == button or control.kind == "radio":
            sent[name] = next((value for value in control.values if value), "")
    return sent


def ways(form: Form) -> Iterator[tuple[set[str], str]]:
    """All boxes at once and each by itself, by each of the buttons."""
    boxes = {name for name, control in form.controls.items() if control.kind in TYPED}
    buttons = [name for name, control in form.controls.items() if control.kind == "submit"] or [""]
    return itertools.product([boxes, *({name} for name in boxes if len(boxes) > 1)] if boxes else [], buttons)


def use_everything(world: World, role: str) -> dict[str, set[str]]:
    """Send every form that this person finds in all ways; gives the routes of those that were taken, with the names of
    the boxes.
    """
    client, words = world.clients[role], (f"{MARK}{number}" for number in itertools.count(1))
    taken: dict[str, set[str]] = {}
    for path in pages_of(world, role):
        for place, form in enumerate(_forms(client, path)):
            for names, button in ways(form) if not form.path.startswith(NOT_SENT) else ():
                # Read anew: a form says what it was when it came.
                for fresh in _forms(client, path)[place : place + 1]:
                    if client.post(fresh.path, filled(fresh, names, button, words)).status_code == 302:
                        taken.setdefault(str(route_of(form.path)), set()).update(names)
    return taken


def _forms(client, path: str) -> list[Form]:
    response = client.get(path)
    return read(path, response.content.decode()).forms if response.status_code == 200 else []


@pytest.mark.parametrize(("role", "least"), [("member", 6), ("own_team", 6)])
def test_whoever_used_every_form_leaves_nothing(world: World, role: str, least: int):
    user = world.users[role]
    names = {user.email, user.member.slug}
    taken = use_everything(world, role)
    assert len(taken) >= least, taken
    call_command("search_rebuild", "members", verbosity=0)
    assert MARK in everything()

    user.refresh_from_db()
    erase(Person.of_user(user), ErasureReason.ASKED)
    drain()

    assert sorted(set(holding(MARK)) - STAYS.keys()) == []
    after = everything()
    assert {name for name in names if name in after} == set()
    # What the page of a startup says is its startup's, in the index too.
    files = [name for name in files_holding(MARK) if "/startups/" not in name]
    assert [name for name in files if not name.startswith(OF_THE_PORTAL)] == []
    assert list(Walk().faults()) == []
