"""A folded name follows its name, whatever writes the row."""

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Upper

from community.folding import LONGEST, beginning, begins, folded, holding, words_of
from community.models import Member, Startup
from recruitment.models import Mission
from tests.community.factories import IncubatorFactory, MemberFactory, StartupFactory
from tests.recruitment.factories import MissionFactory

in_database = pytest.mark.django_db


def kept() -> list[str]:
    return list(Member.objects.order_by("pk").values_list("name_folded", flat=True))


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Éric Ångström", "eric angstrom"),
        ("E\u0301ric", "eric"),
        ("JEAN-LOUP D’ŒUVRE", "jean loup d oeuvre"),
        ("  beta.gouv\x00 ", "beta gouv"),
        ("Straße", "strasse"),
        ("Ωμέγα", "ωμεγα"),
        ("!!!", ""),
        ("ß" * 200, "s" * LONGEST),
    ],
)
def test_a_name_is_folded_to_its_words(name, form):
    assert (folded(name), len(folded(name)) <= LONGEST) == (form, True)


@in_database
def test_every_way_of_writing_a_name_writes_its_folded_form():
    member = Member.objects.create(slug="a", full_name="Éric A")
    assert kept() == ["eric a"]
    member.full_name = "Éric B"
    member.save(update_fields=["full_name"])
    assert kept() == ["eric b"]
    member.full_name = "Éric C"
    Member.objects.bulk_update([member], ["full_name"])
    assert kept() == ["eric c"]
    Member.objects.filter(pk=member.pk).update(full_name="Éric D")
    assert kept() == ["eric d"]
    Member.objects.update_or_create(slug="a", defaults={"full_name": "Éric E"})
    assert kept() == ["eric e"]
    Member.objects.bulk_create([Member(slug="b", full_name="Zoé F")])
    assert kept() == ["eric e", "zoe f"]


@in_database
def test_a_related_manager_folds_too():
    incubator = IncubatorFactory()
    startup = incubator.startups.create(slug="s", name="Été")
    assert startup.name_folded == "ete"
    incubator.startups.update(name="Hiver")
    assert Startup.objects.get().name_folded == "hiver"


@in_database
@pytest.mark.parametrize("expression", [F("slug"), Upper("full_name"), Value("Éric")], ids=["F", "Upper", "Value"])
def test_a_name_that_only_the_database_knows_is_refused(expression):
    MemberFactory(full_name="Éric A")
    with pytest.raises(TypeError, match="full_name"):
        Member.objects.update(full_name=expression)
    assert kept() == ["eric a"]


@in_database
def test_what_does_not_write_the_name_leaves_its_folded_form_alone():
    member = MemberFactory(full_name="Éric A")
    Member.objects.filter(pk=member.pk).update(name_folded="autre")
    member.save(update_fields=["role"])
    Member.objects.bulk_update([member], ["role"])
    Member.objects.update(role="Autre")
    assert kept() == ["autre"]


@in_database
def test_the_migrations_fold_the_names_that_are_there():
    MemberFactory.create_batch(3, full_name="Éric A")
    StartupFactory(name="Été")
    MissionFactory(title="Œuvrer", startup=Startup.objects.get())
    for model in (Member, Startup, Mission):
        model.objects.update(name_folded="")
    editor = SimpleNamespace(connection=connection)
    for name in ("community.migrations.0006_fold_names", "recruitment.migrations.0003_folded_names"):
        importlib.import_module(name).fold_names(apps, editor)

    assert (kept(), Startup.objects.get().name_folded, Mission.objects.get().name_folded) == (
        ["eric a"] * 3,
        "ete",
        "oeuvrer",
    )


NAMES = ["Éric Dupont", "Frédéric Éricsson", "Zoé d’Érica", "Marie-Éric", "Ericsson", "Aérien"]


@in_database
@pytest.mark.parametrize(
    ("text", "begun"),
    [
        ("eric", ["Éric Dupont", "Frédéric Éricsson", "Zoé d’Érica", "Marie-Éric", "Ericsson"]),
        ("ÉRICS", ["Frédéric Éricsson", "Ericsson"]),
        ("dup éri", ["Éric Dupont"]),
        ("marie eric", ["Marie-Éric"]),
        ("ric", []),
        ("%", []),
        ("", []),
    ],
)
def test_names_that_begin_so_are_the_same_here_and_in_the_database(text, begun):
    for name in NAMES:
        MemberFactory(full_name=name)
    assert [name for name in NAMES if begins(name, text)] == begun
    if words := words_of(text):
        found = Member.objects.filter(beginning(words)).values_list("full_name", flat=True).order_by("pk")
        assert list(found) == begun


@in_database
def test_a_name_may_hold_the_words_anywhere_and_in_any_order():
    for name in NAMES:
        MemberFactory(full_name=name)
    found = Member.objects.filter(holding(words_of("RÎC é"))).order_by("name_folded")
    assert [member.full_name for member in found] == [
        "Éric Dupont",
        "Ericsson",
        "Frédéric Éricsson",
        "Marie-Éric",
        "Zoé d’Érica",
    ]


def test_no_more_words_are_looked_for_than_a_name_may_have():
    assert words_of("a a b c d e f g h i j") == ["a", "b", "c", "d", "e", "f", "g", "h"]


@in_database
def test_a_word_longer_than_any_name_finds_nobody_and_is_no_error():
    MemberFactory(full_name="Aa")
    for letters in (LONGEST, 100_000):
        words = words_of("a" * letters)
        assert not Member.objects.filter(beginning(words)).exists()
        assert not Member.objects.filter(holding(words)).exists()
