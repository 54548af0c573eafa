"""`openxin doctor`: is this installation as it must be? Asked of the server's own catalog, of the files, of the law.

It reads as the application's role, and so no row of a person. Each check is a statement that must hold; the statements about
tables hold of every table that is ever added, since they are asked of the catalog and not of a list here.
"""

import stat
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from openxin.intake import uploads
from openxin.law.loading import CatalogueUnsound, folder_in_use, load
from openxin.ledger import signing, stored
from openxin.operations.installation import Installation
from openxin.vault import keyring

_LEFT_BEHIND_S = 3600  # a submission that runs writes to its spool all the time
_LAG_S = 24 * 3600  # `serve` sequences every few seconds; where it does not run, `ledger checkpoint` does once a day
_OLDEST_SERVER = 150000

# Tables that hold a person's id and are not under row security: a log-in, or a link to one, is found before it is known who
# reads.
_LOG_INS = ("accounts_user", "accounts_link")

_GUARD = "current_setting('openxin.reader'::text))::uuid IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Check:
    """One statement; `found` names what contradicts it, or says what there is to know."""

    name: str
    ok: bool
    zh: str
    en: str
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the ledger is behind: entries that wait to be sequenced, and for how many seconds the oldest of them has."""

    waiting: int
    oldest_s: float

    def __str__(self) -> str:
        return f"{self.waiting} wait, the oldest for {self.oldest_s:.0f} s"


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `database_url`: of the application's role, complete for libpq."""

    ok: bool
    database_url: str
    person_tables: tuple[str, ...]
    history_tables: tuple[str, ...]
    checks: tuple[Check, ...]
    ledger_lag: Lag

    def as_json(self) -> dict[str, object]:
        """As docs/contract.md has it."""
        return asdict(self)


def examine(installation: Installation) -> Report:
    """Look at everything. The server is up; nothing is changed."""
    checks = tuple(
        Check(name, not found, zh, en, tuple(found))
        for name, zh, en, ask in (*_of_the_server(installation), *_of_the_files(installation), *_of_the_register())
        for found in [list(ask())]
    )
    return Report(
        ok=all(check.ok for check in checks),
        database_url=installation.url("app"),
        person_tables=tuple(_names(_PERSON_TABLES)),
        history_tables=tuple(_names(_HISTORY_TABLES)),
        checks=checks,
        ledger_lag=ledger_lag(),
    )


_Statement = tuple[str, str, str, Callable[[], Iterable[str]]]

# Parents only: a partition is reached through its parent, or not at all.
_PERSON_TABLES = """
    select relname from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity
      and not relispartition
      and exists (select from pg_attribute where attrelid = c.oid and attname = 'person_id' and not attisdropped)
    order by 1"""

_HISTORY_TABLES = """
    select distinct relname from pg_class c join pg_trigger t on t.tgrelid = c.oid join pg_proc p on p.oid = t.tgfoid
    where p.proname = 'openxin_forbid' and t.tgtype & 16 <> 0 and not t.tgisinternal and not relispartition order by 1"""

_NOT_FORCED = """
    select relname from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
      and exists (select from pg_attribute where attrelid = c.oid and attname = 'person_id' and not attisdropped)
      and not (relrowsecurity and relforcerowsecurity) and relname <> all(%s)"""

_UNGUARDED = """
    select c.relname || '.' || p.polname
    from pg_policy p join pg_class c on c.oid = p.polrelid
    where coalesce(not starts_with(ltrim(pg_get_expr(p.polqual, p.polrelid), '('), %s), false)
       or coalesce(not starts_with(ltrim(pg_get_expr(p.polwithcheck, p.polrelid), '('), %s), false)"""

_DEFINER_FUNCTIONS = "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"

_DEFINER_VIEWS = """
    select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')
      and not coalesce('security_invoker=true' = any(reloptions), false)"""

# Of a history with a term, what is younger is kept by a trigger for each row; there the application may delete what is due.
_KEPT_BY_ITS_TERM = """
    select from pg_trigger t join pg_proc p on p.oid = t.tgfoid
    where t.tgrelid = h.relname::regclass and p.proname = 'openxin_forbid' and t.tgtype & 9 = 9"""

_MAY_CHANGE_HISTORY = f"""
    select h.relname || ': ' || r.rolname || ' ' || p.privilege
    from ({_HISTORY_TABLES}) h cross join pg_roles r cross join (values ('UPDATE'), ('DELETE'), ('TRUNCATE')) p (privilege)
    where r.rolname in (%s, %s) and case p.privilege
      when 'UPDATE' then has_any_column_privilege(r.oid, h.relname::text, 'UPDATE')
      when 'DELETE' then has_table_privilege(r.oid, h.relname::text, 'DELETE') and not exists ({_KEPT_BY_ITS_TERM})
      else has_table_privilege(r.oid, h.relname::text, p.privilege) end"""

_GRANTS_ON_PARTITIONS = """
    select c.relname || ': ' || r.rolname from pg_class c cross join pg_roles r
    where c.relispartition and c.relkind = 'r' and r.rolname in (%s, %s)
      and (has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE') or has_table_privilege(r.oid, c.oid, 'DELETE'))"""

_INTAKE_READS = f"""
    select t.relname || '.sealed' from ({_PERSON_TABLES}) t
    join pg_attribute a on a.attrelid = t.relname::regclass and a.attname = 'sealed'
    where has_column_privilege(%s, a.attrelid, a.attnum, 'SELECT')"""

