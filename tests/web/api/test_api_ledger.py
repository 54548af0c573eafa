"""The ledger through the API: for everybody, without a token, and the same bytes as under /ledger/."""

from django.db import connections
from django.test import Client

from openxin.ledger import checkpoints, proofs, stored, verification
from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.machine import V1
from tests.harness.register import Register


def test_checkpoint_key_tiles_and_entries_are_those_of_the_log(door: Door) -> None:
    door.receives(*(sample.penalty(sample.person(n), f"示市监罚〔2026〕{n}号") for n in range(5)))
    sequence()
    browser = Client(SERVER_NAME="localhost")
    for path in ("checkpoint", "tile/0/000.p/{size}", "entries/000.p/{size}"):
        size = verification.signed_head(checkpoints.latest(), checkpoints.own_signer().key).size
        here = path.format(size=size)
        there = here.replace("entries", "tile/entries")
        one, other = browser.get(f"{V1}/ledger/{here}"), browser.get(f"/ledger/{there}")
        assert (one.status_code, one.content) == (200, other.content), path
        assert one["ETag"]
    assert browser.get(f"{V1}/ledger/key").content == browser.get("/ledger/vkey").content
    assert browser.get(f"{V1}/ledger/tile/0/001").json()["code"] == "not-found"
    door.register.is_sound(records=5)


def test_every_leaf_has_its_proof(door: Door) -> None:
    door.receives(*(sample.penalty(sample.person(n), f"示市监罚〔2026〕{n}号") for n in range(3)))
    sequence()
    key, browser = checkpoints.own_signer().key, Client(SERVER_NAME="localhost")
    head = verification.signed_head(checkpoints.latest(), key)
    with connections["default"].cursor() as cursor:
        entries = [entry for _, entry in stored.entries(cursor, 0, head.size)]
    for number in range(head.size):
        answer = browser.get(f"{V1}/ledger/proofs/{number}")
        assert answer["Content-Type"].startswith("text/plain")
        found = proofs.read(answer.content.decode())
        assert (found.index, found.extra) == (number, b""), "what it is about is told to its person alone"
        proofs.check(found, entries[number], key)
    beyond = browser.get(f"{V1}/ledger/proofs/{head.size}")
    assert (beyond.status_code, beyond.json()["size"]) == (404, head.size)


def test_while_nothing_is_signed_there_is_nothing(register: Register) -> None:
    browser = Client(SERVER_NAME="localhost")
    for path in ("checkpoint", "tile/0/000", "entries/000", "proofs/0"):
        assert browser.get(f"{V1}/ledger/{path}").json()["code"] == "not-found", path
