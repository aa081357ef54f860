"""The words by which people name their trade, in French and in English."""

from __future__ import annotations

from search.analysis import stems

_TRADE_NAMES = """
    développeur developer ingénieur engineer designer designeur graphiste architecte architect administrateur
    consultant chef chargé responsable directeur director manager owner coach scrum analyste analyst scientist
    scientifique devops sysadmin lead leader CTO CPO intrapreneur entrepreneur chercheur researcher rédacteur
    writer facilitateur formateur juriste testeur intégrateur webmaster cartographe géomaticien statisticien fullstack
    backend frontend déployeur animateur coordinateur UX UI
"""
_TRADES = frozenset(stems(_TRADE_NAMES))


def names_trade(text: str) -> bool:
    """Whether a text holds such a word, in any gender and number."""
    return bool(_TRADES & set(stems(text)))
