"""Beside django-import-export with `use_bulk`: the same file, the checks of its cells written row by row as one does with it.

    .venv/bin/python benchmarks/beside_import_export.py [ROWS]

What it does: required cells, lengths, lists with their aliases, days and their order, amounts, resident IDs with checksum and
birth date, credit codes, telephone numbers in texts, the natural key within the file; then `bulk_create` into a table of text
columns with that key. What it does not do, and the door does: match a person, compare names, seal, keep reasons in two languages,
keep waiting rows, resume, write a ledger. So it is the less of the two, and the figure is its speed, not its worth.
"""

import argparse
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

TYPE = "penalty"
BATCH = 1_000
PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
AMOUNT = re.compile(r"[0-9,]+(\.[0-9]{1,6})?(万元|元)?")
SEPARATOR = re.compile("[;；、,]")
CODES = {
    **dict.fromkeys(("list", "lists", "yes_no", "document_type"), "NOT_IN_LIST"),
    "amount": "BAD_AMOUNT",
    "uscc": "USCC_CHECKSUM",
    "text": "THIRD_PARTY_IN_TEXT",
}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def main(rows: int) -> None:
    """Hand one file to each of them, in turns, and tell rows a second."""
    with tempfile.TemporaryDirectory(prefix="openxin-bench-") as folder:
        for name in [name for name in os.environ if name.startswith("OPENXIN_")]:
            del os.environ[name]
        os.environ |= {"OPENXIN_HOME": folder, "OPENXIN_SYNTHETIC": "1"}
        measure(Path(folder), rows)


def measure(folder: Path, rows: int) -> None:
    """Three rounds of both; the best of each, since the machine only ever slows things down."""
    from openxin.cli.bench import ingest
    from openxin.cli.bench.fresh import fresh_register

    with fresh_register():
        doors, theirs = [], []
        for number in range(3):
            file = ingest.file_of(folder / f"{number}.csv", rows, number)
            doors.append(ingest.admitted(file, rows))
            theirs.append(imported(file, rows))
        print(f"openxin: {rows / min(doors):,.0f} rows/s; django-import-export: {rows / min(theirs):,.0f} rows/s")


def imported(file: Path, rows: int) -> float:
    """Seconds of reading, checking and storing the file with django-import-export."""
    import tablib
    from django.conf import settings
    from django.db import connections
    from import_export import resources

    from openxin.law.loading import catalogue

    law = catalogue()
    columns = [column.code for column in law.types[TYPE].columns]
    model = row_model(columns)
    with connections["owner"].cursor() as cursor:
        cursor.execute("drop table if exists compared_row")
    with connections["owner"].schema_editor() as editor:
        editor.create_model(model)
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"grant all on compared_row to {settings.OPENXIN_APP_ROLE}")
        cursor.execute(f"grant all on sequence compared_row_id_seq to {settings.OPENXIN_APP_ROLE}")
    checked = Checks(law)

    class Rows(resources.ModelResource):
        """Import with every setting that makes it fast."""

        class Meta:
            model = row_model(columns)
            fields = tuple(columns)
            import_id_fields = ()
            use_bulk = True
            batch_size = BATCH
            force_init_instance = True
            skip_diff = True
            use_transactions = True

        def before_import_row(self, row: dict[str, str], **_: Any) -> None:
            row["OX_HH"] = ";".join(checked.problems(row))

    began = time.monotonic()
    with file.open(encoding="utf-8-sig") as source:
        dataset = tablib.import_set(source.read(), format="csv")
    done = Rows().import_data(dataset, raise_errors=True)
    seconds = time.monotonic() - began
    if done.total_rows != rows:
        raise RuntimeError(f"{done.total_rows} rows, not {rows}")
    return seconds


_made: list[Any] = []


def row_model(columns: list[str]) -> Any:
    """A table of text columns; its natural key is an index of its own."""
    from django.db import models

    if not _made:
        fields: dict[str, Any] = {code: models.TextField(default="", blank=True) for code in columns}
        meta = type(
            "Meta",
            (),
            {
                "app_label": "intake",
                "db_table": "compared_row",
                "indexes": [models.Index(fields=["CF_XDR_ZJHM", "CF_WSH", "CF_JDRQ"], name="compared_row_natural")],
            },
        )
        _made.append(type("ComparedRow", (models.Model,), fields | {"__module__": __name__, "Meta": meta}))
    return _made[0]


class Checks:
    """The checks of cells, one row at a time."""

    def __init__(self, law: Any) -> None:
        self.type = law.types[TYPE]
        self.spelt = {
            name: {said for value in of.values for said in (value.code, value.title.zh, value.title.en, *value.aliases)}
            for name, of in law.lists.items()
        }
        self.seen: dict[tuple[str, str, str], tuple[str, ...]] = {}
        one_of = lambda column, cell: cell in self.spelt[column.list]  # noqa: E731
        self.simple: dict[str, Callable[[Any, str], bool]] = {
            **dict.fromkeys(("list", "yes_no", "document_type"), one_of),
            "lists": lambda column, cell: {part for part in SEPARATOR.split(cell) if part} <= self.spelt[column.list],
            "amount": lambda _, cell: AMOUNT.fullmatch(cell) is not None,
            "uscc": lambda _, cell: is_credit_code(cell),
            "text": lambda _, cell: PHONE.search(cell) is None,
        }

    def problems(self, row: dict[str, str]) -> Iterator[str]:
        """The codes of what is wrong with a row."""
        days: dict[str, date] = {}
        for column in self.type.columns:
            cell = (row.get(column.code) or "").strip()
            if not cell:
                if column.required and column.code in row:
                    yield "MISSING"
                continue
            yield from self._of_cell(column, cell, days)
        for earlier, later in self.type.date_order:
            if earlier in days and later in days and days[earlier] > days[later]:
                yield "DATE_ORDER"
        key = (row["CF_XDR_ZJHM"], row["CF_WSH"], row["CF_JDRQ"])
        content = tuple(row.values())
        if self.seen.setdefault(key, content) != content:
            yield "CONFLICT"

    def _of_cell(self, column: Any, cell: str, days: dict[str, date]) -> Iterator[str]:
        if column.length is not None and len(cell) > column.length:
            yield "TOO_LONG"
        elif column.kind == "date":
            day = read_day(cell)
            if day is None:
                yield "BAD_DATE"
            else:
                days[column.code] = day
        elif column.kind == "document_number":
            yield from self._of_number(cell)
        elif column.kind in self.simple and not self.simple[column.kind](column, cell):
            yield CODES[column.kind]

    def _of_number(self, cell: str) -> Iterator[str]:
        if len(cell) != 18:
            return
        body, last = cell[:17], cell[17].upper()
        if not body.isdigit() or read_day(cell[6:14]) is None:
            yield "ID_FORMAT"
        elif "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11] != last:
            yield "ID_CHECKSUM"


def read_day(cell: str) -> date | None:
    """A day in the ways in which the files of this benchmark write one."""
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", cell)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def is_credit_code(cell: str) -> bool:
    """GB 32100-2015."""
    from stdnum.cn import uscc

    return uscc.is_valid(cell)


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("rows", nargs="?", type=int, default=20_000)
    main(asked.parse_args().rows)
