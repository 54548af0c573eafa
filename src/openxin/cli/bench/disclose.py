"""`bench disclose`: an authorised statement through the server, beside a bare look-up and insert through the same server.

The door: the operation of the API that reads under a grant: token, policy, grant, budget, row security, unsealing, line, outbox,
commit. The baseline: the same web server, the same middleware, one indexed SELECT and one INSERT by a raw cursor, committed.
Eight connections ask, from a process of their own; the two take turns of a few seconds, so that whatever else the machine does
meets both. The register holds as many persons as are asked for; those who are asked about came through the real door in.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from openxin.cli.bench.fresh import fresh_register

_ASKED = 2_000  # persons who gave a grant
_ROWS_A_PERSON = 2
_CONNECTIONS = 8
_TURN_S = 3.0
_WARM_S = 2.0
_PATIENCE_S = 60
_HOLDER = "market"
_P99 = 99

# Whoever is never asked about: as many rows of the same width in the same tables and indexes, with nothing in them to open.
_OTHERS = """
with made as (
  select gen_random_uuid() as person_id, gen_random_uuid() as a, gen_random_uuid() as b, n from generate_series(1, %(persons)s) n
), people as (
  insert into people_person (person_id, wrapped_key, key_epoch, created_on)
  select person_id, decode(repeat('01', 61), 'hex'), 1, '2026-01-05' from made
), identities as (
  insert into people_identity (token, person_id, name_token, document_type, standing, sealed, created_on)
  select decode('01' || replace(person_id::text || a::text, '-', ''), 'hex'), person_id,
         decode('01' || replace(a::text || b::text, '-', ''), 'hex'), '01', 'verified', decode(repeat('01', 120), 'hex'),
         '2026-01-05'
  from made
), records as (
  insert into records_record (person_id, id, type, authority, state, decided_on, admitted_on, final_on, opens, natural_token,
    content_token, extras_token, wrapped_key, key_epoch, submission_id, sheet, row)
  select person_id, r, 'penalty', 'market', 'in_force', '2026-01-05', '2026-01-05', '2026-01-05', '2026-01-05',
         decode('01' || replace(r::text || person_id::text, '-', ''), 'hex'),
         decode('01' || replace(r::text || a::text, '-', ''), 'hex'),
         decode('01' || replace(r::text || b::text, '-', ''), 'hex'), decode(repeat('01', 61), 'hex'), 1, b, 1, 2
  from made, unnest(array[a, b]) r
)
insert into records_version (person_id, record_id, number, cause, at, entry_id, sealed)
select person_id, r, 1, 'admission', now(), gen_random_uuid(), decode(repeat(replace(r::text, '-', ''), 45), 'hex')
from made, unnest(array[a, b]) r
"""
_IN_FORCE = """
update records_record set state = 'in_force', opens = admitted_on, final_on = admitted_on, closes = null;
update people_identity set standing = 'verified', disputed = false;
"""
_GRANTS = """
with given as (
  insert into disclosure_grant (person_id, id, holder, token, types, form, purpose, from_at, until_at, uses, uses_left, given_at)
  select p, gen_random_uuid(), %(holder)s, %(token)s, '{penalty}', 'statement', 'self-presented', %(at)s, %(until)s, 32767, 32767,
         %(at)s
  from unnest(%(persons)s::uuid[]) p returning token, person_id, id
), ways as (
  insert into disclosure_way_in (token, person_id, grant_id) select * from given
)
select id from given
"""
_BASELINE = """
create table bench_row (id uuid primary key, body bytea not null);
create table bench_note (id uuid primary key, at timestamptz not null, row_id uuid not null, body bytea not null);
grant select, insert on bench_row, bench_note to {app};
insert into bench_row select record_id, sealed from records_version;
insert into bench_row
select distinct on (g.id) g.id, v.sealed from disclosure_grant g join records_version v on v.person_id = g.person_id;
"""


def larger_budgets(folder: Path) -> Path:
    """The catalogue that is shipped, but for how often a machine may read in an hour: here it asks for a day at once."""
    from openxin.law.files import shipped_folder

    copied = shutil.copytree(shipped_folder(), folder / "catalogue")
    budgets = copied / "budgets.toml"
    text = re.sub(
        r"^number = (\d+)$", lambda found: f"number = {int(found[1]) * 1000}", budgets.read_text("utf-8"), flags=re.M
    )
    budgets.write_text(text, "utf-8")
    return copied


def measure(persons: int, seconds: float) -> dict[str, Any]:
    """Measure, in an installation that was just made for it. Keys as docs/contract.md names them, and a few more."""
    with fresh_register():
        grants = _filled(persons)
        token = _machine()
        with _served() as port:
            turns = _turns(port, token, grants, seconds)
        lines = _lines()
    answered = sum(turn["answers"] for turn in turns["door"])
    if lines < answered:
        raise RuntimeError(f"{answered} statements were shown and only {lines} lines stand")
    return _figures(persons, turns)


def _figures(persons: int, turns: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    rates = {which: [turn["answers"] / turn["seconds"] for turn in turns[which]] for which in turns}
    pairs = [door / bare for door, bare in zip(rates["door"], rates["bare"], strict=True)]
    waits = {which: sorted(wait for turn in turns[which] for wait in turn["waits_ms"]) for which in turns}
    p99 = {which: statistics.quantiles(waits[which], n=100)[_P99 - 1] for which in waits}
    return {
        "persons": persons,
        "ratio_baseline": round(statistics.median(pairs), 4),
        "p99_ratio": round(p99["door"] / p99["bare"], 4),
        "statements_per_s": round(statistics.median(rates["door"])),
        "baseline_per_s": round(statistics.median(rates["bare"])),
        "statement_p50_ms": round(statistics.median(waits["door"]), 3),
        "statement_p99_ms": round(p99["door"], 3),
        "baseline_p50_ms": round(statistics.median(waits["bare"]), 3),
        "baseline_p99_ms": round(p99["bare"], 3),
        "turns": len(pairs),
        "connections": _CONNECTIONS,
        "cores": os.cpu_count(),
    }


def _filled(persons: int) -> list[UUID]:
    """A register of so many persons; the grants of those who are asked about."""
    from django.conf import settings
    from psycopg import sql

    from openxin.cli.bench.ingest import admitted, file_of
    from openxin.disclosure import ways_in
    from openxin.store.connection import open_plain

    asked = min(_ASKED, persons)
    rows = asked * _ROWS_A_PERSON
    admitted(file_of(settings.OPENXIN_HOME / "asked.csv", rows, 0), rows)
    now = datetime.now(UTC)
    with open_plain("owner") as owner:
        owner.execute(_IN_FORCE)
        found = [person for (person,) in owner.execute("select distinct person_id from records_record").fetchall()]
        way, until = ways_in.of_holder(_HOLDER), now + timedelta(days=30)
        terms = {"holder": _HOLDER, "token": way, "at": now, "until": until, "persons": found}
        grants = [grant for (grant,) in owner.execute(_GRANTS, terms).fetchall()]
        others = max(0, persons - len(found))
        for done in range(0, others, 50_000):
            owner.execute(_OTHERS, {"persons": min(50_000, others - done)})
        owner.execute(sql.SQL(_BASELINE).format(app=sql.Identifier(settings.OPENXIN_APP_ROLE)))
        owner.execute("vacuum analyze")
        owner.execute("checkpoint")
    return grants


def _machine() -> str:
    """The access token of a machine that receives for the body."""
    from joserfc.jwk import OKPKey

    from openxin.accounts import machines

    now = datetime.now(UTC)
    key = OKPKey.generate_key("Ed25519")
    client = machines.register(_HOLDER, [key.as_dict(private=False)], at=now, roles=("recipient",))
    return machines.issue(client, at=now)


def _lines() -> int:
    from openxin.store.connection import open_plain

    with open_plain("owner") as owner:
        (row,) = owner.execute("select count(*) from records_line where kind = 'disclosure'").fetchall()
    return int(row[0])


@contextmanager
def _served() -> Iterator[int]:
    """The web server as `serve` runs it, with the two pages of the benchmark beside its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = subprocess.Popen([sys.executable, "-m", "openxin.cli.bench.disclose_server", str(port)])
    try:
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until and server.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(_PATIENCE_S)


def _turns(port: int, token: str, grants: Sequence[UUID], seconds: float) -> dict[str, list[dict[str, Any]]]:
    """Both in turn, for so many seconds each, after a warming up of each."""
    turns: dict[str, list[dict[str, Any]]] = {"door": [], "bare": []}
    for which in turns:
        _asked(port, token, grants, which, _WARM_S)
    for _ in range(max(2, round(seconds / _TURN_S))):
        for which, taken in turns.items():
            taken.append(_asked(port, token, grants, which, _TURN_S))
    return turns


def _asked(port: int, token: str, grants: Sequence[UUID], which: str, seconds: float) -> dict[str, Any]:
    """One turn, asked by a process of its own."""
    said = {"port": port, "token": token, "grants": [str(one) for one in grants], "which": which, "seconds": seconds}
    done = subprocess.run(
        [sys.executable, "-m", "openxin.cli.bench.disclose_client", str(_CONNECTIONS)],
        input=json.dumps(said), capture_output=True, text=True, check=True,
    )  # fmt: skip
    turn: dict[str, Any] = json.loads(done.stdout)
    if turn["refused"] or not turn["answers"]:
        raise RuntimeError(f"{which}: {turn['answers']} answers, {turn['refused']} refused")
    return turn
