"""The population register's extract: which name stands under which number, kept as tokens only.

Loading replaces the extract that was there, in one commit: a load that is killed at any moment, or refused, leaves the old one.
With the commit every identity that the extract confirms is verified (unless its name is disputed), and every claimed one that it
contradicts is disputed. That opens records to others, so a load is written down (`people_extract`) and in the ledger, as counts.

The steps: rows to tokens, in worker processes, by COPY into a staging table; numbers under two names taken out; the set-based
merge; identities; the trace. Legal source: 户口登记条例, 居民身份证法 art. 6 (the public security organ keeps the register); PIPL
art. 34 (within statutory powers).
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
import rfc8785
from psycopg import Cursor

from openxin.law.catalogue import CodeList
from openxin.ledger.append import SALT_BYTES, Entries, append, commitment
from openxin.people import documents, extract_file, names
from openxin.people.extract_file import Block, ExtractRefused, Layout
from openxin.people.matching import name_tokens
from openxin.store.connection import open_plain
from openxin.store.copying import Bytes, Int4, copy_in
from openxin.vault import tokens
from openxin.vault.keyring import keys

_TOLD_AT_MOST = 1_000  # bad rows, by number; the counts tell the rest
_SORTING = "set local work_mem = '256MB'"

Share = Callable[[Callable[..., "Taken"], Iterable[tuple[Any, ...]]], Iterator["Taken"]]


@dataclass(frozen=True, slots=True)
class Types:
    """Document types as an extract may write them: `codes` by what is written, and by code the `forms` of their numbers."""

    codes: Mapping[str, str]
    forms: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: its number in the file and the problem code. No value."""

    row: int
    code: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one block."""

    rows: int
    bad: Mapping[str, int]
    bad_rows: tuple[BadRow, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. `rows` of the file, `pairs` that stand now; identities that were `verified` or became `disputed` by it."""

    rows: int
    pairs: int
    bad: Mapping[str, int]
    bad_rows: tuple[BadRow, ...]
    verified: int
    disputed: int


def load(path: Path, *, types: CodeList, day: date, at: datetime, synthetic: bool, share: Share) -> Loaded:
    """Replace the extract by that of `path`. `share` runs a task over many calls, here or in other processes.

    Raises ExtractRefused: HEADER_UNKNOWN, UNREADABLE, EMPTY (also where no row is sound); then the old extract stays.
    """
    written = extract_file.layout(path)
    known = _types(types)
    with open_plain("intake") as connection, connection.cursor() as cursor:
        # Two loads at once would fill one staging table.
        cursor.execute("select pg_advisory_lock(hashtextextended('people_population', 0))")
        cursor.execute("truncate people_population_staging")
        calls = ((path, written, block, known, day, synthetic) for block in extract_file.blocks(path, written))
        taken = list(share(take, calls))
        # If we die before this commit, the staging table is emptied by the next load and the old extract stays.
        with connection.transaction():
            cursor.execute(_SORTING)
            two_names = _without_two_names(cursor)
            bad = sum(
                (Counter(one.bad) for one in taken), Counter({code: len(two_names) for code in _TWO if two_names})
            )
            pairs = _merge(cursor)
            if not pairs:
                raise ExtractRefused("EMPTY")
            verified, disputed = _compare_identities(cursor)
            rows = sum(one.rows for one in taken)
            _leave_a_trace(
                cursor, path, {"rows": rows, "pairs": pairs, "verified": verified, "disputed": disputed}, day, at
            )
            cursor.execute("truncate people_population_staging")
    listed = [row for one in taken for row in one.bad_rows] + [BadRow(row, _TWO[0]) for row in two_names]
    bad_rows = tuple(sorted(listed, key=lambda one: one.row)[:_TOLD_AT_MOST])
    return Loaded(rows, pairs, dict(bad), bad_rows, verified, disputed)


_TWO = ("NAMES_IN_FILE_DISAGREE",)


def _types(types: CodeList) -> Types:
    written = {word: value.code for value in types.values for word in (value.code, value.title.zh, *value.aliases)}
    return Types(written, {value.code: value.extra["form"] for value in types.values})


def take(path: Path, written: Layout, block: Block, types: Types, day: date, synthetic: bool) -> Taken:
    """One block into the staging table, as tokens. Runs in a worker process."""
    cells = extract_file.cells(path, written, block)
    code = cells["type"].replace_strict(types.codes, default=None, return_dtype=pl.String)
    form = code.replace_strict(types.forms, default=None, return_dtype=pl.String)
    states = cells["state"].str.to_uppercase()
    judged = documents.judged(cells["number"], form, states=states, was_number=None, day=day, synthetic=synthetic)
    folded = names.fold(cells["name"])
    empty = cells["type"].is_null() | cells["number"].is_null() | cells["name"].is_null()
    faults = {
        "MISSING": empty,
        "NOT_IN_LIST": code.is_null() & ~empty,
        "NAME_FORMAT": names.broken(cells["name"], folded),
        **judged.faults,
        "ID_FORMAT": judged.faults["ID_FORMAT"] | judged.stateless,
    }
    sound = pl.select(pl.lit(code) + "|" + pl.lit(judged.state) + "|" + pl.lit(judged.canonical)).to_series()
    keep = sound.is_not_null() & ~empty
    for rows in faults.values():
        keep &= ~rows
    _copy(cells["row"].filter(keep), sound.filter(keep), folded.filter(keep))
    return _taken(cells["row"], faults, keep)


