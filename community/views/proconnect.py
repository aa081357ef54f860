"""Signing in by ProConnect, signing out of it, and « Moyens de connexion »."""

from __future__ import annotations

from typing import Any, cast

from allauth.account import views as account
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.core.internal.httpkit import add_query_params
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.connect import disconnect
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView, View

from community.models import User
from community.proconnect import PROVIDER, is_open
from community.proconnect.afterwards import is_ours, logout_address
from community.proconnect.pages import leaving_page, refusal_page
from community.proconnect.provider import ProConnectCallbackView, ProConnectExchange
from community.proconnect.refusals import Refused
from community.proof import FreshProofMixin, address_of, require_fresh_proof
from community.second_factor import has_second_factor


def _open_or_404() -> None:
    if not is_open():
        raise Http404


class StartView(View):
    """/compte/proconnect/ Where the button leads: to sign in, or to link the identity when one is signed in."""

    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises `Http404` where ProConnect is not open."""
        _open_or_404()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """To the page that has the button: an address that somebody sends begins nothing."""
        where = reverse("ways_in" if request.user.is_authenticated else "account_login")
        place = get_next_redirect_url(request)
        return HttpResponseRedirect(add_query_params(where, {REDIRECT_FIELD_NAME: place}) if place else where)

    def post(self, request: HttpRequest) -> HttpResponse:
        """`next`: where to go afterwards. Raises `ReauthenticationRequired` for a link without a fresh proof."""
        limited = ratelimit.consume_or_429(request, action="proconnect")
        if limited:
            return limited
        process = AuthProcess.LOGIN
        if request.user.is_authenticated:
            require_fresh_proof(request)
            process = AuthProcess.CONNECT
        try:
            provider = get_adapter().get_provider(request, PROVIDER)
            return cast(HttpResponse, provider.redirect(request, process, get_next_redirect_url(request)))
        except Refused as refused:
            return refusal_page(request, refused.refusal, refused.detail)


@require_GET
@never_cache
def callback(request: HttpRequest) -> HttpResponseBase:
    """/compte/proconnect/retour/ Where ProConnect leads back to. Raises `Http404` where it is not open."""
    _open_or_404()
    return cast(HttpResponseBase, ProConnectCallbackView.adapter_view(ProConnectExchange(request))(request))


@require_GET
@never_cache
def logged_out(request: HttpRequest) -> HttpResponse:
    """/compte/proconnect/deconnexion/ Where ProConnect leads back to after a sign-out that began here.

    Raises `BadRequest` for one that did not, `Http404` where ProConnect is not open.
    """
    _open_or_404()
    if not is_ours(request.GET.get("state", "")):
        raise BadRequest("No sign-out of ours.")
    return HttpResponseRedirect(get_account_adapter().get_logout_redirect_url(request))


class LogoutView(account.LogoutView):
    """/compte/logout/ Whoever entered by ProConnect leaves it too, or one click would enter again."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """The session here ends first, whatever becomes of the other."""
        address = logout_address(self.request)
        response: HttpResponse = super().post(*args, **kwargs)
        return leaving_page(self.request, address) if address else response


@method_decorator(never_cache, name="dispatch")
class WaysInView(LoginRequiredMixin, FreshProofMixin, TemplateView):
    """/compte/connexions/ The ways into the account; links ProConnect and takes the link away."""

    template_name = "account/ways_in.html"
    proof_to_read = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises `Http404` where ProConnect is not open: there is but one way then."""
        _open_or_404()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`identities`: the linked ones. `may_link`: the account has an address that its holder verified."""
        user = cast(User, self.request.user)
        return super().get_context_data(
            address=address_of(user),
            identities=SocialAccount.objects.filter(user=user, provider=PROVIDER).order_by("pk"),
            may_link=EmailAddress.objects.filter(user=user, verified=True).exists(),
            has_second_factor=has_second_factor(user),
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """`identity`: the one to take away. The code by mail stays. Raises `Http404` for one of somebody else."""
        asked = request.POST.get("identity", "")
        is_number = asked.isascii() and asked.isdecimal() and len(asked) < 10
        mine = SocialAccount.objects.filter(user=request.user, provider=PROVIDER)
        with transaction.atomic():
            row = mine.select_for_update().filter(pk=int(asked)).first() if is_number else None
            if row is None:
                raise Http404
            disconnect(request, row)
        return HttpResponseRedirect(reverse("ways_in"))
