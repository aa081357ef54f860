"""The source and the portal both change: who wins, row by row."""

from datetime import date

import pytest

from community.importing import import_content
from community.models import Member, MemberSkill, Organisation, Phase, Skill, SourceRecord, Startup, Stint
from recruitment.enums import MissionState
from recruitment.models import Mission
from tests.community.factories import MemberFactory, UserFactory
from tests.community.importing.content import stint

pytestmark = pytest.mark.django_db

NOTHING = {"created": 0, "updated": 0, "deleted": 0}


@pytest.fixture
def imported(content):
    import_content(content.root)
    return content


def conflicts(report) -> list[str]:
    return [finding.message for finding in report.findings.get("conflict", [])]


def again(content):
    """Import, check that another import would change and report nothing more, and give the first report."""
    report = import_content(content.root)
    second = import_content(content.root)
    assert second.total == NOTHING
    assert conflicts(second) == []
    return report


def test_an_edit_on_the_portal_is_kept(imported):
    Member.objects.update(full_name="Camille Nouvelle", biography="Bonjour")
    imported.member("camille.essai", role="Autre métier")
    report = again(imported)
    member = Member.objects.get()
    assert (member.full_name, member.biography, member.role) == ("Camille Nouvelle", "Bonjour", "Autre métier")
    assert member.name_folded == "camille nouvelle"
    assert conflicts(report) == []
    assert report.total == {"created": 0, "updated": 1, "deleted": 0}


def test_a_name_is_folded_when_it_comes_and_when_it_changes(content):
    content.member("eloise.essai", fullname="Éloïse Essai")
    import_content(content.root)
    assert Member.objects.get(slug="eloise.essai").name_folded == "eloise essai"
    content.member("eloise.essai", fullname="Éloïse Çà-et-Là")
    again(content)
    assert Member.objects.get(slug="eloise.essai").name_folded == "eloise ca et la"


def test_a_change_on_both_sides_keeps_the_portal_and_is_told_once(imported):
    Member.objects.update(role="Métier d’ici")
    imported.member("camille.essai", role="Métier de la source")
    report = again(imported)
    assert Member.objects.get().role == "Métier d’ici"
    assert conflicts(report) == ["« role » : « Métier d’ici » ici, « Métier de la source » à la source"]


def test_the_same_change_on_both_sides_is_no_conflict(imported):
    Startup.objects.update(name="Essai renommé", incubator=None)
    imported.startup("essai", title="Essai renommé", incubator=None)
    assert conflicts(again(imported)) == []


def test_a_renamed_identifier_is_still_the_same_row(imported):
    Startup.objects.update(slug="essai-renomme")
    imported.startup("essai", title="Nouveau titre")
    imported.member("zoe.essai", missions=[stint("2020-01-01", startups=["essai"])])
    again(imported)
    startup = Startup.objects.get()
    assert (startup.slug, startup.name) == ("essai-renomme", "Nouveau titre")
    assert [row.pk for row in Stint.objects.get(member__slug="zoe.essai").startups.all()] == [startup.pk]


def test_an_end_that_moves_updates_the_stint(imported):
    before = Stint.objects.get().pk
    imported.member("camille.essai", missions=[stint("2020-01-06", "2022-06-30", startups=["essai"])])
    report = again(imported)
    row = Stint.objects.get()
    assert (row.pk, row.end) == (before, date(2022, 6, 30))
    assert report.changes["member"].updated == 1


def test_a_start_that_is_put_right_updates_the_stint(imported):
    before = Stint.objects.get().pk
    imported.member("camille.essai", missions=[stint("2020-01-01", "2021-01-05", startups=["essai"])])
    again(imported)
    assert (Stint.objects.get().pk, Stint.objects.get().start) == (before, date(2020, 1, 1))


def test_stints_come_and_go_with_the_source(imported):
    first = stint("2020-01-06", "2021-01-05", startups=["essai"])
    second = stint("2021-02-01", employer="Autre")
    imported.member("camille.essai", missions=[first, second])
    again(imported)
    assert Stint.objects.count() == 2
    imported.member("camille.essai", missions=[second])
    again(imported)
    assert Stint.objects.get().employer == "Autre"


def test_a_stint_corrected_on_the_portal_is_kept_when_the_source_changes_another_field(imported):
    Stint.objects.update(end=date(2020, 12, 1))
    imported.member("camille.essai", missions=[stint("2020-01-06", "2021-01-05", startups=["essai"], status="admin")])
    again(imported)
    row = Stint.objects.get()
    assert (row.end, row.status) == (date(2020, 12, 1), "admin")


def test_halves_that_do_not_go_together_keep_the_portal(imported):
    Stint.objects.update(start=date(2020, 12, 1))
    imported.member("camille.essai", missions=[stint("2020-01-06", "2020-06-30", startups=["essai"])])
    report = again(imported)
    row = Stint.objects.get()
    assert (row.start, row.end) == (date(2020, 12, 1), date(2021, 1, 5))
    assert len(conflicts(report)) == 1


