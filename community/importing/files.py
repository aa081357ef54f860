"""Reading the source: files of YAML front matter and Markdown, from a directory that nobody vouches for.

Whatever is in the directory (binary, pipe, link to elsewhere, nested or self-referring YAML, 50 MB of text), reading
never fails, never leaves the directory, and holds one file of bounded size in memory at a time.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

MAX_FILE_BYTES = 2_000_000
"""A larger file is no record: the largest of the programme's data has 20 kB."""
MAX_FRONT_MATTER = 256_000
MAX_DEPTH = 20
"""Of nested lists and mappings; the C parser overflows its stack on thousands of levels."""
MAX_KEY = 160

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")

Data = dict[str, Any]


class Fault(Exception):  # noqa: N818 — a finding about a file more than an error of the program
    """Why a file cannot be read. `line` is None where no line is to blame."""

    def __init__(self, code: str, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.line = code, message, line


@dataclass
class SourceFile:
    """A file that could be read: its front matter and its body, as they stand."""

    key: str
    path: str
    data: Data = field(default_factory=dict)
    body: str = ""
    front_matter: str = field(default="", repr=False)
    # Set when something in it refers to a record that does not exist.
    has_dangling: bool = False
    # What was found odd while it was read: code, line, field, value and message of each.
    findings: list[list[Any]] = field(default_factory=list)

    @cached_property
    def _root(self):
        return yaml.compose(self.front_matter, Loader=_Loader)

    def line(self, *path: str | int) -> int | None:
        """The line, counted from 1, of a value of the front matter: `line("missions", 0, "end")`."""
        node = self._root
        for step in path:
            found = None
            if isinstance(node, yaml.MappingNode):
                found = next((value for key, value in node.value if key.value == step), None)
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                found = node.value[step]
            if found is None:
                break
            node = found
        # The front matter begins on the file's second line; marks count from 0.
        return node.start_mark.line + 2 if node is not None else None


class _Loader(yaml.CSafeLoader):
    """Dates stay text, so that « 2021-02-30 » costs one value and not the whole file."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def folder_of(root: Path, name: str) -> Path | None:
    """The folder of that name, None when it is missing or leads out of the directory."""
    folder = root / name
    try:
        real = folder.resolve(strict=True)
        return real if real.is_dir() and real.is_relative_to(root.resolve(strict=True)) else None
    except (OSError, RuntimeError):
        return None


def paths_in(folder: Path) -> list[Path]:
    """What a folder holds but hidden files, by name; `.md` files first, so that of two namesakes they win."""
    try:
        shown = [path for path in folder.iterdir() if not path.name.startswith(".")]
        return sorted(shown, key=lambda path: (not path.name.endswith(".md"), path.name))
    except OSError:
        return []


def key_of(path: Path) -> str:
    """The identifier that a file's name gives. Raises `Fault` where it can be none."""
    key = unicodedata.normalize("NFC", path.name.removesuffix(".md"))
    if not key.isprintable() or _NOT_STORABLE.search(key) or "/" in key or not key.strip():
        raise Fault("unreadable_name", "le nom du fichier ne peut pas servir d’identifiant")
    if len(key) > MAX_KEY:
        raise Fault("unreadable_name", f"le nom du fichier dépasse {MAX_KEY} caractères")
    return key


def shown_path(path: Path) -> str:
    """How a report names a file: relative to the directory, and always storable as text."""
    name = f"{path.parent.name}/{path.name}"
    return name.encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True)
class RawFile:
    """A file as it lies on the disk."""

    key: str
    path: str
    raw: bytes
    has_extension: bool

    @cached_property
    def digest(self) -> str:
        """Tells whether the file is still the same."""
        return hashlib.sha256(self.raw).hexdigest()


def load(root: Path, path: Path) -> RawFile:
    """Read one file. Raises `Fault`, never anything else."""
    return RawFile(key_of(path), shown_path(path), _read_bytes(root, path), path.name.endswith(".md"))


