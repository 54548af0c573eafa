"""What no schema can see: names that mean two things, references to what does not exist, entries without a source.

Each check is a function from the folder to its findings. They run only when every file has the shape of its schema.
"""

from collections.abc import Callable, Iterable, Iterator

from stdnum.cn import uscc

from openxin.law.date_checks import calendar_findings, version_findings
from openxin.law.files import Entry, Folder
from openxin.law.findings import Finding, columns_of, finding, ids, own_columns_of, twice, unknown, values_of
from openxin.law.policy_checks import policy_findings
from openxin.law.rights_checks import rights_findings
from openxin.law.type_checks import column_findings, type_findings

_PARAMETERS = (
    "adult_age",
    "conduct_date_needed_under_age",
    "summary_fine_limit_fen",
    "finality_lapse",
    "finality_lapse_untold",
    "no_end",
    "permit_basis",
    "credit_office",
    "api_rows",
    "api_repeats",
    "log_ins_kept",
)
_DOOR_OUT = (
    "purpose",
    "role",
    "right",
    "grant_purpose",
    "never",
    "check",
    "organisation_kind",
    "budget",
    "alert",
    "refusal",
)


def cross_findings(folder: Folder) -> Iterator[Finding]:
    """Everything that the checks below find."""
    for one in _CHECKS:
        yield from one(folder)


def _unsourced(folder: Folder) -> Iterator[Finding]:
    """Every entry comes to a citation and a mark: its own, its list's, its file's, or that of `catalogue.toml`."""
    for entry in _sourced(folder):
        absent = [name for name, value in (("citation", entry.citation), ("verified", entry.verified)) if not value]
        if absent:
            yield finding(
                entry,
                (),
                f"没有出处：缺少 {'、'.join(absent)}",
                f"No source: {', '.join(absent)} missing",
                "写在这一条里，或者写在文件开头的 [source] 里。",
                "Write it into the entry, or into [source] at the head of the file.",
            )


def _sourced(folder: Folder) -> Iterator[Entry]:
    plain = (
        "authority own_column basis ground sealing class period procedure"
        " year state occupation domain problem parameter"
    )
    for key in (*plain.split(), *_DOOR_OUT):
        yield from folder.entries(key)
    yield from folder.only("table_list")
    for entry in folder.only("type"):
        yield entry
        yield from columns_of(entry)
    for entry in folder.entries("list"):
        yield entry
        yield from entry.below("value")


def _doubled(folder: Folder) -> Iterator[Finding]:
    """An id names one thing."""
    for key, name in (
        ("authority", "id"),
        ("authority", "uscc"),
        ("own_column", "code"),
        ("basis", "id"),
        ("ground", "id"),
        ("sealing", "id"),
        ("class", "id"),
        ("period", "type"),
        ("procedure", "id"),
        ("year", "year"),
        ("state", "id"),
        ("occupation", "id"),
        ("domain", "id"),
        ("problem", "code"),
        ("parameter", "id"),
        *((key, "id") for key in _DOOR_OUT),
    ):
        yield from twice(folder.entries(key), name)
    yield from twice(folder.only("type"), "id")
    yield from twice([*folder.entries("list"), *folder.only("table_list")], "id")
    for entry in folder.entries("procedure"):
        yield from twice(entry.below("variant"), "id")
    for entry in folder.only("type"):
        yield from twice([*columns_of(entry), *own_columns_of(folder, entry)], "code")


def _ambiguous_names(folder: Folder) -> Iterator[Finding]:
    """A cell may not mean two values of its list, nor a title two laws."""
    for entry in folder.entries("list"):
        values = (
            (one, [one.table["code"], one.table["title"]["zh"], *one.table.get("aliases", ())])
            for one in entry.below("value")
        )
        yield from _named_twice(values, entry.table["id"])
    bases = folder.entries("basis")
    yield from _named_twice(
        ((one, [one.table["id"], one.table["title"], *one.table.get("aliases", ())]) for one in bases), "法律依据"
    )


def _named_twice(named: Iterable[tuple[Entry, list[str]]], where: str) -> Iterator[Finding]:
    met: dict[str, Entry] = {}
    for entry, names in named:
        for name in names:
            first = met.setdefault("".join(name.split()).casefold(), entry)
            if first is not entry:
                yield finding(
                    entry,
                    ("aliases",),
                    f"「{name}」在 {where} 中有两个意思（另见 {first.file.name}:{first.line()}）",
                    f"“{name}” means two things (see also {first.file.name}:{first.line()})",
                    "只在一处保留这个名称。",
                    "Keep the name in one of the two places.",
                )