def test_a_stint_deleted_on_the_portal_stays_deleted(imported):
    Stint.objects.all().delete()
    imported.member("camille.essai", role="Autre métier")
    assert conflicts(again(imported)) == []
    assert not Stint.objects.exists()
    imported.member("camille.essai", missions=[stint("2020-01-06", "2023-01-05", startups=["essai"])])
    assert len(conflicts(again(imported))) == 1
    assert not Stint.objects.exists()


def test_a_stint_edited_on_the_portal_stays_when_the_source_drops_it(imported):
    Stint.objects.update(employer="Mon entreprise")
    imported.member("camille.essai", missions=[])
    report = again(imported)
    assert Stint.objects.get().employer == "Mon entreprise"
    assert len(conflicts(report)) == 1


def test_a_stint_entered_on_the_portal_stays_and_is_not_doubled_when_the_source_has_it_too(imported):
    member = Member.objects.get()
    Stint.objects.create(member=member, start=date(2022, 1, 1), employer="Ici")
    again(imported)
    imported.member(
        "camille.essai",
        missions=[stint("2020-01-06", "2021-01-05", startups=["essai"]), stint("2022-01-01", employer="Ici")],
    )
    again(imported)
    assert sorted(str(row.start) for row in Stint.objects.all()) == ["2020-01-06", "2022-01-01"]
    assert Stint.objects.get(start="2022-01-01").status == "independent"


def test_skills_of_both_sides_add_up(imported):
    member = Member.objects.get()
    MemberSkill.objects.create(member=member, skill=Skill.objects.get(name="Docker"), position=9)
    MemberSkill.objects.get(skill__name="React").delete()
    imported.member("camille.essai", competences=["ReactJS", "Ruby"])
    again(imported)
    assert [row.skill.name for row in member.member_skills.all()] == ["Docker", "Ruby"]


def test_a_skill_with_a_level_is_not_taken_away(imported):
    MemberSkill.objects.filter(skill__name="Python").update(level=3)
    imported.member("camille.essai", competences=[])
    report = again(imported)
    assert [row.skill.name for row in MemberSkill.objects.all()] == ["Python"]
    assert len(conflicts(report)) == 1


def test_skills_merged_on_the_portal_stay_merged(imported):
    python, react = Skill.objects.get(name="Python"), Skill.objects.get(name="React")
    react.aliases.update(skill=python)
    MemberSkill.objects.filter(skill=react).delete()
    imported.member("camille.essai", role="Autre métier")
    again(imported)
    assert [row.skill for row in MemberSkill.objects.all()] == [python]


def test_a_phase_entered_on_the_portal_at_the_same_place_is_one_phase(imported):
    startup = Startup.objects.get()
    Phase.objects.create(startup=startup, name="acceleration", start=date(2021, 1, 1), end=date(2021, 6, 1))
    phases = [
        {"name": "investigation", "start": "2019-01-07", "end": "2019-06-30"},
        {"name": "construction", "start": "2019-07-01"},
        {"name": "acceleration", "start": "2021-01-01", "end": "2022-01-01"},
    ]
    imported.startup("essai", phases=phases)
    report = again(imported)
    assert startup.phases.count() == 3
    assert startup.phases.get(name="acceleration").end == date(2021, 6, 1)
    assert len(conflicts(report)) == 1


def test_a_phase_that_would_take_another_s_place_is_kept_aside(imported):
    startup = Startup.objects.get()
    startup.phases.filter(name="construction").update(start=date(2021, 1, 1))
    phases = [
        {"name": "investigation", "start": "2019-01-07", "end": "2019-06-30"},
        {"name": "construction", "start": "2019-07-01"},
        {"name": "construction", "start": "2021-01-01"},
    ]
    imported.startup("essai", phases=phases)
    report = again(imported)
    assert sorted(str(phase.start) for phase in startup.phases.all()) == ["2019-01-07", "2021-01-01"]
    assert len(conflicts(report)) == 1


def test_a_file_that_vanished_takes_its_row_along(imported):
    for path in (imported.root / "_authors").iterdir():
        path.unlink()
    imported.member("zoe.essai")
    report = again(imported)
    assert [member.slug for member in Member.objects.all()] == ["zoe.essai"]
    assert report.changes["member"].deleted == 1
    assert not SourceRecord.objects.filter(key="camille.essai").exists()


