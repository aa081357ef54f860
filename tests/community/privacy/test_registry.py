"""No table and no relation to a person without a decision."""

import pytest

from community.models import SavedSearch, Stint
from community.privacy import Fate, Link, registry
from community.privacy.exchanges import SEARCHES

# The tables of the engine's own tests, which no portal has.
OF_TESTS = "library."


def missing() -> list[str]:
    return [told for told in registry.undecided() if not told.startswith(OF_TESTS)]


def test_every_table_and_every_relation_to_a_person_is_decided():
    assert missing() == []


def test_declarations_name_what_exists_and_say_why_something_stays():
    assert list(registry.faulty()) == []


def test_table_without_a_declaration_is_told():
    declared = registry.held_in("community.SavedSearch")
    registry.forget_declaration("community.SavedSearch")
    try:
        assert missing() == [
            "community.SavedSearch: no declaration",
            "community.SavedSearch.user: leads to a person (community.User) by no declared link",
        ]
    finally:
        registry._registry.held["community.SavedSearch"] = declared


def test_relation_to_what_belongs_to_a_person_is_a_relation_to_that_person():
    declared = registry.held_in("account.EmailConfirmation")
    registry.forget_declaration("account.EmailConfirmation")
    registry.nobody_in("account.EmailConfirmation", "rien, soi-disant")
    try:
        assert missing() == [
            "account.EmailConfirmation.email_address: leads to a person (account.EmailAddress) by no declared link"
        ]
    finally:
        registry.forget_declaration("account.EmailConfirmation")
        registry._registry.held["account.EmailConfirmation"] = declared


def test_what_stays_without_a_reason_and_fields_that_do_not_exist_are_told():
    declared = registry.held_in("community.Stint")
    registry.forget_declaration("community.Stint")
    registry.holds(
        Stint, SEARCHES, "rien", Link("member", Fate.KEPT, fields=("poids",)), Link("startups", Fate.ERASED)
    )
    try:
        assert sorted(registry.faulty()) == [
            "community.Stint: no field « poids »",
            "community.Stint: « member » is not erased, and does not say why",
            "community.Stint: « startups » leads to no person",
        ]
    finally:
        registry.forget_declaration("community.Stint")
        registry._registry.held["community.Stint"] = declared


def test_a_table_is_declared_once():
    with pytest.raises(ValueError, match="declared twice"):
        registry.holds(SavedSearch, SEARCHES, "encore", Link("user", Fate.ERASED))
    with pytest.raises(ValueError, match="declared twice"):
        registry.nobody_in("community.SavedSearch", "personne")
    with pytest.raises(ValueError, match="declared twice"):
        registry.activity("recherches", "", why="", basis=SEARCHES.basis, kept="", read_by="")
