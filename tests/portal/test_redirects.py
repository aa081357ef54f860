"""Nobody is led elsewhere by a parameter: whatever an address asks to go on to, people stay on the portal."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from community.enums import RoleName
from tests.community.factories import MemberFactory, RoleGrantFactory, UserFactory
from tests.community.signing_in import LOGIN, PROVE, ask, mailed_code, prove_by_code, sign_in
from tests.portal.test_slugs import every_route

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rate_limit_left")]

ELSEWHERE = "ailleurs.example"
LURES = [
    f"https://{ELSEWHERE}/",
    f"//{ELSEWHERE}/",
    f"/\\{ELSEWHERE}/",
    f"\\\\{ELSEWHERE}",
    f"https:///{ELSEWHERE}",
    f"https:{ELSEWHERE}",
    f"\thttps://{ELSEWHERE}",
    f"https://testserver@{ELSEWHERE}/",
    f"https://testserver.{ELSEWHERE}/",
    f"javascript:location='//{ELSEWHERE}'",
]
PARAMETERS = ("next", "url", "redirect", "redirect_to", "return", "back", "retour", "suite")


def plain_addresses() -> list[str]:
    """Every address without a variable part, the editors' own place apart."""
    routes = [route for route in every_route() if not re.search(r"[<^(\\]", route)]
    return sorted({f"/{route}" for route in routes if not route.startswith("cms/")})


def leads_away(response) -> list[str]:
    """Where an answer leads that is not here: its redirection, its links, its forms."""
    found = [response["Location"]] if response.has_header("Location") else []
    if not response.streaming and "html" in response.get("Content-Type", ""):
        found += re.findall(r"(?:href|action|formaction)=[\"']([^\"']*)", response.content.decode())
    return [address for address in found if ELSEWHERE in _host(address)]


def _host(address: str) -> str:
    # Browsers read a backslash as a slash, and forget tabs and line breaks.
    read = re.sub(r"[\t\r\n]", "", address).strip().replace("\\", "/")
    if re.match(r"https?:(?!//[^/])", read):
        read = re.sub(r"^(https?):/*", r"\1://", read)
    return urlsplit(urljoin("http://testserver/", read)).netloc or read


def test_what_a_browser_would_be_led_by_is_seen_here():
    assert [ELSEWHERE in _host(lure) for lure in LURES] == [True] * len(LURES)
    assert _host(f"/compte/login/?next=https://{ELSEWHERE}/") == "testserver"


def test_the_addresses_are_those_of_the_resolver():
    assert {"/compte/login/", "/compte/logout/", "/compte/second-facteur/", "/membres/"} <= set(plain_addresses())


@pytest.mark.usefixtures("site", "index")
@pytest.mark.parametrize("who", ["visitor", "member", "staff"])
def test_no_address_leads_elsewhere_because_a_parameter_says_so(who):
    client = Client(raise_request_exception=False)
    if who == "member":
        client.force_login(MemberFactory(user=UserFactory(), stint=True).user)
    elif who == "staff":
        client.force_login(RoleGrantFactory(role=RoleName.PROGRAMME).user)
    lure = dict.fromkeys(PARAMETERS, LURES[0])

    led = {address: leads_away(client.get(address, lure)) for address in plain_addresses()}

    assert {address: away for address, away in led.items() if away} == {}


def test_neither_signing_in_nor_proving_nor_signing_out_leads_elsewhere():
    led = []
    for lure in LURES:
        client, user = Client(), UserFactory()
        led += [
            sign_in(client, user, next=lure),
            prove_by_code(client, lure),
            client.get("/compte/second-facteur/", {"next": lure}),
            client.post("/compte/logout/", {"next": lure}),
        ]
        cache.clear()

    assert [(answer.status_code, leads_away(answer)) for answer in led] == [(302, [])] * 4 * len(LURES)


def test_a_lure_in_the_address_of_the_sign_in_page_is_forgotten_on_the_way(client):
    user = UserFactory()
    client.get(LOGIN, {"next": LURES[0]})
    answer = client.post(f"{LOGIN}?next={LURES[0]}", {"login": user.email})
    assert leads_away(answer) == []

    done = client.post(answer["Location"], {"code": mailed_code()})

    assert (done.status_code, leads_away(done)) == (302, [])


def test_who_must_give_a_second_factor_is_led_back_here_alone(client):
    user = RoleGrantFactory(role=RoleName.EDITOR).user
    ask(client, user.email)
    client.post("/compte/login/code/confirm/", {"code": mailed_code()})

    response = client.get(f"/compte/second-facteur/?next={LURES[1]}")

    assert response.status_code == 200
    assert client.session["second_factor_back"] == "/"
    assert leads_away(client.get(PROVE, {"next": LURES[1]})) == []
