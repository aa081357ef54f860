"""What a server hands over, however odd, is answered by the portal's own pages."""

import io
from urllib.parse import quote
from wsgiref.util import setup_testing_defaults

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.wsgi import application
from tests.community.factories import MemberFactory

pytestmark = pytest.mark.django_db

NO_TEXT = ["idna", "hex", "punycode", "rot13", "base64", "zlib", "bz2", "uu", "quopri", "undefined", "IDNA", "rot_13"]


def call(path: str, query: str = "", content_type: str = "", method: str = "GET", body: bytes = b"") -> tuple:
    """Status, headers and page of a call as a WSGI server makes it."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "testserver",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(body),
    }
    setup_testing_defaults(environ)
    told: list = []
    response = application(environ, lambda status, headers: told.extend([status, dict(headers)]))
    try:
        return told[0], told[1], BeautifulSoup(b"".join(response), "html.parser")
    finally:
        response.close()


@pytest.mark.parametrize("charset", NO_TEXT)
@pytest.mark.parametrize("path", ["/membres/", "/nulle-part/é/"])
@pytest.mark.parametrize("query", ["", "q=caf%C3%A9&domain=data"])
def test_a_charset_that_is_none_of_texts_is_a_bad_request_with_the_portal_s_page(path, query, charset):
    status, headers, page = call(path, query, f"text/html; charset={charset}")

    assert (status, page.html["lang"]) == ("400 Bad Request", "fr")
    assert page.h1.get_text(strip=True) == "Le portail n’a pas compris cette demande"
    assert (headers["Cache-Control"], headers["Content-Type"]) == ("no-store", "text/html; charset=utf-8")
    assert headers["X-Request-ID"]


@pytest.mark.parametrize("body", [b"", b"login=a%40exemple.fr"])
def test_a_form_sent_so_is_a_bad_request_too(body):
    content_type = "application/x-www-form-urlencoded; charset=rot13"

    assert call("/compte/login/", "", content_type, "POST", body)[0] == "400 Bad Request"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain; title*=hex''%41", "text/plain; charset*=idna''%41", "text/plain; charset=" + "x" * 20_000],
)
def test_a_parameter_that_cannot_be_read_is_a_bad_request(content_type):
    assert call("/membres/", "q=a", content_type)[0] in {"400 Bad Request", "200 OK"}


@pytest.mark.parametrize(
    "charset", ["utf-8", "latin-1", "utf-16", "unicode_escape", "utf-7", "nothing-known", "", "é"]
)
def test_any_other_charset_changes_nothing(charset):
    MemberFactory(full_name="Léa Café", stint=True)

    status, _headers, page = call("/membres/", "q=caf%C3%A9", f"text/plain; charset={charset}")

    assert (status, page.select_one("#q")["value"]) == ("200 OK", "café")


def test_a_call_without_charset_is_answered():
    assert call("/membres/")[0] == "200 OK"


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=60), st.text(max_size=10))
def test_no_content_type_breaks_the_server(content_type, query):
    for claimed in (content_type, f"text/plain; charset={content_type}", f"a/b; c*={content_type}''%41"):
        status, _headers, page = call("/robots.txt", f"q={quote(query)}", claimed)
        assert status in {"200 OK", "400 Bad Request"}
        assert page.get_text()
