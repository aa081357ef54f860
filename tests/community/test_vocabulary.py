from collections import Counter

import pytest

from community import vocabulary
from community.enums import SkillGroup
from community.models import Skill, SkillAlias, Theme, UserType, spelling_key

ENTRIES = [
    entry for table in (vocabulary.PROPOSED, vocabulary.USUAL) for entries in table.values() for entry in entries
]


def test_no_spelling_of_the_table_leads_to_two_skills():
    owners: dict[str, set[str]] = {}
    for entry in ENTRIES:
        for label in (entry.name, *entry.aliases):
            owners.setdefault(spelling_key(label), set()).add(entry.name)
    assert {key: names for key, names in owners.items() if len(names) > 1} == {}


def test_every_parent_of_the_table_is_one_of_its_entries():
    names = {entry.name for entry in ENTRIES}
    assert [entry.name for entry in ENTRIES if entry.parent and entry.parent not in names] == []


def test_no_skill_of_the_table_is_broader_than_itself():
    parents = {entry.name: entry.parent for entry in ENTRIES}
    for name in parents:
        chain = [name]
        while parents.get(chain[-1]):
            chain.append(parents[chain[-1]])
            assert len(set(chain)) == len(chain)


def test_official_lists_have_the_counts_of_the_programme():
    counts = {group: len(entries) for group, entries in vocabulary.PROPOSED.items()}
    assert counts == {SkillGroup.PRODUCT: 8, SkillGroup.TECHNICAL: 20, SkillGroup.OTHER: 4}
    assert (len(vocabulary.THEMES), len(vocabulary.USER_TYPES)) == (21, 6)


@pytest.mark.django_db
def test_vocabulary_is_created_once():
    vocabulary.ensure_vocabulary()
    first = [list(model.objects.order_by("pk").values()) for model in (Skill, SkillAlias, Theme, UserType)]
    vocabulary.ensure_vocabulary()
    assert [list(model.objects.order_by("pk").values()) for model in (Skill, SkillAlias, Theme, UserType)] == first
    assert Skill.objects.proposed().count() == 32
    assert Theme.objects.filter(is_official=True).count() == 21
    assert UserType.objects.filter(is_official=True).count() == 6


@pytest.mark.django_db
def test_vocabulary_leaves_a_merge_made_by_people_alone():
    merged = Skill.objects.create(name="Interfaces web", slug="interfaces-web")
    SkillAlias.objects.create(skill=merged, label="React")
    vocabulary.ensure_vocabulary()
    assert SkillAlias.objects.get(folded=spelling_key("React")).skill == merged
    assert not Skill.objects.filter(name="React").exists()
    # Its other spellings follow it.
    assert SkillAlias.objects.get(folded=spelling_key("ReactJS")).skill == merged


@pytest.mark.django_db
def test_spellings_of_one_thing_become_one_skill_named_by_the_most_frequent():
    vocabulary.ensure_vocabulary()
    uses = Counter({"react.js": 3, "Outil maison": 2, "outil-maison": 5, "OUTIL MAISON": 1, "…": 9})
    found = vocabulary.ensure_skills(uses)
    assert Skill.objects.get(pk=found["react.js"]).name == "React"
    ours = Skill.objects.get(name="outil-maison")
    assert {found["Outil maison"], found["outil-maison"], found["OUTIL MAISON"]} == {ours.pk}
    assert "…" not in found
    count = Skill.objects.count()
    assert vocabulary.ensure_skills(uses) == found
    assert Skill.objects.count() == count


@pytest.mark.django_db
def test_skills_that_differ_by_a_sign_stay_apart():
    found = vocabulary.ensure_skills({"C": 1, "C++": 1, "C#": 1})
    assert len(set(found.values())) == 3
    assert len(set(Skill.objects.values_list("slug", flat=True))) == 3
