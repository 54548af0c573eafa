"""The first megabyte of a text file: its encoding, its separator, its header."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from openxin.intake.reading import header
from openxin.intake.reading.layout import CsvDialect, Encoding, SheetLayout
from openxin.intake.reading.limits import COLUMNS, FIELD_BYTES, HEADER_LINES
from openxin.intake.reading.old_gb18030 import modern
from openxin.intake.reading.refusal import FileRefused, empty, not_a_table, too_large, unreadable
from openxin.law.catalogue import RecordType

BYTES = 1024 * 1024
SEPARATORS = ",\t;"

_BOMS: tuple[tuple[bytes, Encoding], ...] = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_CHINESE = re.compile("[\u2e80-\ud7ff\U00010000-\U0010ffff]")
_CONTROLS = bytes(range(9)) + bytes(range(14, 32)) + b"\x7f"


@dataclass(frozen=True, slots=True)
class Head:
    """What the first megabyte says. `certain` is false while every byte so far was ASCII."""

    dialect: CsvDialect
    certain: bool
    start: int  # where the first record begins: after the byte order mark
    sheet: SheetLayout


def look(first: bytes, whole: bool, wanted: RecordType, all_types: Mapping[str, RecordType]) -> Head:
    """Read the head. `whole`: it is the entire file. Raises FileRefused."""
    start, encoding, certain = _encoding(first)
    text = _text(first[start:], encoding, whole)
    if not text.strip("\ufeff \t\r\n,;"):
        raise empty("文件是空的", "The file is empty")
    eol: Literal["\n", "\r"] = "\r" if "\n" not in text and "\r" in text else "\n"
    tables = {separator: _records(text, separator, whole) for separator in SEPARATORS}
    found = {separator: header.find(tables[separator], wanted) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda one: len(found[one].places))
    records = tables[separator]
    if any(len(record) > COLUMNS and sum(map(bool, record)) > COLUMNS for record in records):
        raise too_large(f"超过 {COLUMNS} 列", f"More than {COLUMNS} columns")
    if found[separator].missing:
        if any(len(line) > FIELD_BYTES for line in text.splitlines()[: len(records) + 1]):
            raise too_large(
                "表头之前有超过 64 KiB 的一行", "A line of more than 64 KiB stands where the header should be"
            )
        raise header.refusal(list(tables.values()), wanted, all_types)
    sheet = header.sheet_layout(records, found[separator], wanted, sheet=1, name=None)
    return Head(CsvDialect(encoding, separator, eol, loose=False), certain, start, sheet)


def eight_bit(sample: bytes) -> Encoding | None:
    """UTF-8 or GB18030, by the first bytes that are not ASCII; None while there are none. Raises FileRefused.

    Damaged UTF-8 is often sound GB18030 (and reads as other, wrong characters): it is refused, never reinterpreted. And a
    little GB18030 can be sound UTF-8 (某 is U+0133 then): text without one Chinese character is not what it seems.
    """
    if sample.isascii():
        return None
    try:
        seen = sample.decode("utf-8")
    except UnicodeDecodeError as fault:
        if fault.start >= len(sample) - 3 and fault.reason == "unexpected end of data" and fault.start > 0:
            return eight_bit(sample[: fault.start]) or "utf-8"
        seen = sample.decode("utf-8", errors="replace")
        if seen.count("\ufffd") * 10 < len(_CHINESE.findall(seen)):
            raise damaged() from fault
        return "gb18030"
    if _CHINESE.search(seen) or not _CHINESE.search(sample.decode("gb18030", errors="replace")):
        return "utf-8"
    return "gb18030"


def damaged() -> FileRefused:
    """Bytes that no encoding explains."""
    return unreadable(
        "文件中的文字既不是完整的 UTF-8，也不是完整的 GB18030（可能已损坏或被截断）",
        "The text is neither whole UTF-8 nor whole GB18030 (it may be damaged or cut off)",
    )


def _encoding(first: bytes) -> tuple[int, Encoding, bool]:
    if first[:4] in {b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"}:
        raise unreadable("文件为 UTF-32 编码", "The file is in UTF-32")
    for mark, encoding in _BOMS:
        if first.startswith(mark):
            return len(mark), encoding, True
    sample = first[:4096]
    # In UTF-16 every separator, line end and digit has a zero byte, always on the same side.
    right, left = sample[1::2].count(0), sample[0::2].count(0)
    if right * 60 > len(sample) and left * 4 <= right:
        return 0, "utf-16-le", True
    if left * 60 > len(sample) and right * 4 <= left:
        return 0, "utf-16-be", True
    if len(sample) - len(sample.translate(None, _CONTROLS)) > len(sample) // 50:
        raise not_a_table("文件内容不是文字表格", "The content is no table of text")
    found = eight_bit(first)
    return 0, found or "utf-8", found is not None


def _text(data: bytes, encoding: Encoding, whole: bool) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as fault:
        # The head ends somewhere in the middle of a character; of GB18030 that can be three bytes, of UTF-16 three too.
        if whole or fault.start < len(data) - 4:
            raise damaged() from fault
        text = data[: fault.start].decode(encoding)
    return modern(text)


def _records(text: str, separator: str, whole: bool) -> list[list[str]]:
    records: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for record in reader:
            records.append(record)
            if len(records) >= HEADER_LINES:
                return records
    except csv.Error:
        return records  # a cell beyond the limit, or a NUL: the scan says where; the header may stand before it
    return records if whole else records[:-1]
