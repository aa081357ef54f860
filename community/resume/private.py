"""What a CV says and the portal does not want: age, birth, family, nationality, gender, street, telephone, mail.

A sentence that holds one of these goes as a whole, because half a sentence says what was taken out of it.
"""

from __future__ import annotations

import re

_UNWANTED = re.compile(
    r"""
      \bn[ée]{1,2}e?\s+(?:le|en|à|a)\b | \bborn\b | \bdate\s+(?:de\s+naissance|of\s+birth) | \bnaissance\b
    | \b[âa]g[ée]e?\s+de\b | \bâge\b | \bage\s*: | \byears?[ -]old\b | \baged\b
    | ^[^\w\n]*\d\d\s+ans[^\w\n]*$ | [,;(|–-]\s{0,3}\d\d\s+ans\s{0,3}(?:[,;.)|–-]|$)
    | ^[^\w\n]*\d\d\s+ans\s{0,3}[,;|–-]
    | \b(?:de|ai)\s+\d\d\s+ans\b(?!\s+d) | \bi\s+am\s+\d\d\b
    | \bnationalit(?:é|e|y|ies)\b | \bcitizen(?:ship)?\b | \bde\s+citoyennet[ée]\b
    | \b(?:mari[ée]e?|c[ée]libataire|pacs[ée]e?|divorc[ée]e?|veu(?:f|ve)|married|divorced|widow\w*)\b
    | \b(?:sexe|genre|gender|sex)\s*: | \b(?:père|mère|mother|father|papa|maman)\s+(?:de|of)\b
    | \b(?:\d|deux|trois|quatre)\s+enfants\b
    | \bpermis\s+(?:de\s+conduire|b)\b | \bdriving\s+licen[cs]e\b
    | \S@[^\s@]{1,80}\.\w | (?<!\d)(?:\+|00)\d[\d .()\-]{7,} | (?<!\d)0[1-9](?:[ .\-]?\d\d){4}(?!\d)
    | \b\d{1,4}(?:\s{0,3}(?:bis|ter))?\s{0,3},?\s{1,3}(?:rue|avenue|av\.|boulevard|bd|place|chemin|all[ée]e|impasse
        |route|quai|cours|street|road|lane)\b
    | \b\d{5}\s+[A-ZÉ]\w+
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_SENTENCE = re.compile(r"(?<=[.!?…])[ \t]+")


def is_private(text: str) -> bool:
    """Whether a text holds something that no profile shows."""
    return bool(_UNWANTED.search(text))


def without_private(text: str) -> str:
    """The text without the sentences that `is_private`; one that has none stays as it is."""
    lines = []
    for line in text.split("\n"):
        sentences = _SENTENCE.split(line)
        kept = [sentence for sentence in sentences if not is_private(sentence)]
        if kept == sentences:
            lines.append(line)
        elif kept:
            lines.append(" ".join(kept))
    return "\n".join(lines)
