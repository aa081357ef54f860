"""What a client says of the host changes no link: absolute addresses are made of `SITE_URL` alone."""

import pytest
from django.core import mail
from django.test import Client

from community.actions.privacy import ask_erasure
from community.models import Mail
from tests.community.factories import MemberFactory, StartupFactory, UserFactory
from tests.community.signing_in import ask
from tests.portal.test_redirects import plain_addresses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site", "index", "no_rate_limit_left")]

OTHER = "voisin.example"


@pytest.fixture
def elsewhere(settings) -> Client:
    """A browser that names another host, which the portal answers to as well."""
    settings.ALLOWED_HOSTS = ["testserver", OTHER]
    return Client(raise_request_exception=False, SERVER_NAME=OTHER, headers={"x-forwarded-host": OTHER})


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_no_page_and_no_redirection_repeats_the_host_that_was_asked(elsewhere, who):
    startup = StartupFactory()
    if who == "member":
        elsewhere.force_login(MemberFactory(user=UserFactory(), stint=True).user)

    repeated = {}
    for address in [*plain_addresses(), startup.get_absolute_url(), "/guides/", "/cookies/", "/nulle-part/"]:
        response = elsewhere.get(address)
        told = b"".join(response.streaming_content) if response.streaming else response.content
        if OTHER in f"{told!r}{response.headers}":
            repeated[address] = response.status_code

    assert repeated == {}


def test_links_in_mails_lead_to_the_portal_whatever_host_was_asked(elsewhere, settings):
    settings.SITE_URL = "https://portail.example"
    user = UserFactory()
    ask(elsewhere, user.email)
    ask(elsewhere, "inconnue@exemple.fr")
    elsewhere.post("/compte/signup/", {"email": user.email})
    ask_erasure(user)

    kept = "".join(f"{row.subject}{row.text}{row.html}" for row in Mail.objects.all())
    sent = "".join(str(message.message()) for message in mail.outbox)
    assert (OTHER in kept + sent, "https://portail.example/" in kept) == (False, True)
