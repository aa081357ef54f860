"""How far the detection of duplicates can be trusted: duplicates and decoys planted among real people, then sought.

Nothing planted leaves the memory. The planting is drawn with a fixed seed, so the same people give the same figures.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from community.enums import Domain
from community.importing.duplicates import THRESHOLD, Person, probable_duplicates

MOST_PLANTED = 200
SLIPS = ("accents", "capitals", "initial", "swapped", "letter")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PLANT, DECOY = "\x00plant", "\x00decoy"


def quality(people: Sequence[Person], seed: int = 20_260_101) -> dict[str, Any]:
    """The threshold, and the measure: how many were planted, precision and recall over pairs that involve them.

    `{}` for `measured` when there is nobody to plant among.
    """
    dice = random.Random(seed)  # noqa: S311 — an experiment, not a secret
    known = [person for person in people if len(person.name.split()) > 1 and person.periods]
    if len(known) < 2:
        return {"threshold": THRESHOLD, "measured": {}}
    chosen = dice.sample(known, min(MOST_PLANTED, len(known)))
    planted = {
        f"{PLANT}{n}": (person, duplicate(person, SLIPS[n % len(SLIPS)], dice)) for n, person in enumerate(chosen)
    }
    decoys = [decoy(person, n, known, dice) for n, person in enumerate(chosen)]
    crowd = [
        *people,
        *(replace(copy, key=key) for key, (_person, copy) in planted.items()),
        *(replace(copy, key=f"{DECOY}{n}") for n, copy in enumerate(decoys)),
    ]
    wanted = {frozenset((person.key, key)) for key, (person, _copy) in planted.items()}
    # Pairs among the people themselves may be true: nobody knows, so they are left out.
    pairs = [{pair.first, pair.second} for pair in probable_duplicates(crowd)]
    found = {frozenset(pair) for pair in pairs if any(key.startswith("\x00") for key in pair)}
    right = len(found & wanted)
    return {
        "threshold": THRESHOLD,
        "measured": {
            "planted": len(planted),
            "decoys": len(decoys),
            "precision": round(right / len(found), 3) if found else 0.0,
            "recall": round(right / len(wanted), 3),
        },
    }


def duplicate(person: Person, slip: str, dice: random.Random) -> Person:
    """The same person written a second time: another spelling of the name, the next stint, sometimes elsewhere."""
    words = person.name.split()
    if slip == "accents":
        name = "".join(c for c in unicodedata.normalize("NFKD", person.name) if not unicodedata.combining(c))
    elif slip == "capitals":
        name = " ".join([*words[:-1], words[-1].upper()])
    elif slip == "initial":
        name = f"{words[0][0]}. {' '.join(words[1:])}"
    elif slip == "swapped":
        name = " ".join([words[-1], *words[:-1]])
    else:
        name = _with_a_slip(person.name, dice)
    end = max(end for _start, end in person.periods)
    start = min(end, date(2100, 1, 1)) + timedelta(days=dice.randrange(0, 400))
    return replace(
        person,
        name=name,
        startups=person.startups if dice.random() < 0.5 else frozenset({"\x00elsewhere"}),
        employers=person.employers if dice.random() < 0.5 else frozenset(),
        periods=((start, start + timedelta(days=180)),),
    )


def decoy(person: Person, number: int, people: Sequence[Person], dice: random.Random) -> Person:
    """Somebody else: a namesake of another trade and another time, or a brother or sister of the same trade."""
    if number % 2:
        other = dice.choice([domain for domain in Domain.values if domain != person.domain and domain != Domain.AUTRE])
        start = min(start for start, _end in person.periods) - timedelta(days=dice.randrange(1500, 2500))
        period = (start, start + timedelta(days=180))
        return replace(person, domain=other, role="", startups=frozenset(), employers=frozenset(), periods=(period,))
    words = person.name.split()
    given = dice.choice(people).name.split()[0]
    if given == words[0]:
        given = "Zébulon"
    return replace(
        person, name=" ".join([given, *words[1:]]), startups=frozenset({"\x00other"}), employers=frozenset()
    )


def _with_a_slip(name: str, dice: random.Random) -> str:
    """One letter added, dropped, replaced, or two neighbours swapped, anywhere but at the start of a word."""
    places = [
        i for i in range(1, len(name) - 1) if name[i].isalpha() and name[i - 1].isalpha() and name[i + 1].isalpha()
    ]
    if not places:
        return name + dice.choice(LETTERS)
    place = dice.choice(places)
    kind = dice.randrange(4)
    if kind == 0:
        return name[:place] + dice.choice(LETTERS) + name[place:]
    if kind == 1:
        return name[:place] + name[place + 1 :]
    if kind == 2:
        return name[:place] + dice.choice(LETTERS) + name[place + 1 :]
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
