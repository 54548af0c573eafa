"""Files come in by a form sealed, or not at all: whoever sent it, from wherever, however large it is."""

import io
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from openxin.intake import upload_spool, uploads
from openxin.intake.reading.refusal import FileRefused
from openxin.web.desk import access, receiving
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.register import Register
from tests.harness.sample import LI_NA, penalty
from tests.harness.visitor import Visitor, is_sent_away, visitor

MIB = 1024 * 1024


@receiving.takes_a_file
def here(request: HttpRequest) -> HttpResponse:
    """The smallest view that takes a file."""
    clerk = access.clerk(request)
    if request.method != "POST":
        return access.page(request, "web/desk/front.html", clerk=clerk, types=[])
    try:
        return HttpResponse(str(receiving.hand_in(request, clerk, type_id=request.POST["type"])))
    except receiving.NoFile:
        return HttpResponse("no file", status=422)
    except FileRefused as refused:
        return HttpResponse(refused.code, status=422)


def nowhere(request: HttpRequest) -> HttpResponse:
    """A view that takes none."""
    return HttpResponse(str(len(request.FILES)))


def these_pages() -> override_settings:
    """The two views, beside all pages that there are."""
    return override_settings(
        ROOT_URLCONF=(path("here/", here), path("nowhere/", nowhere), path("", include("openxin.web.urls")))
    )


@pytest.fixture
def official(register: Register) -> Iterator[Visitor]:
    """At the desk of the market supervision, before these two pages."""
    with these_pages():
        someone = visitor()
        someone.logs_in_for("market")
        yield someone


