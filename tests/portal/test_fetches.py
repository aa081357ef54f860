"""The server fetches no address that somebody gives: there is nothing to be lured into a network behind it."""

import ast
import json
import socket

import pytest
from django.conf import settings
from wagtail.embeds.finders import get_finders

from community.enums import RoleName
from community.models import Member
from portal.models import HomePage, StandardPage
from tests.community.factories import MemberFactory, RoleGrantFactory, UserFactory
from tests.community.test_profile import typed
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.django_db

INSIDE = "http://169.254.169.254/latest/meta-data/"
VIDEO = "https://www.youtube.com/watch?v=plantee"


@pytest.fixture
def asked(monkeypatch) -> list:
    """What the process asks of the network while the test runs: names, addresses."""
    seen: list = []

    def note(*args, **kwargs):
        seen.append(args)
        raise OSError("nothing is asked of the network here")

    monkeypatch.setattr(socket, "getaddrinfo", note)
    monkeypatch.setattr(socket, "gethostbyname", note)
    monkeypatch.setattr(socket.socket, "connect", note)
    monkeypatch.setattr(socket.socket, "connect_ex", note)
    return seen


def test_what_a_fetch_would_do_is_seen(asked):
    import urllib.request

    with pytest.raises(OSError, match="nothing is asked"):
        urllib.request.urlopen(INSIDE)

    assert len(asked) == 1


def test_saving_and_showing_links_of_a_profile_fetches_nothing(client, asked):
    member = MemberFactory(user=UserFactory(), stint=True)
    client.force_login(member.user)

    client.post("/mon-profil/liens/", typed(client, "liens", links=f"{INSIDE}\r\n{VIDEO}"))
    client.get(member.get_absolute_url())

    assert (Member.objects.get(pk=member.pk).links, asked) == ([INSIDE, VIDEO], [])


def test_an_editor_who_embeds_an_address_is_told_no_and_nothing_is_fetched(client, asked):
    client.force_login(RoleGrantFactory(role=RoleName.EDITOR).user)

    for address in (INSIDE, VIDEO):
        response = client.post("/cms/embeds/chooser/upload/", {"embed-chooser-url": address})

        assert (response.status_code, asked) == (200, [])
        assert json.loads(response.content)["step"] == "chooser"


@pytest.mark.usefixtures("site")
def test_a_page_that_holds_an_embed_is_shown_without_it(client, asked):
    embeds = "".join(f'<embed embedtype="media" url="{address}"/>' for address in (INSIDE, VIDEO))
    link = f'<a href="{INSIDE}">lien</a>'
    page = StandardPage(title="Vidéo", slug="video", body=[("text", f"<p>Avant</p>{embeds}<p>{link}</p>")])
    HomePage.objects.get().add_child(instance=page)
    page.save_revision().publish()

    told = client.get("/video/").content.decode()

    assert (told.count("<iframe"), told.count("plantee"), told.count(INSIDE), asked) == (0, 0, 1, [])


def test_no_finder_of_embeds_is_left():
    assert (settings.WAGTAILEMBEDS_FINDERS, get_finders()) == ([], [])


MAY_CONNECT = {
    # To the server of the settings, to say something about one's own sign-in.
    "community/proconnect/exchange.py": {"requests"},
    # To the mail server of the settings.
    "community/mail/sending.py": {"smtplib", "socket"},
}
CLIENTS = {"requests", "urllib.request", "urllib3", "http.client", "httpx", "aiohttp", "socket", "smtplib", "ftplib"}


def test_nothing_else_of_ours_could_open_a_connection():
    unknown: dict[str, set[str]] = {}
    for app in ("portal", "recruitment", "community", "search"):
        for path in (REPOSITORY / app).rglob("*.py"):
            text = path.read_text()
            if not any(name.rpartition(".")[2] in text for name in CLIENTS):
                continue
            imported = {
                name
                for node in ast.walk(ast.parse(text))
                for name in _imported(node)
                if name in CLIENTS or name.partition(".")[0] in CLIENTS
            }
            name = str(path.relative_to(REPOSITORY))
            if imported - MAY_CONNECT.get(name, set()):
                unknown[name] = imported

    assert unknown == {}


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []
