"""One click signs in as a demonstration account: under `portal.settings.dev` only, it cannot load elsewhere."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import BadRequest, ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.csrf import csrf_protect

from community.models import User
from portal.demo.accounts import ACCOUNTS, EMAILS

if settings.SETTINGS_MODULE != "portal.settings.dev":
    raise ImproperlyConfigured("Signing in without proof exists under portal.settings.dev only.")


@method_decorator(csrf_protect, name="dispatch")
class DemoSignInView(View):
    """Signs in as the account whose `email` is posted, then goes to `next` when it is an address of this site."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Raises `BadRequest` for any address but the demonstration's."""
        email = request.POST.get("email", "")
        if email not in EMAILS:
            raise BadRequest("Not a demonstration account.")
        user = User.objects.filter(email=email, is_active=True).first()
        if user is None:
            messages.error(request, "La communauté de démonstration n’est pas chargée : lancez « make run ».")
            return redirect(settings.LOGIN_URL)
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        # The click stands for the code by mail and for the second factor that some roles must have.
        record_authentication(request, user, method="mfa", type="demonstration")
        UserSession.objects.create_from_request(request)
        return redirect(self._next(request))

    @staticmethod
    def _next(request: HttpRequest) -> str:
        wanted = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
            return wanted
        return resolve_url(settings.LOGIN_REDIRECT_URL)


def demo_accounts(request: HttpRequest) -> dict[str, object]:
    """For the sign-in page: what each account is, and where its form goes. Asks nothing of the database."""
    url = reverse("demo_signin")
    return {
        "DEMO_ACCOUNTS": [
            {"label": row.label, "description": row.description, "email": row.email, "url": url} for row in ACCOUNTS
        ]
    }
