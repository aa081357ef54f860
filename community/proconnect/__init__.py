"""ProConnect: the State's own sign-in, for public agents. A provider of allauth, stricter than the stock one.

Source of what is asked and checked: the documentation for « fournisseurs de service » of
partenaires.proconnect.gouv.fr, and OpenID Connect Core 1.0, sections 3.1.3.7 (the ID token) and 5.3.2 (signed answers
about the person).

`exchange` talks to ProConnect, `tokens` believes what is signed and nothing else, `provider` puts them into allauth,
`linking` says whose account it is, `afterwards` what a sign-in leaves, `refusals` and `pages` what is said otherwise.
"""

from django.conf import settings

PROVIDER = "proconnect"
"""Its name among allauth's providers, and in the rows of linked accounts."""


def is_open() -> bool:
    """Whether the operator gave what is needed; without it no button is shown and no address answers."""
    return bool(settings.PROCONNECT_CLIENT_ID)
