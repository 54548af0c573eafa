"""A machine's whole way at a real server, with a client like any other: token, rows, what waits, what is mended; readings."""

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from openxin.accounts import machines
from openxin.disclosure import grants
from openxin.disclosure.door import own
from openxin.disclosure.grants import Terms
from openxin.ledger.sequencing import sequence
from tests.harness.door import Door
from tests.harness.machine import KEY, V1
from tests.harness.others import in_force, verified
from tests.harness.register import Register
from tests.harness.sample import LI_NA, disqualification, penalty, person
from tests.harness.serving import Serving, serving, until

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "api.md"
ROWS = 400
BAD = range(0, ROWS, 40)


@pytest.fixture
def served(register: Register) -> Iterator[Serving]:
    with serving() as started:
        started.answers()
        yield started


def client(served: Serving, authority: str, *roles: str) -> httpx.Client:
    """A machine that proves itself as docs/guide/api.md shows: what stands there is done, as it stands."""
    id_ = machines.register(authority, [KEY.as_dict(private=False)], at=datetime.now(UTC), roles=roles)
    (shown,) = re.findall(r"^```python\n(import time.*?)^```", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    ours = shown.replace("https://xin.example", served.address).replace('"…"', f'"{id_}"')
    names: dict[str, Any] = {"print": lambda _: None}
    with NamedTemporaryFile() as private:
        private.write(KEY.as_pem(private=True))
        private.flush()
        exec(ours.replace('"private.pem"', repr(private.name)), names)
    api: httpx.Client = names["api"]
    assert api.get("/client").raise_for_status().json()["id"] == str(id_)
    return api


def half_a_file(served: Serving, clerk: httpx.Client) -> None:
    """A file whose sender is gone in the middle of it."""
    head = (
        f"POST {V1}/uploads?type=penalty HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nContent-Type: text/csv\r\n"
        f"Authorization: {clerk.headers['Authorization']}\r\nContent-Length: 1000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", served.port)) as line:
        line.sendall(head.encode() + b"CF_XDR_MC\n")
        line.shutdown(socket.SHUT_WR)
        line.settimeout(10)
        with suppress(OSError):
            assert b" 202 " not in line.recv(100)


def admitted(clerk: httpx.Client, rows: list[dict[str, str]]) -> dict[str, Any]:
    """Rows are handed in, looked at and confirmed: their submission."""
    upload: dict[str, Any] = {}

    def is_at(state: str) -> bool:
        upload.update(clerk.get(f"/uploads/{upload['id']}").raise_for_status().json())
        return bool(upload["state"] == state)

    key = {"Idempotency-Key": str(uuid4())}
    for _ in range(2):  # the first answer might have been lost
        upload |= (
            clerk.post("/uploads/rows", json={"type": "penalty", "rows": rows}, headers=key).raise_for_status().json()
        )
    until(lambda: is_at("checked"))
    assert upload["preview"]["rows"] == len(rows)
    clerk.post(f"/uploads/{upload['id']}/confirmation", json={}).raise_for_status()
    until(lambda: is_at("done"))
    shown: dict[str, Any] = clerk.get(f"/submissions/{upload['submission']}").raise_for_status().json()
    return shown


def all_rows(clerk: httpx.Client, submission: str) -> list[dict[str, Any]]:
    rows, cursor = [], None
    while True:
        asked = {"limit": 4} | ({"cursor": cursor} if cursor else {})
        page = clerk.get(f"/submissions/{submission}/quarantine", params=asked).raise_for_status().json()
        rows, cursor = rows + page["rows"], page["next"]
        if cursor is None:
            return rows


def test_four_hundred_rows_are_handed_in_and_what_waits_is_mended(served: Serving, register: Register) -> None:
    rows = [penalty(person(n), f"示市监罚〔2026〕{n}号") for n in range(ROWS)]
    wrong = [row | {"CF_JDRQ": "昨天"} if n in BAD else row for n, row in enumerate(rows)]
    clerk = client(served, "market", "clerk")
    in_pieces = clerk.post("/uploads?type=penalty", content=iter([b"a", b"b"]), headers={"Content-Type": "text/csv"})
    assert (in_pieces.status_code, in_pieces.json()["code"]) == (411, "length")
    half_a_file(served, clerk)
    assert clerk.get("/uploads").json()["uploads"] == []
    first = admitted(clerk, wrong)
    assert first["counts"] == {
        "rows": ROWS, "admitted": ROWS - len(BAD), "duplicates": 0, "quarantined": len(BAD), "refused": 0,
    }  # fmt: skip
    waits = all_rows(clerk, first["id"])
    assert [row["row"] - 2 for row in waits] == list(BAD)
    assert {row["problems"][0]["code"] for row in waits} == {"BAD_DATE"}
    mended = [rows[row["row"] - 2] | {"OX_HH": row["reference"]} for row in waits]
    assert admitted(clerk, mended)["counts"]["admitted"] == len(BAD)
    assert all_rows(clerk, first["id"]) == []
    assert clerk.get(f"/submissions/{first['id']}").json()["standing"] == "finished"
    assert clerk.get("/submissions").json()["next"] is None
    register.is_sound(records=ROWS, quarantined=0, secrets=[person(1).number, person(1).name])


def test_what_was_granted_and_what_must_be_asked_are_read(door: Door, register: Register) -> None:
    """By a recipient and by a duty-holder, of a person who sees both."""
    in_force(door, penalty(LI_NA), type_="penalty")
    in_force(door, disqualification(LI_NA), type_="disqualification")
    li_na, now = verified(LI_NA), datetime.now(UTC)
    assert li_na.person_id is not None
    terms = Terms("market", ("penalty",), None, "statement", now, now + timedelta(days=1), 1, "remedy")
    gave = grants.give(li_na.person_id, li_na, terms, at=now)
    with serving() as served:
        served.answers()
        recipient, duty_holder = client(served, "market", "recipient"), client(served, "market", "duty-holder")
        (grant,) = recipient.get("/grants").raise_for_status().json()["grants"]
        assert grant["id"] == str(gave.grant_id)
        read = recipient.post(f"/grants/{grant['id']}/readings", json={}).raise_for_status()
        question = {
            "check": "food-135",
            "document_type": "01",
            "number": LI_NA.number,
            "name": LI_NA.name,
            "matter": "1号",
        }
        answer = duty_holder.post("/checks", json=question).raise_for_status().json()
    assert [one["type"] for one in read.json()["records"]] == ["penalty"]
    assert (answer["outcome"], answer["until"]) == ("ban", "2031-04-10")
    seen = own(li_na.person_id, li_na, today=now.date()).lines
    assert {UUID(read.headers["OpenXin-Line"]), UUID(answer["line"])} <= {line.id for line in seen}
    sequence()
    register.is_sound(records=2, secrets=[LI_NA.number, LI_NA.name])
