"""More than a thousand attacks, each found: as superuser on the tables, on an export, with a second tree for one witness.

Whoever holds an earlier checkpoint is the judge; the attacker even has the signing key and signs what they made.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import ledger_exports as exports
import psycopg
import pytest
from django.db import connections, transaction

from openxin.ledger import checkpoints, heads, leaves, tiles, tree, verification, witness
from openxin.ledger.append import Entries, append
from openxin.ledger.heads import TreeHead
from openxin.ledger.sequencing import sequence
from openxin.ledger.stored import StoredLog
from openxin.ledger.witness import LogContradicts, RemoteLog
from tests.harness.register import Register

EACH = 500
SPLIT = 100
SIZE, KEPT = 1_500, 1_100  # leaves now; leaves under the checkpoint that somebody kept


@dataclass
class Forged:
    """The entries of a ledger as an attacker would have them."""

    entries: list[bytes]

    def altered(self, chance: random.Random) -> str:
        """One change below the kept checkpoint; its name."""
        at = chance.randrange(KEPT)
        other = leaves.written("admission", date(2026, 11, 25), sha256(chance.randbytes(8)).digest())[0]
        way = chance.choice(["alter", "remove", "reorder", "duplicate", "insert", "truncate"])
        if way == "alter":
            self.entries[at] = other
        elif way == "remove":
            del self.entries[at]
        elif way == "reorder":
            to = chance.choice([n for n in (0, at // 2, (at + 1) % KEPT, KEPT - 1) if n != at])
            self.entries[at], self.entries[to] = self.entries[to], self.entries[at]
        elif way == "duplicate":
            self.entries.insert(at, self.entries[at])
        elif way == "insert":
            self.entries.insert(at, other)
        else:
            del self.entries[at:]
        return way


def test_every_attack_on_an_export_is_found_even_where_it_was_signed_anew() -> None:
    """The tiles are made anew over the forged entries, and the log's own key signs: only the kept checkpoint tells."""
    chance = random.Random(500)
    true = exports.some_leaves(SIZE)
    kept = exports.Memory(true[:KEPT]).head
    assert verification.check(exports.Memory(true), exports.SIGNER.key, exports.Memory(true).head, [kept]).is_sound
    for _ in range(EACH):
        forged = Forged(list(true))
        way = forged.altered(chance)
        log = exports.Memory(forged.entries)
        found = verification.check(log, exports.SIGNER.key, log.head, [kept])
        assert found.misfit is not None, way
        assert found.misfit.reason in {"EARLIER_ROOT", "EARLIER_CHECKPOINT"}


class Showing(RemoteLog):
    """A log that shows a witness these entries, signed."""

    def __init__(self, entries: list[bytes]) -> None:
        self._log = exports.Memory(entries)

    def tile(self, level: int, index: int, width: int) -> bytes | None:
        return self._log.tile(level, index, width)

    def fetch(self, path: str) -> bytes:
        shown = {"vkey": f"{exports.SIGNER.key}\n", "pending": exports.SIGNER.sign(self._log.head.text)}
        return shown[path].encode()


def test_a_second_tree_that_is_shown_to_one_witness_is_found_by_all(tmp_path: Path) -> None:
    """A witness of the true tree does not countersign the other; what a witness of the other holds contradicts the true one."""
    chance = random.Random(41)
    true = exports.some_leaves(SIZE)
    log = exports.Memory(true)
    honest, deceived = tmp_path / "w1", tmp_path / "w2"
    for state in (honest, deceived):
        witness.make_key(state, f"{state.name}.example")
    witness.witness(honest, Showing(true[:KEPT]), at=1)
    for n in range(SPLIT):
        forged = Forged(list(true))
        way = forged.altered(chance)
        if way == "truncate":  # what is merely shorter is an older tree, and no second one: it goes on otherwise
            forged.entries += leaves.written("admission", date(2026, 11, 25), chance.randbytes(32) * 2)
        with pytest.raises(LogContradicts):
            witness.witness(honest, Showing(forged.entries), at=n)
        (deceived / "last-checkpoint").unlink(missing_ok=True)
        seen = witness.witness(deceived, Showing(forged.entries), at=n)
        found = verification.check(log, exports.SIGNER.key, log.head, [seen.head])
        assert found.misfit is not None, way
    assert witness.witness(honest, Showing(true), at=SPLIT).head == log.head


@pytest.fixture
def attacked(register: Register) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A superuser's connection to a ledger that has been running for a while, with nothing in the way of changes."""
    for count in (KEPT, SIZE - KEPT):
        ids = [uuid4().bytes for _ in range(count)]
        with transaction.atomic(), connections["default"].cursor() as cursor:
            append(cursor, Entries("grant", date(2026, 11, 24), ids, [sha256(one).digest() for one in ids]))
        sequence()
    with psycopg.connect(**register.installation.address("owner")) as owner:
        owner.execute("alter table ledger_run disable trigger user; alter table ledger_tile disable trigger user")
        owner.commit()
        yield owner
        owner.rollback()


Attack = Callable[[psycopg.Cursor[tuple[object, ...]], random.Random, int], None]


def _of(cursor: psycopg.Cursor[tuple[object, ...]], at: int) -> tuple[int, int]:
    """The run in which leaf `at` lies, and where its commitment begins there."""
    cursor.execute("select max(first) from ledger_run where first <= %s", (at,))
    first = int(str(cursor.fetchone()[0]))  # type: ignore[index]
    return first, 32 * (at - first)


def _shift(cursor: psycopg.Cursor[tuple[object, ...]], first: int, by: int) -> None:
    cursor.execute("update ledger_run set first = -first where first > %s", (first,))
    cursor.execute("update ledger_run set first = -first + %s where first < 0", (by,))


