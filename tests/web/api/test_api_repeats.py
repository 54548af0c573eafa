"""A request with an Idempotency-Key is done once, however often it is sent."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from openxin.accounts import repeats
from openxin.accounts.repeats import Asked
from tests.harness.machine import Machine, machine
from tests.harness.register import Register
from tests.harness.sample import LI_NA, WANG_WEI, csv_bytes, penalty

NOW = datetime(2026, 6, 15, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ROWS = {"type": "penalty", "rows": [penalty(LI_NA)]}
ASKED = Asked(UUID(int=1), "a-key", b"what")


def test_the_same_request_is_done_once_and_answered_alike(market: Machine, register: Register) -> None:
    first, again = (market.post("/uploads/rows", ROWS, Idempotency_Key='"8e03978e"') for _ in range(2))
    assert (again.status_code, again.content, again["Location"]) == (202, first.content, first["Location"])
    assert market.post("/uploads/rows", ROWS, Idempotency_Key="8e03978e").content == first.content, "written bare"
    assert register.count("intake_upload") == 1
    assert market.post("/uploads/rows", ROWS).json()["id"] != first.json()["id"], "without a key it is a new one"
    register.is_sound(records=0, secrets=[LI_NA.number, "8e03978e"])


def test_a_file_is_the_same_request_by_its_bytes(market: Machine, register: Register) -> None:
    def sends(content: bytes) -> int:
        return market.post("/uploads?type=penalty", content, Content_Type="text/csv", Idempotency_Key="k").status_code

    content = csv_bytes([penalty(LI_NA)])
    assert [sends(content), sends(content), sends(csv_bytes([penalty(WANG_WEI)]))] == [202, 202, 422]
    assert register.count("intake_upload") == 1


def test_a_key_is_for_one_request_of_one_client(market: Machine, register: Register) -> None:
    assert market.post("/uploads/rows", ROWS, Idempotency_Key="k").status_code == 202
    other = market.post("/uploads/rows", ROWS | {"rows": [penalty(WANG_WEI)]}, Idempotency_Key="k")
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")
    assert machine("market").post("/uploads/rows", ROWS, Idempotency_Key="k").status_code == 202
    assert register.count("intake_upload") == 2


def test_what_failed_is_not_kept(market: Machine, register: Register) -> None:
    assert market.post("/uploads/rows", ROWS | {"type": "honour"}, Idempotency_Key="k").status_code == 403
    assert register.count("accounts_repeat") == 0
    assert market.post("/uploads/rows", ROWS, Idempotency_Key="k").status_code == 202


def test_a_key_is_written_as_the_draft_says(market: Machine) -> None:
    for wrong in ("", '"', '""', '"a"b"', "a b", "键".encode().decode("latin-1"), "a" * 256, '"a", "b"', "a,b", "a\\b"):
        answer = market.post("/uploads/rows", ROWS, Idempotency_Key=wrong)
        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key"), wrong


def test_two_at_the_same_instant_are_one(register: Register) -> None:
    """The second is told to wait, and is answered when the first is done."""
    outcomes: list[object] = []
    together = threading.Barrier(2)

    def ask() -> None:
        from django.db import connections

        together.wait()
        try:
            outcomes.append(repeats.begin(ASKED, at=NOW, until=LATER))
        except repeats.UnderWay:
            outcomes.append("under way")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [None, "under way"]
    repeats.keep(ASKED, b"answer")
    assert repeats.begin(ASKED, at=NOW, until=LATER) == b"answer"


def test_whoever_was_killed_is_waited_for_no_longer_than_a_minute(register: Register) -> None:
    assert repeats.begin(ASKED, at=NOW, until=LATER) is None
    with pytest.raises(repeats.UnderWay):
        repeats.begin(ASKED, at=NOW + timedelta(seconds=59), until=LATER)
    assert repeats.begin(ASKED, at=NOW + timedelta(seconds=60), until=LATER) is None
    with pytest.raises(repeats.UnderWay):
        repeats.begin(ASKED, at=NOW + timedelta(seconds=61), until=LATER)


def test_an_answer_is_kept_for_its_term(register: Register) -> None:
    repeats.begin(ASKED, at=NOW, until=LATER)
    repeats.keep(ASKED, "答复".encode())
    assert repeats.begin(ASKED, at=LATER, until=LATER) == "答复".encode()
    register.is_sound(secrets=["答复", "a-key"])
    assert repeats.begin(ASKED, at=LATER + timedelta(seconds=1), until=LATER + timedelta(days=1)) is None


DONE: dict[str, tuple[Callable[[Asked], None], object]] = {
    "done, not kept": (repeats.done, None),
    "given up": (repeats.give_up, None),
}


def test_what_is_not_kept_is_done_again(register: Register) -> None:
    for name, (ends, told) in DONE.items():
        asked = Asked(UUID(int=1), name, b"what")
        repeats.begin(asked, at=NOW, until=LATER)
        ends(asked)
        assert repeats.begin(asked, at=NOW, until=LATER) is told, name
    again = Asked(UUID(int=1), "done, not kept", b"what")
    repeats.give_up(again)  # done the first time, not the second
    with pytest.raises(repeats.KeyReused):
        repeats.begin(Asked(again.client, again.key, b"other"), at=NOW, until=LATER)
