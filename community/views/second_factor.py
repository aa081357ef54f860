"""Pages of second factors: allauth's own, guarded by a fresh proof, and the one that asks staff for one.

Whoever was sent here on the way to another page is led back to it when they are done.
"""

from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from community.proof import FreshProofMixin
from community.second_factor import has_second_factor, is_last_needed, lacks_second_factor, record_new_factor

_BACK = "second_factor_back"


class SecondFactorNeededView(LoginRequiredMixin, TemplateView):
    """/compte/second-facteur/ Explains to whoever must have a second factor, and asks for it."""

    template_name = "mfa/needed.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who has one already, from another session, gives it; who gave it goes on."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        back = wanted if wanted and get_adapter().is_safe_url(wanted) else "/"
        if not lacks_second_factor(request):
            return HttpResponseRedirect(back)
        if has_second_factor(request.user):
            method = get_adapter().get_reauthentication_methods(request.user)[0]
            messages.info(request, "Votre rôle demande un second facteur : donnez-le pour continuer.")
            return HttpResponseRedirect(f"{method['url']}?{REDIRECT_FIELD_NAME}={quote(back)}")
        request.session[_BACK] = back
        return super().get(request, *args, **kwargs)


class _AddsFactor(FreshProofMixin):
    """Adding a factor is giving it."""

    kind: Authenticator.Type
    did_generate_recovery_codes: bool
    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        """Add it, then show the recovery codes if they are new."""
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        record_new_factor(self.request, self.kind)
        return response

    def get_success_url(self) -> str:
        """To the recovery codes, else back to where one was going."""
        if self.did_generate_recovery_codes:
            return reverse("mfa_view_recovery_codes")
        return self.request.session.pop(_BACK, None) or reverse("mfa_index")


@method_decorator(never_cache, name="dispatch")
class ActivateAppView(_AddsFactor, totp.ActivateTOTPView):
    """/compte/2fa/totp/activate/ The secret as a picture and in letters, and the first code."""

    kind = Authenticator.Type.TOTP

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`qr_code`: drawn by the server, `path` and `size` of its drawing."""
        context = super().get_context_data(**kwargs)
        drawing = ElementTree.fromstring(context["totp_svg"].encode())  # noqa: S314 -- drawn here
        [path] = drawing
        return {**context, "qr_code": {"path": path.get("d"), "view_box": drawing.get("viewBox")}}


class DeactivateAppView(FreshProofMixin, totp.DeactivateTOTPView):
    """/compte/2fa/totp/deactivate/ Asks first."""


@method_decorator(never_cache, name="dispatch")
class AddPasskeyView(_AddsFactor, webauthn.AddWebAuthnView):
    """/compte/2fa/webauthn/add/"""

    kind = Authenticator.Type.WEBAUTHN

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """allauth forgets the form that was refused."""
        context = super().get_context_data(**kwargs)
        return {**context, **({"form": kwargs["form"]} if "form" in kwargs else {})}


class RemovePasskeyView(FreshProofMixin, webauthn.RemoveWebAuthnView):
    """/compte/2fa/webauthn/keys/<pk>/remove/ Asks first; not the last one of somebody who must have one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`refused`: why it may not be removed."""
        refused = (
            get_mfa_adapter().error_messages["cannot_delete_authenticator"] if is_last_needed(self.object) else ""
        )
        return super().get_context_data(refused=refused, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, or say why not."""
        if is_last_needed(self.object):
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_valid(form)


class RenamePasskeyView(FreshProofMixin, webauthn.EditWebAuthnView):
    """/compte/2fa/webauthn/keys/<pk>/edit/"""


@method_decorator(never_cache, name="dispatch")
class RecoveryCodesView(FreshProofMixin, recovery_codes.ViewRecoveryCodesView):
    """/compte/2fa/recovery-codes/ The codes, once; afterwards how many are left."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`back`: where one was going when a second factor was asked for. `codes_file`: the codes, as a file that the
        page itself holds, so that they are sent once.
        """
        context = super().get_context_data(**kwargs)
        lines = [f"Codes de secours – {settings.SITE_NAME}", "Chacun sert une fois.", "", *context["unused_codes"], ""]
        return {
            **context,
            "back": self.request.session.pop(_BACK, ""),
            "codes_file": "data:text/plain;charset=utf-8," + quote("\r\n".join(lines)),
        }


class GenerateRecoveryCodesView(FreshProofMixin, recovery_codes.GenerateRecoveryCodesView):
    """/compte/2fa/recovery-codes/generate/ New codes, which replace the former ones."""


def no_download(request: HttpRequest) -> HttpResponseBase:
    """/compte/2fa/recovery-codes/download/ Codes are shown once, and the page that shows them offers the file."""
    return HttpResponseRedirect(reverse("mfa_view_recovery_codes"))
