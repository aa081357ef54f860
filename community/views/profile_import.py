"""A CV read into one's own profile, and one's profile taken along as files."""

from __future__ import annotations

from typing import Any, cast

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.views import View

from community.actions.profile import ChangedMeanwhile
from community.actions.resume import AcceptRefused, accept, known_to, news_of, offer_to, read_offer
from community.models import Member
from community.profile_forms import CHANGED_MEANWHILE
from community.resume.json_resume import resume_of
from community.resume.vcard import card_of
from community.resume_forms import LARGEST_FILE, AcceptForm, ResumeFileForm
from community.uploads import BoundedUploads
from community.views.members import in_full, members_in_full
from community.views.profile import OwnProfile
from community.visibility import viewer_of
from search.declarations import Viewer

RATES = {"read_file": "10/m/user,60/h/user"}
"""Files that one account has read."""
TOO_OFTEN = "Vous avez envoyé beaucoup de fichiers : attendez quelques minutes avant le prochain."
TOO_OLD = "Cette proposition a plus de 24 heures, ou n’a pas été faite pour ce profil : envoyez le fichier de nouveau."
NOTHING_NEW = (
    "Rien de nouveau n’a été reconnu dans ce fichier : votre profil dit déjà ce qu’il contient, ou le portail n’a pas "
    "su le lire. Vous pouvez remplir votre profil à la main."
)


class ImportView(BoundedUploads, OwnProfile):
    """/mon-profil/importer/ A file, then what it proposes: nothing is saved before the person has chosen.

    `proposition`: what the page held, with `accepted` boxes; `tout` ticks them all.
    """

    http_method_names = ["get", "head", "post"]
    most_bytes = LARGEST_FILE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the file."""
        return self._ask(self._file_form())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Read a file, or save what was chosen."""
        member = cast("Member", self.member)
        if "proposition" in request.POST:
            return self._answer(request, member)
        if not ratelimit.consume(request, app="community", action="read_file", config=RATES, user=request.user):
            return self._ask(self._refused(TOO_OFTEN), status=429)
        form = self._file_form(request.POST, request.FILES)
        if not form.is_valid():
            return self._ask(form)
        news = news_of(form.cleaned_data["file"], member)
        if news.is_empty:
            form.add_error("file", NOTHING_NEW)
            return self._ask(form)
        return self._propose(AcceptForm(proposal=news, member=member), offer_to(member, news))

    def _answer(self, request: HttpRequest, member: Member) -> HttpResponse:
        text = request.POST["proposition"]
        offer = read_offer(text, member)
        if offer is None:
            return self._ask(self._refused(TOO_OLD))
        if "tout" in request.POST:
            form = AcceptForm(proposal=offer.proposal, member=member)
            every = [key for key, _text in cast("Any", form.fields["accepted"]).choices]
            return self._propose(form, text, ticked=every)
        form = AcceptForm(request.POST, proposal=offer.proposal, member=member)
        if not form.is_valid():
            return self._propose(form, text)
        try:
            count = accept(form.cleaned_data["accepted"], by=self.user, seen=offer.seen)
        except AcceptRefused as refused:
            form.add_error(None, str(refused))
        except ChangedMeanwhile:
            member.refresh_from_db()
            form = AcceptForm(request.POST, proposal=offer.proposal, member=member)
            form.add_error(None, CHANGED_MEANWHILE)
            # The page shows what the profile says by now, so the next answer may replace that.
            text = offer_to(member, offer.proposal)
        else:
            messages.success(request, _done(count))
            return HttpResponseRedirect(reverse("community:profile"))
        return self._propose(form, text)

    def _file_form(self, *data: Any) -> ResumeFileForm:
        member = cast("Member", self.member)
        return ResumeFileForm(*data, known=lambda: known_to(self.user), full_name=member.full_name)

    def _refused(self, message: str) -> ResumeFileForm:
        form = self._file_form({})
        form.errors.clear()
        form.add_error("file", message)
        return form

    def _ask(self, form: ResumeFileForm, status: int = 200) -> HttpResponse:
        return render(self.request, "community/profile_import.html", {"form": form}, status=status)

    def _propose(self, form: AcceptForm, text: str, ticked: list[str] | None = None) -> HttpResponse:
        if ticked is None:
            ticked = self.request.POST.getlist("accepted")
        context = {"form": form, "groups": form.groups, "proposition": text, "ticked": ticked}
        return render(self.request, "community/profile_import_proposal.html", context)


def _done(count: int) -> str:
    if count == 1:
        return "Une information est reprise dans votre profil. Le fichier n’est pas conservé."
    return f"{count} informations sont reprises dans votre profil. Le fichier n’est pas conservé."


class OwnResumeView(OwnProfile):
    """/mon-profil/cv.json One's own profile as a JSON Resume."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The file."""
        member = cast("Member", self.member)
        told = resume_of(member)
        response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
        return _attached(response, f"cv-{_name_of(member)}.json")


class OwnCardView(OwnProfile):
    """/mon-profil/carte.vcf One's own card, with all that one shows to anybody."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The file."""
        member = in_full(Member.objects.filter(user=self.user)).get()
        return _card(member, viewer_of(self.user), is_own=True)


class CardView(View):
    """/membres/<slug>/carte.vcf For who may see the member, with what they may see."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """The file. Raises `Http404` for who may not see the member."""
        member: Any = get_object_or_404(members_in_full(request.user), slug=slug)
        is_own = request.user.is_authenticated and member.user_id == request.user.pk
        return _card(member, viewer_of(request.user), is_own=is_own)


def _card(member: Any, viewer: Viewer, *, is_own: bool) -> HttpResponse:
    card = card_of(member, viewer, is_own=is_own).encode("utf-8", "replace")
    return _attached(HttpResponse(card, content_type="text/vcard; charset=utf-8"), f"{_name_of(member)}.vcf")


def _name_of(member: Member) -> str:
    """For a file: letters, digits and hyphens."""
    return slugify(member.full_name)[:80] or "profil"


def _attached(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Robots-Tag"] = "noindex"
    return response
