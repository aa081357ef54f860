"""What a card shows of a match at once, and what it keeps for whoever asks."""

from recruitment.matching.profile import Named, Need, Profile
from recruitment.matching.ranking import rank
from recruitment.templatetags.recruitment_tags import reasons_in_brief
from tests.recruitment.matching.examples import PYTHON

NEED = Need(
    id=1,
    title="Développeuse",
    domain="developpement",
    required=(PYTHON,),
    incubator=Named(1, "La Fabrique"),
    days_per_week=4.0,
    region="53",
    remote="partiel",
)


def brief(**fields):
    (match,) = rank(NEED, [Profile(id=1, **fields)])
    found = reasons_in_brief(match)
    # Each reason is told once.
    assert sorted(map(repr, [*found.first, *found.rest])) == sorted(map(repr, match.reasons))
    return [reason.key for reason in found.first], [reason.key for reason in found.rest]


def test_three_strong_reasons_then_what_is_missing():
    first, rest = brief(
        role="Développeur", domain="developpement", skills=frozenset({9}), region="53", days_per_week=4.0, incubator=2
    )

    assert first == ["title", "domain", "days", "required"]
    assert rest == ["place", "incubator"]


def test_gaps_come_the_heaviest_first_and_two_at_most():
    first, rest = brief(role="Designer", domain="coaching", region="11", days_per_week=1.0)

    assert first == ["title", "domain"]
    assert rest == ["days", "place", "neutral"]