def _unknown_references(folder: Folder) -> Iterator[Finding]:
    """What is named must exist."""
    types = {one.table["id"] for one in folder.only("type")}
    bases = ids(folder, "basis")
    problems = {one.table["code"] for one in folder.entries("problem")}
    for key, field, known, where in (
        ("authority", "submits", types, "types/"),
        ("authority", "submits_for", ids(folder, "authority"), "authority"),
        ("authority", "permit_basis", bases, "bases/"),
        ("basis", "domains", ids(folder, "domain"), "domains.toml"),
        ("period", "type", types, "types/"),
        ("sealing", "code", problems, "problems.toml"),
        ("occupation", "qualification", values_of(folder, "CL_ZGBM"), "CL_ZGBM"),
        ("occupation", "scope", values_of(folder, "CL_JRFW"), "CL_JRFW"),
        ("source_of", "file", {file.name for file in folder.files}, "catalogue/"),
    ):
        for entry in folder.entries(key):
            yield from unknown(entry, field, known, where)
    for entry in folder.entries("parameter"):
        if entry.table["id"] == "permit_basis":
            yield from unknown(entry, "value", bases, "bases/")
        if entry.table["id"] == "credit_office":
            yield from unknown(entry, "value", ids(folder, "authority"), "authority")
    for entry in folder.entries("list"):
        for value in entry.below("value"):
            extra = Entry(value.file, (*value.path, "extra"), value.table.get("extra", {}), value.inherited)
            yield from unknown(extra, "problem", problems, "problems.toml")
            yield from unknown(extra, "class", ids(folder, "class"), "classes.toml")
            yield from unknown(extra, "class_up_to_limit", ids(folder, "class"), "classes.toml")


def _sealed_bases(folder: Folder) -> Iterator[Finding]:
    """What seals is no basis of a record: 治安管理处罚法, 刑法."""
    sealed = {title for one in folder.entries("sealing") for title in one.table["titles"]}
    for entry in folder.entries("basis"):
        if sealed & {entry.table["title"], *entry.table.get("aliases", ())}:
            yield finding(
                entry,
                ("title",),
                f"{entry.table['title']} 的记录依法封存，不能作为收录依据",
                f"Records under the {entry.table['title_en']} are sealed; it is no basis here",
                "删去这一条；见 sealing.toml。",
                "Remove the entry; see sealing.toml.",
            )


def _codes_of_bodies(folder: Folder) -> Iterator[Finding]:
    for entry in folder.entries("authority"):
        if not uscc.is_valid(entry.table["uscc"]):
            yield finding(
                entry,
                ("uscc",),
                f"统一社会信用代码校验不符：{entry.table['uscc']}",
                f"The check character of {entry.table['uscc']} does not fit",
                "对照登记证书核对 18 位代码。",
                "Compare the 18 characters with the certificate.",
            )


def _absent_numbers(folder: Folder) -> Iterator[Finding]:
    known = ids(folder, "parameter")
    for entry in list(folder.entries("parameter"))[:1]:
        for name in _PARAMETERS:
            if name not in known:
                yield finding(
                    entry,
                    (),
                    f"缺少参数 {name}",
                    f"The parameter {name} is missing",
                    "补上这一条 [[parameter]]。",
                    "Add that [[parameter]].",
                )
    lists = ids(folder, "list")
    for name, zh, en in (
        ("CL_JRFW", "禁止范围", "scopes of bans"),
        ("CL_CHYY", "撤回原因", "reasons for taking back"),
        ("CL_CCLY", "抽查理由", "reasons for drawing a sample"),
        ("CL_ZYDF", "质疑的答复", "answers to a contested line"),
    ):
        if name not in lists:
            file = next(folder.of("lists"))
            where = Entry(file, ("list",), {}, {})
            yield finding(
                where,
                (),
                f"缺少清单 {name}（{zh}）",
                f"The list {name} ({en}) is missing",
                "补上这份清单。",
                "Add the list.",
            )


_CHECKS: tuple[Callable[[Folder], Iterator[Finding]], ...] = (
    _unsourced,
    _doubled,
    _ambiguous_names,
    _unknown_references,
    type_findings,
    column_findings,
    version_findings,
    _sealed_bases,
    _codes_of_bodies,
    calendar_findings,
    _absent_numbers,
    rights_findings,
    policy_findings,
)
