"""Database and tree are compared: what was deleted, doubled, never entered or altered is found."""

from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connections, transaction

from openxin.cli.ledger import sources
from openxin.ledger.append import Entries, append
from openxin.ledger.reconciling import WORDS, Disagreement, NotToBeSeen, Reconciled, Source, reconcile
from openxin.ledger.sequencing import sequence
from openxin.ledger.verification import Reason
from tests.harness.register import Register

DAY = date(2026, 11, 24)
MARK = "('x' || left(entry_id::text, 8))::bit(32)::int"
UNCHECKED = "alter table ledger_run drop constraint ledger_run_check;"
AGAIN = "kind, day, entries, commitments from ledger_run where first = 0"
GRANTS = (
    Source("sample_grant", "select entry_id from sample_grant", ("sample_grant",), frozenset({"grant", "revocation"})),
)


@pytest.fixture
def ledger(register: Register) -> Register:
    """A register with a table of a room above: 300 grants, 290 of them in the tree and 10 in the outbox."""
    as_owner(
        register,
        "create table sample_grant (entry_id uuid not null)",
        "grant select, insert on sample_grant to openxin_app",
    )
    grant([uuid4() for _ in range(290)])
    sequence()
    grant([uuid4() for _ in range(10)])
    return register


def as_owner(register: Register, *statements: str) -> None:
    with psycopg.connect(**register.installation.address("owner"), autocommit=True) as owner:  # type: ignore[arg-type]
        for statement in statements:
            owner.execute(statement)  # type: ignore[arg-type]


def tampered(register: Register, statement: str) -> None:
    """As somebody would who owns the tables: the triggers are no obstacle."""
    tables = ("ledger_run", "ledger_position", "ledger_tile", "ledger_checkpoint")
    as_owner(register, *(f"alter table {table} disable trigger all" for table in tables), statement)


def grant(ids: list[UUID], kind: str = "grant") -> None:
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("insert into sample_grant select * from unnest(%s::uuid[])", (ids,))
        append(cursor, Entries(kind, DAY, [one.bytes for one in ids], [sha256(one.bytes).digest() for one in ids]))


def disagreements(found: Reconciled) -> dict[Disagreement, int]:
    return {each.disagreement: each.count for each in found.disagreements}


def test_a_register_at_rest_agrees_whether_entries_are_sequenced_or_wait(ledger: Register) -> None:
    found = reconcile(GRANTS)
    assert found.agrees
    assert found.told == 300
    assert found.waiting >= 10
    sequence()
    assert reconcile(GRANTS).agrees
    assert reconcile(GRANTS).waiting == 0


def test_what_no_table_accounts_for_is_not_asked_for(ledger: Register) -> None:
    with transaction.atomic(), connections["default"].cursor() as cursor:
        append(cursor, Entries("catalogue", DAY, [uuid4().bytes], [bytes(32)]))
    assert reconcile(GRANTS).agrees
    assert reconcile(()).agrees


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "delete from sample_grant where entry_id in (select entry_id from ledger_leaf)",
            {Disagreement.NOT_TOLD: 290},
        ),
        (
            "delete from sample_grant where entry_id not in (select entry_id from ledger_leaf)",
            {Disagreement.NOT_TOLD: 10},
        ),
        ("insert into sample_grant select gen_random_uuid() from generate_series(1, 30)", {Disagreement.NO_ENTRY: 30}),
        ("insert into sample_grant select entry_id from ledger_leaf where seq = 280", {Disagreement.TOLD_TWICE: 1}),
        (
            f"delete from ledger_position where mark in (select {MARK} from ledger_leaf where seq > 280)",
            {Disagreement.NO_POSITION: 10},
        ),
        (
            f"update ledger_position set first = 9999 where mark = (select {MARK} from ledger_leaf where seq = 280)",
            {Disagreement.NO_POSITION: 1, Disagreement.NO_LEAF: 1},
        ),
        (
            "update ledger_run set entries = sha256('other') || substr(entries, 33) where kind = 'grant'",
            {
                Disagreement.NO_ENTRY: 2,
                Disagreement.NOT_TOLD: 2,
                Disagreement.NO_POSITION: 2,
                Disagreement.NO_LEAF: 2,
            },
        ),
        (
            "update ledger_run set entries = substr(entries, 17, 16) || substr(entries, 17) where kind = 'grant'",
            {Disagreement.NO_ENTRY: 1, Disagreement.ENTERED_TWICE: 1, Disagreement.NO_LEAF: 1},
        ),
        ("delete from ledger_outbox where kind = 'grant'", {Disagreement.NO_ENTRY: 10}),
    ],
)
def test_what_only_one_of_the_two_tells_is_found(
    ledger: Register, statement: str, found: dict[Disagreement, int]
) -> None:
    tampered(ledger, statement)
    reconciled = reconcile(GRANTS)
    assert disagreements(reconciled) == found
    assert not reconciled.agrees
    assert all(each.places for each in reconciled.disagreements)
    assert all(len(each.places) <= 20 for each in reconciled.disagreements)


