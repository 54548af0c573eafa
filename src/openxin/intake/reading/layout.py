"""What crosses between the parent process that opens a file and the workers that parse its chunks."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Encoding = Literal["utf-8", "gb18030", "utf-16-le", "utf-16-be"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A column of the template and where the sheet has it.

    More than one place only where an older edition split what is one column today (CF_CFLB1 and CF_CFLB2).
    """

    code: str
    kind: str
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet (or the one table of a CSV file): its header, and which columns it has."""

    sheet: int  # as a spreadsheet program counts them, from 1
    name: str | None  # None: CSV
    header_rows: tuple[int, ...]  # row numbers of the header's line or two lines
    headers: tuple[tuple[str, ...], ...]  # their cells, to know them again at a page break
    width: int  # columns of the file up to the header's last one
    taken: tuple[Taken, ...]
    number_places: tuple[int, ...]  # where the number of the person's document stands
    ignored: tuple[str, ...]  # header cells that are no column of the template


@dataclass(frozen=True, slots=True)
class CsvDialect:
    """How the bytes of a CSV file are to be understood. `loose`: a quote stands where none may; the slow reader reads it."""

    encoding: Encoding
    separator: str
    eol: Literal["\n", "\r"]
    loose: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that a worker must know to turn a chunk into a frame."""

    format: Literal["csv", "xlsx", "xls"]
    sheets: tuple[SheetLayout, ...]
    dialect: CsvDialect | None

    def of(self, sheet: int) -> SheetLayout:
        """The layout of the sheet with this number."""
        return next(one for one in self.sheets if one.sheet == sheet)


@dataclass(frozen=True, slots=True)
class Slice:
    """Bytes where they lie in a file: a worker that reads them itself costs less than ten megabytes through a pipe.

    `modified_ns`: when the file was last written, as it was opened. `posts`: where every so many-th record begins, counted from
    `offset`, so that a few records are found without reading the others.
    """

    path: Path
    offset: int
    length: int
    modified_ns: int
    posts: tuple[int, ...]

    def read(self) -> bytes:
        """The bytes. Raises RuntimeError where somebody has written to the file meanwhile."""
        return self.stretches([(0, self.length)])[0]

    def stretches(self, borders: Sequence[tuple[int, int]]) -> list[bytes]:
        """The bytes between these places, counted from `offset`. Raises RuntimeError as `read` does."""
        with self.path.open("rb") as file:
            if os.fstat(file.fileno()).st_mtime_ns != self.modified_ns:
                raise RuntimeError("the file was changed while it was being taken in; hand it in again")
            found = []
            for begins, ends in borders:
                file.seek(self.offset + begins)
                found.append(file.read(ends - begins))
            return found


@dataclass(frozen=True, slots=True)
class RawChunk:
    """Some whole records of one sheet: a slice of the CSV file as it is, or an Arrow IPC stream."""

    number: int  # of the chunk in the file, from 0
    sheet: int
    sheet_name: str | None
    first_row: int  # row number of its first record
    raw: bytes | Slice

    @property
    def lies_in_file(self) -> bool:
        """Whether its bytes can be read from the file again."""
        return isinstance(self.raw, Slice)

    @property
    def slice(self) -> Slice:
        """Where its bytes lie in the file. Raises TypeError where they do not."""
        if not isinstance(self.raw, Slice):
            raise TypeError("this chunk does not lie in the file")
        return self.raw

    def content(self) -> bytes:
        """The bytes, read from the file where they still lie there."""
        return self.raw.read() if isinstance(self.raw, Slice) else self.raw


@dataclass(frozen=True, slots=True)
class FileNote:
    """Something the sender should know of a file that was taken: EXTENSION_DIFFERS, HIDDEN_SHEET, HIDDEN_ROW."""

    sheet: int
    row: int | None
    field: str | None
    code: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A file of either format, ready to be read any number of times. `lines`: records below the headers."""

    layout: Layout
    skipped_sheets: tuple[str, ...]
    notes: tuple[FileNote, ...]
    chunks: Callable[[], Iterator[RawChunk]]
    lines: int
