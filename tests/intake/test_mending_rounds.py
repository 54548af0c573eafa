"""Four hundred messy rows of the synthetic city, mended to none in three rounds by a clerk who reads the workbook.

The clerk has the originals (the same city without a fault) and does what the workbook says: first single cells that it colours,
then rows of which something is told wrongly, last rows that contradict another. Whatever was mended is then what the clean file
tells: handed in afterwards, it is nothing but duplicates, and supplies nothing.
"""

import csv
import re
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from openxin.intake import mending
from openxin.law.loading import catalogue
from openxin.synth import city
from tests.harness.door import Door, counts

DAY = date(2026, 11, 24)
PERSON, DOCUMENT = "CF_XDR_ZJHM", "CF_WSH"
TEXTS = ("CF_SY", "CF_NR")
ONE_CELL = {
    "ID_FORMAT", "ID_CHECKSUM", "ID_DIGITS_LOST", "USCC_CHECKSUM", "NAME_FORMAT", "NOT_SUBMITTER", "NOT_ORDINARY_FIELD",
    "FREE_TEXT_NOT_ALLOWED", "BAD_DATE", "NOT_IN_LIST",
}  # fmt: skip
AGAINST_OTHERS = {"CONFLICT", "NAMES_IN_FILE_DISAGREE", "NAME_DISAGREES"}
Row = dict[str, str]


def made(folder: Path, name: str, rate: float) -> tuple[list[Row], list[Row]]:
    """A file's rows and its answers; row 2 of the file is the first of each."""
    file = folder / name
    answers = city.write(file, type="penalty", persons=400, rows=400, seed=4, rate=rate, day=DAY)
    read = []
    for path in (file, answers):
        with path.open(encoding="utf-8", newline="") as text:
            read.append(list(csv.DictReader(text)))
    return read[0], read[1]


def decision(row: Row, answer: Row) -> tuple[str, ...]:
    """Which decision a row tells, however its number is written."""
    narrow = row[DOCUMENT].translate({wide: wide - 0xFEE0 for wide in range(0xFF10, 0xFF1A)})
    return (answer["number"], *re.findall(r"[0-9]+", narrow))


class Clerk:
    """Mends a workbook from the originals. `same`: whether a row of the messy file speaks of the person of its original.

    `at`: in which row of the messy file each row of the workbook was.
    """

    def __init__(self, originals: list[Row], same: list[bool]) -> None:
        self._originals, self._same = originals, same
        self.at: dict[str, int] = {}

    def mend(self, book: Path, codes: dict[str, set[str]], round_: int) -> int:
        """Mend what is this round's; the number of rows that were touched. `codes`: of each row, by its reference."""
        opened = openpyxl.load_workbook(book)
        sheet = opened.worksheets[0]
        columns = {str(cell.value): int(cell.column) for cell in sheet[1] if cell.value}
        touched = 0
        for line in range(3, sheet.max_row + 1):
            found = {code: str(sheet.cell(line, place).value or "") for code, place in columns.items()}
            number = self._place(sheet, line, round_) - 2
            original = self._originals[number]
            problems = codes[found["OX_HH"]]
            alike = self._same[number] and all(
                "".join(found[one].split()) == "".join(original[one].split()) for one in TEXTS
            )
            if round_ == 1 and problems <= ONE_CELL and alike:
                wrong = [code for code, place in columns.items() if sheet.cell(line, place).comment is not None]
            elif round_ == 1 or (round_ == 2 and problems & AGAINST_OTHERS):
                continue
            else:
                wrong = [code for code in columns if code != "OX_HH"]
            touched += 1
            for code in wrong:
                sheet.cell(line, columns[code]).value = original.get(code) or None
        self.at = {str(line): self._place(sheet, line, round_) for line in range(3, sheet.max_row + 1)}
        opened.save(book)
        return touched

    def _place(self, sheet: Worksheet, line: int, round_: int) -> int:
        """The row of the messy file: told by the workbook in the first round, later of the workbook before."""
        (told,) = re.findall(r"第(\d+)行", str(sheet.cell(line, 1).value))
        return int(told) if round_ == 1 else self.at[told]


def test_four_hundred_messy_rows_are_mended_to_none_in_three_rounds(door: Door, tmp_path: Path) -> None:
    originals, true = made(tmp_path, "clean.csv", 0)
    messy, answers = made(tmp_path, "messy.csv", 0.9)
    clerk = Clerk(originals, [one["number"] == other["number"] for one, other in zip(true, answers, strict=True)])
    receipt = door.receives_file(tmp_path / "messy.csv", today=DAY)
    waited = [receipt.tally.quarantined]
    refused = receipt.tally.refused
    assert waited[0] > 200
    for round_ in (1, 2, 3):
        assert receipt.submission is not None
        book = tmp_path / f"round{round_}.xlsx"
        assert mending.workbook("market", receipt.submission, law=catalogue(), out=book) == waited[-1]
        listed = mending.waiting_list("market", receipt.submission, law=catalogue(), most=400)
        codes = {str(row.reference): {one.code for one in row.problems} for row in listed.rows}
        assert clerk.mend(book, codes, round_) > 0
        receipt = door.receives_file(book, today=DAY)
        assert receipt.tally.rows == waited[-1]
        assert receipt.tally.refused == 0
        waited.append(receipt.tally.quarantined)
    assert waited == sorted(waited, reverse=True)
    assert waited[3] == 0, door.reasons(receipt)

    # A row that only repeats another one in the messy file has no original of its own to compare with.
    meant = [
        original
        for original, whose, row, answer in zip(originals, true, messy, answers, strict=True)
        if answer["fate"] == "quarantined"
        or (answer["fate"] != "refused" and decision(original, whose) == decision(row, answer))
    ]
    with (tmp_path / "meant.csv").open("w", encoding="utf-8", newline="") as text:
        out = csv.DictWriter(text, list(originals[0]))
        out.writeheader()
        out.writerows(meant)
    after = door.receives_file(tmp_path / "meant.csv", today=DAY)
    assert counts(after) == (0, len(meant), 0, 0)
    assert [note for note in after.as_json()["notes"] if note["code"] == "SUPPLIED"] == []
    assert door.register.count("intake_refused") == refused
    door.register.is_sound(records=len(meant), quarantined=0)
