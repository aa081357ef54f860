"""What one import does, on a small source."""

from datetime import date

import pytest
from django.db import DatabaseError, connection

from community.enums import Domain, OrganisationKind, PhaseName, Visibility
from community.importing import NoContent, import_content
from community.models import (
    FundingAward,
    Incubator,
    Member,
    Organisation,
    Skill,
    SkillAlias,
    SourceRecord,
    Startup,
    Stint,
    Team,
    Theme,
    UserType,
)
from recruitment.models import Mission
from search.models import OutboxEntry
from tests.community.importing.content import stint

pytestmark = pytest.mark.django_db

NOTHING = {"created": 0, "updated": 0, "deleted": 0}


def codes(report) -> dict[str, int]:
    return dict(report.counters())


def test_every_kind_of_file_becomes_rows(content):
    report = import_content(content.root)
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.kind) == ("Ministère des Essais", OrganisationKind.CENTRAL)
    assert (organisation.acronym, organisation.ministerial_domain) == ("ME", "essais")
    incubator = Incubator.objects.get()
    assert (incubator.owner, incubator.description) == (organisation, "Texte.")
    startup = Startup.objects.with_phase().get()
    assert list(incubator.highlighted_startups.all()) == [startup]
    assert (startup.incubator, startup.name, startup.pitch) == (incubator, "Essai", "Essayer sans risque.")
    assert startup.description == "## Le problème"
    assert (startup.phase, startup.phase_start) == (PhaseName.CONSTRUCTION, date(2019, 7, 1))
    assert list(startup.sponsors.all()) == [organisation]
    assert sorted(theme.name for theme in startup.themes.all()) == ["Outil inventé", "Santé"]
    assert sorted(kind.slug for kind in startup.user_types.all()) == ["etat", "marins"]
    assert sorted(skill.name for skill in startup.technologies.all()) == ["Python", "React"]
    assert [(event.name, event.comment) for event in startup.events.all()] == [("committee", "Favorable")]
    award = FundingAward.objects.get()
    assert (award.startup, award.round.number, award.amount) == (startup, 7, 120_000)
    member = Member.objects.get()
    assert (member.full_name, member.domain) == ("Camille Essai", Domain.DEVELOPPEMENT)
    assert (member.user, member.visibility) == (None, Visibility.PUBLIC)
    assert [row.skill.name for row in member.member_skills.all()] == ["Python", "React"]
    assert list(member.teams.all()) == [Team.objects.get()]
    row = Stint.objects.get()
    assert (row.start, row.end, row.employer) == (date(2020, 1, 6), date(2021, 1, 5), "Coopérative")
    assert (list(row.startups.all()), row.is_confirmed) == ([startup], True)
    assert Mission.objects.get().startup == startup
    assert codes(report) == {"not_a_technology": 1}
    assert report.changes["member"].created == report.changes["posting"].created == 1


def test_what_has_no_column_is_kept(content):
    import_content(content.root)
    assert SourceRecord.objects.get(kind="startup").extra == {
        "unnamed": {"stats": True},
        "left": {"techno": ["en cours"]},
    }
    assert SourceRecord.objects.get(kind="member").extra == {"unnamed": {"memberType": "beta"}}
    assert SourceRecord.objects.get(kind="phase_label").extra["unnamed"]["label"] == "Construction"


def test_words_that_the_official_lists_have_are_theirs_and_others_are_not(content):
    import_content(content.root)
    assert Theme.objects.get(name="Santé").is_official
    assert not Theme.objects.get(name="Outil inventé").is_official
    assert not UserType.objects.get(name="marins").is_official


def test_spellings_of_one_technology_are_one_skill_with_its_aliases(content):
    for number, label in enumerate(["Outil Libre", "outil-libre", "outil libre", "outil-libre"]):
        content.startup(f"s{number}", techno=[label])
    content.member("alix.essai", competences=["OUTIL LIBRE", "PHP/Symfony"])
    import_content(content.root)
    skill = Skill.objects.get(name="outil-libre")
    assert (skill.group, skill.startups.count(), skill.members.count()) == ("technique", 4, 1)
    assert [alias.label for alias in SkillAlias.objects.filter(skill=skill)] == ["outil-libre"]
    alix = Member.objects.get(slug="alix.essai")
    assert sorted(skill.name for skill in alix.skills.all()) == ["PHP", "Symfony", "outil-libre"]


