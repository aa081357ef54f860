import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.importing import files
from community.importing.files import Fault


def read(root: Path, path: Path):
    return files.parse(files.load(root, path))


@pytest.fixture
def folder(tmp_path) -> Path:
    path = tmp_path / "content" / "_authors"
    path.mkdir(parents=True)
    return path


def fault_of(folder: Path, content: str | bytes, name: str = "camille.md") -> tuple[str, int | None]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(Fault) as caught:
        read(folder.parent, path)
    return caught.value.code, caught.value.line


def test_front_matter_and_body_are_told_apart(folder):
    (folder / "a.b.md").write_text("---\nfullname: Zoé\nfrom: 2021-02-30\n---\n\nUn texte.\n---\nsuite\n")
    file = read(folder.parent, folder / "a.b.md")
    assert (file.key, file.path) == ("a.b", "_authors/a.b.md")
    assert file.data == {"fullname": "Zoé", "from": "2021-02-30"}
    assert file.body == "Un texte.\n---\nsuite"


def test_a_value_knows_its_line(folder):
    (folder / "a.md").write_text(
        "---\nfullname: Zoé\nmissions:\n- start: 2020-01-01\n- start: 2021-01-01\n  end: x\n---\n"
    )
    file = read(folder.parent, folder / "a.md")
    assert [file.line("fullname"), file.line("missions", 1, "end"), file.line("missions", 0)] == [2, 6, 4]


def test_windows_line_ends_and_a_byte_order_mark_are_read(folder):
    (folder / "a.md").write_bytes("\ufeff---\r\nfullname: Zoé\r\n---\r\nTexte\r\n".encode())
    file = read(folder.parent, folder / "a.md")
    assert (file.data, file.body) == ({"fullname": "Zoé"}, "Texte")


def test_truncated_yaml_is_told_with_its_line(folder):
    assert fault_of(folder, "---\nfullname: Zoé\nmissions:\n- start: [2020\n---\n") == ("unparseable_file", 5)
    assert fault_of(folder, '---\nfullname: "Zoé\n') == ("unparseable_file", 3)


def test_what_is_no_record_is_told(folder):
    assert fault_of(folder, "du texte sans en-tête") == ("unparseable_file", 1)
    assert fault_of(folder, "") == ("unparseable_file", 1)
    assert fault_of(folder, "---\n- a\n- b\n---\n") == ("unparseable_file", 2)
    assert fault_of(folder, b"---\nfullname: ok\nrole: \xff\xfe\n---\n") == ("unparseable_file", 3)
    assert fault_of(folder, bytes(range(256)) * 10) == ("unparseable_file", 2)


@pytest.mark.parametrize(
    "front_matter",
    [
        "a: " + "[" * 100_000,
        "[{" * 50_000,
        "- " * 100_000,
        "? " * 50_000,
        "{" * 100_000 + "a",
        "\n".join(" " * depth + "a:" for depth in range(600)),
        "a: &a [x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]",
        "a: &a [*a]",
        "a: &a {x: 1}\nb:\n  <<: *a",
        "a: " + "9" * 5_000,
        "? [1, 2]\n: b",
        "a: !!python/object/apply:os.system ['true']",
        "a: b: c",
        "\x01: a",
    ],
    ids=lambda text: text[:12],
)
def test_hostile_yaml_is_refused_at_once(folder, front_matter):
    assert fault_of(folder, f"---\n{front_matter}\n---\n")[0] == "unparseable_file"


def test_fifty_megabytes_are_refused_without_being_held(folder):
    path = folder / "long.md"
    with path.open("wb") as file:
        file.write(b"---\nfullname: Zoe\n---\n")
        file.truncate(50_000_000)
    tracemalloc.start()
    with pytest.raises(Fault) as caught:
        read(folder.parent, path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.code == "oversized_file"
    assert caught.value.message == "50.0 Mo : plus de 2 Mo, fichier ignoré"
    assert peak < 3 * files.MAX_FILE_BYTES


def test_a_huge_front_matter_is_refused(folder):
    assert fault_of(folder, f"---\nfullname: {'x' * 300_000}\n---\n") == ("oversized_file", None)


def test_links_out_of_the_directory_are_not_followed_and_those_inside_are(folder, tmp_path):
    secret = tmp_path / "secret.md"
    secret.write_text("---\nfullname: Secret\n---\n")
    inside = folder / "inside.md"
    inside.write_text("---\nfullname: Zoé\n---\n")
    for name, target in {
        "out.md": secret,
        "in.md": inside,
        "loop.md": folder / "loop.md",
        "gone.md": "absent",
    }.items():
        (folder / name).symlink_to(target)
    codes = {}
    for name in ("out.md", "loop.md", "gone.md"):
        with pytest.raises(Fault) as caught:
            read(folder.parent, folder / name)
        codes[name] = caught.value.code
    assert codes == {"out.md": "unsafe_file", "loop.md": "unreadable_file", "gone.md": "unreadable_file"}
    assert read(folder.parent, folder / "in.md").data == {"fullname": "Zoé"}


def test_a_folder_that_leads_out_of_the_directory_is_no_folder(folder, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (folder.parent / "_startups").symlink_to(tmp_path / "elsewhere")
    assert files.folder_of(folder.parent, "_startups") is None
    assert files.folder_of(folder.parent, "_authors") == folder


def test_a_pipe_or_a_directory_does_not_block(folder):
    os.mkfifo(folder / "pipe.md")
    (folder / "directory.md").mkdir()
    for name in ("pipe.md", "directory.md"):
        with pytest.raises(Fault) as caught:
            read(folder.parent, folder / name)
        assert caught.value.code == "unsafe_file"


def test_names_that_can_be_no_identifier_are_told(folder):
    for name in ("a\nb.md", os.fsdecode(b"\xff\xfe.md"), "x" * 200 + ".md", " .md"):
        assert fault_of(folder, "---\na: b\n---\n", name)[0] == "unreadable_name"


def test_an_accent_is_the_same_however_the_disk_writes_it():
    assert files.key_of(Path("données.md")) == files.key_of(Path("donne\u0301es.md")) == "données"


def test_what_no_database_keeps_is_replaced(folder):
    (folder / "a.md").write_text('---\nfullname: "Zo\\0é"\n12: .inf\n---\nUn\x00texte\n')
    file = read(folder.parent, folder / "a.md")
    assert file.data == {"fullname": "Zo�é", "12": "inf"}
    assert file.body == "Un�texte"


def in_front_matter(text: str) -> bytes:
    return f"---\n{text}\n---\n".encode("utf-8", "replace")


@settings(max_examples=200, deadline=None)
@given(
    content=st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: f"---\n{text}\n---\n".encode("utf-8", "replace"))
)
def test_whatever_the_bytes_reading_gives_a_record_or_a_fault(content):
    raw = files.RawFile("a", "_authors/a.md", content, has_extension=True)
    try:
        file = files.parse(raw)
    except Fault as fault:
        assert fault.code in ("unparseable_file", "oversized_file")
    else:
        assert isinstance(file.data, dict)
