"""Records that are probably of one person are found without comparing everybody with everybody."""

import pytest
from django.core.cache import cache

from community.actions.merging import tell_apart
from community.duplicates import LEAST, find_pairs, probable_pairs
from community.enums import Domain
from tests.community.factories import MemberFactory, RoleGrantFactory, StartupFactory, StintFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def found() -> dict[frozenset[int], tuple[float, tuple[str, ...]]]:
    return {frozenset((pair.first, pair.second)): (pair.score, pair.reasons) for pair in find_pairs()}


ALIKE = [
    ("Maëlle Kerdoncuff", "MAELLE KERDONCUFF"),
    ("Maëlle Kerdoncuff", "Kerdoncuff Maëlle"),
    ("Maëlle Kerdoncuff", "Maëlle Kerdoncuf"),
    ("Maëlle Kerdoncuff", "Maele Kerdoncuff"),
    ("Maëlle Kerdoncuff", "M. Kerdoncuff"),
    ("Jean-Philippe Marchandeau", "Marchandeau Jean Philipe"),
    ("Anne-Sophie de La Villardière", "Anne Sophie de la Villardierre"),
]


@pytest.mark.parametrize(("first", "second"), ALIKE)
def test_names_of_one_person_are_found_however_they_are_written(first, second):
    MemberFactory(full_name="Kévin Marchandeau")
    MemberFactory(full_name="Maëlle Tournesac")
    pair = frozenset(MemberFactory(full_name=name).pk for name in (first, second))
    pairs = found()
    assert set(pairs) == {pair}
    assert pairs[pair][0] >= LEAST


def test_what_two_records_share_makes_them_more_probable():
    startup = StartupFactory()
    names = ("Ada Zorbine", "Ada Zorbine")
    here = [MemberFactory(full_name=name) for name in names]
    for member in here:
        StintFactory(member=member, startups=[startup])
    far = [MemberFactory(full_name="Paul Quirvel", domain=domain) for domain in (Domain.DESIGN, Domain.DEVELOPPEMENT)]
    pairs = found()
    assert pairs[frozenset(member.pk for member in here)] == (1.0, ("même nom", "même startup"))
    assert pairs[frozenset(member.pk for member in far)] == (0.5, ("même nom",))
    assert [pair.score for pair in find_pairs()] == [1.0, 0.5]


def test_one_link_is_one_person_and_everybody_s_link_is_nobody_s():
    one = MemberFactory(full_name="Ada Zorbine", links=["https://github.com/Zorbine/"])
    other = MemberFactory(full_name="Pseudonyme", links=["http://www.github.com/zorbine"])
    for number in range(6):
        MemberFactory(full_name=f"Prénom{number} Nom{number}x", links=["https://beta.gouv.fr"])
    assert found() == {frozenset((one.pk, other.pk)): (0.9, ("même lien",))}


def test_the_address_of_an_account_may_be_the_other_s_identifier():
    imported = MemberFactory(slug="ada.zorbine", full_name="Augusta Ada")
    own = MemberFactory(slug="zorbine-4f", full_name="Ada Z.", user=UserFactory(email="Ada.Zorbine@exemple.fr"))
    alone = MemberFactory(slug="paul.quirvel", user=UserFactory(email="paul.quirvel@exemple.fr"), full_name="Paul Q")
    pairs = found()
    assert pairs[frozenset((imported.pk, own.pk))] == (0.9, ("adresse du compte de l’une, identifiant de l’autre",))
    assert not any(alone.pk in pair for pair in pairs)


def test_who_was_told_apart_is_proposed_no_more():
    first, second = MemberFactory(full_name="Ada Zorbine"), MemberFactory(full_name="Ada Zorbine")
    assert len(probable_pairs()) == 1
    tell_apart(second, first, by=RoleGrantFactory().user)
    # What was found before is kept in the cache, and is asked again all the same.
    assert probable_pairs() == []
    assert find_pairs() == []


def test_what_was_found_is_kept_a_while_and_holds_numbers_alone(django_assert_num_queries):
    MemberFactory(full_name="Ada Zorbine")
    MemberFactory(full_name="Ada Zorbine")
    assert len(probable_pairs()) == 1
    with django_assert_num_queries(1):
        probable_pairs()
    assert "orbine" not in str(cache.get("community.duplicates.1"))
    MemberFactory(full_name="Ada Zorbine")
    assert (len(probable_pairs()), len(probable_pairs(afresh=True)), len(probable_pairs())) == (1, 3, 3)


def test_the_number_of_queries_does_not_depend_on_how_many_there_are(django_assert_num_queries):
    for number in range(2):
        MemberFactory(full_name="Ada Zorbine", stint={"employer": f"{number}"})
    with django_assert_num_queries(4):
        assert len(find_pairs()) == 1
    for number in range(20):
        MemberFactory(full_name=f"Paul Quirvel{'x' * (number % 3)}", stint=True)
    with django_assert_num_queries(4):
        assert len(find_pairs()) > 10


def test_nameless_records_meet_nobody():
    MemberFactory(full_name="…")
    MemberFactory(full_name="—")
    assert find_pairs() == []
