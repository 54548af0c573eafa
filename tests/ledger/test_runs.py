"""However entries come and are taken up: what is stored is the tree of RFC 6962 over them, and each is found by its id."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from itertools import pairwise
from uuid import UUID

from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openxin.ledger import checkpoints, leaves, proofs, stored, tiles, tree
from openxin.ledger.append import append_run
from openxin.ledger.sequencing import sequence
from openxin.store.identifiers import neighbouring_run, random_run
from tests.harness.register import Register

DAY = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class Coming:
    """What one transaction brings: so many entries of a day, with ids that begin alike or do not."""

    count: int
    day: date
    alike: bool


COMING = st.builds(
    Coming,
    count=st.one_of(st.integers(1, 3), st.integers(1, 600), st.sampled_from([255, 256, 257, 4_096, 4_097, 5_000])),
    day=st.integers(0, 1).map(lambda days: DAY + timedelta(days=days)),
    alike=st.booleans(),
)


@dataclass(slots=True)
class Model:
    """The ledger as its definition says: a list."""

    ids: list[bytes] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)

    def takes(self, coming: Coming) -> tuple[bytes, bytes]:
        """Remember; gives the ids and commitments that are to be appended."""
        ids = (neighbouring_run if coming.alike else random_run)(coming.count).tolist()
        made = [sha256(one).digest() for one in ids]
        self.ids += ids
        self.leaves += [f'{{"c":"{one.hex()}","day":"{coming.day}","kind":"catalogue","v":1}}'.encode() for one in made]
        return b"".join(ids), b"".join(made)


def root_of(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return sha256(b"\x01" + root_of(hashes[:half]) + root_of(hashes[half:])).digest()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=st.lists(st.lists(COMING, max_size=6), min_size=1, max_size=3), batch=st.sampled_from([1, 300, 65_536]))
def check_growing(register: Register, model: Model, rounds: list[list[Coming]], batch: int) -> None:
    """The ledger goes on growing from one example to the next, as ledgers do."""
    for several in rounds:
        for coming in several:
            ids, commitments = model.takes(coming)
            with transaction.atomic(), connections["default"].cursor() as cursor:
                append_run(cursor, "catalogue", coming.day, ids, commitments)
        sequence(batch=batch)
    with connections["default"].cursor() as cursor:
        note = checkpoints.latest_note(cursor)
        head = checkpoints.signed_by(note, checkpoints.own_signer().key)
        hashes = [sha256(b"\x00" + leaf).digest() for leaf in model.leaves]
        assert (head.size, head.root) == (len(hashes), root_of(hashes))
        log = stored.StoredLog(cursor)
        starts = range(0, head.size, tiles.WIDTH)
        assert [tiles.unbundle(log.bundle(at // 256, min(256, head.size - at)) or b"") for at in starts] == [
            model.leaves[at : at + 256] for at in starts
        ]
        for at in {0, head.size - 1, head.size // 2, head.size * 2 // 3}:
            assert stored.entered(cursor, UUID(bytes=model.ids[at])) == (at, model.leaves[at])
            proof = proofs.prove(stored.StoredLog(cursor), at, note, head.size)
            proofs.check(proof, model.leaves[at], checkpoints.own_signer().key)
        signed = checkpoints.all_signed(cursor)
        for (old, old_root, _), (new, new_root, _) in pairwise(signed[-6:]):
            shown = proofs.span_hashes(log, tree.consistency_spans(old, new), head.size)
            assert tree.is_consistent(old, new, shown, old_root, new_root)


def test_the_stored_ledger_is_the_tree_over_its_entries_however_they_came(register: Register) -> None:
    sequence()
    model = Model()
    with connections["default"].cursor() as cursor:
        cursor.execute("select entry_id, body from ledger_leaf")
        for entry_id, body in cursor.fetchall():
            model.ids.append(entry_id.bytes)
            model.leaves.append(bytes(body))
    check_growing(register, model)
    register.is_sound()


def test_small_neighbours_are_one_run_and_large_ones_stay_as_they_came(register: Register) -> None:
    """A line at a time makes no row for each; and an id is looked for among some thousands at most, or what came together."""
    sequence()
    model = Model()
    for count in (1, 1, 1, 4_093, 1, 5_000, 2):
        ids, commitments = model.takes(Coming(count, DAY, alike=False))
        with transaction.atomic(), connections["default"].cursor() as cursor:
            append_run(cursor, "catalogue", DAY, ids, commitments)
    sequence()
    runs = register.rows("select octet_length(entries) / 16 from ledger_run order by first")
    assert [row[0] for row in runs] == [1, 4_096, 1, 5_000, 2]
    register.is_sound()


def test_ids_that_begin_alike_take_one_row_of_the_look_up(register: Register) -> None:
    sequence()
    before = register.count("ledger_position")
    ids = neighbouring_run(1_000).tobytes()
    with transaction.atomic(), connections["default"].cursor() as cursor:
        append_run(cursor, "catalogue", DAY, ids, bytes(32 * 1_000))
    sequence()
    assert register.count("ledger_position") == before + 1
    register.is_sound()


def test_an_id_that_nobody_entered_is_not_found_and_neither_is_one_that_lies_across_two(register: Register) -> None:
    sequence()
    ids = neighbouring_run(2).tobytes()
    across = ids[:4] + bytes(12)  # begins as those do, and is none of them
    with transaction.atomic(), connections["default"].cursor() as cursor:
        append_run(cursor, "catalogue", DAY, ids + ids[8:16] + ids[16:24], bytes(32 * 3))
        assert stored.entered(cursor, UUID(bytes=ids[:16])) is None  # it waits
    sequence()
    with connections["default"].cursor() as cursor:
        assert stored.entered(cursor, UUID(bytes=across)) is None
        assert stored.entered(cursor, UUID(bytes=random_run(1).tobytes())) is None
        found = stored.entered(cursor, UUID(bytes=ids[16:]))
        assert found is not None
        assert leaves.read(found[1]).commitment == bytes(32)
    register.is_sound()
