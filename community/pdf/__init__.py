"""PDF files that somebody sends: is it one, how many pages, what text (`read_pdf`). Opened by a process of its own."""

from community.pdf.reading import Limits, PdfRefused, PdfText, Run, read_pdf

__all__ = ["Limits", "PdfRefused", "PdfText", "Run", "read_pdf"]
