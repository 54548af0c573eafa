"""The ledger over HTTP: what C2SP tlog-tiles asks for, only as far as it is signed, and witnesses who hand in what they saw."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connections, transaction
from django.test import Client

from openxin.ledger import checkpoints, cosigning, heads, leaves, notes, tiles, tree
from openxin.ledger.append import Entries, append
from openxin.ledger.sequencing import sequence
from tests.harness.register import Register

W1, W2 = (Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n in (1, 2))


def enter(count: int) -> None:
    ids = [uuid4().bytes for _ in range(count)]
    with transaction.atomic(), connections["default"].cursor() as cursor:
        append(cursor, Entries("check", date(2026, 11, 24), ids, [sha256(one).digest() for one in ids]))


@pytest.fixture
def log(register: Register) -> Client:
    enter(700)
    sequence()
    return Client()


def vkey(name: str, private: Ed25519PrivateKey) -> str:
    return str(cosigning.WitnessKey(name, private.public_key().public_bytes_raw()))


def needs(monkeypatch: pytest.MonkeyPatch, needed: int) -> None:
    installation = replace(
        settings.OPENXIN_INSTALLATION, witnesses=(vkey("w1", W1), vkey("w2", W2)), witnesses_needed=needed
    )
    monkeypatch.setattr(settings, "OPENXIN_INSTALLATION", installation)


def test_an_outsider_computes_the_signed_root_from_what_is_served(log: Client) -> None:
    key = notes.read_key(log.get("/ledger/vkey").content.decode().strip())
    text = notes.open_note(log.get("/ledger/checkpoint").content.decode(), key)
    head = heads.read_head(text)
    entries: list[bytes] = []
    for index in range(-(-head.size // 256)):
        width = min(256, head.size - 256 * index)
        entries += tiles.unbundle(log.get(f"/ledger/{tiles.bundle_path(index, width)}").content)
        hashes = log.get(f"/ledger/{tiles.tile_path(0, index, width)}").content
        assert hashes == tree.leaf_hashes(entries[-width:])
    assert leaves.are_leaves(entries)
    assert tree.root(tree.leaf_hashes(entries)) == head.root


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/002.p/250",
        "tile/0/003",
        "tile/0/0",
        "tile/9/000",
        "tile/0/000.p/0",
        "tile/entries/002.p/300",
        "tile/0/x000",
    ],
)
def test_what_is_not_signed_or_not_a_place_is_not_served(log: Client, path: str) -> None:
    enter(300)  # in the outbox only
    assert log.get(f"/ledger/{path}").status_code == 404


def test_before_anything_is_signed_there_is_nothing(register: Register) -> None:
    for path in ("checkpoint", "pending", "tile/0/000.p/1"):
        assert Client().get(f"/ledger/{path}").status_code == 404


def test_a_checkpoint_is_published_when_enough_witnesses_saw_it(log: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    needs(monkeypatch, 2)
    assert log.get("/ledger/checkpoint").status_code == 404
    pending = log.get("/ledger/pending").content.decode()
    text = notes.divided(pending)[0]
    for name, private, status in (("w1", W1, 404), ("w2", W2, 200)):
        line = cosigning.cosign(text, name=name, private=private, at=1_764_000_000).line
        for _ in range(2):  # again is the same as once
            body = {"checkpoint": pending, "cosignature": line}
            assert log.post("/ledger/cosignatures", body, content_type="application/json").status_code == 204
        assert log.get("/ledger/checkpoint").status_code == status
    published = log.get("/ledger/checkpoint").content.decode()
    keys = [cosigning.read_witness_key(vkey("w1", W1)), cosigning.read_witness_key(vkey("w2", W2))]
    assert len(cosigning.cosignatures(published, keys)) == 2
    enter(10)
    sequence()
    assert log.get("/ledger/checkpoint").content.decode() == published  # the newer one has been seen by nobody
    assert log.get("/ledger/pending").content.decode() != pending


def test_what_is_not_a_cosignature_that_counts_is_refused(log: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    needs(monkeypatch, 1)
    pending = log.get("/ledger/pending").content.decode()
    text = notes.divided(pending)[0]
    stranger = cosigning.cosign(text, name="w1", private=Ed25519PrivateKey.generate(), at=1).line
    true = cosigning.cosign(text, name="w1", private=W1, at=1).line
    own = checkpoints.own_signer()
    elsewhere = own.sign(heads.TreeHead(own.name, 9_999, bytes(32)).text)
    there = cosigning.cosign(notes.divided(elsewhere)[0], name="w1", private=W1, at=1).line
    for body in (
        {"checkpoint": pending, "cosignature": stranger},
        {"checkpoint": elsewhere, "cosignature": there},
        {"checkpoint": pending.replace("\n\n", "\nmore\n\n", 1), "cosignature": true},
        {"checkpoint": pending, "cosignature": ""},
        {"checkpoint": pending},
        [],
    ):
        answer = log.post("/ledger/cosignatures", body, content_type="application/json")
        assert answer.status_code == 403, body
    assert log.post("/ledger/cosignatures", "{" * 20_000, content_type="application/json").status_code == 413
    assert log.get("/ledger/checkpoint").status_code == 404