def test_a_second_import_changes_nothing_and_tells_the_same_findings(content):
    content.member(
        "zoe.essai", domaine="Sorcellerie", missions=[stint("2020-01-01", "2019-01-01")], teams=["/teams/x"]
    )
    first = import_content(content.root).as_json()
    before = list(SourceRecord.objects.order_by("pk").values())
    second = import_content(content.root).as_json()
    assert second["total"] == NOTHING
    assert second["findings"] == first["findings"]
    assert second["duplicates"] == first["duplicates"]
    assert list(SourceRecord.objects.order_by("pk").values()) == before


def test_a_second_import_leaves_the_search_index_alone(content, index, django_capture_on_commit_callbacks):
    index("members", "startups", "missions")
    with django_capture_on_commit_callbacks(execute=True):
        import_content(content.root)
    assert not OutboxEntry.objects.exists()
    import_content(content.root)
    assert not OutboxEntry.objects.exists()


def test_the_search_index_is_told_of_what_changed_only(content, index, django_capture_on_commit_callbacks):
    content.member("alix.autre", fullname="Alix Autre", competences=[], missions=[stint("2020-01-01")], teams=None)
    index("members", "startups", "missions")
    with django_capture_on_commit_callbacks(execute=True):
        import_content(content.root)
    content.member("alix.autre", fullname="Alix Nouveau", competences=[], missions=[stint("2020-01-01")], teams=None)
    import_content(content.root)
    alix = Member.objects.get(slug="alix.autre")
    entries = list(OutboxEntry.objects.values_list("document", "ids"))
    assert entries == [("members", [alix.pk])]


def test_members_are_found_as_soon_as_they_are_imported(content, index, django_capture_on_commit_callbacks):
    from search.api import search
    from search.query import SearchQuery

    index("members", "startups", "missions")
    with django_capture_on_commit_callbacks(execute=True):
        import_content(content.root)
    found = search("members", SearchQuery(text="camille essai"))
    assert [hit.key for hit in found.hits] == ["camille.essai"]


def test_a_dry_run_changes_nothing_and_tells_the_same(content):
    rehearsed = import_content(content.root, dry_run=True).as_json()
    assert not Member.objects.exists()
    assert not Skill.objects.exists()
    assert not SourceRecord.objects.exists()
    assert not OutboxEntry.objects.exists()
    done = import_content(content.root).as_json()
    for report in (rehearsed, done):
        del report["seconds"], report["dry_run"]
    assert rehearsed == done


def test_an_import_that_fails_at_its_end_leaves_nothing(content):
    if connection.vendor != "sqlite":
        pytest.skip("the trigger is written for SQLite")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER no_posting BEFORE INSERT ON recruitment_mission BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with pytest.raises(DatabaseError):
        import_content(content.root)
    assert not Member.objects.exists()
    assert not SourceRecord.objects.exists()
    assert not OutboxEntry.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER no_posting")
    assert import_content(content.root).changes["posting"].created == 1


def test_a_directory_without_content_is_refused(tmp_path, content):
    with pytest.raises(NoContent):
        import_content(tmp_path / "absent")
    (tmp_path / "empty" / "_authors").mkdir(parents=True)
    with pytest.raises(NoContent):
        import_content(tmp_path / "empty")
    (tmp_path / "file").write_text("")
    with pytest.raises(NoContent):
        import_content(tmp_path / "file")


