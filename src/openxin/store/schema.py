"""Schema files: each room keeps its tables in a readable `schema.sql`; a migration runs it.

`{app}`, `{intake}`: the names of the two lesser roles; `{by_person}`: `partition by hash (person_id)` or nothing.
A table that must be partitioned is followed by the line `-- partitions: NAME`.
"""

import re
from pathlib import Path

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_PARTITIONS = re.compile(r"^-- partitions: (\w+)$", re.MULTILINE)


def run_schema(file: Path) -> migrations.RunPython:
    """A migration operation that runs the SQL of `file` as the owner. There is no way back: history is never dropped."""

    def run(_: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        with editor.connection.cursor() as cursor:
            cursor.execute(_filled(file.read_text("utf-8")))

    return migrations.RunPython(run)


def _filled(sql: str) -> str:
    count = settings.OPENXIN_PARTITIONS
    sql = sql.replace("{app}", settings.OPENXIN_APP_ROLE).replace("{intake}", settings.OPENXIN_INTAKE_ROLE)
    sql = sql.replace("{by_person}", "partition by hash (person_id)" if count else "")
    return _PARTITIONS.sub(lambda found: _partitions(found[1], count), sql)


def _partitions(table: str, count: int) -> str:
    return "\n".join(
        f"create table {table}_p{n} partition of {table} for values with (modulus {count}, remainder {n});"
        for n in range(count)
    )
