"""Files that want to do harm, or are no tables: refused whole, with a code, soon, in little memory, nothing left behind."""

import os
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.intake.reading import biff
from tests.intake.reading.biff import Sheet
from tests.intake.reading.sheets import CODES, Csv, csv_file, read, refusal, row, xlsx_file

MIB = 1024 * 1024
SHEET = "xl/worksheets/sheet1.xml"
Make = Callable[[Path], Path]


def text(content: Callable[[], bytes]) -> Make:
    """`content` is called when the file is made: fifty of them at once would be gigabytes."""

    def make(path: Path) -> Path:
        path.write_bytes(content())
        return path

    return make


def utf8(*lines: list[str]) -> bytes:
    return ("\r\n".join(",".join(line) for line in lines) + "\r\n").encode()


def workbook_with(name: str, content: Callable[[bytes], bytes]) -> Make:
    """A sound workbook in which one part is replaced, or added."""

    def make(path: Path) -> Path:
        sound = xlsx_file(path.with_suffix(".sound"), CODES, row())
        with zipfile.ZipFile(sound) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            parts = {part: old.read(part) for part in old.namelist()}
            parts[name] = content(parts.get(name, b""))
            for part, held in parts.items():
                new.writestr(part, held)
        sound.unlink()
        return path

    return make


def cut_off(path: Path) -> Path:
    whole = xlsx_file(path, CODES, *[row()] * 50).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def sparse(first: str, last: str) -> Callable[[bytes], bytes]:
    rows = "".join(
        f'<row r="{"".join(filter(str.isdigit, at))}"><c r="{at}"><v>1</v></c></row>' for at in (first, last)
    )
    return lambda _: (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{rows}</sheetData></worksheet>"
    ).encode()


def laughing(sheet: bytes) -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head, _, rest = sheet.partition(b"?>\n")
    return head + b'?>\n<!DOCTYPE x [<!ENTITY l0 "lol">' + lines.encode() + b"]>" + rest


def lying(path: Path) -> Path:
    """The directory declares one kilobyte for a sheet that unpacks to a hundred megabytes."""
    workbook_with(SHEET, lambda sheet: sheet + b" " * (100 * MIB))(path)
    held = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as book:
        real = book.getinfo(SHEET).file_size.to_bytes(4, "little")
    path.write_bytes(bytes(held).replace(real, (1024).to_bytes(4, "little")))
    return path


def encrypted(path: Path) -> Path:
    xlsx_file(path, CODES, row())
    held = bytearray(path.read_bytes())
    at = held.index(b"PK\x01\x02")
    held[at + 8] |= 1
    path.write_bytes(held)
    return path


def twice(path: Path) -> Path:
    xlsx_file(path, CODES, row())
    with zipfile.ZipFile(path, "a") as book, pytest.warns(UserWarning, match="Duplicate"):
        book.writestr(SHEET, b"<worksheet/>")
    return path


def of_zip(*names: str) -> Make:
    def make(path: Path) -> Path:
        with zipfile.ZipFile(path, "w") as book:
            for name in names:
                book.writestr(name, b"x")
        return path

    return make


def damaged_deflate(path: Path) -> Path:
    xlsx_file(path, CODES, *[row(CF_SY=str(n)) for n in range(200)])
    with zipfile.ZipFile(path) as book:
        at = book.getinfo(SHEET).header_offset + 80
    held = bytearray(path.read_bytes())
    held[at : at + 40] = bytes(40)
    path.write_bytes(held)
    return path


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BOOK = Sheet("名单", [CODES, row()])
FILEPASS, CONTINUE = 0x002F, 0x003C


def xls_of(streams: Callable[[], dict[str, bytes]], *storages: str) -> Make:
    return text(lambda: biff.compound(streams(), storages))


def sound_xls() -> bytes:
    return biff.compound({"Workbook": biff.workbook(BOOK)})


def with_table(change: Callable[[bytearray], None]) -> Make:
    """A sound XLS whose table of sectors is changed: its last sector holds which one follows each."""

    def made() -> bytes:
        held = bytearray(sound_xls())
        table = held[-512:]
        change(table)
        return bytes(held[:-512] + table)

    return text(made)


def circle(table: bytearray) -> None:
    """The second sector of the workbook is followed by the first."""
    table[4:8] = bytes(4)


def beyond(table: bytearray) -> None:
    table[4:8] = (0xFFFFFF).to_bytes(4, "little")


def far_cells() -> bytes:
    """Cells in the last corners of a sheet: a reader reserves the rectangle between them."""
    return b"".join(biff.number(65_535, column, 1.0) for column in (200, 255))