@pytest.mark.parametrize("use", ["account", "biography", "stint", "skill", "wish", "team"])
def test_a_row_that_was_used_here_outlives_its_file(imported, use):
    imported.member("zoe.essai", fullname="Zoé Essai")
    member = Member.objects.get()
    {
        "account": lambda: Member.objects.update(user=UserFactory()),
        "biography": lambda: Member.objects.update(biography="Bonjour"),
        "stint": lambda: Stint.objects.update(employer="Ici"),
        "skill": lambda: MemberSkill.objects.filter(skill__name="Python").update(level=2),
        "wish": lambda: member.engagements.create(engagement="freelance"),
        "team": lambda: member.teams.clear(),
    }[use]()
    (imported.root / "_authors" / "camille.essai.md").unlink()
    report = import_content(imported.root)
    assert Member.objects.filter(pk=member.pk).exists()
    assert [finding.path for finding in report.findings["kept_row"]] == ["_authors/camille.essai.md"]
    assert import_content(imported.root).total == NOTHING


def test_a_startup_that_others_refer_to_outlives_its_file(imported):
    imported.startup("autre")
    (imported.root / "_startups" / "essai.md").unlink()
    report = import_content(imported.root)
    assert Startup.objects.filter(slug="essai").exists()
    assert [finding.path for finding in report.findings["kept_row"]] == ["_startups/essai.md"]


def test_a_startup_goes_with_all_that_referred_to_it(imported):
    imported.startup("autre")
    imported.member("zoe.essai", missions=[])
    imported.posting("2020-03-01-autre.md", startup="autre")
    imported.incubator("fabrique", title="La Fabrique", owner="/organisations/ministere")
    for path in ("_startups/essai.md", "_authors/camille.essai.md", "_jobs/2020-03-01-essai-dev.md"):
        (imported.root / path).unlink()
    report = again(imported)
    assert [startup.slug for startup in Startup.objects.all()] == ["autre"]
    assert report.findings.get("kept_row") is None


def test_a_folder_that_is_missing_deletes_nothing(imported):
    for path in (imported.root / "_authors").iterdir():
        path.unlink()
    (imported.root / "_authors").rmdir()
    report = import_content(imported.root)
    assert Member.objects.count() == 1
    assert [finding.path for finding in report.findings["missing_folder"]] == ["_authors"]
    assert report.total == NOTHING


def test_a_person_erased_on_the_portal_does_not_come_back(imported):
    Member.objects.all().delete()
    imported.member("camille.essai", role="Autre métier")
    report = import_content(imported.root)
    assert not Member.objects.exists()
    assert [finding.path for finding in report.findings["deleted_on_portal"]] == ["_authors/camille.essai.md"]
    record = SourceRecord.objects.get(key="camille.essai")
    assert (record.values, record.extra, record.findings) == ({}, {}, [])
    assert import_content(imported.root).total == NOTHING


def test_a_person_known_here_before_the_first_import_is_completed_not_doubled(content):
    mine = MemberFactory(slug="camille.essai", full_name="Camille d’Essai", role="", domain="", biography="Bonjour")
    before = mine.stints.count()
    report = import_content(content.root)
    member = Member.objects.get()
    assert (member.pk, member.full_name, member.biography) == (mine.pk, "Camille d’Essai", "Bonjour")
    assert (member.role, member.domain) == ("Développeuse full-stack", "developpement")
    assert member.stints.count() == before + 1
    assert len(conflicts(report)) == 1
    assert report.changes["member"].updated == 1


def test_a_posting_reopened_on_the_portal_stays_open_when_the_source_loses_its_startup(imported):
    Mission.objects.update(state=MissionState.OPEN)
    imported.posting("2020-03-01-essai-dev.md", startup=None)
    report = again(imported)
    mission = Mission.objects.get()
    assert (mission.state, mission.startup.slug) == (MissionState.OPEN, "essai")
    assert len(conflicts(report)) == 1


def test_a_random_history_never_loses_an_edit_and_always_settles(imported):
    """Both sides change at random; after each import, a second one has nothing to do."""
    import random

    dice = random.Random(7)
    for _round in range(12):
        starts = sorted(dice.sample(["2019-01-01", "2020-01-01", "2021-01-01", "2022-01-01"], dice.randint(0, 4)))
        rows = [stint(start, dice.choice([None, f"{start[:4]}-06-30"]), startups=["essai"]) for start in starts]
        imported.member(
            "camille.essai", role=dice.choice("abc"), competences=dice.sample(["Ruby", "PHP", "Go"], 2), missions=rows
        )
        edits = {}
        if dice.random() < 0.5:
            edits["role"] = dice.choice("xyz")
            Member.objects.update(role=edits["role"])
        row = Stint.objects.order_by("?").first()
        if row is not None and dice.random() < 0.5:
            edits["employer"] = row.employer = f"Ici {_round}"
            row.save()
        import_content(imported.root)
        if "role" in edits:
            assert Member.objects.get().role == edits["role"]
        if "employer" in edits:
            assert Stint.objects.filter(employer=edits["employer"]).count() == 1
        settled = import_content(imported.root)
        assert (settled.total, conflicts(settled)) == (NOTHING, [])
    assert Organisation.objects.count() == 1