def file(content: bytes | None = None, name: str = "六月.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, sample.csv_bytes([penalty(LI_NA)]) if content is None else content)


def spooled(register: Register) -> list[Path]:
    return list((register.home / "uploads").rglob("*"))


def test_the_file_of_a_form_is_an_upload_of_the_officials_body(official: Visitor, register: Register) -> None:
    answer = official.client.post("/here/", {"type": "penalty", "file": file()})
    one = uploads.upload("market", UUID(answer.content.decode()))
    assert (one.state, one.file_name_shown, one.type) == ("received", "六月.csv", "penalty")
    assert register.rows("select id from accounts_user where authority = 'market'") == [(one.login,)]
    register.is_sound(records=0, secrets=[LI_NA.name, LI_NA.number, "六月"])


def test_a_form_without_a_file_is_told_so(official: Visitor, register: Register) -> None:
    assert official.client.post("/here/", {"type": "penalty"}).content == b"no file"
    assert (
        official.client.post("/here/", "type=penalty", content_type="application/x-www-form-urlencoded").status_code
        == 422
    )
    assert spooled(register) == []


def test_of_several_files_the_first_is_taken(official: Visitor, register: Register) -> None:
    both = {"type": "penalty", "file": [file(name="first.csv"), file(name="second.csv")]}
    answer = official.client.post("/here/", both)
    assert uploads.upload("market", UUID(answer.content.decode())).file_name_shown == "first.csv"
    assert len(spooled(register)) == 1


@pytest.mark.parametrize("token", ["", "x" * 64], ids=["none", "another"])
def test_a_form_from_elsewhere_leaves_nothing(official: Visitor, register: Register, token: str) -> None:
    """The session is there, the form's token is not: whoever made the official's browser send this could not read it."""
    forged = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    forged.cookies = official.client.cookies
    answer = forged.post("/here/", {"type": "penalty", "file": file(), "csrfmiddlewaretoken": token})
    assert answer.status_code == 403
    assert spooled(register) == [] and register.count("intake_upload") == 0


@pytest.mark.parametrize("first", [True, False], ids=["token first", "token last"])
def test_the_forms_own_token_counts_wherever_it_stands(official: Visitor, register: Register, first: bool) -> None:
    browser = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    browser.cookies = official.client.cookies
    browser.get("/here/")
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    rest = {"type": "penalty", "file": file()}
    assert browser.post("/here/", token | rest if first else rest | token).status_code == 200
    assert register.count("intake_upload") == 1


def test_a_person_and_nobody_hand_nothing_in(door: Door) -> None:
    """Not a byte of what they send is taken."""
    door.receives(penalty(LI_NA))
    with these_pages():
        person = visitor()
        person.logs_in(LI_NA)
        for client in (person.client, Client(SERVER_NAME="localhost")):
            assert is_sent_away(client.post("/here/", {"type": "penalty", "file": file()}))
    assert not (door.register.home / "uploads").exists()


def test_a_body_hands_in_only_what_it_may_submit(official: Visitor, register: Register) -> None:
    answer = official.client.post("/here/", {"type": "honour", "file": file()})
    assert (answer.status_code, answer.content) == (422, b"NOT_COMPETENT")
    assert spooled(register) == [] and register.count("intake_upload") == 0


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(
    official: Visitor, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_spool, "FILE_BYTES", 2 * MIB)
    answer = official.client.post("/here/", {"type": "penalty", "file": file(bytes(3 * MIB))})
    assert (answer.status_code, answer.content) == (422, b"TOO_LARGE")
    assert spooled(register) == [] and register.count("intake_upload") == 0


def test_a_form_that_breaks_off_leaves_nothing(official: Visitor, register: Register) -> None:
    """The browser was closed in the middle of its file."""
    whole = form(bytes(2 * MIB))
    answer = sent(official, io.BytesIO(whole[:MIB]), len(whole))
    assert answer.status_code == 422
    assert spooled(register) == [] and register.count("intake_upload") == 0


def test_any_other_page_takes_no_file(official: Visitor, register: Register) -> None:
    assert official.client.post("/nowhere/", {"file": file()}).content == b"0"
    assert spooled(register) == []


def test_twenty_megabytes_are_at_no_moment_in_clear_on_the_disk_or_whole_in_memory(
    official: Visitor, register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    looks: list[int] = []
    peaks: list[int] = []

    def look() -> None:
        peaks.append(tracemalloc.get_traced_memory()[1])
        files = [file for file in tmp_path.rglob("*") if file.is_file() and "keys" not in file.parts]
        assert not any(LI_NA.number.encode() in file.read_bytes() for file in files)
        looks.append(sum(file.stat().st_size for file in files if file.parent.name == "uploads"))
        tracemalloc.reset_peak()  # looking takes memory too

    line = sample.csv_bytes([penalty(LI_NA)]).splitlines(keepends=True)[1]
    content = line * (20 * MIB // len(line))
    assert LI_NA.number.encode() in content
    watched = Watched(form(content), look)
    tracemalloc.start()
    sent(official, watched, len(watched.content))
    look()
    tracemalloc.stop()
    assert len(looks) > 4 and looks[-1] > len(content) and looks[1] > 0, "it was looked at on its way"
    assert max(peaks) < len(content) / 3
    register.is_sound(records=0, secrets=[LI_NA.number])


BOUNDARY = "a-boundary-that-no-file-holds"


def form(content: bytes) -> bytes:
    """The body that a browser sends."""
    part = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
    head = f'{part}"type"\r\n\r\npenalty\r\n{part}"file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def test_half_a_file_is_no_file(official: Visitor, register: Register) -> None:
    """Whoever sends it is gone in the middle: to the server it looks like the end."""
    whole = form(sample.csv_bytes([penalty(LI_NA), penalty(LI_NA, "示市监罚〔2026〕2号")]))
    for came in (len(whole) - 2, len(whole) // 2):
        assert sent(official, io.BytesIO(whole[:came]), len(whole)).content == b"no file"
    assert spooled(register) == [] and register.count("intake_upload") == 0
    assert sent(official, io.BytesIO(whole), len(whole)).content != b"no file"


def sent(official: Visitor, body: io.BytesIO, length: int) -> HttpResponse:
    """A form as the web server hands it on: a stream."""
    return official.client.request(
        REQUEST_METHOD="POST",
        PATH_INFO="/here/",
        CONTENT_TYPE=f"multipart/form-data; boundary={BOUNDARY}",
        CONTENT_LENGTH=str(length),
        **{"wsgi.input": body},
    )


class Watched(io.BytesIO):
    """A stream that looks around every few megabytes."""

    def __init__(self, content: bytes, look: Callable[[], None]) -> None:
        super().__init__(content)
        self.content = content
        self._look = look
        self._next = 0

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= self._next:
            self._next = self.tell() + 4 * MIB
            self._look()
        return super().read(size)
