"""Two records that the staff made into one stay one, whatever the source says of either."""

import pytest

from community.actions.merging import merge_members, part_members
from community.importing import import_content
from community.models import Member, SourceRecord
from tests.community.factories import MemberFactory, RoleGrantFactory
from tests.community.importing.content import stint

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return RoleGrantFactory().user


@pytest.fixture
def twice(content):
    """The same person under two files."""
    content.member("camille.essai", role="Métier", missions=[stint("2020-01-01", "2020-12-31")])
    content.member("camille.essay", fullname="Camille Essay", missions=[stint("2022-01-01", "2022-12-31")])
    import_content(content.root)
    return content


def merged(staff):
    return merge_members(
        Member.objects.get(slug="camille.essai"), Member.objects.get(slug="camille.essay"), {}, by=staff
    )


def stints() -> list[tuple[str, str]]:
    return [(row.member.slug, f"{row.start:%Y}–{row.end:%Y}") for row in Member.objects.get().stints.all()]


def test_both_files_feed_the_one_record(twice, staff):
    merged(staff)
    twice.member("camille.essay", fullname="Camille Essay", missions=[stint("2022-01-01", "2023-06-30")])
    twice.member("camille.essai", role="Autre métier", missions=[stint("2020-01-01", "2020-12-31")])
    report = import_content(twice.root)
    assert report.changes["member"].created == 0
    assert Member.objects.get().role == "Autre métier"
    assert stints() == [("camille.essai", "2020–2020"), ("camille.essai", "2022–2023")]
    assert import_content(twice.root).total == {"created": 0, "updated": 0, "deleted": 0}


def test_a_file_that_the_source_takes_away_takes_no_record_along(twice, staff):
    merged(staff)
    (twice.root / "_authors" / "camille.essay.md").unlink()
    report = import_content(twice.root)
    assert report.findings.get("kept_row", []) == []
    assert stints() == [("camille.essai", "2020–2020"), ("camille.essai", "2022–2022")]
    assert list(SourceRecord.objects.filter(kind="member").values_list("key", flat=True)) == ["camille.essai"]


def test_a_file_that_comes_under_a_former_address_makes_no_second_record(content, staff):
    import_content(content.root)
    gone = MemberFactory(slug="ecrite.ici", full_name="Camille Essai", role="")
    merge = merge_members(Member.objects.get(slug="camille.essai"), gone, {}, by=staff)
    content.member("ecrite.ici", fullname="Camille Essai", missions=[stint("2024-01-01", "2024-12-31")])
    content.member("camille.essai", role="Autre métier")
    import_content(content.root)
    assert Member.objects.get().stints.filter(start="2024-01-01").count() == 1
    # Parted, each file is of its own record again.
    part_members(merge, by=staff)
    assert import_content(content.root).changes["member"].created == 0
    assert Member.objects.count() == 2
