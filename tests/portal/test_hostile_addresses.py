"""Whatever an address says, the page answers: never an error of the server, never a search that the engine refuses."""

from urllib.parse import quote, quote_plus

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from community.enums import RoleName
from portal.site_content import load_content
from recruitment.models import Mission
from tests.community.factories import MemberFactory, RoleGrantFactory, SkillFactory, StartupFactory, UserFactory
from tests.recruitment.factories import MissionFactory
from tests.search.conftest import ENGINES
from tests.search.properties import hostile
from tests.search.properties.trying import tries

pytestmark = pytest.mark.django_db

PATHS = [
    *("/membres/", "/startups/", "/missions/", "/incubateurs/", "/recherche/", "/membres/suggestions/", "/"),
    *("/missions/pour-moi/", "/mes-recherches/", "/mes-recherches/nouvelle/", "/missions/ouverte/profils/"),
    *("/guides/", "/compte/login/", "/robots.txt", "/sitemap.xml", "/sante/"),
]
LISTS = PATHS[:6]
UNDER = ["/membres/", "/startups/", "/missions/", "/incubateurs/", "/guides/", "/mes-recherches/", "/"]
NAMES = [
    *("q", "sort", "page", "type", "format", "next", "en_recherche", "liste", "name", "path", "p", "_method"),
    *("domain", "status", "availability", "skills", "incubator", "theme", "engagement", "wanted", "region", "remote"),
    *("phase", "user_type", "technology", "seniority"),
]
VALUES = [
    *("0", "-1", "1", "2", "1e9", "999999999", "9" * 30, "٣", "name", "arrival", "relevance", "rate", "membres"),
    *("developpement", "active", "maintenant", "ouverte", "passee", "11", "python", "json", "//evil.example/", "on"),
]


def encoded(text: str) -> str:
    """Percent-encoded, halves of surrogate pairs too."""
    return quote_plus(text.encode("utf-8", "surrogatepass"))


_names = st.sampled_from(NAMES) | st.text(st.characters(), max_size=8)
_values = hostile.texts | st.sampled_from(VALUES)
_pairs = st.lists(st.tuples(_names, _values), max_size=6).map(
    lambda pairs: "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)
)
_repeated = st.builds(
    lambda name, values: "&".join(f"{name}={encoded(value)}" for value in values),
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(VALUES) | st.text(max_size=5), min_size=2, max_size=120),
)
_raw = st.binary(max_size=40).map(lambda raw: quote(raw, safe="&=;+")) | st.sampled_from(
    ["q=%ff%fe", "q=%", "q=%zz", "q=%C3", "=&=&;", "q", "q=a&q=b", "page=%00", "q=%ED%A0%80", "q[]=a", "q[$ne]=1"]
)
queries = _pairs | _pairs | _repeated | _raw
paths = (
    st.sampled_from(LISTS)
    | st.sampled_from(PATHS)
    | st.builds(
        lambda base, slug: f"{base}{quote(slug.encode('utf-8', 'surrogatepass'), safe='')}/",
        st.sampled_from(UNDER),
        st.text(st.characters(), min_size=1, max_size=20),
    )
)
headers = st.fixed_dictionaries(
    {}, optional={"HTTP_HX_REQUEST": st.just("true"), "HTTP_ACCEPT": st.sampled_from(["application/json", "*/*", ""])}
)


@pytest.fixture(params=ENGINES)
def visitors(request, settings, db) -> list[Client]:
    """Nobody, a member, somebody who recruits; with something to find."""
    if request.param == "elasticsearch":
        request.getfixturevalue("on_elasticsearch")
    load_content()
    startup = StartupFactory(name="Carnet de santé", slug="carnet")
    for number in range(30):
        MemberFactory(
            role="Développeuse Python",
            stint={"startups": [startup]},
            skills=[SkillFactory(name=f"Python {number % 3}")],
        )
    MissionFactory(slug="ouverte", startup=startup)
    call_command("search_rebuild", verbosity=0)
    member, team = UserFactory(), UserFactory(is_superuser=True, is_staff=True)
    MemberFactory(user=member)
    RoleGrantFactory(user=member, role=RoleName.STARTUP_LEAD, startup=startup)
    assert Mission.objects.published().exists()
    clients = [Client(raise_request_exception=False) for _ in range(3)]
    for client, user in zip(clients[1:], (member, team), strict=True):
        client.force_login(user)
    return clients


@pytest.mark.parametrize("number", [200, pytest.param(8_000, marks=pytest.mark.campaign)])
def test_whatever_the_address_says_the_page_answers(visitors, request, number):
    served = request.node.get_closest_marker("elasticsearch")
    place = iter(range(1_000_000))

    @tries(number // 4 if served else number)
    @given(paths, queries, headers, st.integers(0, 2))
    def holds(path: str, query: str, sent: dict, who: int) -> None:
        # One address asks for suggestions so many times a minute.
        caller = next(place)
        address = f"10.{caller >> 16 & 255}.{caller >> 8 & 255}.{caller & 255}"
        response = visitors[who].get(f"{path}?{query}", REMOTE_ADDR=address, **sent)
        assert response.status_code < 500
        assert response.status_code != 429
        if response.status_code == 200 and not response.streaming:
            assert "momentanément indisponible" not in response.content.decode()

    holds()
