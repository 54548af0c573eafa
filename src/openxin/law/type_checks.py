"""Checks of the record types: every column, role, condition and pair of dates that is named exists."""

from collections.abc import Iterator

from openxin.law.files import Entry, Folder
from openxin.law.findings import Finding, columns_of, finding, ids, own_columns_of, twice, unknown, values_of

_LISTED_KINDS = ("document_type", "list", "lists", "yes_no", "state_code")


def type_findings(folder: Folder) -> Iterator[Finding]:
    """Roles, conditions, pairs of dates, lists and grounds of a record type exist; it has a key and a period."""
    grounds, periods = ids(folder, "ground"), {one.table["type"] for one in folder.entries("period")}
    procedures = ids(folder, "procedure")
    shared = {one.table["code"] for one in folder.entries("own_column")}
    for entry in folder.only("type"):
        file, columns = entry.file, [*columns_of(entry), *own_columns_of(folder, entry)]
        by_code = {one.table["code"]: one for one in columns}
        yield from unknown(entry, "own_columns", shared, "own-columns.toml")
        yield from unknown(entry, "remedies", procedures, "procedures.toml")
        if not (entry.table["adult_conduct_only"] or entry.table["closed_for_minors"]):
            yield finding(entry, ("closed_for_minors",), *_MINORS)
        for at, article in enumerate(entry.table["legal_basis"]):
            yield from unknown(Entry(file, ("type", "legal_basis", at), article, {}), "ground", grounds, "grounds.toml")
        roles = Entry(file, ("roles",), file.table["roles"], {})
        for role in roles.table:
            yield from unknown(roles, role, by_code, "column")
        for at, pair in enumerate(entry.table["date_order"]):
            dates = {code for code, one in by_code.items() if one.table["kind"] in ("date", "time")}
            yield from unknown(
                Entry(file, ("type", "date_order", at), {"date_order": pair}, {}), "date_order", dates, "date column"
            )
        conditions = [Entry(file, ("condition", at), one, {}) for at, one in enumerate(file.table.get("condition", ()))]
        yield from twice(conditions, "id")
        for condition in conditions:
            yield from unknown(condition, "column", by_code, "column")
            on = by_code.get(condition.table["column"])
            if on and "list" in on.table:
                yield from unknown(condition, "contains", values_of(folder, on.table["list"]), on.table["list"])
        for column in columns_of(entry):
            yield from unknown(column, "required_when", {one.table["id"] for one in conditions}, "condition")
        if not any(one.table.get("natural_key") for one in columns):
            yield finding(entry, (), "没有一栏是 natural_key", "No column is a natural_key", *_KEY_REMEDY)
        if entry.table["id"] not in periods:
            yield finding(
                entry,
                ("id",),
                "periods.toml 没有这一类的期限",
                "periods.toml has no period for this type",
                *_PERIOD_REMEDY,
            )


_MINORS = (
    "未成年人的记录会给他人看",
    "A minor's record would be shown to others",
    "adult_conduct_only 和 closed_for_minors 至少一个为 true。",
    "Set adult_conduct_only or closed_for_minors to true.",
)
_KEY_REMEDY = (
    "标明哪几栏与本人一起确定同一条记录。",
    "Mark the columns that, with the person, tell which record it is.",
)
_PERIOD_REMEDY = ("在 periods.toml 加一条 [[period]]。", "Add a [[period]] to periods.toml.")


def column_findings(folder: Folder) -> Iterator[Finding]:
    """A column that takes a list names one, and problem codes exist."""
    lists = {one.table["id"] for one in [*folder.entries("list"), *folder.only("table_list")]}
    problems = {one.table["code"] for one in folder.entries("problem")}
    own = list(folder.entries("own_column"))
    for column in [*own, *(one for entry in folder.only("type") for one in columns_of(entry))]:
        yield from unknown(column, "list", lists, "lists/")
        yield from unknown(column, "forbidden", problems, "problems.toml")
        if column.table["kind"] in _LISTED_KINDS and "list" not in column.table:
            yield finding(
                column,
                ("kind",),
                f"{column.table['code']} 没有写明代码清单",
                f"{column.table['code']} names no code list",
                '加上 list = "CL_..."。',
                'Add list = "CL_...".',
            )
