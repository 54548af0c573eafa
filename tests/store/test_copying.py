"""What is copied in binary is what comes out of the table, whatever it is; and a row costs little."""

import os
import time
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openxin.store.copying import Bool, Bytes, Date, Int2, Int4, Int8, Jsonb, Text, Timestamptz, Uuid, copy_in, encode
from openxin.store.identifiers import random_ids

_TABLE = """create temp table t (u uuid, fu uuid, b bytea, fb bytea, t text, ct text, i2 smallint, i4 int, i8 bigint, d date,
  cd date, nd date, at timestamptz, yes boolean, j jsonb)"""

rows = st.lists(
    st.tuples(
        st.none() | st.uuids(),
        st.none() | st.binary(max_size=40),
        st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
        st.integers(-(2**15), 2**15 - 1),
        st.integers(-(2**31), 2**31 - 1),
        st.integers(-(2**63), 2**63 - 1),
        st.none() | st.dates(),
        st.booleans(),
    ),
    max_size=12,
)


@pytest.fixture
def server(register):
    with psycopg.connect(**register.installation.address("owner")) as connection:
        connection.execute(_TABLE)
        yield connection


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(rows)
def test_whatever_goes_in_comes_out(server, given_rows):
    """Nulls anywhere, characters beyond the BMP, days before 2000, empty bytes, lengths that vary or do not."""
    at = datetime(1987, 6, 5, 4, 3, 2, 1, tzinfo=timezone(timedelta(hours=8)))
    ids, binary, texts, i2, i4, i8, days, yes = ([row[n] for row in given_rows] for n in range(8))
    server.execute("truncate t")
    copy_in(
        server.cursor(),
        "t",
        {
            "u": Uuid([one and one.bytes for one in ids]), "fu": Uuid(UUID(int=7).bytes), "b": Bytes(binary),
            "fb": Bytes([b"abc"] * len(given_rows)), "t": Text(texts), "ct": Text("限制从业𠮷"), "i2": Int2(i2),
            "i4": Int4(np.array(i4, dtype=np.int32)), "i8": Int8(i8), "d": Date(days), "cd": Date(date(1970, 2, 3)),
            "nd": Date(None), "at": Timestamptz(at), "yes": Bool(yes), "j": Jsonb(['{"汉": 1}'] * len(given_rows)),
        },
        len(given_rows),
    )  # fmt: skip
    found = server.execute("select * from t").fetchall()
    expected = [
        (
            one,
            UUID(int=7),
            b,
            b"abc",
            t,
            "限制从业𠮷",
            n2,
            n4,
            n8,
            d,
            date(1970, 2, 3),
            None,
            at.astimezone(UTC),
            y,
            {"汉": 1},
        )
        for one, b, t, n2, n4, n8, d, y in given_rows
    ]
    assert sorted(map(repr, expected)) == sorted(map(repr, found))


def test_a_column_of_another_length_is_a_fault_of_the_call():
    with pytest.raises(ValueError, match="2 fields, not 3"):
        encode([Int4([1, 2]).encoded()], 3)


def test_a_number_that_does_not_fit_is_never_cut():
    with pytest.raises(ValueError, match="does not fit"):
        Int2([40_000]).encoded()


def test_a_row_costs_little():
    """Eight columns with one of varying length, on one core: the hot path counts on about a microsecond and a half.

    The bound is loose, since other work may share the core; `openxin bench ingest` has the true figure.
    """
    count = 20_000
    ids, tokens = random_ids(count), [os.urandom(33) for _ in range(count)]
    sealed = [os.urandom(300 + n % 60) for n in range(count)]
    days = np.full(count, np.datetime64("2026-04-11"))
    days[::3] = np.datetime64("NaT")
    columns = {
        "a": Uuid(ids), "b": Uuid(ids), "c": Int2(1), "d": Text("admission"), "e": Date(days), "f": Bytes(tokens),
        "g": Timestamptz(datetime(2026, 4, 11, tzinfo=UTC)), "h": Bytes(sealed),
    }  # fmt: skip
    began = time.process_time()
    encode([column.encoded() for column in columns.values()], count)
    assert (time.process_time() - began) / count < 10e-6