def test_odd_values_are_kept_and_reported_with_their_line(content):
    path = content.member(
        "zoe.essai",
        fullname="  ZOÉ   Essai ",
        role="x" * 400,
        domaine="Sorcellerie",
        teams=["/teams/absente"],
        startups=["essai"],
        previously=["ancienne"],
        missions=[
            stint("2020-01-06", "2020-12-31", startups=["essai", "disparue"]),
            stint("2020-06-01", "2020-07-01"),
            stint("2020-06-01", "2020-07-01"),
            stint("2021-05-01", "2021-04-01"),
            stint("2021-13-45"),
            {"end": "2021-01-01"},
        ],
    )
    report = import_content(content.root)
    zoe = Member.objects.get(slug="zoe.essai")
    assert (zoe.full_name, zoe.domain, len(zoe.role)) == ("ZOÉ Essai", "Sorcellerie", 300)
    assert [str(row.start) for row in zoe.stints.all()] == ["2020-01-06", "2020-06-01"]
    extra = SourceRecord.objects.get(key="zoe.essai").extra
    assert extra["raw"] == {"fullname": "  ZOÉ   Essai ", "role": "x" * 400}
    assert extra["unnamed"] == {"memberType": "beta", "startups": ["essai"], "previously": ["ancienne"]}
    assert extra["left"] == {"teams": ["/teams/absente"]}
    assert [row.get("start") for row in extra["rows"]["missions"]] == ["2021-05-01", "2021-13-45", None]
    assert [row["start"] for row in extra["duplicates"]["missions"]] == ["2020-06-01"]
    assert SourceRecord.objects.get(key="zoe.essai").values["stints"][0]["extra"] == {
        "left": {"startups": ["disparue"]}
    }
    mine = {
        code: [finding.line for finding in found if finding.path == "_authors/zoe.essai.md"]
        for code, found in report.findings.items()
    }
    lines = path.read_text().splitlines()
    assert {code: len(found) for code, found in mine.items() if found} == {
        "stray_spaces": 1,
        "name_in_capitals": 1,
        "truncated_value": 1,
        "unknown_domain": 1,
        "dangling_reference": 2,
        "exact_duplicate": 1,
        "reversed_dates": 1,
        "invalid_date": 1,
        "missing_value": 1,
        "overlapping_stints": 1,
        "placeholder_end": 1,
    }
    assert "Sorcellerie" in lines[mine["unknown_domain"][0] - 1]
    assert "2021-04-01" in lines[mine["reversed_dates"][0] - 1]
    assert "2021-13-45" in lines[mine["invalid_date"][0] - 1]
    assert sorted("disparue" in lines[n - 1] or "absente" in lines[n - 1] for n in mine["dangling_reference"]) == [
        True,
        True,
    ]


def test_phases_that_the_base_cannot_hold_are_kept_aside(content):
    content.startup(
        "autre",
        phases=[
            {"name": "construction", "start": "2020-01-01", "end": "2020-02-01"},
            {"name": "construction", "start": "2020-01-01"},
            {"name": "hibernation", "start": "2021-01-01"},
            {"name": "acceleration"},
        ],
        events=[{"name": "naufrage", "date": "2020-05-05"}],
    )
    report = import_content(content.root)
    startup = Startup.objects.get(slug="autre")
    assert [(phase.name, str(phase.end)) for phase in startup.phases.all()] == [("construction", "2020-02-01")]
    assert [event.name for event in startup.events.all()] == ["other"]
    record = SourceRecord.objects.get(key="autre")
    assert len(record.extra["rows"]["phases"]) == 3
    assert record.values["events"][0]["extra"] == {"raw": {"name": "naufrage"}}
    assert codes(report) == {"not_a_technology": 2, "clashing_rows": 1, "unknown_value": 2, "missing_value": 1}


def test_a_reference_is_made_good_when_its_record_arrives(content):
    content.member("zoe.essai", missions=[stint("2020-01-06", startups=["tardive"])], incubator="nouvel-incubateur")
    import_content(content.root)
    assert not Stint.objects.get(member__slug="zoe.essai").startups.exists()
    content.startup("tardive")
    content.incubator("nouvel-incubateur")
    report = import_content(content.root)
    assert [row.slug for row in Stint.objects.get(member__slug="zoe.essai").startups.all()] == ["tardive"]
    assert Member.objects.get(slug="zoe.essai").incubator.slug == "nouvel-incubateur"
    assert codes(report).get("dangling_reference") is None
    assert report.changes["member"].updated == 1
    assert import_content(content.root).total == NOTHING


