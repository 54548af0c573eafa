"""SIGKILL during an upload: of `serve` with all its children while a browser sends a file, of the worker, of `serve` again while
it works. Twenty times, at moments that nobody chose. What was received is gone on with, what was not is sent again, and nothing
is doubled.
"""

import io
import random
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from uuid import UUID

import httpx
from django.db import connections

from openxin.accounts import links
from openxin.cli.ingest import today
from openxin.intake import uploads
from openxin.intake.uploads import Upload
from openxin.synth import city
from tests.harness import sample
from tests.harness.answers import agrees
from tests.harness.door import Door
from tests.harness.serving import Serving, serving, until

CLERK = UUID(int=7)
FILES, ROWS = 4, 400
RECEIVING = 4  # kills while a file is received; the others, up to twenty, fall on its two steps
AT_WORK = 16


def test_nothing_is_lost_or_doubled_by_sigkill_at_any_moment_of_an_upload(door: Door) -> None:
    chance, day = random.Random(19), today()
    files = [_file(door.folder, number, day) for number in range(FILES)]
    steps = [(file, step) for file in files for step in ("checking", "admitting")]
    kills = {step: AT_WORK // len(steps) + (at < AT_WORK % len(steps)) for at, step in enumerate(steps)}
    with serving() as server:
        server.answers()
        clerk = _at_the_desk(server)
        for file in files[:RECEIVING]:
            _sends(clerk, file, server, killed_after=chance.randrange(file.stat().st_size))
        for file in files:
            _sends(clerk, file)
            _is_killed_at(server, file, "checking", kills[file, "checking"], chance)
            until(lambda: _is_past(file, "checking"))  # noqa: B023  (it is called here and now)
            uploads.confirm("market", _upload(file).id, login=CLERK)
            _is_killed_at(server, file, "admitting", kills[file, "admitting"], chance)
            until(lambda: _is_past(file, "admitting"))  # noqa: B023  (it is called here and now)
            server.answers()
        until(lambda: not _left(door))
    assert RECEIVING + sum(kills.values()) == 20
    assert [one.state for one in uploads.uploads("market")] == ["done"] * FILES
    assert door.register.count("intake_submission") == FILES
    assert door.register.count("intake_check") == FILES, "each file was judged once before it was confirmed"
    for file in files:
        # Every row has the fate and the codes that an undisturbed run gives it: the answers of the city say so.
        agrees(door, file, "penalty", day=day)
    door.register.is_sound()


def _file(folder: Path, number: int, day: date) -> Path:
    """Each file has people of its own, so that none says anything about another's rows."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{number}.csv"
    city.write(
        file, type="penalty", persons=150, rows=ROWS, seed=100 + number, encoding="utf-8", rate=0.1,
        authority=sample.MARKET, day=day,
    )  # fmt: skip
    return file


def _at_the_desk(server: Serving) -> httpx.Client:
    """The browser of an official of the market supervision, logged in."""
    browser = httpx.Client(base_url=server.address, timeout=60, follow_redirects=True)
    assert browser.get(links.issue_to_official("market")).url.path == "/desk/"
    return browser


def _sends(clerk: httpx.Client, file: Path, server: Serving | None = None, killed_after: int | None = None) -> None:
    """The form of the desk with this file; `serve` is killed when so many of its bytes have gone, and started again."""
    clerk.get("/desk/hand-in/")
    form = {"type": "penalty", "csrfmiddlewaretoken": clerk.cookies["csrftoken"]}
    content = file.open("rb") if server is None else _Killing(file.read_bytes(), server, killed_after or 0)
    with content:
        if server is None:
            answer = clerk.post("/desk/hand-in/", data=form, files={"file": (file.name, content, "text/csv")})
            assert answer.url.path.startswith("/desk/uploads/"), answer.url
        else:
            with suppress(httpx.TransportError):
                clerk.post("/desk/hand-in/", data=form, files={"file": (file.name, content, "text/csv")})
            server.start()
            server.answers()
    assert len([one for one in uploads.uploads("market") if one.file_name_shown == file.name]) == (server is None)


class _Killing(io.BytesIO):
    """A file that comes in small pieces, and the server dies in the middle of it."""

    def __init__(self, content: bytes, server: Serving, after: int) -> None:
        super().__init__(content)
        self._server, self._after, self._is_dead = server, after, False

    def read(self, size: int | None = -1) -> bytes:
        del size
        if self.tell() >= self._after and not self._is_dead:
            self._is_dead = True
            self._server.kill()
        return super().read(4096)


def _is_killed_at(server: Serving, file: Path, step: str, times: int, chance: random.Random) -> None:
    """The worker, or all of `serve`, a moment after the worker began on this step, or began on it again."""
    for began in range(1, times + 1):
        until(lambda: _is_past(file, step) or _begun(file) >= began)  # noqa: B023  (it is called here and now)
        time.sleep(chance.uniform(0.0, 0.5))
        if chance.random() < 0.4:
            server.kill()
            server.start()
        else:
            server.kill_worker()


def _upload(file: Path) -> Upload:
    (one,) = [one for one in uploads.uploads("market") if one.file_name_shown == file.name]
    return one


def _is_past(file: Path, step: str) -> bool:
    return (
        _upload(file).state in {"checking": ("checked", "confirmed", "admitting", "done"), "admitting": ("done",)}[step]
    )


def _begun(file: Path) -> int:
    """How often a worker began on the step on which this upload is."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select taken_up from intake_upload where id = %s", [_upload(file).id])
        (times,) = cursor.fetchone()
    return int(times)


def _left(door: Door) -> list[Path]:
    return [file for name in ("uploads", "spool") for file in (door.register.home / name).glob("*")]
