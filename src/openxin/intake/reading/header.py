"""Which line is the header, and which column is which.

A header names its columns by code or by the catalogue's Chinese title, in any order, in one line or in two (codes above
titles or below them), under a title and notes. Brackets, spaces and widths are folded, nothing else: 罚款金额（元） is not
罚款金额（万元）, and guessing would be wrong by a factor of ten thousand.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from openxin.intake.reading.layout import SheetLayout, Taken
from openxin.intake.reading.limits import COLUMNS, HEADER_LINES
from openxin.intake.reading.refusal import FileRefused, empty, refused, too_large
from openxin.law.catalogue import Column, RecordType

_BRACKETS = {ord(mark): "(" for mark in "[{【〔〖「"} | {ord(mark): ")" for mark in "]}】〕〗」"}
_WIDTHS = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_UNSEEN = re.compile(r"[\s\u00a0\u200b-\u200f\u2060\u3000\ufeff'\"]+")
_MARKS = re.compile(r"\((?:必填|选填|必填项|选填项|非必填)\)|[*:]")
_CODE = re.compile(r"(?<![A-Z0-9_])[A-Z]{2}_[A-Z0-9_]+(?![A-Z0-9_])")


def folded(cell: str) -> str:
    """A header's cell without what makes no difference: widths, spaces, kinds of bracket, marks of 'required'."""
    plain = cell.translate(_WIDTHS).translate(_BRACKETS).upper()
    return _MARKS.sub("", _UNSEEN.sub("", plain))


@dataclass(frozen=True, slots=True)
class Found:
    """The best header of a sheet for one record type; it fits where nothing is missing."""

    lines: tuple[int, ...]  # indices among the lines looked at
    places: Mapping[int, Column]
    missing: tuple[Column, ...]


