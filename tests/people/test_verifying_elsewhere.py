"""A verifier over HTTP, real and on loopback: only `agrees` agrees; whatever goes wrong is unknown, and the door goes on."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings

from openxin.people import verifying
from openxin.people.verifying import Elsewhere
from tests.harness.door import Door, counts
from tests.harness.register import Register
from tests.harness.sample import LI_NA, OTHER_LI_NA, WANG_WEI, Person, penalty

SECRET = "bearer-of-the-test"
CLAIMS = pl.DataFrame(
    {
        "document_type": ["01", "01"],
        "issuing_state": ["", ""],
        "number": [LI_NA.number, WANG_WEI.number],
        "name": ["李娜", "王伟"],
    }
)
Answer = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


class Service:
    """A population register of its own: two people."""

    def __init__(self, answer: Answer | None) -> None:
        self.asked: list[dict[str, Any]] = []
        self.bearers: list[str | None] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.asked.append(content)
                service.bearers.append(self.headers["Authorization"])
                (answer or _knows_two)(self, content)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/v1/verify"


def says(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _knows_two(handler: BaseHTTPRequestHandler, content: dict[str, Any]) -> None:
    known = {LI_NA.number: "李娜", WANG_WEI.number: "王伟"}
    verdicts = [
        {
            "id": one["id"],
            "verdict": "unknown"
            if one["number"] not in known
            else ("agrees" if known[one["number"]] == one["name"] else "contradicts"),
        }
        for one in content["claims"]
    ]
    says(handler, json.dumps({"verdicts": verdicts}).encode())


@contextmanager
def service(answer: Answer | None = None) -> Iterator[Service]:
    one = Service(answer)
    thread = threading.Thread(target=one.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield one
    finally:
        one.server.shutdown()
        one.server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def _rested() -> Iterator[None]:
    verifying._resting_until = 0.0
    yield
    verifying._resting_until = 0.0


def asked(one: Service, claims: pl.DataFrame = CLAIMS, timeout_s: float = 5.0) -> list[str]:
    return Elsewhere(one.url, None, timeout_s).verdicts(claims).to_list()


def _slow(handler: BaseHTTPRequestHandler, content: dict[str, Any]) -> None:
    time.sleep(0.3)
    _knows_two(handler, content)


def _drop_by_drop(handler: BaseHTTPRequestHandler, content: dict[str, Any]) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(8):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        return


def _verdicts(*pairs: tuple[str, object]) -> Answer:
    body = json.dumps({"verdicts": [{"id": id_, "verdict": verdict} for id_, verdict in pairs]}).encode()
    return lambda handler, _: says(handler, body)


NOTHING = ["unknown", "unknown"]
FAULTS: dict[str, tuple[Answer, list[str], int]] = {
    # name: what the service does, what must come of it, how often it is asked
    "slow": (_slow, NOTHING, 3),
    "drop by drop": (_drop_by_drop, NOTHING, 3),
    "endless": (lambda handler, _: says(handler, b" " * 3_000_000), NOTHING, 3),
    "500": (lambda handler, _: says(handler, b"", 500), NOTHING, 3),
    "401": (lambda handler, _: says(handler, b"", 401), NOTHING, 1),
    "redirected": (lambda handler, _: says(handler, b"", 307), NOTHING, 1),
    "no JSON": (lambda handler, _: says(handler, b"<html>"), NOTHING, 1),
    "other JSON": (lambda handler, _: says(handler, b'{"verdicts": 1}'), NOTHING, 1),
    "not UTF-8": (lambda handler, _: says(handler, b'{"verdicts": "\xff"}'), NOTHING, 1),
    "contradicts": (_verdicts(("0", "contradicts"), ("1", "agrees")), ["contradicts", "agrees"], 1),
    "out of order": (_verdicts(("1", "contradicts"), ("0", "agrees")), ["agrees", "contradicts"], 1),
    "partial": (_verdicts(("1", "agrees")), ["unknown", "agrees"], 1),
    "other words": (_verdicts(("0", "yes"), ("1", True)), NOTHING, 1),
    "both ways": (_verdicts(("0", "agrees"), ("0", "contradicts"), ("1", "agrees")), ["unknown", "agrees"], 1),
    "of others": (_verdicts(("7", "agrees"), ("8", "agrees")), NOTHING, 1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_goes_wrong_is_unknown(fault: str) -> None:
    answer, wanted, times = FAULTS[fault]
    with service(answer) as one:
        assert asked(one, timeout_s=0.2 if answer in (_slow, _drop_by_drop) else 5.0) == wanted
        assert len(one.asked) == times


def test_nobody_there_is_unknown() -> None:
    with service() as one:
        pass
    assert asked(one) == NOTHING


def test_a_verifier_that_failed_is_left_alone_for_a_while() -> None:
    """A file of many parts does not wait for it part by part."""
    with service(FAULTS["500"][0]) as one:
        assert asked(one) == asked(one) == NOTHING
        assert len(one.asked) == 3


def test_claims_go_in_batches_with_the_bearer_token_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(SECRET + "\n")
    with service() as one:
        verdicts = Elsewhere(one.url, tmp_path / "token", 2.0).verdicts(pl.concat([CLAIMS] * 300))
    assert verdicts.to_list() == ["agrees"] * 600
    assert [len(batch["claims"]) for batch in one.asked] == [500, 100]
    assert set(one.bearers) == {f"Bearer {SECRET}"}
    assert one.asked[0]["claims"][1] == {
        "id": "1",
        "document_type": "01",
        "issuing_state": "",
        "number": WANG_WEI.number,
        "name": "王伟",
    }


def test_without_the_file_of_the_token_nobody_is_asked(tmp_path: Path) -> None:
    with service() as one:
        assert Elsewhere(one.url, tmp_path / "absent", 1.0).verdicts(CLAIMS).to_list() == NOTHING
        assert one.asked == []


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")


@contextmanager
def set_to(url: str) -> Iterator[None]:
    settings.OPENXIN_IDENTITY_VERIFIER_URL = url
    try:
        yield
    finally:
        settings.OPENXIN_IDENTITY_VERIFIER_URL = ""


def test_the_door_asks_about_newcomers_only_and_once(door: Door) -> None:
    door.receives(penalty(LI_NA))
    rows = [
        penalty(LI_NA, "示市监罚〔2026〕2号"),
        penalty(WANG_WEI, "示市监罚〔2026〕3号"),
        penalty(WANG_WEI, "示市监罚〔2026〕4号"),
        penalty(OTHER_LI_NA, "示市监罚〔2026〕5号"),
    ]
    with service() as one, set_to(one.url):
        receipt = door.receives(*rows, name="second.csv")
    assert counts(receipt) == (4, 0, 0, 0)
    assert [sorted(claim["number"] for claim in batch["claims"]) for batch in one.asked] == [
        sorted((WANG_WEI.number, OTHER_LI_NA.number))
    ]
    assert door.register.rows("select standing, count(*) from people_identity group by 1 order by 1") == [
        ("claimed", 2),
        ("verified", 1),
    ]
    door.register.is_sound(records=5, secrets=[WANG_WEI.number, SECRET])


def test_what_the_verifier_contradicts_waits_in_a_check_as_in_earnest(door: Door) -> None:
    wrong = penalty(Person("李那", LI_NA.number))
    with service() as one, set_to(one.url):
        checked = door.checks(wrong)
        receipt = door.receives(wrong)
    assert counts(checked.receipt) == counts(receipt) == (0, 0, 1, 0)
    assert door.reasons(receipt) == {2: ("quarantined", {("CF_XDR_MC", "NAME_DISAGREES")})}
    assert door.register.count("people_person") == 0
    door.register.is_sound(records=0, quarantined=1)


def test_a_verifier_that_fails_keeps_nobody_out_and_verifies_nobody(door: Door) -> None:
    with service(FAULTS["500"][0]) as one, set_to(one.url):
        assert counts(door.receives(penalty(LI_NA))) == (1, 0, 0, 0)
    assert door.register.rows("select standing from people_identity") == [("claimed",)]
    log = door.register.home / "logs" / "openxin.log"
    told = log.read_text("utf-8")
    assert "identity_verifier_failed" in told
    assert LI_NA.number not in told
    assert LI_NA.name not in told
    door.register.is_sound(records=1)
