"""The command: what a person types, reads, and what a script gets."""

import json
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from community.models import Member
from tests.community.importing.content import Content, stint
from tests.migrated import copy_migrated

REPOSITORY = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def source(tmp_path) -> Content:
    content = Content(tmp_path / "content")
    content.startup("essai", incubator=None, sponsors=None, fast=None, techno=[])
    content.member("camille.essai", teams=None)
    return content


def run(*arguments) -> str:
    out = StringIO()
    call_command("import_betagouv", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_imports_and_says_so_in_french(source):
    out = run(source.root)
    assert "membres : 1 lus, 1 créés, 0 mis à jour, 0 supprimés" in out.splitlines()
    assert Member.objects.get().full_name == "Camille Essai"
    again = run(source.root)
    assert [line.partition(" en ")[0] for line in again.splitlines() if line.startswith("Total")] == [
        "Total : 0 créés, 0 mis à jour, 0 supprimés"
    ]


@pytest.mark.django_db
def test_the_report_is_json_with_paths_and_lines(source, tmp_path):
    source.member("zoe.essai", fullname="Zoé", missions=[stint("2021-01-01", "2020-01-01")], teams=None)
    source.write_text("_authors", "casse.md", "---\nfullname: [\n---\n")
    run(source.root, "--report", tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["format"], report["dry_run"]) == (1, False)
    assert report["changes"]["member"] == {"files": 2, "created": 2, "updated": 0, "deleted": 0, "unchanged": 0}
    [reversed_dates] = report["findings"]["reversed_dates"]
    assert (reversed_dates["path"], reversed_dates["line"]) == ("_authors/zoe.essai.md", 10)
    [broken] = report["findings"]["unparseable_file"]
    assert (broken["path"], broken["line"]) == ("_authors/casse.md", 3)
    assert set(report["duplicates"]) == {"threshold", "pairs", "measured"}


@pytest.mark.django_db
def test_a_dry_run_writes_nothing_but_its_report(source, tmp_path):
    out = run(source.root, "--dry-run", "--report", tmp_path / "report.json")
    assert "simulation : rien n’a été écrit" in out
    assert not Member.objects.exists()
    assert json.loads((tmp_path / "report.json").read_text())["total"]["created"] > 0


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["absent", "empty", "a_file"])
def test_a_directory_without_content_is_a_clear_error(tmp_path, place):
    (tmp_path / "empty").mkdir()
    (tmp_path / "a_file").write_text("")
    with pytest.raises(CommandError) as caught:
        run(tmp_path / place)
    assert caught.value.returncode == 2
    assert str(tmp_path / place) in str(caught.value)


@pytest.mark.django_db
def test_a_report_that_cannot_be_written_is_told_before_anything_is_done(source, tmp_path):
    with pytest.raises(CommandError) as caught:
        run(source.root, "--report", tmp_path / "absent" / "report.json")
    assert caught.value.returncode == 2
    assert not Member.objects.exists()


@pytest.fixture
def own_database(tmp_path):
    """The environment of a process with a database and an index of its own."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATABASE_URL": f"sqlite:///{copy_migrated(tmp_path / 'own.sqlite3')}",
        "SEARCH_INDEX_DIR": str(tmp_path / "index"),
    }


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *map(str, arguments)]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)


COUNT = (
    "from community.models import Member, SourceRecord; print(Member.objects.count(), SourceRecord.objects.count())"
)


def test_a_process_exits_with_2_without_content_and_an_import_that_is_killed_leaves_nothing(
    own_database, source, tmp_path
):
    (tmp_path / "empty").mkdir()
    refused = manage(own_database, "import_betagouv", tmp_path / "empty")
    assert refused.returncode == 2
    assert "ne contient aucune donnée" in refused.stderr
    # Killed when it comes to the postings, once members and startups have been written.
    killer = tmp_path / "kill.py"
    killer.write_text(
        "import os, signal, sys\n"
        "import django; django.setup()\n"
        "from pathlib import Path\n"
        "from community.importing import import_content\n"
        "def progress(paths, label):\n"
        "    if label == 'annonces': os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return paths\n"
        "import_content(Path(sys.argv[1]), progress=progress)\n"
    )
    source.posting("2020-03-01-essai-dev.md")
    environment = {**own_database, "PYTHONPATH": str(REPOSITORY)}
    killed = subprocess.run([sys.executable, killer, source.root], cwd=REPOSITORY, env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert manage(own_database, "shell", "--no-imports", "-c", COUNT).stdout.strip() == "0 0"
    done = manage(own_database, "import_betagouv", source.root)
    assert done.returncode == 0
    # The progress bar is for those who watch.
    assert "fiche" not in done.stderr
    assert manage(own_database, "shell", "--no-imports", "-c", COUNT).stdout.strip() == "1 3"
