"""Whatever is posted, the portal answers: never an error of the server, and what was typed is not lost.

The forms are those of the pages of the table (`table`), as their HTML says them.
"""

import unicodedata

import pytest
from django.db import connection
from django.test import Client
from hypothesis import event, given
from hypothesis import strategies as st

from tests.portal.everybody.addresses import route_of
from tests.portal.everybody.forms import CODES, TYPED, Form, forms_of, read
from tests.portal.everybody.table import rows
from tests.portal.everybody.world import ROLES, World, ask
from tests.portal.test_hostile_addresses import encoded
from tests.search.properties import hostile
from tests.search.properties.trying import tries

pytestmark = pytest.mark.django_db

NASTY = [
    *("{{ 7|add:7 }}", "{% debug %}", "{% include 'base.html' %}", "{% load x %}", "{{ settings.SECRET_KEY }}", "{#"),
    *("'; DROP TABLE community_member; --", "%s %(x)s %d {0} {x!r}", "javascript:alert(1)", "<svg onload=alert(1)>"),
    *("Camille\r\nBcc: x@exemple.fr", "\r\n.\r\n", "x@exemple.fr\x00", "=cmd|' /C calc'!A0", "../../etc/passwd"),
    *("[" * 20_000, '{"a":' * 5_000, "[[[[]]]]", "null", "9" * 5_000, "-1", "1e400", "NaN", "Infinity", "٣", "²", "½"),
    *("0", "1", "2147483648", "9223372036854775808", "0x10", "1_000", "2,5", "1 200 €", "5.0000000000000001"),
    *("0001-01-01", "31/12/9999", "9999-12-31", "32/13/2026", "2026-02-30", "29/02/2027", "٣١/١٢/٢٠٢٦", "today"),
    *("x" * 100_000, "é" * 3_000, "\n" * 2_000, "a,b;c|d", "\u202eevil\u2066", "\u200b", "\u00a0", "👩‍👩‍👧‍👦" * 30),
    *("x@exemple.fr", f"{'x' * 250}@exemple.fr", "x@" + "é" * 80 + ".fr", '"a b"@exemple.fr', "x@[127.0.0.1]", "@"),
    *("http://[::1", "https://exemple.fr:99999999/", "//exemple.fr", "http://\u2100.exemple/", "mailto:x", "https://"),
    *("//evil.example/", "/\\evil.example", "https:evil.example", "\x01", "\ufdd0", "\U0010ffff", "I\u0307", "ẞ"),
]
NAMES = ["next", "action", "session", "state", "q", "page", "format", "_method", "id", "pk", "user", "is_superuser"]
FILES = [
    *((b"", ""), (b"x", "x.png"), (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "a.png"), (b"GIF89a", "../../a.gif")),
    *((b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg"), (b"\xff\xd8\xff\xe0" + b"\xff" * 500, "a" * 300)),
    *((b"%PDF-1.7\n%%EOF", "cv\x00.pdf"), (b"BEGIN:VCARD\r\nEND:VCARD", 'a";b="c'), (b"[" * 5_000, "resume.json")),
]

_texts = hostile.texts | st.sampled_from(NASTY) | st.sampled_from(NASTY)
_files = st.sampled_from(FILES) | st.tuples(st.binary(max_size=200), st.text(st.characters(), max_size=20))
_BODIES = st.tuples(
    st.binary(max_size=60) | st.sampled_from([b"[" * 50_000, b"{}", b"null", b"a=%", b"&" * 11_000, b"\xff" * 99]),
    st.sampled_from(
        [
            *("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", ""),
            *("application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data; boundary=a\x00b"),
        ]
    ),
)


@st.composite
def posts(draw: st.DrawFn, form: Form) -> list[tuple[str, str | tuple[bytes, str]]]:
    """Names and values: most fields as a browser sends them, one or several as nobody should."""
    pairs: list[tuple[str, str | tuple[bytes, str]]] = []
    hostile_ones = draw(st.sets(st.sampled_from(sorted(form.controls)), max_size=4)) if form.controls else set()
    for control in form.controls.values():
        if control.kind == "submit" and control.name not in hostile_ones and draw(st.booleans()):
            continue
        if control.kind == "file":
            pairs.append((control.name, draw(_files)))
        elif control.name not in hostile_ones:
            pairs.append((control.name, draw(st.sampled_from(control.values))))
        else:
            how = draw(st.sampled_from(["typed", "typed", "typed", "typed", "absent", "twice", "list", "file"]))
            values = {"absent": 0, "twice": 2}.get(how, 1)
            name = f"{control.name}[]" if how == "list" else control.name
            pairs += [(name, draw(_files if how == "file" else _texts)) for _ in range(values)]
    if draw(st.integers(0, 9)) == 0 or not form.controls:
        pairs.append((draw(st.sampled_from(NAMES) | st.text(st.characters(), max_size=8)), draw(_texts)))
    return pairs


def body_of(pairs: list[tuple[str, str | tuple[bytes, str]]]) -> tuple[bytes, str]:
    """As a browser would send it, halves of surrogate pairs too; and the content type."""
    if not any(isinstance(value, tuple) for _name, value in pairs):
        body = "&".join(f"{encoded(name)}={encoded(str(value))}" for name, value in pairs)
        return body.encode(), "application/x-www-form-urlencoded"
    parts = []
    for name, value in pairs:
        content, told = value if isinstance(value, tuple) else (value.encode("utf-8", "surrogatepass"), None)
        head = f'Content-Disposition: form-data; name="{name}"' + ("" if told is None else f'; filename="{told}"')
        parts.append(b"--borne\r\n" + head.encode("utf-8", "surrogatepass") + b"\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + b"--borne--\r\n", "multipart/form-data; boundary=borne"


def plain(text: str) -> str:
    """What remains of a text for whoever reads it: without signs that no page shows, spaces once."""
    shown = "".join(" " if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} else sign for sign in text)
    return " ".join(shown.replace("\ufffd", " ").split())


def lost(form: Form, pairs: list, html: str) -> list[str]:
    """What was typed into a form and does not stand in it when it comes back with a fault told."""
    page = read(form.path, html)
    typed = {
        name: value
        for name, value in pairs
        if isinstance(value, str) and name in form.controls and form.controls[name].kind in TYPED and name not in CODES
    }
    if not page.has_errors or not typed.keys() & page.typed.keys():
        return []
    event("comes back with a fault told")
    sent_once = {name for name in typed if sum(1 for told, _value in pairs if told == name) == 1}
    return [f"{name}: {typed[name]!r}" for name in sent_once if plain(page.typed.get(name, "")) != plain(typed[name])]


EACH_CHANGE = 300 if connection.vendor == "sqlite" else 120
"""Tries at each change; a second database, which reads the same forms, is asked fewer."""


@pytest.mark.parametrize("number", [EACH_CHANGE, pytest.param(100_000, marks=pytest.mark.campaign)])
def test_whatever_is_posted_the_page_answers_and_loses_nothing(world: World, number: int):
    forms = forms_of(world)
    assert len(forms) > 30

    @tries(number)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        form = data.draw(st.sampled_from(forms), label="form")
        pairs = data.draw(posts(form), label="pairs")
        body, content_type = body_of(pairs)
        if data.draw(st.integers(0, 19), label="no form at all") == 0:
            pairs = []
            body, content_type = data.draw(_BODIES, label="body")
        answer = ask(
            world.clients[form.role], "POST", form.path, data=body, content_type=content_type, headers=FROM_A_FORM
        )
        assert answer.response.status_code < 500
        assert answer.response.status_code != 429
        if answer.told == "200" and answer.response["Content-Type"].startswith("text/html"):
            assert lost(form, pairs, answer.response.content.decode()) == []

    holds()


FROM_A_FORM = {"accept": "text/html"}


def test_what_is_posted_without_the_token_of_its_page_is_refused(world: World):
    taken = {}
    for row in rows():
        if row.method == "POST":
            for role in ("visitor", "member", "administrator"):
                client = Client(enforce_csrf_checks=True, raise_request_exception=False)
                client.cookies.update(world.clients[role].cookies)
                answer = ask(client, "POST", row.path.format(**world.names))
                # Whoever is led elsewhere before anything is read has posted nothing.
                if answer.told != "403" and (answer.told, row.cells[ROLES.index(role)]) != ("in", "in"):
                    taken[row.path] = answer.told
    assert taken == {"/mes-courriels/arret/{stop}/": "200"}


def test_every_post_of_the_table_is_tried(world: World):
    tried = {route_of(form.path) for form in forms_of(world)}
    assert {route_of(row.path.format(**world.names)) for row in rows() if row.method == "POST"} - tried == set()