_ROLES_TOO_STRONG = """
    select rolname from pg_roles where rolname in (%s, %s) and (rolsuper or rolcreaterole or rolcreatedb)
    union all select rolname || ' bypassrls' from pg_roles where rolname = %s and rolbypassrls
    union all select r.rolname || ' owns ' || c.relname from pg_class c join pg_roles r on r.oid = c.relowner
      where r.rolname in (%s, %s)"""

_SERVER_TOO_OLD = "select current_setting('server_version') where current_setting('server_version_num')::int < %s"
_ENCODING = "select current_setting('server_encoding') where current_setting('server_encoding') <> 'UTF8'"


def _of_the_server(installation: Installation) -> Iterable[_Statement]:
    app, intake = installation.role_name("app"), installation.role_name("intake")

    def asked(query: str, *values: Any) -> Callable[[], Iterable[str]]:
        return lambda: _names(query, *values)

    yield (
        "server_version",
        "数据库为 PostgreSQL 15 以上",
        "PostgreSQL is 15 or later",
        asked(_SERVER_TOO_OLD, _OLDEST_SERVER),
    )
    yield "server_encoding", "数据库编码为 UTF8", "the database is encoded in UTF8", asked(_ENCODING)
    yield "schema", "数据表是最新的", "the schema is current", _not_migrated
    yield (
        "row_security", "凡含个人编号的表均强制行级安全", "every table with a person's id is under forced row security",
        asked(_NOT_FORCED, list(_LOG_INS)),
    )  # fmt: skip
    yield (
        "policies_guarded",
        "每条策略先问是谁在读",
        "every policy first asks who reads",
        asked(_UNGUARDED, _GUARD, _GUARD),
    )
    yield (
        "functions_invoker",
        "函数以调用者权限运行",
        "functions run with their caller's rights",
        asked(_DEFINER_FUNCTIONS),
    )
    yield "views_invoker", "视图以调用者权限读取", "views read with their caller's rights", asked(_DEFINER_VIEWS)
    yield (
        "history_only_grows",
        "历史只增不改",
        "nobody may update or delete history",
        asked(_MAY_CHANGE_HISTORY, app, intake),
    )
    yield (
        "grants_on_parents",
        "只对母表授权",
        "rights are on parent tables only",
        asked(_GRANTS_ON_PARTITIONS, app, intake),
    )
    yield (
        "intake_reads_nothing_sealed",
        "入门角色不读密文",
        "intake reads no sealed column",
        asked(_INTAKE_READS, intake),
    )
    yield (
        "roles", "应用与入门角色没有多余的权力", "the application's and intake's roles have no power to spare",
        asked(_ROLES_TOO_STRONG, app, intake, app, app, intake),
    )  # fmt: skip


def _of_the_files(installation: Installation) -> Iterable[_Statement]:
    yield (
        "keys_private", "密钥只有所有者能读", "keys can be read by their owner only",
        lambda: _open_to_others(installation.keys),
    )  # fmt: skip
    yield "keys_complete", "密钥齐全", "all keys are there", lambda: _keys_missing(installation.keys)
    yield (
        "spool_empty",
        "暂存区没有遗留文件",
        "the spool holds nothing left behind",
        lambda: _left_in(installation.home / "spool"),
    )
    yield "catalogue", "法规目录无误", "the catalogue is sound", _law_faults


def _of_the_register() -> Iterable[_Statement]:
    yield (
        "ledger_lag",
        "台账没有积压",
        "nothing waits long for the ledger",
        lambda: [str(lag) for lag in [ledger_lag()] if lag.oldest_s > _LAG_S],
    )
    yield (
        "uploads_worked",
        "上传的文件有人处理",
        "uploads are worked on",
        _uploads_waiting,
    )


def ledger_lag() -> Lag:
    """The lag of the sequencer at this moment."""
    with connections["default"].cursor() as cursor:
        backlog = stored.backlog(cursor)
    since = backlog.since
    return Lag(backlog.entries, 0.0 if since is None else max(0.0, (datetime.now(UTC) - since).total_seconds()))


def _uploads_waiting() -> Iterable[str]:
    waits = uploads.stalled(at=datetime.now(UTC))
    return [] if waits is None else [f"{waits.count} wait, the oldest since {waits.since:%Y-%m-%d %H:%M} UTC"]


def _names(query: str, *values: Any) -> list[str]:
    with connections["default"].cursor() as cursor:
        cursor.execute(query, values or None)
        return [str(row[0]) for row in cursor.fetchall()]


def _not_migrated() -> Iterable[str]:
    executor: Any = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _open_to_others(folder: Path) -> Iterable[str]:
    if not folder.exists():
        return []
    wrong = [file for file in folder.iterdir() if stat.S_IMODE(file.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)]
    return [path.name for path in (folder, *wrong) if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)]


def _keys_missing(folder: Path) -> Iterable[str]:
    try:
        keyring.use(folder)
        signing.signer(folder)
    except (keyring.KeysMissing, signing.SigningKeyMissing) as missing:
        return [str(missing)]
    return []


def _left_in(spool: Path) -> Iterable[str]:
    before = time.time() - _LEFT_BEHIND_S
    files = spool.rglob("*") if spool.exists() else ()
    return [str(file.relative_to(spool)) for file in files if file.is_file() and file.stat().st_mtime < before]


def _law_faults() -> Iterable[str]:
    try:
        load(folder_in_use())
    except CatalogueUnsound as unsound:
        return str(unsound).splitlines()
    return []
