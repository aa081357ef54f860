"""Applying to a mission, on one page."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from community.row_numbers import row_number
from community.uploads import BoundedUploads
from community.views.members import facts_of
from community.views.signed_in import SignedIn
from community.visibility import RECRUITERS, may_see
from recruitment.actions.applying import (
    LONGEST_TYPED,
    OPEN_ELSEWHERE,
    AlreadyApplied,
    ApplyRefused,
    DraftChanged,
    apply,
    draft_of,
    missing_of,
    save_draft,
    save_draft_with,
    seen_of,
    why_not_apply,
)
from recruitment.actions.documents import TOO_MANY, remove_document
from recruitment.actions.mission_news import readers_of
from recruitment.application_forms import LARGEST_POST, ApplicationForm
from recruitment.models import MOST_DOCUMENTS, Application, ApplicationDraft, Mission
from recruitment.team_answers import answers_of

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from community.models import Member

RATES = {"read_document": "10/m/user,60/h/user"}
"""Posts with files that one account has read."""
TOO_OFTEN = "Vous avez envoyé beaucoup de fichiers : attendez quelques minutes avant le prochain."
SIGNED_OUT = (
    "Votre session est terminée. Enregistrez le brouillon : vous vous reconnecterez et retrouverez votre texte."
)
BACK_AGAIN = (
    "Votre session était terminée : voici ce que vous aviez saisi. Choisissez de nouveau les fichiers que vous "
    "veniez de joindre, puis enregistrez."
)
_KEPT = "applying"
_SALT = "recruitment.applying"
_PAGE_LIVES = 7 * 24 * 3600
"""Seconds for which what is posted from a page is kept for whoever opened it."""
_TYPED = re.compile(r"full_name|message|available_from|days_per_week|daily_rate|question_\d{1,9}")
_MOST_TYPED = 12


@method_decorator(never_cache, name="dispatch")
class ApplyView(BoundedUploads, SignedIn, View):
    """/missions/<slug>/postuler/ `brouillon` keeps what is typed, `autosave` too and answers a script, `retirer` takes
    a document away; anything else sends.
    """

    http_method_names = ["get", "head", "post"]
    most_bytes = LARGEST_POST

    @cached_property
    def member(self) -> Member | None:
        """Their record."""
        return getattr(self.user, "member", None)

    @cached_property
    def mission(self) -> Mission:
        """One whose page one may read, or to which one has begun to apply. Raises `Http404`."""
        drafts = ApplicationDraft.objects.filter(user=self.user)
        own = Q(Exists(drafts.filter(mission=OuterRef("pk")))) | Q(
            Exists(Application.objects.of(self.user).filter(mission=OuterRef("pk")))
        )
        visible = Mission.objects.visible_to(self.user).filter(pk=OuterRef("pk"))
        rows = Mission.objects.select_related("startup").filter(Q(Exists(visible)) | own)
        found: Mission = get_object_or_404(rows, slug=self.kwargs["slug"])
        return found

    # Signed out -------------------------------------------------------------------

    def handle_no_permission(self) -> Any:
        """Whoever was signed out while typing signs in and finds it again: it waits in the session, for them alone."""
        if self.request.method == "POST":
            self._keep_in_session()
            if "autosave" in self.request.POST:
                return JsonResponse({"problem": SIGNED_OUT}, status=401)
        return redirect_to_login(self.request.get_full_path())

    def _keep_in_session(self) -> None:
        try:
            pk = signing.loads(self.request.POST.get("pour", ""), salt=_SALT, max_age=_PAGE_LIVES)
        except signing.BadSignature:
            # Of no page that the portal gave to anybody.
            return
        typed = {
            name: text[:LONGEST_TYPED]
            for name, text in list(self.request.POST.items())[: 2 * _MOST_TYPED]
            if _TYPED.fullmatch(name) and isinstance(text, str)
        }
        self.request.session[_KEPT] = {"slug": self.kwargs["slug"], "user": pk, "typed": typed}

    def _kept_in_session(self) -> dict[str, str] | None:
        kept = self.request.session.get(_KEPT)
        if kept and kept["slug"] == self.mission.slug and kept["user"] == self.user.pk:
            return cast("dict[str, str]", kept["typed"])
        return None

    # Signed in --------------------------------------------------------------------

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The form as it was left."""
        sent = self._sent()
        if sent is not None:
            return HttpResponseRedirect(reverse("recruitment:own_application", args=[sent.pk]))
        kept = self._kept_in_session()
        if kept is not None:
            messages.info(request, BACK_AGAIN)
        return self._page(self._form(typed=kept))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep what was typed, whatever comes of it."""
        if "autosave" in request.POST:
            return self._save_by_itself()
        is_slow = bool(request.FILES) and not ratelimit.consume(
            request, app="recruitment", action="read_document", config=RATES, user=request.user
        )
        form = self._form(request.POST, None if is_slow else request.FILES)
        form.full_clean()
        if is_slow:
            form.add_error("documents", TOO_OFTEN)
        try:
            form.draft, left = save_draft_with(self.mission, form.typed, form.sent, by=self.user)
        except AlreadyApplied as refused:
            return self._page(form, refusal=str(refused), sent=refused.application)
        request.session.pop(_KEPT, None)
        if left:
            form.add_error("documents", TOO_MANY)
        if "retirer" in request.POST:
            if remove_document(row_number(request.POST["retirer"]), by=self.user):
                messages.success(request, "Le document est retiré, et votre brouillon enregistré.")
            return HttpResponseRedirect(f"{request.path}#documents")
        if "brouillon" in request.POST:
            return self._draft_saved(form)
        return self._send(form)

    def _save_by_itself(self) -> JsonResponse:
        form = self._form(self.request.POST)
        try:
            draft = save_draft(self.mission, form.typed, by=self.user, seen=self.request.POST.get("state", ""))
        except DraftChanged:
            return JsonResponse({"problem": OPEN_ELSEWHERE}, status=409)
        except AlreadyApplied as refused:
            return JsonResponse({"problem": str(refused)}, status=409)
        self.request.session.pop(_KEPT, None)
        return JsonResponse({"url": self.request.path, "state": seen_of(draft), "told": "Brouillon enregistré."})

    def _draft_saved(self, form: ApplicationForm) -> HttpResponseBase:
        faults = form.errors.get("documents")
        if faults:
            form.errors.clear()
            form.errors["documents"] = faults
            return self._page(form)
        messages.success(self.request, "Votre brouillon est enregistré. Vous seul·e le voyez.")
        return HttpResponseRedirect(self.request.path)

    def _send(self, form: ApplicationForm) -> HttpResponseBase:
        if refusal := why_not_apply(self.mission, self.user):
            form.errors.clear()
            return self._page(form, refusal=refusal)
        if self._missing(form):
            form.add_error(None, "Il manque encore quelque chose à votre profil : voyez ci-dessous.")
        if not form.is_valid():
            return self._page(form)
        try:
            application = apply(self.mission, form.said(), by=self.user)
        except AlreadyApplied as refused:
            return self._page(form, refusal=str(refused), sent=refused.application)
        except ApplyRefused as refused:
            return self._page(form, refusal=str(refused))
        messages.success(self.request, "Votre candidature est envoyée. Vous recevez un courriel qui le confirme.")
        return HttpResponseRedirect(reverse("recruitment:own_application", args=[application.pk]))

    # The page -----------------------------------------------------------------------

    def _sent(self) -> Application | None:
        return Application.objects.of(self.user).filter(mission=self.mission).first()

    def _form(self, *data: Any, typed: dict[str, str] | None = None) -> ApplicationForm:
        return ApplicationForm(
            *data,
            mission=self.mission,
            questions=self.mission.questions.all(),
            user=self.user,
            draft=draft_of(self.mission, self.user),
            typed=typed,
        )

    def _missing(self, form: ApplicationForm) -> list[Any]:
        name = ""
        if "full_name" in form.fields:
            name = form.data.get("full_name", "") if form.is_bound else form.initial.get("full_name", "")
        return missing_of(self.member, name.strip(), has_documents=bool(form.draft and form.draft.documents.exists()))

    def _page(
        self, form: ApplicationForm, *, refusal: str | None = None, sent: Application | None = None
    ) -> HttpResponse:
        mission, member = self.mission, self.member
        facts = facts_of(member) if member else []
        seen = {field for field, _fact in facts if member and may_see(RECRUITERS, member, field, has_applied=True)}
        documents = list(form.draft.documents.all()) if form.draft else []
        context = {
            "mission": mission,
            "member": member,
            "form": form,
            "parents": [
                {"label": "Missions", "url": reverse("recruitment:missions")},
                {"label": mission.title, "url": mission.get_absolute_url()},
            ],
            "refusal": why_not_apply(mission, self.user) if refusal is None else refusal,
            "sent": sent,
            "missing": self._missing(form),
            "documents": documents,
            "may_add": len(documents) < MOST_DOCUMENTS,
            "readers": readers_of(mission.startup).count() if mission.startup else 0,
            "shown": [fact.label for field, fact in facts if field in seen],
            "hidden": [fact.label for field, fact in facts if field not in seen],
            "answers": answers_of(mission.startup) if mission.startup else None,
            "pour": signing.dumps(self.user.pk, salt=_SALT),
            "state": seen_of(form.draft),
        }
        return render(self.request, "recruitment/applying/apply.html", context)