HOSTILE_XLS: dict[str, tuple[set[str], Make]] = {
    "an XLS of nothing": ({"UNREADABLE"}, text(lambda: OLE + bytes(600))),
    "random bytes behind an XLS's first eight": ({"UNREADABLE"}, text(lambda: OLE + random.Random(3).randbytes(MIB))),
    "an XLS with a random body": (
        {"UNREADABLE", "HEADER_UNKNOWN", "EMPTY", "NOT_A_TABLE"},
        text(lambda: sound_xls()[:512] + random.Random(5).randbytes(4096) + sound_xls()[4608:]),
    ),
    "an XLS cut off in its header": ({"UNREADABLE"}, text(lambda: sound_xls()[:200])),
    "an XLS cut off": ({"UNREADABLE"}, text(lambda: sound_xls()[: len(sound_xls()) // 2])),
    "an XLS cut off in its tables": ({"UNREADABLE"}, text(lambda: sound_xls()[:-200])),
    "an XLS with macros": ({"MACROS"}, xls_of(lambda: {"Workbook": biff.workbook(BOOK)}, "_VBA_PROJECT_CUR", "VBA")),
    "an XLS with macros in a stream": (
        {"MACROS"},
        xls_of(lambda: {"Workbook": biff.workbook(BOOK), "_VBA_PROJECT": b"x"}),
    ),
    "an XLS with macros of Excel 4": (
        {"MACROS"},
        xls_of(lambda: {"Workbook": biff.workbook(BOOK, Sheet("宏", [["=EXEC()"]], kind=biff.MACRO_SHEET))}),
    ),
    "an XLS with a hidden macro sheet": (
        {"MACROS"},
        xls_of(lambda: {"Workbook": biff.workbook(BOOK, Sheet("宏", [], state=2, kind=biff.MACRO_SHEET))}),
    ),
    "an XLS with a password": (
        {"UNREADABLE"},
        xls_of(lambda: {"Workbook": biff.workbook(BOOK, first=biff.record(FILEPASS, bytes(54)))}),
    ),
    "an XLSX with a password": ({"UNREADABLE"}, xls_of(lambda: {"EncryptedPackage": b"x", "EncryptionInfo": b"x"})),
    "a workbook of Excel 95": ({"UNREADABLE"}, xls_of(lambda: {"Book": biff.workbook(BOOK)})),
    "a DOC": ({"NOT_A_TABLE"}, xls_of(lambda: {"WordDocument": b"x", "1Table": b"x"})),
    "an XLS within an XLS": (
        {"UNREADABLE"},
        text(lambda: biff.compound({"Workbook": biff.workbook(BOOK), "workbooK": biff.workbook(BOOK)})),
    ),
    "an XLS without its end": (
        {"UNREADABLE"},
        xls_of(lambda: {"Workbook": biff.workbook(BOOK).replace(biff.record(0x000A), biff.record(0x00FF, b"x"))}),
    ),
    "an XLS whose table leads in a circle": ({"UNREADABLE"}, with_table(circle)),
    "an XLS whose table leads away": ({"UNREADABLE"}, with_table(beyond)),
    "an XLS of giants": (
        {"TOO_LARGE", "EMPTY"},
        xls_of(lambda: {"Workbook": biff.workbook(*[Sheet(f"{at}", [CODES], more=far_cells()) for at in range(8)])}),
    ),
    "an XLS that declares a giant": (
        {"TOO_LARGE", "UNREADABLE"},
        xls_of(lambda: {"Workbook": biff.workbook(Sheet("名单", [CODES], more=biff.dimensions(2**32 - 1, 65_535)))}),
    ),
    "an XLS of a million records before its sheets": (
        {"UNREADABLE"},
        xls_of(lambda: {"Workbook": biff.workbook(BOOK, first=biff.record(CONTINUE) * (6 * MIB // 4))}),
    ),
}

HOSTILE: dict[str, tuple[set[str], Make]] = {
    "an empty file": ({"EMPTY"}, text(lambda: b"")),
    "a byte order mark": ({"EMPTY"}, text(lambda: b"\xef\xbb\xbf")),
    "line ends": ({"EMPTY"}, text(lambda: b"\r\n" * 1000)),
    "a header": ({"EMPTY"}, text(lambda: utf8(CODES))),
    "a header in a workbook": ({"EMPTY"}, lambda path: xlsx_file(path, CODES)),
    "an empty workbook": ({"EMPTY"}, xlsx_file),
    "prose": ({"HEADER_UNKNOWN"}, text(lambda: "从前有座山，山里有座庙。\n".encode() * 100)),
    "random bytes": ({"NOT_A_TABLE"}, text(lambda: random.Random(3).randbytes(5 * MIB))),
    "random bytes behind a zip's first four": (
        {"UNREADABLE"},
        text(lambda: b"PK\x03\x04" + random.Random(3).randbytes(MIB)),
    ),
    "a picture": ({"NOT_A_TABLE"}, text(lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100))),
    "a PDF": ({"NOT_A_TABLE"}, text(lambda: b"%PDF-1.7\n")),
    "a web page": ({"UNREADABLE"}, text(lambda: b"<html><table><tr><td>1</td></tr></table></html>")),
    "a DOCX": ({"NOT_A_TABLE"}, of_zip("[Content_Types].xml", "word/document.xml")),
    "an ODS": ({"UNREADABLE"}, of_zip("mimetype", "content.xml")),
    "an XLSB": ({"UNREADABLE"}, of_zip("[Content_Types].xml", "xl/workbook.bin")),
    "a NUL": ({"UNREADABLE"}, text(lambda: utf8(CODES, row(CF_SY="一\0二")))),
    "many NULs": ({"UNREADABLE", "NOT_A_TABLE"}, text(lambda: utf8(CODES) + bytes(10 * MIB))),
    "a NUL far below": ({"UNREADABLE"}, text(lambda: utf8(CODES, *[row()] * 40_000, row(CF_SY="\0")))),
    "a field of 50 MB": ({"TOO_LARGE"}, text(lambda: utf8(CODES, row(CF_SY="某" * 17 * MIB)))),
    "a quoted field of 50 MB": ({"TOO_LARGE"}, text(lambda: utf8(CODES, row(CF_SY='"' + "a\n" * 25 * MIB + '"')))),
    "a field of 50 MB behind a stray quote": (
        {"TOO_LARGE"},
        text(lambda: utf8(CODES, row(CF_SY='a"' + "a" * 50 * MIB))),
    ),
    "a field one byte too long": ({"TOO_LARGE"}, text(lambda: utf8(CODES, row(CF_SY="a" * (64 * 1024 + 1))))),
    "a header of 50 MB": ({"TOO_LARGE", "HEADER_UNKNOWN"}, text(lambda: b"a" * 50 * MIB)),
    "a quote that never closes": (
        {"UNREADABLE"},
        text(lambda: utf8(CODES, row(), row(CF_SY='"某'), *[row()] * 20)),
    ),
    "100,000 columns": (
        {"TOO_LARGE", "HEADER_UNKNOWN"},
        text(lambda: utf8([*CODES, *(f"c{n}" for n in range(100_000))], [*row(), *["1"] * 100_000])),
    ),
    "501 columns": ({"TOO_LARGE"}, text(lambda: utf8([*CODES, *(f"c{n}" for n in range(501 - len(CODES)))], row()))),
    "three million rows": ({"TOO_LARGE"}, text(lambda: utf8(CODES) + b"1,2\r\n" * 3_000_000)),
    "fifty million empty lines": ({"TOO_LARGE"}, text(lambda: utf8(CODES) + b"\n" * 50_000_000)),
    "half a character at the end": ({"UNREADABLE"}, text(lambda: utf8(CODES, row(), row())[:-2] + "某".encode()[:2])),
    "damaged UTF-8": (
        {"UNREADABLE"},
        text(lambda: utf8(CODES, row(), row(CF_SY="MARK")).replace(b"MARK", b"\xe6\x9f")),
    ),
    "damaged GB18030": (
        {"UNREADABLE"},
        text(lambda: utf8(CODES).decode().encode() + "某,某\n".encode("gb18030") * 50 + b"\x81\xff\xff,"),
    ),
    "odd UTF-16": ({"UNREADABLE"}, text(lambda: utf8(CODES, row()).decode().encode("utf-16") + b"\0")),
    "UTF-32": ({"UNREADABLE"}, text(lambda: utf8(CODES, row()).decode().encode("utf-32"))),
    "a workbook cut off": ({"UNREADABLE"}, cut_off),
    "a workbook with a damaged sheet": ({"UNREADABLE"}, damaged_deflate),
    "a sheet that is no XML": ({"UNREADABLE"}, workbook_with(SHEET, lambda _: b"<worksheet><sheetData><row r=")),
    "a workbook without an index": ({"UNREADABLE"}, workbook_with("xl/workbook.xml", lambda _: b"")),
    "a password": ({"UNREADABLE"}, encrypted),
    "two sheets of one name": ({"UNREADABLE"}, twice),
    "macros": ({"MACROS"}, workbook_with("xl/vbaProject.bin", lambda _: b"x")),
    "macros elsewhere": ({"MACROS"}, workbook_with("custom/VBAPROJECT.BIN", lambda _: b"x")),
    "macros of Excel 4": ({"MACROS"}, workbook_with("xl/macrosheets/sheet1.xml", lambda _: b"<x/>")),
    "a zip bomb": ({"TOO_LARGE"}, workbook_with(SHEET, lambda sheet: sheet + b" " * (700 * MIB))),
    "a zip bomb in a picture": ({"TOO_LARGE"}, workbook_with("xl/media/a.png", lambda _: bytes(300 * MIB))),
    "a zip bomb that lies": ({"TOO_LARGE", "UNREADABLE"}, lying),
    "ten thousand parts": ({"TOO_LARGE"}, of_zip("xl/workbook.xml", *(f"xl/{n}.xml" for n in range(10_000)))),
    "a sparse giant": ({"TOO_LARGE"}, workbook_with(SHEET, sparse("A1", "XFD1048576"))),
    "a tall giant": ({"TOO_LARGE"}, workbook_with(SHEET, sparse("A1", "SF1048576"))),
    "a wide giant": ({"TOO_LARGE"}, workbook_with(SHEET, sparse("A1", "XFD1"))),
    "a sparse giant in single quotes": (
        {"TOO_LARGE"},
        workbook_with(SHEET, lambda sheet: sparse("A1", "XFD1048576")(sheet).replace(b'"', b"'")),
    ),
    "a sparse giant that the look overlooks": (
        {"TOO_LARGE", "UNREADABLE"},
        workbook_with(SHEET, lambda sheet: sparse("A1", "XFD1048576")(sheet).replace(b" r=", b" r  =  ")),
    ),
    "a sparse giant under another name": (
        {"TOO_LARGE"},
        lambda path: renamed(path, sparse("A1", "XFD1048576")(b"")),
    ),
    "billion laughs": ({"UNREADABLE"}, workbook_with(SHEET, laughing)),
    "billion laughs in the strings": ({"UNREADABLE"}, workbook_with("xl/sharedStrings.xml", laughing)),
    "billion laughs in the index": ({"UNREADABLE"}, workbook_with("xl/workbook.xml", laughing)),
} | HOSTILE_XLS


def renamed(path: Path, sheet: bytes) -> Path:
    """The sheet lies where only the workbook's index knows it."""
    relations = "xl/_rels/workbook.xml.rels"
    workbook_with(relations, lambda held: held.replace(b"worksheets/sheet1.xml", b"media/picture.png"))(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/picture.png", sheet)
    return path


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_files_are_refused_whole(tmp_path: Path, what: str) -> None:
    codes, make = HOSTILE[what]
    file = make(tmp_path / "file")
    before = children()
    began = time.monotonic()
    refused = refusal(file)
    assert refused.code in codes, refused
    assert time.monotonic() - began < 20
    assert refused.words.zh
    assert refused.words.en
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208
    assert children() == before


def children() -> int:
    return len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.mark.parametrize(
    "what",
    [
        "a quoted field of 50 MB",
        "three million rows",
        "a sparse giant that the look overlooks",
        "a zip bomb",
        "an XLS of giants",
    ],
)
def test_refusing_takes_less_than_a_gigabyte_and_a_half(tmp_path: Path, what: str) -> None:
    """The process and its child together, measured from outside."""
    file = HOSTILE[what][1](tmp_path / "file")
    code = (
        "import resource, sys; from pathlib import Path; from tests.intake.reading.sheets import refusal;"
        "refusal(Path(sys.argv[1]));"
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM')).split()[1];"
        "print(int(peak) + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1.5 * 1024 * 1024


def test_a_refusal_says_nothing_of_what_a_cell_holds(tmp_path: Path) -> None:
    refused = refusal(csv_file(tmp_path / "f.csv", CODES, row(CF_SY="秘密" * 40_000)))
    assert "秘密" not in str(refused)


def test_a_field_of_64_kib_is_taken(tmp_path: Path) -> None:
    longest = "某" * (64 * 1024 // 3)
    assert read(csv_file(tmp_path / "f.csv", CODES, row(CF_SY=longest)))["CF_SY"][0] == longest
    file = Csv(encoding="gb18030").write(tmp_path / "g.csv", [CODES, row(CF_SY=longest + "某")])
    assert refusal(file).code == "TOO_LARGE"
