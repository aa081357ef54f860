"""The documents of applications, for those who may read them."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views import View

from community.models import User
from recruitment.actions.documents import documents_readable_by, open_document


class DocumentView(LoginRequiredMixin, View):
    """/candidatures/documents/<pk>/ A PDF, to be saved, never shown within the portal. For others it does not exist.

    A reading by the team is kept in the audit log: « Mes données » tells the candidate of it.
    """

    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> FileResponse:
        """The file. Raises `Http404` for who may not read it, and for a file that the disk has lost."""
        user = cast("User", request.user)
        document = get_object_or_404(documents_readable_by(user), pk=pk)
        try:
            file = open_document(document, by=user)
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(file, as_attachment=True, filename=document.name, content_type="application/pdf")
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        return response