def _copy(rows: pl.Series, messages: pl.Series, folded: pl.Series) -> None:
    numbers, names_ = messages.cast(pl.Binary).to_list(), folded.cast(pl.Binary).to_list()
    with open_plain("intake") as connection, connection.transaction(), connection.cursor() as cursor:
        # Under the keys before too, where there are any: so the register's identities are found that were written under them.
        for of_number, of_name in product(keys().token_numbers("identity"), keys().token_numbers("name")):
            identities = tokens.tokens("identity", numbers, of_number)
            copy_in(
                cursor,
                "people_population_staging",
                {
                    "token": Bytes(identities),
                    "name_token": Bytes(name_tokens(identities, names_, of_name)),
                    "row": Int4(rows.to_numpy()),
                },
                len(rows),
            )


def _taken(rows: pl.Series, faults: Mapping[str, pl.Series], keep: pl.Series) -> Taken:
    """Every row that is left out is told once, by the first of its faults."""
    left = ~keep
    bad: Counter[str] = Counter()
    listed: list[BadRow] = []
    for code, at in faults.items():
        these = rows.filter(at & left)
        left &= ~at
        if len(these):
            bad[code] += len(these)
            listed += [BadRow(row, code) for row in these.head(_TOLD_AT_MOST).to_list()]
    return Taken(len(rows), dict(bad), tuple(listed[:_TOLD_AT_MOST]))


# The same pair twice says nothing new; one number under two names says nothing at all, and both are left out.
_TAKE_OUT_TWO_NAMES = """
with twice as materialized (
  select token from people_population_staging group by token, get_byte(name_token, 0) having count(*) > 1
), two_names as materialized (
  select s.token from people_population_staging s join twice using (token)
  group by s.token, get_byte(s.name_token, 0) having count(distinct s.name_token) > 1
)
delete from people_population_staging s using two_names t where s.token = t.token returning s.row
"""

# Only under the current keys, whose numbers stand first in the tokens, does the extract stay.
_FORGET = """
delete from people_population p where get_byte(p.token, 0) <> %(identity)s
   or not exists (select from people_population_staging s where s.token = p.token)
"""

# In the order of the index, which is then filled from one end.
_ADD = """
insert into people_population as p (token, name_token)
select distinct on (token) token, name_token from people_population_staging
where get_byte(token, 0) = %(identity)s and get_byte(name_token, 0) = %(name)s order by token
on conflict (token) do update set name_token = excluded.name_token where p.name_token <> excluded.name_token
"""

_VERIFY = """
update people_identity i set standing = 'verified' from people_population_staging p
where p.token = i.token and p.name_token = i.name_token and i.standing = 'claimed' and not i.disputed
"""

# Only a name under the same key says that it is another one: under another key the same name has another token.
_DISPUTE = """
update people_identity i set disputed = true from people_population_staging p
where p.token = i.token and p.name_token <> i.name_token and i.standing = 'claimed' and not i.disputed
  and get_byte(p.name_token, 0) = get_byte(i.name_token, 0)
"""


def _without_two_names(cursor: Cursor) -> list[int]:
    cursor.execute(_TAKE_OUT_TWO_NAMES)
    return sorted({row for (row,) in cursor})


def _merge(cursor: Cursor) -> int:
    current = {"identity": keys().current("identity"), "name": keys().current("name")}
    cursor.execute(_FORGET, current)
    cursor.execute(_ADD, current)
    cursor.execute("select count(*) from people_population")
    (count,) = cursor.fetchone() or (0,)
    return int(count)


def _compare_identities(cursor: Cursor) -> tuple[int, int]:
    cursor.execute(_VERIFY)
    verified = cursor.rowcount
    cursor.execute(_DISPUTE)
    return verified, cursor.rowcount


def _leave_a_trace(cursor: Cursor, path: Path, counts: dict[str, int], day: date, at: datetime) -> None:
    id_, entry, salt = uuid4(), uuid4(), os.urandom(SALT_BYTES)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    content = rfc8785.dumps({"at": at.isoformat(), "counts": counts, "id": str(id_)})
    cursor.execute(
        "insert into people_extract (id, at, file_token, counts, entry_id, salt) values (%s, %s, %s, %s, %s, %s)",
        (id_, at, tokens.token("file", digest), json.dumps(counts), entry, salt),
    )
    append(cursor, Entries("change", day, [entry.bytes], [commitment(salt, content)]))
