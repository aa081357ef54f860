"""ProConnect among allauth's providers: what is asked of it, and what is believed of its answer."""

from __future__ import annotations

import json
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.internal.httpkit import add_query_params
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from community.proconnect import PROVIDER, exchange
from community.proconnect.pages import leaving_page
from community.proconnect.refusals import Refusal, Refused
from community.proconnect.tokens import verified

SCOPES = ("openid", "given_name", "usual_name", "email")
"""What the portal uses and no more: who it is, what to call them, which account is theirs."""
RANDOM_BYTES = 32
"""Of `state` and `nonce`, 43 characters each; ProConnect asks for 32 at least."""

_LONGEST_SUB = 191


class ProConnectExchange(OpenIDConnectOAuth2Adapter):
    """One person's return from ProConnect. `state`: what was kept in their session when they left."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, PROVIDER)
        self.state: dict[str, Any] = {}

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """The address that the operator declared to ProConnect, to the letter."""
        return request.build_absolute_uri(reverse("proconnect_callback"))

    def get_client(self, request: HttpRequest, app: SocialApp) -> None:
        """None: `exchange` asks with bounds that allauth's client does not have."""

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: None, pkce_code_verifier: str | None = None
    ) -> dict[str, str]:
        """Exchange the code."""
        access, proof = exchange.tokens_for(request.GET.get("code", ""), self.get_callback_url(request, app))
        return {"access_token": access, "id_token": proof}

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Whoever both answers are about. Raises `Refused`."""
        proof = kwargs["response"]["id_token"]
        keys = exchange.keys()
        shown = verified(proof, keys)
        if not constant_time_compare(str(shown.get("nonce")), self.state["nonce"]):
            raise Refused(Refusal.UNPROVEN, "nonce")
        if shown.get("acr") not in settings.PROCONNECT_ACR:
            raise Refused(Refusal.LEVEL)
        person = verified(exchange.about_the_person(token.token), keys)
        if person["sub"] != shown["sub"] or not _is_fit(person["sub"]):
            raise Refused(Refusal.UNPROVEN, "sub")
        self.state["id_token"] = proof
        return self.get_provider().sociallogin_from_response(request, {"userinfo": person})


class ProConnectCallbackView(OAuth2CallbackView):
    """Gives the exchange what the session kept; it is kept no more, so that an address serves once."""

    adapter: ProConnectExchange

    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, response


class ProConnectProvider(OpenIDConnectProvider):
    """The stock provider of OpenID Connect, with what ProConnect asks for and without what a visitor may ask for."""

    id = PROVIDER
    name = "ProConnect"
    oauth2_adapter_class = ProConnectExchange
    supports_token_authentication = False

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        """Where the button's form goes."""
        return reverse("proconnect_start")

    def get_oauth2_adapter(self, request: HttpRequest) -> ProConnectExchange:
        """See `ProConnectExchange`."""
        return ProConnectExchange(request)

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Keep `state` and `nonce` in the session and lead on. ProConnect refuses any parameter besides these.

        Raises `Refused`.
        """
        door = exchange.configuration()["authorization_endpoint"]
        nonce = secrets.token_urlsafe(RANDOM_BYTES)
        claims = {"id_token": {"acr": {"essential": True, "values": settings.PROCONNECT_ACR}}}
        asked = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": self.get_oauth2_adapter(request).get_callback_url(request, self.app),
            "scope": " ".join(SCOPES),
            "claims": json.dumps(claims),
            "nonce": nonce,
            "state": self.stash_redirect_state(request, process, next_url, data, nonce=nonce),
        }
        return leaving_page(request, add_query_params(door, asked))

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Who it is, for ever: each identity provider's own `sub`."""
        return str(data["userinfo"]["sub"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Kept with the link: the address, to recognise it by. Nothing else of what was told."""
        return {"email": _vouched_for(data["userinfo"])}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """What a new account begins with."""
        told = data["userinfo"]
        return {
            "email": _vouched_for(told) or None,
            "first_name": _name(told.get("given_name")),
            "last_name": _name(told.get("usual_name")),
        }

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The one that ProConnect vouches for, or none."""
        address = _vouched_for(data["userinfo"])
        return [EmailAddress(email=address, verified=True, primary=True)] if address else []


def _vouched_for(told: dict[str, Any]) -> str:
    """The address of the answer, in small letters; empty where it is not that person's for certain.

    ProConnect gives the address that the administration's own directory has for its agent, or that ProConnect Identité
    verified, and says nothing more of it; where `email_verified` is said all the same, it must be true.
    """
    address = told.get("email")
    if not isinstance(address, str) or told.get("email_verified", True) is not True:
        return ""
    return address.strip().lower()


def _name(told: object) -> str:
    return "".join(sign for sign in told if sign.isprintable())[:150] if isinstance(told, str) else ""


def _is_fit(sub: object) -> bool:
    return isinstance(sub, str) and sub.isprintable() and 0 < len(sub) <= _LONGEST_SUB


provider_classes = [ProConnectProvider]