def find(lines: Sequence[Sequence[str]], wanted: RecordType) -> Found:
    """The line (or two neighbouring lines) that names most columns of `wanted`."""
    template = _Template(wanted)
    named = [template.recognise(cells) for cells in lines[:HEADER_LINES]]
    best = max(range(len(named)), key=lambda line: (len(named[line]), -line), default=None)
    if best is None or not named[best]:
        return Found((), {}, template.missing(()))
    chosen, places = [best], dict(named[best])
    for neighbour in (best - 1, best + 1):
        if 0 <= neighbour < len(named) and len(named[neighbour]) >= max(2, len(named[best]) // 2):
            chosen.append(neighbour)
            taken = {column.code for column in places.values()}
            for place, column in named[neighbour].items():
                if place not in places and column.code not in taken:
                    places[place] = column
            break
    return Found(tuple(sorted(chosen)), places, template.missing(places.values()))


def sheet_layout(
    lines: Sequence[Sequence[str]],
    found: Found,
    wanted: RecordType,
    *,
    sheet: int,
    name: str | None,
    first_row: int = 1,
) -> SheetLayout:
    """The layout of a sheet whose header was found. `first_row` is the row number of `lines[0]`."""
    headers = tuple(tuple(lines[line]) for line in found.lines)
    width = max(_last_filled(cells) for cells in headers) + 1
    if width > COLUMNS:
        raise too_large(f"表头超过 {COLUMNS} 列", f"The header has more than {COLUMNS} columns", str(width))
    by_code: dict[str, list[int]] = defaultdict(list)
    for place in sorted(found.places):
        by_code[found.places[place].code].append(place)
    kinds = {column.code: column.kind for column in wanted.columns}
    ignored = [
        next(cells[place].strip() for cells in headers if place < len(cells) and cells[place].strip())
        for place in range(width)
        if place not in found.places and any(place < len(cells) and cells[place].strip() for cells in headers)
    ]
    return SheetLayout(
        sheet=sheet,
        name=name,
        header_rows=tuple(first_row + line for line in found.lines),
        headers=headers,
        width=width,
        taken=tuple(Taken(code, kinds[code], tuple(places)) for code, places in by_code.items()),
        number_places=tuple(by_code.get(wanted.column("document_number") or "", ())),
        ignored=tuple(ignored),
    )


def refusal(
    sheets: Sequence[Sequence[Sequence[str]]], wanted: RecordType, all_types: Mapping[str, RecordType]
) -> FileRefused:
    """Why none of these sheets can be read as `wanted`: it fits another type, or these columns are absent."""
    if not any(cell.strip() for lines in sheets for cells in lines for cell in cells):
        return empty()
    for other in all_types.values():
        if other.id != wanted.id and any(find(lines, other).missing == () for lines in sheets):
            return refused(
                "WRONG_TYPE",
                f"表头符合“{other.title.zh}”（{other.id}），不是“{wanted.title.zh}”（{wanted.id}）",
                f"The header fits {other.title.en} ({other.id}), not {wanted.title.en} ({wanted.id})",
                other.id,
            )
    best = max((find(lines, wanted) for lines in sheets), key=lambda found: len(found.places))
    zh = "、".join(f"{column.title.zh}（{column.code}）" for column in best.missing)
    en = ", ".join(f"{column.title.en} ({column.code})" for column in best.missing)
    return refused(
        "HEADER_UNKNOWN",
        f"表头缺少必需的列：{zh}",
        f"The header lacks required columns: {en}",
        *(column.code for column in best.missing),
    )


class _Template:
    """The columns of one record type, by every name that a header may use."""

    def __init__(self, wanted: RecordType) -> None:
        self._kind_column = wanted.column("counterpart_kind")
        self._columns = wanted.columns
        self._by_name: dict[str, list[Column]] = defaultdict(list)
        for column in wanted.columns:
            for name in dict.fromkeys(folded(name) for name in (column.code, column.title.zh, *column.aliases)):
                self._by_name[name].append(column)

    def recognise(self, cells: Sequence[str]) -> dict[int, Column]:
        """Place -> column. Of equal titles the n-th is the template's n-th."""
        names = [self._name(cell) for cell in cells]
        met = Counter(name for name in names if name)
        candidates = {name: self._in_order(name, met[name]) for name in met}
        places: dict[int, Column] = {}
        taken: dict[str, str] = {}
        for place, name in enumerate(names):
            waiting = candidates.get(name, [])
            column = next((one for one in waiting if one.code not in taken), None)
            if column is None and waiting and waiting[0].kind == "lists" and taken.get(waiting[0].code) != name:
                column = waiting[0]  # an older edition's second half of one list column (CF_CFLB2)
            if column is not None:
                places[place] = column
                taken[column.code] = name
        return places

    def _name(self, cell: str) -> str:
        name = folded(cell)
        if name in self._by_name:
            return name
        # A cell that holds both the title and the code, as some exports write it: the code decides.
        codes = {folded(code) for code in _CODE.findall(cell.translate(_WIDTHS).upper())} & self._by_name.keys()
        return codes.pop() if len(codes) == 1 else ""

    def _in_order(self, name: str, times: int) -> list[Column]:
        """Where the file has fewer of them than the template, the required ones are meant: 证件号码 alone is the person's."""
        columns = self._by_name[name]
        if times < len(columns):
            wanted = sorted(columns, key=lambda one: (one.empty_for_persons, not one.required))[:times]
            return [column for column in columns if column in wanted]
        return columns

    def missing(self, present: Iterable[Column]) -> tuple[Column, ...]:
        """The required columns that are absent. A file without the counterpart's kind is of the 2018 edition."""
        codes = {column.code for column in present}
        edition = "sgs-2019" if self._kind_column in codes else "sgs-2018"
        return tuple(
            column
            for column in self._columns
            if column.required and column.code not in codes and _belongs(column, edition)
        )


def _belongs(column: Column, edition: str) -> bool:
    national = [one for one in column.editions if one.startswith("sgs-")]
    return not national or edition in national


def _last_filled(cells: Sequence[str]) -> int:
    return max((place for place, cell in enumerate(cells) if cell.strip()), default=-1)
