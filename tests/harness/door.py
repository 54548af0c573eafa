"""The door in, as a body's clerk meets it: a file goes in, a receipt and the reasons come back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openxin.cli.worker import start
from openxin.intake import admission, checking, quarantine
from openxin.intake.receipts import Receipt
from openxin.intake.workers import connection, forget_connection
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.register import Register

Fates = dict[int, tuple[str, frozenset[tuple[str, str]]]]  # by row number: fate, and (field, code)


@dataclass(frozen=True, slots=True)
class Door:
    """The door of one register."""

    register: Register
    folder: Path

    def place(self, workers: int = 0) -> admission.Place:
        home = self.register.home
        return admission.Place(home / "spool", home / "catalogues", synthetic=True, start_worker=start, workers=workers)

    def receives(
        self,
        *rows: Mapping[str, str],
        type_: str = "penalty",
        today: date = sample.TODAY,
        uscc: str = sample.MARKET,
        name: str = "file.csv",
    ) -> Receipt:
        """Hand in rows, sequence the ledger."""
        return self.receives_file(sample.written(self.folder, rows, name), type_=type_, today=today, uscc=uscc)

    def receives_file(
        self, file: Path, *, type_: str = "penalty", today: date = sample.TODAY, uscc: str = sample.MARKET
    ) -> Receipt:
        forget_connection()
        law = catalogue()
        body = admission.competent(law, uscc, type_, synthetic=True)
        receipt = admission.admit(file, type_id=type_, authority=body, law=law, today=today, place=self.place())
        sequence()
        return receipt

    def checks(self, *rows: Mapping[str, str], type_: str = "penalty", today: date = sample.TODAY) -> checking.Checked:
        forget_connection()
        law = catalogue()
        file = sample.written(self.folder, rows)
        body = admission.competent(law, sample.MARKET, type_, synthetic=True)
        checked = checking.check(file, type_id=type_, authority=body, law=law, today=today, place=self.place())
        sequence()
        return checked

    def reasons(self, receipt: Receipt) -> Fates:
        """Why rows wait or were refused, by row number."""
        assert receipt.submission is not None
        return fates_of(quarantine.problem_rows(connection(), receipt.submission, catalogue()))


def fates_of(rows: Iterable[quarantine.ProblemRow]) -> Fates:
    return {row.row: (row.fate, frozenset((one.field, one.code) for one in row.problems)) for row in rows}


def counts(receipt: Receipt) -> tuple[int, int, int, int]:
    """Admitted, duplicates, quarantined, refused."""
    tally = receipt.tally
    return tally.admitted, tally.duplicates, tally.quarantined, tally.refused
