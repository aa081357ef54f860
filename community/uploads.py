"""Files that are sent: no more of them is kept than the form takes, and none touches the disk.

Django reads whatever comes before any form looks at it, into memory or the temporary directory.
"""

from __future__ import annotations

import io
from typing import Any, ClassVar

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect

_EDITORS = "/cms/"


class BoundedUpload(FileUploadHandler):
    """Keeps the first bytes of what is sent, all files of a request together: one more than `most`.

    So a form still sees that there is too much, and no request holds more memory than that.
    """

    def __init__(self, request: HttpRequest | None = None, most: int = 0) -> None:
        super().__init__(request)
        self.room = most + 1

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin another one."""
        super().new_file(*args, **kwargs)
        self.kept = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what there is room for, and give nothing to another handler."""
        self.room -= self.kept.write(raw_data[: self.room])

    def file_complete(self, file_size: int) -> UploadedFile:
        """The beginning of the file, which is all of it when it is no longer than the limit."""
        size = self.kept.tell()
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name, self.content_type, size, self.charset, self.content_type_extra
        )


class UnaskedUpload(FileUploadHandler):
    """Among `FILE_UPLOAD_HANDLERS`, the first: passes over files that no form asked for, whatever their size.

    Otherwise any address of the portal would write them to the disk, before it is asked who sends them. Views that
    take files bring their own handler (`BoundedUploads`); the editors' space takes them from who is signed in.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Raises `SkipFile`: the file is read, and kept nowhere."""
        super().new_file(*args, **kwargs)
        request = self.request
        user = getattr(request, "user", None)
        if request is None or not request.path_info.startswith(_EDITORS) or user is None or not user.is_authenticated:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """For the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler has it."""


class BoundedUploads(View):
    """A view that takes files: to be named first among its bases. `most_bytes`: of all files of one request."""

    most_bytes: ClassVar[int]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Whether the request is forged is asked in `dispatch`: asking reads the files."""
        return csrf_exempt(super().as_view(**initkwargs))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Hold the files to their limit, then ask whether the request is forged."""
        # A request that waited for a proof has been read already.
        if not hasattr(request, "_files"):
            request.upload_handlers = [BoundedUpload(request, self.most_bytes)]
        answer: HttpResponseBase = csrf_protect(super().dispatch)(request, *args, **kwargs)
        return answer
