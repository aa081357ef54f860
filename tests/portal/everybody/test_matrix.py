"""Every address × every kind of person: what is answered, and that it tells nothing to who may not know.

What is planted, and who finds it, is in `world`; what is answered is in `table`.
"""

import re
import time

import pytest
from django.db import models

from community.privacy.registry import all_held
from tests.portal.everybody.addresses import BEHIND, EDITORS, addresses, route_of
from tests.portal.everybody.table import Row, rows
from tests.portal.everybody.world import ROLES, SECRETS, World, ask, found_in, prove

pytestmark = pytest.mark.django_db

OURS = ("community", "recruitment", "portal", "search")
TEXTS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
UNPLANTED = {
    "digests, seals and keys, which say nothing": {
        *(
            f"community.AuditEntry.{name}"
            for name in ("actor", "details_digest", "digest", "key", "previous", "subject")
        ),
        *(f"community.AuditPseudonym.{name}" for name in ("pseudonym", "salt", "stands_for")),
        *("community.AuditDetail.salt", "community.ClaimCode.digest", "community.ErasedMark.digest"),
        *("community.Invitation.digest", "community.Photo.digest", "community.SavedSearch.digest"),
        *("community.SourceRecord.digest", "community.User.password"),
    },
    "words of our own, out of short lists": {
        *("community.AuditEntry.action", "community.Consent.version", "community.Finding.document"),
        *("community.FindingReason.kind", "community.Mail.kind", "community.MailDigest.kinds"),
        *("community.MailPreference.kind", "community.SavedSearch.document", "community.SourceRecord.kind"),
        *("recruitment.ArrivalStep.key", "recruitment.MatchFeedback.best", "search.RefusedRow.document"),
    },
    "numbers of rows, and addresses that the portal made": {
        *("community.Mail.message_id", "community.Mail.once", "community.Mail.stop_url"),
        *("community.SavedSearch.known_ids", "community.SavedSearch.seen_ids", "recruitment.ApplicationDocument.file"),
        *("recruitment.Mission.slug", "recruitment.Mission.host"),
    },
    "as public as the mission, whose title and description are planted": {
        *("recruitment.Mission.commune", "recruitment.Mission.contact", "recruitment.Mission.summary"),
    },
    "read by no page: what an engine refused, and that from which a merge is undone": {
        *("community.MemberMerge.snapshot", "search.RefusedRow.reason"),
    },
}
"""Columns of ours that hold text, are about somebody, and need no word of `SECRETS`: why, and which."""
REFUSED = {"in", "403", "404"}
EVERYWHERE = ("visitor", "candidate", "member", "own_team", "programme", "administrator")
"""Who is asked for every row; the others, at each change, for the rows where not everybody is answered the same."""


def routes(method: str = "") -> set[str | None]:
    """The routes that the table has a row for."""
    return {route_of(re.sub(r"{\w+}", "1", row.path)) for row in rows() if method in ("", row.method)}


def test_every_address_has_a_row():
    known = routes()
    missing = [
        str(address)
        for address in addresses()
        if not address.route.startswith(EDITORS) and address.route not in known and address.name not in BEHIND
    ]
    assert missing == [], (
        "Give each of these a row in tests/portal/everybody/table.py, which says what each kind of person is "
        "answered there (an address that another one hides needs another place in urls.py)."
    )


def test_what_is_said_to_be_out_of_reach_is():
    named = {address.name: address for address in addresses()}
    assert {name for name in BEHIND if named[name].example is not None} == set()


OTHERS = [pytest.param(role, True, marks=pytest.mark.campaign) for role in ROLES if role not in EVERYWHERE]
IN_FULL = [*((role, True) for role in EVERYWHERE), *OTHERS]


@pytest.mark.parametrize(("role", "in_full"), [*IN_FULL, *((role, False) for role in ROLES if role not in EVERYWHERE)])
def test_each_page_answers_as_the_table_says_and_tells_what_this_person_may_know(
    world: World, role: str, in_full: bool
):
    wrong, told = [], dict.fromkeys(SECRETS, "")
    if role != "visitor":
        # The others took their time.
        prove(world.clients[role], at=time.time())
    for row in rows():
        if not in_full and len(set(row.cells[1:])) == 1:
            continue
        answer = asked(world, role, row)
        expected = row.cells[ROLES.index(role)]
        if answer.told != expected:
            wrong.append(f"{row}: {answer.told}, not {expected}")
        # What stands in the address is known to who asks, and may be repeated: « ?next=… ».
        for secret in found_in(answer.text) - found_in(row.path.format(**world.names)):
            told[secret] = told[secret] or str(row)

    assert wrong == [], "\n".join(wrong)
    known = {name: row for name, row in told.items() if row}
    assert {name: row for name, row in known.items() if role not in SECRETS[name].readers} == {}
    # What nobody could ever find would prove nothing.
    assert not in_full or known.keys() == {name for name, secret in SECRETS.items() if role in secret.readers}


def asked(world: World, role: str, row: Row):
    return ask(world.clients[role], row.method, row.path.format(**world.names))


def test_a_page_without_a_row_for_posting_takes_no_post(world):
    posted = routes("POST")
    taken = []
    for row in rows():
        if route_of(row.path.format(**world.names)) not in posted:
            answer = ask(world.clients["administrator"], "POST", row.path.format(**world.names))
            # What is not there, or leads on to where one begins, takes nothing either.
            if answer.told not in {"405", "404", "to"}:
                taken.append(f"{row}: {answer.told}")
    assert taken == [], "\n".join(taken)


@pytest.mark.parametrize("role", ["member", "own_team", "administrator"])
def test_what_is_sensitive_asks_again_who_one_is(world, role):
    prove(world.clients[role], at=0)
    unasked = []
    for row in rows():
        expected = row.cells[ROLES.index(role)]
        if row.needs_proof and expected not in REFUSED:
            answer = asked(world, role, row)
            if answer.told != "proof":
                unasked.append(f"{row}: {answer.told}")
    assert unasked == [], "\n".join(unasked)


def test_every_text_about_somebody_is_planted(world):
    texts, planted = set(), set()
    words = re.compile("|".join(re.escape(secret.word) for secret in SECRETS.values()), re.IGNORECASE)
    for held in all_held():
        if held.model._meta.app_label in OURS:
            fields = [field for field in held.model._meta.concrete_fields if isinstance(field, TEXTS)]
            names = [field.name for field in fields if not field.choices]
            texts |= {f"{held.label}.{name}" for name in names}
            for row in held.model._base_manager.values_list("pk", *names):
                told = dict(zip(names, map(str, row[1:]), strict=True))
                planted |= {f"{held.label}.{name}" for name, text in told.items() if words.search(text)}
    excused = set().union(*UNPLANTED.values())
    missing = texts - planted - excused
    assert missing == set(), "Plant a word in each (tests/portal/everybody/texts.py), or say why not."
    # What stands in the list for nothing would hide the next one.
    assert (excused & planted, excused - texts) == (set(), set())
