"""A file comes in at the desk: it is received, checked, shown, confirmed and admitted; or refused, or discarded."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from openxin.intake import upload_work, uploads
from openxin.intake.uploads import Upload
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.store.connection import Connection, open_plain
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.sample import LI_NA, WANG_WEI, penalty

CLERK = UUID(int=7)


def bring(door: Door, *rows: Mapping[str, str], name: str = "六月处罚.csv", authority: str = "market") -> UUID:
    return bring_bytes(door, sample.csv_bytes(list(rows)), name=name, authority=authority)


def bring_bytes(
    door: Door, content: bytes, *, name: str = "六月处罚.csv", authority: str = "market", type_: str = "penalty"
) -> UUID:
    return uploads.receive(
        pieces(content), file_name=name, type_id=type_, authority_id=authority, login=CLERK, place=door.place()
    )


def pieces(content: bytes, size: int = 65_536) -> Iterable[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


@pytest.fixture
def lease(door: Door) -> Iterable[Connection]:
    with open_plain("intake") as connection, upload_work.lease(connection):
        yield connection


def worked(door: Door, lease: Connection, *, today: date = sample.TODAY) -> None:
    """Everything that is due is done."""
    while upload_work.work(lease, place=door.place(), law=catalogue(), today=today):
        sequence()


def state(id_: UUID, authority: str = "market") -> Upload:
    return uploads.upload(authority, id_)


def spooled(door: Door) -> list[Path]:
    return [file for folder in ("uploads", "spool") for file in (door.register.home / folder).rglob("*")]


def test_a_file_is_checked_shown_confirmed_and_admitted(door: Door, lease: Connection) -> None:
    rows = [
        penalty(LI_NA),
        penalty(WANG_WEI, "示市监罚〔2026〕2号", CF_XDR_ZJHM="110101199001011235"),
        penalty(WANG_WEI, "示市监罚〔2026〕3号", CF_YJ="刑法"),
    ]
    id_ = bring(door, *rows)
    before = state(id_)
    assert (before.state, before.file_name_shown, before.preview) == ("received", "六月处罚.csv", None)
    worked(door, lease)
    checked = state(id_)
    preview = checked.preview
    assert checked.state == "checked" and preview is not None
    assert (preview.rows, preview.admitted, preview.quarantined, preview.refused) == (3, 1, 1, 1)
    assert [(row.row, row.fate) for row in preview.problem_rows] == [(3, "quarantined"), (4, "refused")]
    assert "110101199001011235" not in str(preview.problem_rows), "masked, as `quarantine` prints it"
    assert door.register.count("records_record") == 0 and door.register.count("intake_check") == 1
    uploads.confirm("market", id_, login=CLERK)
    worked(door, lease)
    done = state(id_)
    assert (done.state, done.rows_done, done.rows_total, done.preview) == ("done", 3, 3, None)
    assert done.decided_by == CLERK and not done.was_known
    assert door.register.rows("select id from intake_submission") == [(done.submission_id,)]
    assert spooled(door) == []
    door.register.is_sound(records=1, quarantined=1, secrets=[LI_NA.number, LI_NA.name, "六月处罚"])
