"""A clerk who uploads, and the worker who does what is due, step by step."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

from openxin.intake import upload_work, uploads
from openxin.intake.uploads import Upload
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.store.connection import Connection
from tests.harness import sample
from tests.harness.door import Door

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


def worked(door: Door, lease: Connection, *, today: date = sample.TODAY) -> None:
    """Everything that is due is done."""
    while upload_work.work(lease, place=door.place(), law=catalogue(), today=today):
        sequence()


def state(id_: UUID, authority: str = "market") -> Upload:
    return uploads.upload(authority, id_)


def spooled(door: Door) -> list[Path]:
    return [file for folder in ("uploads", "spool") for file in (door.register.home / folder).rglob("*")]
