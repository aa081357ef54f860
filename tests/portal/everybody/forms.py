"""The forms of the pages, as a browser reads them in the HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from tests.portal.everybody.addresses import EDITORS, route_of
from tests.portal.everybody.table import rows
from tests.portal.everybody.world import ROLES, World, ask

TYPED = {"text", "email", "search", "url", "tel", "number", "date", "textarea"}
"""Controls in which a person types."""
MOST_FIRST = ("member", "own_team", "administrator", "visitor", "candidate", "programme", "recruiter")
"""Who is asked for forms, those who find most of them first."""
CODES = {"code"}
"""What is typed there serves once, and is not shown again."""


@dataclass
class Control:
    """One field of a form. `values`: what a browser could send by it without anybody typing; `stands`: what it would
    send as the page comes, None for nothing (a button, a box that is not ticked).
    """

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    stands: str | None = None


@dataclass
class Form:
    """What is posted where, and by whom; `controls` by name, those of one name together."""

    path: str
    role: str = ""
    controls: dict[str, Control] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.role} {self.path} ({', '.join(self.controls)})"


class _Reader(HTMLParser):
    """Collects what is posted: forms of a page, or all its controls where `in_forms` is false."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self.path = path
        self.forms: list[Form] = []
        self.typed: dict[str, str] = {}
        self.has_errors = False
        self._form: Form | None = None
        self._named: dict[str, Form] = {}
        self._select = ""
        self._textarea: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if "fr-error-text" in told.get("class", "") or "fr-alert--error" in told.get("class", ""):
            self.has_errors = True
        if tag == "form":
            self._form = Form(urljoin(self.path, told.get("action", "") or self.path))
            if told.get("method", "").lower() == "post":
                self.forms.append(self._form)
            if "id" in told:
                self._named[told["id"]] = self._form
        elif tag in {"input", "button"} and told.get("name"):
            kind = told.get("type", "text" if tag == "input" else "submit").lower()
            self._add(told, told["name"], kind, told.get("value", ""))
            if kind in TYPED:
                self.typed.setdefault(told["name"], told.get("value", ""))
        elif tag == "select":
            self._select = told.get("name", "")
        elif tag == "option" and self._select:
            self._add(told, self._select, "select", told.get("value", ""))
        elif tag == "textarea":
            self._textarea, self._text = told.get("name", ""), []
            self._add(told, self._textarea, "textarea", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._textarea is not None:
            text = "".join(self._text).removeprefix("\n")
            self.typed.setdefault(self._textarea, text)
            if self._form is not None and self._textarea in self._form.controls:
                control = self._form.controls[self._textarea]
                control.values, control.stands = [text], text
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._text.append(data)

    def _add(self, told: dict[str, str], name: str, kind: str, value: str) -> None:
        form = self._named.get(told.get("form", "")) or self._form
        if form is not None and name != "csrfmiddlewaretoken":
            control = form.controls.setdefault(name, Control(name, kind))
            control.values.append(value)
            is_choice = kind in {"radio", "checkbox", "select"}
            is_first = kind == "select" and len(control.values) == 1
            if (is_first or {"checked", "selected"} & told.keys()) if is_choice else kind != "submit":
                control.stands = value


def read(path: str, html: str) -> _Reader:
    """What a page holds: `forms` that are posted, `typed` (what stands in the boxes), `has_errors`."""
    reader = _Reader(path)
    reader.feed(html)
    reader.close()
    return reader


def forms_of(world: World) -> list[Form]:
    """Each form that somebody finds on a page of the table, once for each set of fields; and what is posted without
    a page of its own, by the first person whom the table lets do it.
    """
    found: dict[tuple[str | None, frozenset[str]], Form] = {}
    for role, path in _each_page_once(world):
        answer = ask(world.clients[role], "GET", path)
        if answer.response.get("Content-Type", "").startswith("text/html"):
            for form in read(path, answer.response.content.decode()).forms:
                form.role = role
                found.setdefault((route_of(form.path), frozenset(form.controls)), form)
    known = {route for route, _names in found}
    for row in rows():
        path = row.path.format(**world.names)
        if row.method == "POST" and route_of(path) not in known:
            role = next((role for role, cell in zip(ROLES, row.cells, strict=True) if cell in {"200", "to"}), "member")
            found[route_of(path), frozenset()] = Form(path, role)
    return [form for form in found.values() if not form.path.startswith(f"/{EDITORS}")]


def _each_page_once(world: World) -> Iterator[tuple[str, str]]:
    for row in rows():
        readers = [role for role in MOST_FIRST if row.cells[ROLES.index(role)] == "200"]
        if row.method == "GET" and readers:
            yield readers[0], row.path.format(**world.names)


def pages_of(world: World, role: str) -> list[str]:
    """The pages of the table that this person may read."""
    return [
        row.path.format(**world.names)
        for row in rows()
        if row.method == "GET" and row.cells[ROLES.index(role)] == "200"
    ]
