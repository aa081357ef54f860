import json

import pytest
from django.core.management import CommandError, call_command

from tests.recruitment.matching.content import community, posting, write

KEYS = ["product", "random", "bm25", "domain", "domain_then_skills"]


def evaluate(capsys, *arguments):
    call_command("evaluate_matching", *arguments)
    return capsys.readouterr().out


def test_the_json_holds_the_figures_of_each_ranking(tmp_path, capsys):
    written = json.loads(evaluate(capsys, str(community(tmp_path)), "--json", "--bootstrap", "50"))

    assert list(written) == ["queries", "rankings"]
    assert written["queries"] == 1
    assert list(written["rankings"]) == KEYS
    assert written["rankings"]["product"] == {
        "mrr": 1.0,
        "recall_at_10": 1.0,
        "ndcg_at_10": 1.0,
        "mrr_interval": [1.0, 1.0],
    }


def test_two_runs_with_one_seed_agree(tmp_path, capsys):
    arguments = (str(community(tmp_path)), "--json", "--seed", "7")

    assert evaluate(capsys, *arguments) == evaluate(capsys, *arguments)


def test_a_person_reads_a_table(tmp_path, capsys):
    lines = evaluate(capsys, str(community(tmp_path))).splitlines()

    assert lines[0] == "1 annonce, 5 personnes en moyenne à classer pour chacune."
    assert lines[3].split() == ["le", "portail", "1.000", "[1.000", "–", "1.000]", "1.000", "1.000"]
    assert len(lines) == 3 + len(KEYS)


@pytest.mark.parametrize("name", ["absent", "vide", "fichier"])
def test_a_directory_without_content_is_a_clear_error(tmp_path, name):
    (tmp_path / "vide").mkdir()
    (tmp_path / "fichier").write_text("rien")

    with pytest.raises(CommandError) as error:
        call_command("evaluate_matching", str(tmp_path / name))

    path = tmp_path / name
    expected = {
        "absent": f"Le dossier « {path} » n’existe pas.",
        "vide": f"Le dossier « {path} » ne contient aucune fiche .md dans _authors, _startups, _jobs.",
        "fichier": f"Le dossier « {path} » n’existe pas.",
    }
    assert str(error.value) == expected[name]
    assert error.value.returncode == 2


def test_without_a_posting_that_can_be_used_there_are_no_figures(tmp_path, capsys):
    write(community(tmp_path), {"_jobs/2020-03-01-alpha.md": posting("dev", "inconnue")})

    written = json.loads(evaluate(capsys, str(tmp_path), "--json"))

    nothing = {"mrr": None, "recall_at_10": None, "ndcg_at_10": None, "mrr_interval": None}
    assert written == {"queries": 0, "rankings": dict.fromkeys(KEYS, nothing)}
    assert evaluate(capsys, str(tmp_path)).startswith(f"Aucune annonce de « {tmp_path} » ne peut servir à la mesure")
