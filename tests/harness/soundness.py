"""The check that knows everything: what must hold of any register at rest, whatever was done to it.

Each fault is a sentence. Nothing here calls the code under test but the ledger's stand-alone verification: what is
stored is read with plain SQL as the owner.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from openxin.ledger.verification import verify
from openxin.vault.sealing import PROFILE_AES
from tests.harness.keeping import sealed_columns

if TYPE_CHECKING:
    from tests.harness.register import Register

_ENTRIES = """
    select entry_id from records_version union all select entry_id from records_move
    union all select entry_id from records_line union all select entry_id from intake_check
    union all select entry_id from people_extract union all select entry_id from people_act
    union all select entry_id from accounts_act"""

_THERE = """
    select encode(substr(r.entries, 16 * n + 1, 16), 'hex')::uuid as entry_id, r.kind
    from ledger_run r, generate_series(0, octet_length(r.entries) / 16 - 1) n
    union all
    select encode(substr(o.entries, 16 * n + 1, 16), 'hex')::uuid, o.kind
    from ledger_outbox o, generate_series(0, octet_length(o.entries) / 16 - 1) n"""

# Each query returns one line for each fault; the sentence says what its columns are.
_MUST_BE_EMPTY = {
    "a finished submission whose chunks do not add up to its receipt (id, rows, sum)": """
        select s.id, s.receipt->>'rows', sum(c.admitted + c.duplicates + c.quarantined + c.refused)
        from intake_submission s left join intake_chunk c on c.submission_id = s.id
        where s.finished_at is not null group by s.id
        having coalesce(sum(c.admitted + c.duplicates + c.quarantined + c.refused), 0) <> (s.receipt->>'rows')::bigint""",
    "a chunk whose four fates do not add up to its rows (submission, chunk, shard)": """
        select submission_id, chunk, shard from intake_chunk
        where admitted + duplicates + quarantined + refused <> rows""",
    "a chunk that admitted rows of more or fewer days of decision than it says (submission, chunk, shard)": """
        select submission_id, chunk, shard from intake_chunk where admitted <>
          (select coalesce(sum((day->>2)::int), 0) from jsonb_array_elements(noted->'decided') day)""",
    "a submission that admitted more or fewer rows than it made records (id, admitted, records)": """
        select c.submission_id, c.admitted, coalesce(r.records, 0)
        from (select submission_id, sum(admitted) as admitted from intake_chunk group by 1) c
        left join (select submission_id, count(*) as records from records_record group by 1) r using (submission_id)
        where c.admitted <> coalesce(r.records, 0)""",
    "a record without its person (person, record)": """
        select r.person_id, r.id from records_record r
        where not exists (select from people_person p where p.person_id = r.person_id)""",
    "a record whose versions are not 1..n (person, record)": """
        select r.person_id, r.id from records_record r
        left join records_version v on v.person_id = r.person_id and v.record_id = r.id
        group by r.person_id, r.id, r.versions
        having count(v.number) <> r.versions or max(v.number) <> r.versions or min(v.number) <> 1""",
    "a record of a submission that was taken back, and still stands (person, record, state)": """
        select r.person_id, r.id, r.state from records_record r join intake_taken_back t on t.submission_id = r.submission_id
        where r.state not in ('withdrawn', 'erased')""",
    "a withdrawn record without the move that did it (person, record)": """
        select r.person_id, r.id from records_record r where r.state = 'withdrawn' and not exists (
          select from records_move m where m.person_id = r.person_id and m.record_id = r.id and m.verb = 'withdraw')""",
    "a version of no record (person, record, number)": """
        select v.person_id, v.record_id, v.number from records_version v
        where not exists (select from records_record r where r.person_id = v.person_id and r.id = v.record_id)""",
    "an identity of nobody (person)": """
        select i.person_id from people_identity i
        where not exists (select from people_person p where p.person_id = i.person_id)""",
    "a line without its key, or a key of no line (person, line)": """
        select coalesce(l.person_id, k.person_id), coalesce(l.id, k.line_id)
        from records_line l full join records_line_key k on k.person_id = l.person_id and k.line_id = l.id
        where l.id is null or k.line_id is null""",
    "a line that tells of a record of nobody's (person, line)": """
        select l.person_id, l.id from records_line l, unnest(l.records) as shown (id)
        where not exists (select from records_record r where r.person_id = l.person_id and r.id = shown.id)""",
    "a joined person that is not in their own set, or a set that is not told alike by all (person)": """
        select j.person_id from people_joined j left join lateral (
          select count(*) as n from people_joined o where o.person_id = any (j.persons) and o.persons = j.persons) alike on true
        where alike.n <> cardinality(j.persons)""",
    "an open waiting row without its text or key, or a closed one that kept it (id)": """
        select id from intake_waiting
        where (closed_by is null) <> (sealed is not null) or (sealed is null) <> (wrapped_key is null)""",
    "an upload that has ended and kept its file's key or its preview, or an open one without key (id, state)": """
        select id, state from intake_upload
        where (state in ('done', 'refused', 'discarded')) <> (wrapped_file_key is null)
           or (wrapped_file_key is null and sealed_preview is not null)""",
    "an upload that is done and names no finished submission of its body and type (id)": """
        select u.id from intake_upload u where u.state = 'done' and not exists (
          select from intake_submission s where s.id = u.submission_id and s.finished_at is not null
             and s.authority = u.authority and s.type = u.type)""",
    "an entry that is neither in the ledger nor waiting, or is there twice (entry, times)": f"""
        with entries as ({_ENTRIES}), there as ({_THERE})
        select e.entry_id, count(t.entry_id) from entries e left join there t using (entry_id)
        group by e.entry_id having count(t.entry_id) <> 1""",
    "an entry of the ledger that belongs to nothing (kind, entry)": f"""
        with entries as ({_ENTRIES}), there as ({_THERE})
        select t.kind, t.entry_id from there t left join entries e using (entry_id)
        where e.entry_id is null and t.kind in ('admission', 'supplied', 'change', 'check', 'disclosure', 'refusal',
           'grant', 'revocation')""",
    "not as many admission entries as first versions (versions, waiting, leaves)": """
        with v as (select count(*) n from records_version where cause = 'admission'),
        o as (select coalesce(sum(octet_length(entries) / 16), 0) n from ledger_outbox where kind = 'admission'),
        l as (select coalesce(sum(octet_length(entries) / 16), 0) n from ledger_run where kind = 'admission')
        select v.n, o.n, l.n from v, o, l where v.n <> o.n + l.n""",
    "a run of leaves that does not begin where the one before it ends (first, end)": """
        select first, ends from (
          select first, lag(first + octet_length(commitments) / 32, 1, 0::bigint) over (order by first) as ends
          from ledger_run) r where first <> ends""",
    "a leaf that is not found by its entry id (run, entry)": """
        select r.first, e from (select first, encode(substr(entries, 16 * n + 1, 4), 'hex') as e
          from ledger_run, generate_series(0, octet_length(entries) / 16 - 1) n) r
        where not exists (select from ledger_position p where p.first = r.first and encode(int4send(p.mark), 'hex') = r.e)""",
}


def faults(register: "Register") -> Iterator[str]:
    """Every fault of what is stored."""
    for sentence, query in _MUST_BE_EMPTY.items():
        for row in register.rows(query):
            yield f"{sentence}: {', '.join(map(str, row))}"
    for table, column in sealed_columns():
        bare = register.rows(f"select count(*) from {table} where substr({column}, 1, 1) <> %s", PROFILE_AES)
        if bare[0][0]:
            yield f"{bare[0][0]} values in {table}.{column} are not sealed"
    yield from _ledger_faults(register)
    open_uploads = {
        str(id_) for (id_,) in register.rows("select id from intake_upload where wrapped_file_key is not null")
    }
    for name, kept in (("spool", set()), ("uploads", open_uploads)):
        folder = register.home / name
        for file in folder.rglob("*") if folder.exists() else ():
            if not file.is_dir() and file.name not in kept:
                yield f"left behind: {file.relative_to(register.home)}"


def _ledger_faults(register: "Register") -> Iterator[str]:
    """What is signed is verified as an outsider would: from an export, without the database."""
    if not register.rows("select from ledger_checkpoint limit 1"):
        return
    from openxin.ledger.export import export

    with tempfile.TemporaryDirectory() as folder:
        export(Path(folder) / "export")
        verified = verify(Path(folder) / "export")
    if verified.misfit is not None:
        yield f"the ledger does not verify: {verified.misfit}"


def clear_text(register: "Register", secrets: Sequence[str]) -> Iterator[str]:
    """Every place in the tables, the spool and the logs where a secret stands in clear."""
    if not secrets:
        return
    wanted = {secret: secret.encode() for secret in secrets}
    for table, column in register.rows(
        "select c.table_name, c.column_name from information_schema.columns c join information_schema.tables t"
        " using (table_schema, table_name) where c.table_schema = 'public' and t.table_type = 'BASE TABLE'"
        " and c.data_type in ('bytea', 'text', 'jsonb', 'character varying') order by 1, 2"
    ):
        for (value,) in register.rows(f'select distinct "{column}" from "{table}" where "{column}" is not null'):
            content = value if isinstance(value, bytes) else str(value).encode()
            for secret, sought in wanted.items():
                if sought in content:
                    yield f"{secret} stands in clear in {table}.{column}"
    for file in register.home.rglob("*"):
        if file.is_file() and "keys" not in file.parts:
            content = file.read_bytes()
            yield from (
                f"{secret} stands in clear in {file.name}" for secret, sought in wanted.items() if sought in content
            )
