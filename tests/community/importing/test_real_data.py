"""The programme's own data: all of it arrives, nothing of it is lost, a second import has nothing to do."""

from pathlib import Path

import pytest

from community.importing import files, import_content
from community.importing.readers import readers
from community.models import Member, Skill, SkillAlias, SourceRecord, Startup, Stint, spelling_key
from recruitment.models import Mission
from tests.community.importing.rebuild import Rebuilder, facts

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]


@pytest.fixture(scope="module")
def imported(django_db_setup, django_db_blocker, betagouv_content):
    """One import for the whole module: its rows are taken away at the end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield import_content(betagouv_content)
        transaction.set_rollback(True)


def sources(root: Path, folder: str) -> dict[str, files.SourceFile]:
    paths = files.paths_in(root / folder)
    return {file.key: file for file in (files.parse(files.load(root, path)) for path in paths)}


def test_everyone_and_everything_arrives(imported, betagouv_content):
    for reader in readers():
        count = len(files.paths_in(betagouv_content / reader.folder))
        assert SourceRecord.objects.filter(kind=reader.kind).count() == count
        assert imported.changes[reader.kind].created == count
        assert reader.model is None or reader.model.objects.count() == count
    assert (Member.objects.count(), Startup.objects.count(), Mission.objects.count()) == (3297, 640, 284)


def test_nothing_is_lost(imported, betagouv_content):
    for reader in readers():
        rebuilder = Rebuilder(reader)
        columns = {column.source: column for column in reader.columns}
        read = sources(betagouv_content, reader.folder)
        for record in SourceRecord.objects.filter(kind=reader.kind):
            source = reader.prepared(read[record.key], lambda *args, **kwargs: None)
            source = {key: value for key, value in source.items() if not key.startswith("@")}
            rebuilt = rebuilder.front_matter(record)
            for key in source.keys() | rebuilt.keys():
                column = columns.get(key)
                assert (record.key, key, facts(rebuilt.get(key), column)) == (
                    record.key,
                    key,
                    facts(source.get(key), column),
                )
            body = getattr(rebuilder.rows[record.object_id], reader.body) if reader.body else record.extra.get("body")
            assert (body or "") == read[record.key].body


def test_a_second_import_of_the_real_data_has_nothing_to_do(imported, betagouv_content):
    again = import_content(betagouv_content)
    assert again.total == {"created": 0, "updated": 0, "deleted": 0}
    assert again.sorted_findings() == imported.sorted_findings()
    assert again.duplicates == imported.duplicates


def test_every_spelling_of_a_skill_leads_to_one_row(imported):
    keys = [spelling_key(name) for name in Skill.objects.values_list("name", flat=True)]
    assert len(keys) == len(set(keys))
    for spellings in (
        ["react", "React", "reactjs", "React.js"],
        ["node", "Node.js", "nodeJS"],
        ["postgres", "PostgreSQL"],
    ):
        assert (
            SkillAlias.objects.filter(folded__in=map(spelling_key, spellings)).values("skill").distinct().count() == 1
        )


def test_stints_are_confirmed_and_members_public_and_without_account(imported):
    assert not Stint.objects.filter(is_confirmed=False).exists()
    assert not Member.objects.exclude(visibility="public", user=None).exists()


def test_duplicates_are_found_with_the_precision_that_is_told(imported):
    measured = imported.duplicates["measured"]
    assert (measured["planted"], measured["decoys"]) == (200, 200)
    assert measured["precision"] >= 0.95
    assert measured["recall"] >= 0.95