def test_broken_files_are_told_skipped_and_cost_nobody_else(content, tmp_path):
    import_content(content.root)
    content.write_text("_startups", "essai.md", "---\ntitle: [tronqué\n---\n")
    (content.root / "_authors" / "image.png").write_bytes(bytes(range(256)))
    (content.root / "_authors" / "gros.md").write_text("---\nfullname: x\n---\n" + "x" * 3_000_000)
    (tmp_path / "ailleurs.md").write_text("---\nfullname: Ailleurs\n---\n")
    (content.root / "_authors" / "lien.md").symlink_to(tmp_path / "ailleurs.md")
    content.write_text("_organisations", "ministere", "---\nname: Double\n---\n")
    content.member("alix.essai")
    report = import_content(content.root)
    assert Startup.objects.get(slug="essai").name == "Essai"
    assert report.total == {"created": 1, "updated": 0, "deleted": 0}
    assert [(finding.path, finding.line) for finding in report.findings["unparseable_file"]] == [
        ("_startups/essai.md", 3),
        ("_authors/image.png", 2),
    ]
    assert codes(report) == {
        "unparseable_file": 2,
        "oversized_file": 1,
        "unsafe_file": 1,
        "duplicate_key": 1,
        "no_extension": 1,
        "probable_duplicate": 1,
    }
    assert not Member.objects.filter(slug__in=["lien", "gros", "image.png"]).exists()


def test_a_file_without_extension_is_read_and_reported(content):
    content.write_text("_organisations", "région", "---\nname: Région\n---\n")
    assert codes(import_content(content.root))["no_extension"] == 1
    assert Organisation.objects.get(slug="région").name == "Région"


def test_the_summary_is_in_french_and_counts(content):
    summary = import_content(content.root, dry_run=True).summary()
    assert "membres : 1 lus, 1 créés, 0 mis à jour, 0 supprimés" in summary
    assert "(simulation : rien n’a été écrit)" in summary


ODD_VALUES = [
    [],
    {},
    12,
    -1,
    1.5,
    True,
    False,
    "",
    "x" * 5_000,
    [None, 1, [], {}],
    [{"start": [], "name": {}, "startups": 3}],
    [["a"]],
    ["x" * 5_000],
    [str(number) for number in range(2_000)],
    "0001-01-01",
    "9999-12-31T23:59:59Z",
    [{"start": "0001-01-01", "end": "9999-12-31", "date": "0001-01-01", "name": "construction"}],
    10**30,
    "…",
]


def test_whatever_a_value_is_the_import_goes_through_and_settles(content):
    keys = {
        "_authors": (
            "fullname",
            "role",
            "domaine",
            "competences",
            "missions",
            "teams",
            "incubator",
            "startups",
            "link",
        ),
        "_startups": (
            "title",
            "mission",
            "phases",
            "events",
            "fast",
            "techno",
            "sponsors",
            "usertypes",
            "thematiques",
        ),
        "_incubators": ("title", "owner", "hidden", "highlighted_startups"),
        "_organisations": ("name", "type"),
        "_teams": ("name", "incubator"),
        "_fasts": ("title", "promotion"),
        "_phases": ("status",),
        "_jobs": ("roles", "title", "startup", "techno", "date", "contrat", "poste_ferme", "friend", "junior", "open"),
    }
    count = 0
    for folder, names in keys.items():
        for name in names:
            for value in ODD_VALUES:
                count += 1
                content.write(folder, f"{count}.md", {"other": count, name: value})
    report = import_content(content.root)
    assert sum(counts.files for counts in report.changes.values()) == count + 8
    assert import_content(content.root).total == NOTHING
    # Rounds are known by the number that begins the name of their file: all of these have one.
    assert report.findings.get("unparseable_file") is None


def test_a_file_called_as_a_page_of_the_portal_is_left_out_and_told(content):
    content.member("suggestions", fullname="Sacha Essai")
    content.posting("pour-moi.md", startup="essai")
    content.startup("suggestions", title="Boîte à suggestions")
    report = import_content(content.root)
    assert sorted((found.path, found.message) for found in report.findings["unreadable_name"]) == [
        ("_authors/suggestions.md", "« suggestions » ne peut pas servir d’adresse à une page du portail"),
        ("_jobs/pour-moi.md", "« pour-moi » ne peut pas servir d’adresse à une page du portail"),
    ]
    assert not Member.objects.filter(slug="suggestions").exists()
    assert Startup.objects.get(slug="suggestions").name == "Boîte à suggestions"
    assert "noms de fichiers inutilisables, ignorés" in report.summary()
    second = import_content(content.root)
    assert (second.total, len(second.findings["unreadable_name"])) == ({"created": 0, "updated": 0, "deleted": 0}, 2)
