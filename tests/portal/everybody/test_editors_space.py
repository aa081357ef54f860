"""The editors' space by one rule: visitors sign in, and nobody passes but editors, administrators and, where its page
of health is, the programme's team.
"""

import pytest

from tests.portal.everybody.addresses import EDITORS, Address, addresses, route_of
from tests.portal.everybody.world import ROLES, SECRETS, World, ask, found_in

pytestmark = pytest.mark.django_db

PASS = ("editor", "administrator")
# What « Santé » needs around it, and where the programme's team is led from the door.
FOR_STAFF = {
    "health_for_staff": "200",
    "wagtailadmin_account": "200",
    "wagtailadmin_dismissibles": "200",
    "wagtailadmin_home": "to",
    "wagtailadmin_javascript_catalog": "200",
    "wagtailadmin_sprite": "200",
}
# What the sign-in page of Wagtail would need; passwords, which nobody has; what is not there.
FOR_VISITORS = {
    "wagtailadmin_sprite": "200",
    "wagtailadmin_javascript_catalog": "200",
    "wagtailadmin_password_reset": "404",
    "wagtailadmin_password_reset_done": "404",
    "wagtailadmin_password_reset_confirm": "404",
    "wagtailadmin_password_reset_complete": "404",
    "cms/.*/$": "to",
}
# Wagtail's own: one shows on purpose what an error looks like, the others take « x » for a number.
BROKEN = {"wagtailadmin_error_test", "wagtaildocs_chooser:chosen", "wagtailimages_chooser:chosen"}
# Ours lead on, whoever comes.
ON = {"cms/login/": "in", "cms/logout/": "to"}

ADDRESSES = [address for address in addresses() if address.route.startswith(EDITORS)]
# Of patterns that no path is made from by itself.
BY_HAND = {
    "wagtailadmin_pages:revisions_compare": "/cms/pages/1/revisions/compare/earliest...latest/",
    "": "/cms/rien/",
}


def path_of(address: Address) -> str:
    return address.example or BY_HAND[address.name]


def test_every_address_of_the_editors_space_is_tried():
    assert [str(one) for one in ADDRESSES if route_of(path_of(one)) != one.route] == []


AT_EACH_CHANGE = ("visitor", "own_team", "programme")
CLOSED_TO = [
    role if role in AT_EACH_CHANGE else pytest.param(role, marks=pytest.mark.campaign)
    for role in ROLES
    if role not in PASS
]


@pytest.mark.parametrize("role", CLOSED_TO)
def test_the_editors_space_is_closed(world: World, role: str):
    wrong = []
    for address in ADDRESSES:
        usual = "in" if role == "visitor" else "403"
        own = {"visitor": FOR_VISITORS, "programme": FOR_STAFF}.get(role, {})
        expected = ON.get(address.route) or own.get(address.name or address.route, usual)
        answer = ask(world.clients[role], "GET", path_of(address))
        if answer.told != expected:
            wrong.append(f"{address}: {answer.told}, not {expected}")
        wrong += [f"{address}: tells {name}" for name in found_in(answer.text) if role not in SECRETS[name].readers]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.campaign
@pytest.mark.parametrize("role", PASS)
def test_the_editors_space_tells_editors_no_secret_and_does_not_break(world: World, role: str):
    wrong = []
    for address in ADDRESSES:
        answer = ask(world.clients[role], "GET", path_of(address))
        if answer.response.status_code >= 500 and address.name not in BROKEN:
            wrong.append(f"{address}: {answer.told}")
        wrong += [f"{address}: tells {name}" for name in found_in(answer.text) if role not in SECRETS[name].readers]
    assert wrong == [], "\n".join(wrong)
