"""Files that come in by a form: sealed while they arrive, never in clear on the disk, never whole in memory.

Django would write a file of more than 2.5 MB in clear into the temporary folder. So no form takes a file (`NoFiles`, in the
settings), except where the view says so:

    @receiving.takes_a_file
    def upload(request):
        clerk = access.clerk(request)
        if request.method == "POST":
            id_ = receiving.hand_in(request, clerk, type_id=request.POST.get("type", ""))   # raises NoFile, FileRefused
            ...

The form: `method="post" enctype="multipart/form-data"`, `{% csrf_token %}`, and one `<input type="file" name="file">`. Who stands
there, and from where the form was sent, is asked before a byte is read; the form's token, wherever it stands in the body, before
the file is kept: until then it is noise in the spool, and noise it stays where the token is wrong.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from openxin.intake import uploads
from openxin.intake.reading.refusal import FileRefused
from openxin.intake.uploads import Reception
from openxin.web.desk import access
from openxin.web.desk.access import Clerk
from openxin.web.desk.places import place

View = Callable[..., HttpResponse]


class NoFile(Exception):
    """The form came without a file."""


def takes_a_file(view: View) -> View:
    """The view is one for officials, and may `hand_in` the file of its form."""
    # The form's token can only be read with the body: so it is checked here, when the body has somewhere to go.
    checked = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def receiving(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        access.clerk(request)
        with sealing(request):
            return checked(request, *args, **named)

    return receiving


def hand_in(request: HttpRequest, clerk: Clerk, *, type_id: str) -> UUID:
    """Keep the file that came with the form: an upload of the clerk's body. Raises NoFile, FileRefused."""
    reception, name = arrived(request)
    return uploads.keep(
        reception,
        file_name=name,
        type_id=type_id,
        authority_id=clerk.authority.id,
        login=clerk.login,
        place=place(),
    )


@contextmanager
def sealing(request: HttpRequest) -> Iterator[None]:
    """Inside, the file of a form has somewhere to go; at the end, whatever was not kept is gone."""
    seals = Sealing(request)
    request.upload_handlers = [seals]
    try:
        yield
    finally:
        seals.close()


def arrived(request: HttpRequest) -> tuple[Reception, str]:
    """The file that came with a form, and what it is called. Raises NoFile, FileRefused."""
    _ = request.POST  # whose reading is the arrival of the file
    (seals,) = request.upload_handlers
    if not isinstance(seals, Sealing) or seals.reception is None or not seals.is_whole:
        raise NoFile
    if seals.refused is not None:
        raise seals.refused
    return seals.reception, seals.file_name or ""


class NoFiles(FileUploadHandler):
    """No form takes a file unless its view says so: what comes is read past."""

    def new_file(self, *_: Any, **__: Any) -> None:
        """Not wanted."""
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called: every file was skipped."""

    def file_complete(self, file_size: int) -> None:
        """Never called: every file was skipped."""


class Sealing(FileUploadHandler):
    """Seals the first file of a form into the spool; of any other, and of one that is too large, the rest is read past."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.reception: Reception | None = None
        self.is_complete = False
        self._missing = int(request.headers.get("Content-Length") or 0)
        self._read = request.read
        request.read = self._counted  # type: ignore[method-assign]  # a form that breaks off reads like one that has ended
        self.refused: FileRefused | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the form came to its end: half a file is no file."""
        return self.is_complete and not self._missing

    def _counted(self, *size: Any) -> bytes:
        chunk: bytes = self._read(*size)
        self._missing -= len(chunk)
        return chunk

    def new_file(self, *args: Any, **named: Any) -> None:
        """A part that is a file begins."""
        if self.reception is not None:
            raise SkipFile
        super().new_file(*args, **named)
        self.reception = Reception(place().uploads)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002  (Django's signature)
        """Seal what came."""
        if self.reception is None or self.refused is not None:
            return
        try:
            self.reception.write(raw_data)
        except FileRefused as refused:
            # Read to its end all the same: a browser that is cut off in its sentence shows its own error and not our answer.
            self.refused = refused
            self.reception.close()

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002  (Django's signature)
        """The form stands in no way between the file and `hand_in`: nothing is put among `request.FILES`."""
        self.is_complete = True

    def close(self) -> None:
        """Whatever was not kept is gone."""
        if self.reception is not None:
            self.reception.close()
