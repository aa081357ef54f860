from datetime import date

import pytest

from recruitment.matching.history import ContentError, PastStint, read_history
from tests.recruitment.matching.content import author, community, posting, write


def test_people_startups_and_postings_are_read(tmp_path):
    history = read_history(community(tmp_path))

    (joins,) = (person for person in history.people if person.slug == "joins")
    assert (joins.role, joins.domain) == ("Développeuse", "developpement")
    assert [history.vocabulary.names[skill] for skill in joins.skills] == ["Python"]
    assert joins.stints == (PastStint(date(2020, 5, 1), frozenset({"alpha"}), date(2030, 12, 31)),)
    assert [theme.name for theme in history.startups["béta.fr"].themes] == ["Santé"]
    assert [item.name for item in history.postings] == ["2020-03-01-alpha"]


def test_the_front_matter_s_date_comes_before_the_name_s(tmp_path):
    community(tmp_path)
    dated = posting("dev", "alpha", "date: 2021-05-04T15:24:44.945Z\n")
    write(tmp_path, {"_jobs/2020-03-01-alpha.md": dated, "_jobs/sans-date.md": posting("dev", "alpha")})

    assert [item.day for item in read_history(tmp_path).postings] == [date(2021, 5, 4)]


def test_postings_of_unknown_startups_are_left_out(tmp_path):
    community(tmp_path)
    write(tmp_path, {"_jobs/2020-03-02-gamma.md": posting("dev", "gamma")})

    assert [item.startup for item in read_history(tmp_path).postings] == ["alpha"]


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "no front matter",
        "---\nrole: [unclosed\n---\n",
        "---\n- a list\n---\n",
        "---\nfullname: cut",
        "---\nmissions: 12\n---\n",
        "---\nmissions:\n- 3\n- start: 2020-02-31\n---\n",
        "---\nrole: {a: b}\ndomaine: 12\ncompetences: Python\nmissions:\n- start: demain\n  startups: alpha\n---\n",
    ],
)
def test_a_broken_file_is_left_out_and_the_rest_is_read(tmp_path, broken):
    community(tmp_path)
    for part in ("_authors", "_startups", "_jobs"):
        write(tmp_path, {f"{part}/2020-01-01-broken.md": broken})
        (tmp_path / part / "binary.md").write_bytes(b"---\n\xff\xfe\x00\x01---\n" * 9)

    slugs = {person.slug for person in read_history(tmp_path).people}

    assert "joins" in slugs


@pytest.mark.parametrize("part", ["_authors", "_startups", "_jobs"])
def test_a_missing_part_is_an_empty_one(tmp_path, part):
    for path in community(tmp_path).glob(f"{part}/*.md"):
        path.unlink()
    (tmp_path / part).rmdir()

    history = read_history(tmp_path)

    read = {"_authors": len(history.people), "_startups": len(history.startups), "_jobs": len(history.postings)}
    assert read == {"_authors": 8, "_startups": 2, "_jobs": 1} | {part: 0} | (
        {"_jobs": 0} if part != "_authors" else {}
    )


def test_nothing_in_any_part_is_told(tmp_path):
    (tmp_path / "_authors").mkdir()

    with pytest.raises(ContentError) as error:
        read_history(tmp_path)
    assert (
        str(error.value) == f"Le dossier « {tmp_path} » ne contient aucune fiche .md dans _authors, _startups, _jobs."
    )


def test_a_folder_in_the_place_of_a_file_is_left_out(tmp_path):
    (community(tmp_path) / "_authors" / "folder.md").mkdir()

    assert "folder" not in {person.slug for person in read_history(tmp_path).people}


def test_legacy_lists_that_tell_who_joined_are_not_read(tmp_path):
    community(tmp_path)
    told = author("Dev", "Développement").replace("missions:", "startups:\n- alpha\npreviously:\n- alpha\nmissions:")
    write(tmp_path, {"_authors/legacy.md": told})

    (legacy,) = (person for person in read_history(tmp_path).people if person.slug == "legacy")

    assert legacy.stints == ()
