"""The file of a population extract: a CSV of (document type, number, name), read block by block.

One line of header, in Chinese or in English or by column code; comma, tab or semicolon; UTF-8 or GB18030. Columns that are not
asked for are not read. A number that a spreadsheet program has rounded is found by its form: whoever writes an extract of
millions of rows writes text.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

_BLOCK = 4 * 1024 * 1024
_LONGEST_LINE = 64 * 1024
_SEPARATORS = (",", "\t", ";")

# Titles as they are met, folded: the national columns, ours, and plain English. The issuing state is needed by foreign passports.
TITLES: Final = {
    "type": ("证件类型", "document type", "document_type", "zjlx", "cf_xdr_zjlx", "xk_xdr_zjlx"),
    "number": (
        "证件号码",
        "公民身份号码",
        "document number",
        "document_number",
        "number",
        "zjhm",
        "cf_xdr_zjhm",
        "xk_xdr_zjhm",
    ),
    "name": ("姓名", "name", "xm", "cf_xdr_mc", "xk_xdr_mc"),
    "state": ("签发国", "签发国家", "issuing state", "issuing_state", "ox_zjgj"),
}
_NEEDED = ("type", "number", "name")


class ExtractRefused(Exception):
    """The file as a whole cannot be taken; nothing of it is kept, and the extract that was loaded before stays.

    `code`: as in docs/contract.md. `absent`: the columns that the header lacks.
    """

    def __init__(self, code: str, absent: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code, self.absent = code, absent


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is written: `places` of the columns, and the byte at which the rows begin."""

    encoding: str
    separator: str
    places: dict[str, int]
    columns: int
    begins: int


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole lines of the file. `first_row`: the number that a spreadsheet program shows for the first of them."""

    start: int
    length: int
    first_row: int


def layout(path: Path) -> Layout:
    """Read the header. Raises ExtractRefused: EMPTY, UNREADABLE, HEADER_UNKNOWN."""
    with path.open("rb") as file:
        line = file.readline(_LONGEST_LINE)
        begins = file.tell()
        sample = line + file.readline(_LONGEST_LINE)
    if not line.strip():
        raise ExtractRefused("EMPTY")
    encoding = _encoding(sample)
    header = line.decode(encoding).removeprefix("\ufeff").rstrip("\r\n")
    separator = max(_SEPARATORS, key=header.count)
    titles = [title.strip().strip('"').strip().lower() for title in header.split(separator)]
    places = {
        column: next((at for at, title in enumerate(titles) if title in known), -1) for column, known in TITLES.items()
    }
    absent = tuple(TITLES[column][0] for column in _NEEDED if places[column] < 0)
    if absent:
        raise ExtractRefused("HEADER_UNKNOWN", absent)
    return Layout(encoding, separator, {key: at for key, at in places.items() if at >= 0}, len(titles), begins)


def _encoding(sample: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            # The second line may be cut; a decoder that waits for more does not mind.
            codecs.getincrementaldecoder(encoding)().decode(sample)
        except UnicodeDecodeError:
            continue
        return encoding
    raise ExtractRefused("UNREADABLE")


def blocks(path: Path, written: Layout) -> Iterator[Block]:
    """The rows of the file in blocks that end where a line ends."""
    row, start = 2, written.begins
    with path.open("rb") as file:
        file.seek(start)
        while block := file.read(_BLOCK):
            block += file.readline(_LONGEST_LINE)
            yield Block(start, len(block), row)
            start += len(block)
            row += block.count(b"\n")


def cells(path: Path, written: Layout, block: Block) -> pl.DataFrame:
    """The rows of a block: `row`, and as text `type`, `number`, `name`, `state`; null where a cell is empty.

    Empty lines are left out. Raises ExtractRefused where the bytes are not in the encoding of the header.
    """
    with path.open("rb") as file:
        file.seek(block.start)
        content = file.read(block.length)
    try:
        text = content.decode(written.encoding)
    except UnicodeDecodeError:
        raise ExtractRefused("UNREADABLE") from None
    # A line each, whatever stands in it: no name has a line break, and an odd quote must not swallow the rows after it.
    lines = pl.Series(text.replace("\r\n", "\n").removesuffix("\n").split("\n"), dtype=pl.String)
    fields = lines.str.split_exact(written.separator, written.columns - 1).struct
    frame = pl.DataFrame(
        {
            "row": pl.int_range(block.first_row, block.first_row + len(lines), dtype=pl.Int32, eager=True),
            **{
                column: fields.field(f"field_{written.places[column]}").str.strip_chars(" \"'\t")
                if column in written.places
                else pl.repeat("", len(lines), eager=True)
                for column in TITLES
            },
        }
    )
    there = lines.str.strip_chars() != ""
    return frame.filter(there).with_columns(
        pl.when(pl.col(column) == "").then(None).otherwise(column).alias(column) for column in TITLES
    )