def _put(cursor: psycopg.Cursor[tuple[object, ...]], at: int, *, over: int, commitments: bytes) -> None:
    """These commitments in the place of `over` leaves; the runs behind them move."""
    first, begin = _of(cursor, at)
    cursor.execute(
        """update ledger_run set commitments = made, entries = substr(made || made, 1, octet_length(made) / 2)
           from (select substr(commitments, 1, %(begin)s) || %(new)s || substr(commitments, %(behind)s) as made
                 from ledger_run where first = %(first)s) as made (made) where first = %(first)s""",
        {"begin": begin, "new": commitments, "behind": begin + 32 * over + 1, "first": first},
    )
    _shift(cursor, first, len(commitments) // 32 - over)


def _commitment(cursor: psycopg.Cursor[tuple[object, ...]], at: int) -> bytes:
    first, begin = _of(cursor, at)
    cursor.execute("select substr(commitments, %s, 32) from ledger_run where first = %s", (begin + 1, first))
    return bytes(cursor.fetchone()[0])  # type: ignore[index, call-overload, no-any-return]


def _alter(cursor: psycopg.Cursor[tuple[object, ...]], chance: random.Random, at: int) -> None:
    first, _ = _of(cursor, at)
    if chance.random() < 0.2:
        cursor.execute("update ledger_run set day = day + 1 where first = %s", (first,))
    else:
        _put(cursor, at, over=1, commitments=sha256(chance.randbytes(8)).digest())


def _remove(cursor: psycopg.Cursor[tuple[object, ...]], _: random.Random, at: int) -> None:
    first, begin = _of(cursor, at)
    cursor.execute("select octet_length(commitments) from ledger_run where first = %s", (first,))
    if cursor.fetchone() == (32,):  # nothing would be left of its run
        cursor.execute("delete from ledger_run where first = %s", (first,))
        _shift(cursor, first, -1)
    else:
        _put(cursor, first + begin // 32, over=1, commitments=b"")


def _reorder(cursor: psycopg.Cursor[tuple[object, ...]], chance: random.Random, at: int) -> None:
    to = chance.choice([n for n in (1, (at + 1) % KEPT, KEPT - 1) if n != at])
    one, other = _commitment(cursor, at), _commitment(cursor, to)
    _put(cursor, at, over=1, commitments=other)
    _put(cursor, to, over=1, commitments=one)


def _duplicate(cursor: psycopg.Cursor[tuple[object, ...]], _: random.Random, at: int) -> None:
    _put(cursor, at, over=1, commitments=_commitment(cursor, at) * 2)


def _insert(cursor: psycopg.Cursor[tuple[object, ...]], chance: random.Random, at: int) -> None:
    _put(cursor, at, over=0, commitments=sha256(chance.randbytes(8)).digest())


def _truncate(cursor: psycopg.Cursor[tuple[object, ...]], _: random.Random, at: int) -> None:
    first, begin = _of(cursor, at)
    cursor.execute("delete from ledger_run where first > %s or first = %s and %s = 0", (first, first, begin))
    cursor.execute(
        """update ledger_run set commitments = substr(commitments, 1, %s), entries = substr(entries, 1, %s)
           where first = %s""",
        (begin, begin // 2, first),
    )


def _tile(cursor: psycopg.Cursor[tuple[object, ...]], chance: random.Random, at: int) -> None:
    cursor.execute(
        "update ledger_tile set hashes = set_byte(hashes, %s, get_byte(hashes, %s) # 1) where level = 0 and index = %s",
        (32 * (at % 256) + chance.randrange(32),) * 2 + (at // 256,),
    )


ATTACKS: list[Attack] = [_alter, _remove, _reorder, _duplicate, _insert, _truncate, _tile]


@pytest.mark.parametrize("rehashed", [False, True], ids=["tables alone", "with tiles and checkpoint made anew"])
def test_every_attack_of_a_superuser_is_found(
    attacked: psycopg.Connection[tuple[object, ...]], *, rehashed: bool
) -> None:
    chance = random.Random(7 + rehashed)
    key = checkpoints.own_signer().key
    with attacked.cursor() as cursor:
        signed = [verification.signed_head(note, key) for _, _, note in checkpoints.all_signed(cursor)]
        kept = next(head for head in signed if KEPT <= head.size < SIZE)
        newest = signed[-1]
        assert verification.check(StoredLog(cursor), key, newest, [kept]).is_sound
        for n in range(EACH // 2):
            attack = ATTACKS[n % (len(ATTACKS) - rehashed)]  # hashes made anew are no attack on hashes
            cursor.execute("savepoint before")
            attack(cursor, chance, chance.randrange(KEPT))
            head = _rehash(cursor) if rehashed else newest
            found = verification.check(StoredLog(cursor), key, head, [kept])
            assert found.misfit is not None, attack.__name__
            cursor.execute("rollback to savepoint before")


def _rehash(cursor: psycopg.Cursor[tuple[object, ...]]) -> TreeHead:
    """What an attacker with every right does afterwards: all tiles anew over what is there now."""
    cursor.execute("select body from ledger_leaf order by seq")
    edge = tiles.Edge()
    changed = edge.add(tree.leaf_hashes([bytes(row[0]) for row in cursor.fetchall()]))  # type: ignore[arg-type]
    cursor.execute("truncate ledger_tile")
    cursor.executemany(
        "insert into ledger_tile values (%s, %s, %s)", [(one.level, one.index, one.hashes) for one in changed]
    )
    return heads.TreeHead(checkpoints.own_signer().name, edge.size, edge.root)
