"""A text that the portal proposes, or that a team keeps, beside what somebody wrote already."""

from __future__ import annotations

from collections.abc import Iterable


def beside(typed: str, proposal: str, others: Iterable[str]) -> str:
    """The proposal in the place of nothing, or of another one of `others`; after what was written, never over it."""
    written = _lines(typed)
    if not written or written in {_lines(other) for other in others}:
        return proposal
    return typed if not proposal or _lines(proposal) in written else f"{written}\n\n{proposal}"


def _lines(text: str) -> str:
    # Browsers send the ends of lines as they like.
    return "\n".join(text.splitlines()).strip()
