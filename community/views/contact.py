"""Messages by the portal: writing, reading what one received, answering, blocking, reporting."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from community.actions.contact import (
    ContactRefused,
    answer,
    block_writer,
    report_message,
    unblock,
    why_not_contact,
    write_to_member,
    writer_name,
)
from community.contact_forms import WriteForm
from community.listing.answers import Pages
from community.models import ContactBlock, ContactMessage, Member
from community.models.reports import KEPT
from community.row_numbers import row_number
from community.views.reports import ReportView
from community.views.signed_in import SignedIn

PER_PAGE = 20


@method_decorator(never_cache, name="dispatch")
class OfMessages(SignedIn):
    """What every view of messages shares."""


class WriteView(OfMessages, FormView):
    """What writing a first message and answering one share: a refusal loses nothing typed."""

    template_name = "community/contact.html"
    form_class = WriteForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Who writes."""
        return {**super().get_form_kwargs(), "by": self.user}

    def send(self, topic: str, text: str, *, shares_address: bool) -> None:
        """Raises `ContactRefused`."""
        raise NotImplementedError

    def form_valid(self, form: WriteForm) -> HttpResponse:
        """Send it, or say why not."""
        told = form.cleaned_data
        try:
            self.send(told["topic"], told["text"], shares_address=told.get("shares_address", False))
        except ContactRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            return self.form_invalid(form)
        messages.success(self.request, "Votre message est envoyé.")
        return HttpResponseRedirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Under which name one writes."""
        return super().get_context_data(own_name=writer_name(self.user), back=self.get_success_url(), **kwargs)


class ContactView(WriteView):
    """/membres/<slug>/contacter/ For who may see the person; for others there is nobody."""

    @cached_property
    def member(self) -> Member:
        """To whom. Raises `Http404`."""
        rows = Member.objects.visible_to(self.user).select_related("user")
        return get_object_or_404(rows, slug=self.kwargs["slug"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Whoever cannot be written to is told so before anything is typed."""
        reads = request.method == "GET" and request.user.is_authenticated
        if reads and (refusal := why_not_contact(self.user, self.member)):
            messages.info(request, refusal)
            return HttpResponseRedirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        """Their page."""
        return self.member.get_absolute_url()

    def send(self, topic: str, text: str, *, shares_address: bool) -> None:
        """To the member."""
        write_to_member(self.member, topic, text, shares_address=shares_address, by=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """To whom."""
        trail = [
            {"label": "Membres", "url": reverse("community:members")},
            {"label": self.member.full_name, "url": self.member.get_absolute_url()},
        ]
        return super().get_context_data(name=self.member.full_name, trail=trail, is_answer=False, **kwargs)


class Received(OfMessages):
    """A view about one message that this account received; for others it does not exist."""

    kwargs: dict[str, Any]

    @cached_property
    def message(self) -> ContactMessage:
        """The message of the address. Raises `Http404`."""
        rows = ContactMessage.objects.select_related("sender__member")
        return get_object_or_404(rows, pk=self.kwargs["pk"], receiver=self.user)

    @property
    def writer(self) -> str:
        """Who wrote it."""
        return writer_name(self.message.sender)

    @property
    def message_url(self) -> str:
        """Its page."""
        return reverse("community:message", args=[self.message.pk])

    @property
    def trail(self) -> list[dict[str, str]]:
        """The pages above an act on it."""
        return [
            {"label": "Mes messages", "url": reverse("community:messages")},
            {"label": self.message.topic, "url": self.message_url},
        ]


class AnswerView(Received, WriteView):
    """/mes-messages/<pk>/repondre/"""

    def get_initial(self) -> dict[str, Any]:
        """The topic goes on."""
        topic = self.message.topic.removeprefix("Re : ")
        return {"topic": f"Re : {topic}"[: ContactMessage.LONGEST_TOPIC]}

    def get_success_url(self) -> str:
        """Back to the message."""
        return self.message_url

    def send(self, topic: str, text: str, *, shares_address: bool) -> None:
        """To its author."""
        answer(self.message, topic, text, shares_address=shares_address, by=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """To whom."""
        return super().get_context_data(name=self.writer, trail=self.trail, is_answer=True, **kwargs)


class MessagesView(OfMessages, TemplateView):
    """/mes-messages/ What one received lately, and whom one blocks. `debloquer`: the number of a block."""

    template_name = "community/messages.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Newest first."""
        rows = ContactMessage.objects.filter(receiver=self.user).select_related("sender__member")
        every = Paginator(rows, PER_PAGE)
        page = every.get_page(self.request.GET.get("page"))
        blocks = ContactBlock.objects.filter(owner=self.user).select_related("blocked__member")
        return super().get_context_data(
            received=[(row, writer_name(row.sender)) for row in page],
            pages=Pages(page.number, every.num_pages, lambda number: f"?page={number}"),
            blocks=[(row, writer_name(row.blocked)) for row in blocks],
            days=KEPT.days,
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Let somebody write again."""
        if unblock(row_number(request.POST.get("debloquer", "")), by=self.user):
            messages.success(request, "Cette personne peut de nouveau vous écrire.")
        return HttpResponseRedirect(reverse("community:messages"))


class MessageView(Received, TemplateView):
    """/mes-messages/<pk>/ Posting blocks its author."""

    template_name = "community/message.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was written, and what one may do."""
        sender = self.message.sender
        member = getattr(sender, "member", None) if sender else None
        shown = member and Member.objects.visible_to(self.user).filter(pk=member.pk).exists()
        return super().get_context_data(
            message=self.message,
            writer=self.writer,
            writer_url=member.get_absolute_url() if member and shown else "",
            is_blocked=ContactBlock.objects.filter(owner=self.user, blocked=sender).exists() if sender else False,
            days=KEPT.days,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Block."""
        if block_writer(self.message, by=self.user):
            messages.success(request, f"C’est fait : {self.writer} ne peut plus vous écrire, et n’en sait rien.")
        return HttpResponseRedirect(self.message_url)


class ReportMessageView(Received, ReportView):
    """/mes-messages/<pk>/signaler/"""

    template_name = "community/message_report.html"

    @property
    def back(self) -> str:
        """The message."""
        return self.message_url

    def report(self, reason: str) -> None:
        """One that was received."""
        report_message(self.message, reason, by=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The pages above."""
        return super().get_context_data(trail=self.trail, **kwargs)