@pytest.mark.parametrize(
    ("statement", "reason", "first"),
    [
        ("update ledger_run set day = day + 1 where kind = 'grant'", Reason.HASH, 1),
        ("update ledger_run set day = (day || ' BC')::date where kind = 'grant'", Reason.HASH, 1),
        ("update ledger_run set day = 'infinity' where kind = 'grant'", Reason.HASH, 1),
        ("update ledger_run set kind = 'revocation' where kind = 'grant'", Reason.HASH, 1),
        ("update ledger_run set kind = repeat('王', 70000) where kind = 'grant'", Reason.HASH, 1),
        ("update ledger_run set commitments = set_byte(commitments, 32 * 279, 0) where first = 1", Reason.HASH, 280),
        ("delete from ledger_run where kind = 'grant'", Reason.MISSING, 1),
        ("update ledger_run set first = -1000000000000 where first = 1", Reason.MISSING, 1),
        (f"{UNCHECKED} update ledger_run set commitments = substr(commitments, 2) where first = 1", Reason.HASH, 1),
        (
            f"{UNCHECKED} update ledger_run set commitments = substr(commitments, 1, 9270) where first = 1",
            Reason.MISSING,
            290,
        ),
        (f"insert into ledger_run select 291, {AGAIN}", Reason.SURPLUS, None),
        (f"insert into ledger_run select 5, {AGAIN}", Reason.EXTRA, 256),
        (f"insert into ledger_run select -1, {AGAIN}", Reason.SURPLUS, None),
        (
            "update ledger_tile set hashes = sha256(hashes) || substr(hashes, 33) where level = 0 and index = 0",
            Reason.HASH,
            0,
        ),
        ("update ledger_tile set hashes = sha256(hashes) where level = 1", Reason.TILE, 0),
        ("delete from ledger_tile where level = 1", Reason.TILE, 0),
        ("update ledger_checkpoint set root = sha256(root)", Reason.CHECKPOINT, None),
        ("update ledger_checkpoint set note = replace(note, '—', '-')", Reason.CHECKPOINT, None),
    ],
)
def test_what_was_altered_in_the_tables_is_found(
    ledger: Register, statement: str, reason: Reason, first: int | None
) -> None:
    tampered(ledger, statement)
    verified = reconcile(GRANTS).verified
    assert verified is not None
    assert verified.misfit is not None
    assert (verified.misfit.reason, verified.misfit.first) == (reason, first)


def test_a_table_that_row_security_hides_is_not_taken_for_an_empty_one(ledger: Register) -> None:
    as_owner(
        ledger,
        "alter table sample_grant enable row level security",
        "create policy own on sample_grant using (current_setting('openxin.reader')::uuid is not null and false)",
    )
    with pytest.raises(NotToBeSeen, match="sample_grant"):
        reconcile(GRANTS)
    as_owner(
        ledger,
        "create policy reconcile on sample_grant for select using ("
        "current_setting('openxin.reader')::uuid is not null and current_setting('openxin.task') = 'reconcile')",
    )
    assert reconcile(GRANTS).agrees
    assert reconcile(GRANTS).told == 300


def test_every_table_with_an_entry_id_is_compared(register: Register) -> None:
    """A new table with such a column must say so in `cli/ledger.py`."""
    there = register.rows(
        "select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " where a.attname = 'entry_id' and c.relkind in ('r', 'p') and not c.relispartition"
        " and not starts_with(c.relname, 'ledger_')"
    )
    assert {row[0] for row in there} <= {table for source in sources() for table in source.tables}
    assert reconcile(sources()).agrees


def test_every_disagreement_has_its_words_in_both_languages() -> None:
    assert set(WORDS) == set(Disagreement)
    assert all(zh and en for zh, en in WORDS.values())