def parse(file: RawFile) -> SourceFile:
    """Understand one file. Raises `Fault`, never anything else."""
    text = _decode(file.raw)
    match = _FRONT_MATTER.match(text)
    if match is None:
        if text.startswith("---"):
            raise Fault("unparseable_file", "l’en-tête n’est pas fermé par « --- »", text.count("\n") + 1)
        raise Fault("unparseable_file", "aucun en-tête entre deux lignes « --- »", 1)
    return SourceFile(
        key=file.key,
        path=file.path,
        data=_parse(match[1]),
        body=_NOT_STORABLE.sub("�", text[match.end() :]).strip(),
        front_matter=match[1],
    )


def _read_bytes(root: Path, path: Path) -> bytes:
    try:
        # Neither a pipe, which would block, nor a link put there since: what is opened is what is examined.
        descriptor = os.open(_real(root, path), os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except (OSError, RuntimeError) as error:
        raise Fault("unreadable_file", f"illisible : {getattr(error, 'strerror', None) or error}") from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Fault("unsafe_file", "ce n’est pas un fichier ordinaire")
        with os.fdopen(os.dup(descriptor), "rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise Fault("unreadable_file", f"illisible : {error.strerror}") from error
    finally:
        os.close(descriptor)
    if len(raw) > MAX_FILE_BYTES:
        size = max(status.st_size, len(raw)) / 1_000_000
        raise Fault("oversized_file", f"{size:.1f} Mo : plus de {MAX_FILE_BYTES // 1_000_000} Mo, fichier ignoré")
    return raw


def _real(root: Path, path: Path) -> Path:
    """The path itself, or what a link leads to. Raises `Fault` when that is out of the directory."""
    if not path.is_symlink():
        return path
    real = path.resolve(strict=True)
    if not real.is_relative_to(root.resolve(strict=True)):
        raise Fault("unsafe_file", "le lien mène hors du dossier")
    return real


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Fault("unparseable_file", "ce n’est pas du texte UTF-8", line) from error


def _parse(front_matter: str) -> Data:
    if len(front_matter) > MAX_FRONT_MATTER:
        raise Fault("oversized_file", f"l’en-tête dépasse {MAX_FRONT_MATTER // 1000} ko")
    try:
        _refuse_traps(front_matter)
        data = yaml.load(front_matter, Loader=_Loader)  # noqa: S506 — a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Fault("unparseable_file", f"YAML : {error.problem}", mark.line + 2 if mark else None) from error
    except yaml.YAMLError as error:
        raise Fault("unparseable_file", f"YAML : {str(error).splitlines()[0]}", 2) from error
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        # What PyYAML lets through: numbers of 5,000 digits, keys that cannot be keys.
        raise Fault("unparseable_file", f"YAML : {error}", 2) from error
    if not isinstance(data, dict):
        raise Fault("unparseable_file", "l’en-tête n’est pas une liste de clés et de valeurs", 2)
    return _storable(data)


def _refuse_traps(front_matter: str) -> None:
    """Events come one by one, so that neither depth nor aliases can hurt before they are seen."""
    depth = 0
    for event in _events(front_matter):
        if isinstance(event, yaml.AliasEvent):
            raise Fault("unparseable_file", "YAML : les alias (*…) ne sont pas acceptés", _line(event))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise Fault("unparseable_file", f"YAML : plus de {MAX_DEPTH} niveaux imbriqués", _line(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _line(event: yaml.Event) -> int | None:
    """Of the file: the front matter begins on the second line, and marks count from 0."""
    return event.start_mark.line + 2 if event.start_mark is not None else None


def _events(front_matter: str) -> Iterator[yaml.Event]:
    yield from yaml.parse(front_matter, Loader=_Loader)


def _storable(value: Any) -> Any:
    """The value as JSON and as every database keep it: keys are text, no NUL, no half of a surrogate pair."""
    if isinstance(value, str):
        return _NOT_STORABLE.sub("�", value) if not value.isascii() or "\x00" in value else value
    if isinstance(value, dict):
        return {str(_storable(key)): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_storable(item) for item in value]
    if isinstance(value, float) and value not in (float("inf"), float("-inf")) and value == value:
        return value
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)
