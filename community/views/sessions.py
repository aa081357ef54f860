"""« Mes sessions », the proof by code and the account's address: what a person does about their own sign-in."""

from dataclasses import dataclass
from typing import Any, cast

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.account.forms import BaseConfirmCodeForm
from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.sessions.models import Session
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from community.actions.accounts import note_ended_sessions
from community.devices import device_label
from community.models import User
from community.proof import FreshProofMixin, ProofByCode, address_of
from community.row_numbers import row_number


@dataclass(frozen=True)
class OpenSession:
    """One line of the list. `row`: its `UserSession`."""

    row: UserSession
    device: str
    is_current: bool


class SessionListView(LoginRequiredMixin, FreshProofMixin, TemplateView):
    """/compte/sessions/ Where the account is signed in; ends one session, or all but this one."""

    template_name = "usersessions/usersession_list.html"
    proof_to_read = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`sessions`: this one first, then the latest used. Costs the same for one and for many."""
        key = self.request.session.session_key
        lines = [OpenSession(row, device_label(row.user_agent), row.session_key == key) for row in self._rows()]
        lines.sort(key=lambda line: (line.is_current, line.row.last_seen_at), reverse=True)
        return super().get_context_data(
            sessions=lines, has_others=any(not line.is_current for line in lines), **kwargs
        )

    def _rows(self) -> list[UserSession]:
        rows = list(UserSession.objects.filter(user=self.request.user))
        keys = [row.session_key for row in rows]
        alive = set(
            Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
                "session_key", flat=True
            )
        )
        return [row for row in rows if row.session_key in alive]

    def post(self, request: HttpRequest) -> HttpResponse:
        """`session`: which one to end; without it, all others. Raises `Http404` for a session of somebody else."""
        asked = request.POST.get("session", "")
        user = cast(User, request.user)
        if not asked:
            others = [row for row in self._rows() if row.session_key != request.session.session_key]
            end_other_sessions(request, user)
            note_ended_sessions(user, [device_label(row.user_agent) for row in others], by=user)
            messages.success(request, "Toutes les autres sessions sont fermées.")
            return HttpResponseRedirect(reverse("usersessions_list"))
        row = UserSession.objects.filter(user=request.user, pk=row_number(asked)).first()
        if row is None:
            raise Http404
        is_current = row.session_key == request.session.session_key
        end_sessions(request, [row])
        if not is_current:
            note_ended_sessions(user, [device_label(row.user_agent)], by=user)
        messages.success(request, f"La session « {device_label(row.user_agent)} » est fermée.")
        return HttpResponseRedirect(reverse("usersessions_list"))


class ProofCodeForm(BaseConfirmCodeForm):
    """The code sent as a proof."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.pop("placeholder", None)


@method_decorator(never_cache, name="dispatch")
class ProveByCodeView(LoginRequiredMixin, account.BaseReauthenticateView):
    """/compte/confirmer/ A code is sent when it is asked for, then copied here."""

    template_name = "account/prove_by_code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Visitors sign in, which is a proof."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.process = ProofByCode.pending(request)
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type[forms.Form]:
        """Nothing is asked for until a code was sent."""
        return ProofCodeForm if self.process else forms.Form

    def get_form_kwargs(self) -> dict[str, Any]:
        """The code that is expected."""
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return {**kwargs, "code": self.process.code} if self.process else kwargs

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """`action=send`: send a code; else: check the one that was copied."""
        if request.POST.get("action") == "send" or self.process is None:
            if ProofByCode.begin(request) is None:
                messages.error(request, get_adapter().error_messages["rate_limited"])
            return HttpResponseRedirect(self.passthrough_next_url(request.path))
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Keep the proof, and take up again what was asked for."""
        cast(ProofByCode, self.process).finish()
        response: HttpResponse = super().form_valid(form)
        return response

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Say so at the field; the third time, a new code must be asked for."""
        if cast(ProofByCode, self.process).record_invalid_attempt():
            response: HttpResponse = super().form_invalid(form)
            return response
        messages.error(self.request, "Trois codes incorrects : demandez-en un nouveau.")
        return HttpResponseRedirect(self.passthrough_next_url(self.request.path))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """`sent`: a code waits to be copied."""
        email = address_of(cast(User, self.request.user))
        return super().get_context_data(sent=self.process is not None, email=email, **kwargs)


class AddressView(LoginRequiredMixin, FreshProofMixin, account.EmailView):
    """/compte/email/ Changing the address is changing who enters."""

    proof_to_read = False
