"""A list of candidates, taken away as a file."""

from __future__ import annotations

import tempfile
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.generic import TemplateView

from community.proof import FreshProofMixin
from recruitment import candidates
from recruitment.actions.deciding import note_export
from recruitment.board_forms import CandidatesForm, FileForm
from recruitment.exports import columns_for, csv_lines, private_among, rows_of, write_xlsx
from recruitment.views.board import CandidatesPage

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExportView(CandidatesPage, FreshProofMixin, TemplateView):
    """/missions/<slug>/candidatures/export/ The list that the address asks for; the file is asked for by a form."""

    template_name = "recruitment/board/export.html"
    proof_to_read = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the file will hold, of how many."""
        form = CandidatesForm(self.request.GET)
        return super().get_context_data(
            listing=form,
            count=form.rows(candidates.candidates_of(self.mission, self.user)).count(),
            titles=[column.title for column in columns_for(self.mission, self.user)],
            form=kwargs.pop("form", None) or FileForm(),
            back=self.url_of("mission_applications") + form.query(vue="liste"),
            here=self.request.path + form.query(),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file, and a row of the audit log."""
        form = FileForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        listing = CandidatesForm(request.GET)
        rows = listing.rows(candidates.candidates_of(self.mission, self.user))
        wanted = form.cleaned_data["format"]
        count = rows.count()
        note_export(self.mission, by=self.user, members=private_among(rows), rows=count, file_format=wanted)
        columns = columns_for(self.mission, self.user)
        cells = rows_of(candidates.in_order(rows, listing.sort, self.user), columns)
        titles = [column.title for column in columns]
        name = f"candidatures-{timezone.localdate():%Y-%m-%d}.{wanted}"
        if wanted == FileForm.CSV:
            response: HttpResponse | StreamingHttpResponse | FileResponse = StreamingHttpResponse(
                csv_lines(titles, cells), content_type="text/csv; charset=utf-8"
            )
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            return response
        # The workbook is a ZIP, whose table comes last: it is made in a file, which goes when it has been sent.
        file = tempfile.TemporaryFile()  # noqa: SIM115 # the answer closes it
        write_xlsx(file, titles, cells)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=name, content_type=_XLSX)
