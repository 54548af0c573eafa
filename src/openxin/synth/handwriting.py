"""How people write things down: the same day, sum, number or list value in all the forms that the door must take.

Source: docs/contract.md, "What real spreadsheets do, and we take". Nothing here is a fault: however a sound row is
written, it stays sound. A file has habits (one form prevails) and slips (some cells differ).
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

import numpy as np

from openxin.synth import papers
from openxin.synth.chance import Bools, Ints, Objects
from openxin.synth.plan import ABSENT, NO_END

_EPOCH = date(1970, 1, 1)
_EXCEL_EPOCH = date(1899, 12, 30)
_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
_SLIP: Final = 0.12  # cells whose form is not the habit of the file
_YUAN_IN_WAN: Final = 10_000

SLIPS = {
    "apostrophe": 0.004, "wide": 0.003, "spaced": 0.003, "no-break": 0.002, "fifteen": 0.004, "lower x": 0.3,
    "name space": 0.008, "other dot": 0.5, "old place": 0.5, "none mark": 0.02, "renewed": 0.3, "number cell": 0.3,
    "small letters": 0.3, "state by name": 0.5, "state of a Chinese": 0.3, "state of anybody": 0.01,
}  # fmt: skip
NONE_MARKS = ("无", "/", "-", "—")
OLD_PLACES = {"龵": "\ue826", "龶": "\ue82b"}  # where GB 18030-2005 kept what has code points since
DOTS = ("·", "•", "‧", "・", "･")
BRACKETS = (("〔", "〕"), ("[", "]"), ("(", ")"), ("（", "）"), ("【", "】"))
SEPARATORS = (";", "；", "、", ",")
END_WORDS = ("长期", "2099-12-31", "2099/12/31", "2099年12月31日")


def objects(values: Sequence[object]) -> Objects:
    """An object column; numpy would make one of fixed width."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def wide(text: str) -> str:
    """Full-width digits, as an input method leaves them."""
    return text.translate(_WIDE)


class Days:
    """Every day of some years in every form, so that a column of dates is one look-up."""

    def __init__(self, first: int, last: int, *, workbook: bool) -> None:
        self._first = first
        days = [_EPOCH + timedelta(days=number) for number in range(first, last + 1)]
        forms: list[list[object]] = [
            [day.isoformat() for day in days],
            [f"{day.year}/{day.month}/{day.day}" for day in days],
            [f"{day:%Y/%m/%d}" for day in days],
            [f"{day.year}.{day.month}.{day.day}" for day in days],
            [f"{day:%Y%m%d}" for day in days],
            [f"{day.year}年{day.month}月{day.day}日" for day in days],
            [wide(f"{day.year}年{day.month}月{day.day}日") for day in days],
            list(days) if workbook else [str((day - _EXCEL_EPOCH).days) for day in days],
        ]
        self._texts = np.empty((len(forms), len(days)), dtype=object)
        for number, form in enumerate(forms):
            self._texts[number, :] = form
        self._workbook = workbook

    def habit(self, rng: np.random.Generator) -> int:
        """The form that prevails in a file."""
        return len(self._texts) - 1 if self._workbook else int(rng.choice(6))

    def written(self, rng: np.random.Generator, days: Ints, habit: int) -> Objects:
        """Days as cells: the habit of the file, some slips, nothing where nothing is told."""
        forms = np.where(rng.random(len(days)) < _SLIP, rng.integers(0, len(self._texts), len(days)), habit)
        real = (days != ABSENT) & (days != NO_END)
        place = np.clip(np.where(real, days - self._first, 0), 0, self._texts.shape[1] - 1)
        cells: Objects = self._texts[forms, place]
        cells[days == ABSENT] = ""
        endless = np.flatnonzero(days == NO_END)
        cells[endless] = objects(END_WORDS)[rng.integers(0, len(END_WORDS), endless.size)]
        return cells

    def with_hours(self, rng: np.random.Generator, days: Ints, minutes: Ints, habit: int) -> Objects:
        """Days with the minute of the day behind them; a day alone where no minute (below 0) is told."""
        usual = habit if habit in _TIMED_FORMS else 0
        forms = np.where(rng.random(len(days)) < _SLIP, rng.choice(_TIMED_FORMS, len(days)), usual)
        place = np.clip(days - self._first, 0, self._texts.shape[1] - 1)
        texts = self._texts[forms, place]
        cells = self.written(rng, days, habit)
        for row in np.flatnonzero(minutes >= 0).tolist():
            hour, minute = divmod(int(minutes[row]), 60)
            cells[row] = f"{texts[row]} {hour:02d}:{minute:02d}"
            if self._workbook and habit == len(self._texts) - 1 and forms[row] == usual:
                cells[row] = datetime.combine(_EPOCH + timedelta(days=int(days[row])), time(hour, minute))
        return cells


_TIMED_FORMS: Final = (0, 1, 2, 3, 5)  # forms of a day behind which an hour may stand


def decimals(rng: np.random.Generator, numbers: np.ndarray, *, workbook: bool) -> Objects:
    """Plain decimals as cells: in the shortest form, with zeros behind, in wide digits; a number in a workbook."""
    forms = np.where(rng.random(len(numbers)) < _SLIP, rng.integers(1, 3, len(numbers)), 0)
    texts = [(f"{number:g}", f"{number:.2f}", wide(f"{number:g}")) for number in numbers.tolist()]
    return objects([number if workbook and form == 0 else text[form] for number, text, form in
                    zip(numbers.tolist(), texts, forms.tolist(), strict=True)])  # fmt: skip


def amounts(rng: np.random.Generator, yuan: Ints, told: Bools, *, workbook: bool) -> Objects:
    """Sums as cells: in 万元 where no unit stands, or in 元 or 万元 with the word; a number in a workbook."""
    forms = np.where(rng.random(len(yuan)) < _SLIP, rng.integers(1, 7, len(yuan)), 0)
    cells = objects([_amount(int(sum_), int(form), workbook) for sum_, form in zip(yuan, forms, strict=True)])
    cells[~told] = ""
    return cells


def _amount(yuan: int, form: int, workbook: bool) -> object:
    wan = f"{yuan / _YUAN_IN_WAN:.6f}".rstrip("0").rstrip(".")
    texts = (
        wan, f"{yuan / _YUAN_IN_WAN:.6f}", f"{yuan}元", f"{yuan:,}元", f"{wan}万元", wide(f"{yuan}元"), f"{yuan}.00元",
    )  # fmt: skip
    return yuan / _YUAN_IN_WAN if workbook and form == 0 else texts[form]


def numbers(rng: np.random.Generator, clean: Objects, kinds: Ints, births: Ints, *, workbook: bool) -> Objects:
    """Identity numbers as cells: apostrophes, wide digits, spaces, a small x, fifteen digits, a count of issues."""
    cells = clean.copy()
    chance = rng.random(len(cells))
    small = np.flatnonzero((rng.random(len(cells)) < SLIPS["lower x"]) & np.char.endswith(clean.astype(str), "X"))
    cells[small] = objects([number.lower() for number in cells[small]])
    start = 0.0
    for slip, change in (
        ("apostrophe", lambda number: f"'{number}"),
        ("wide", wide),
        ("spaced", lambda number: f"{number[:6]} {number[6:14]} {number[14:]}"),
        ("no-break", lambda number: f"{number}\u00a0"),
    ):
        here = np.flatnonzero((chance >= start) & (chance < start + SLIPS[slip]))
        cells[here] = objects([change(number) for number in cells[here]])
        start += SLIPS[slip]
    old = (births < 30 * 365) & (kinds == papers.RESIDENT)  # born in the century that fifteen digits mean
    here = np.flatnonzero((chance >= start) & (chance < start + SLIPS["fifteen"]) & old)
    cells[here] = objects([number[:6] + number[8:17] for number in clean[here]])
    _renew(rng, cells, clean, kinds, workbook=workbook)
    return cells


def _renew(rng: np.random.Generator, cells: Objects, clean: Objects, kinds: Ints, *, workbook: bool) -> None:
    """Travel permits with the count of issues behind; of those for Taiwan some are number cells, which lose nothing."""
    again = rng.random(len(cells)) < SLIPS["renewed"]
    for row in np.flatnonzero(again & np.isin(kinds, (papers.HK_MACAU, papers.TAIWAN))).tolist():
        letters = ("", "(T)", "（B）") if kinds[row] == papers.TAIWAN else ("",)
        cells[row] = f"{clean[row]}{int(rng.integers(1, 9)):02d}{letters[int(rng.integers(0, len(letters)))]}"
    if workbook:
        as_number = rng.random(len(cells)) < SLIPS["number cell"]
        here = np.flatnonzero(as_number & ~again & (kinds == papers.TAIWAN))
        cells[here] = objects([int(number) for number in clean[here]])


def states(rng: np.random.Generator, codes: Objects, kinds: Ints) -> Objects:
    """The state that issued a foreign passport, by code or name; CHN beside some other documents, where it says nothing."""
    cells = codes.copy()
    named = np.flatnonzero((kinds == papers.FOREIGN) & (rng.random(len(cells)) < SLIPS["state by name"]))
    titles = dict(papers.STATES)
    cells[named] = objects([titles[code] for code in codes[named]])
    share = np.where(kinds == papers.CHINESE, SLIPS["state of a Chinese"], SLIPS["state of anybody"])
    here = np.flatnonzero((kinds != papers.FOREIGN) & (rng.random(len(cells)) < share))
    cells[here] = objects(("CHN", "中国"))[rng.integers(0, 2, here.size)]
    return cells


def names(rng: np.random.Generator, clean: Objects) -> Objects:
    """Names as cells: a space before or behind, any of the five middle dots, characters where an old system kept them."""
    cells = clean.copy()
    dotted = [row for row, name in enumerate(clean) if "·" in name]
    for row, dot in zip(dotted, rng.integers(0, len(DOTS), len(dotted)), strict=True):
        if rng.random() < SLIPS["other dot"]:
            cells[row] = cells[row].replace("·", DOTS[dot])
    for row in [place for place, name in enumerate(clean) if any(letter in name for letter in OLD_PLACES)]:
        if rng.random() < SLIPS["old place"]:
            cells[row] = cells[row].translate(str.maketrans(OLD_PLACES))
    latin = [row for row, name in enumerate(clean) if name.isascii()]
    for row in latin:
        if rng.random() < SLIPS["small letters"]:
            cells[row] = cells[row].title().replace(" ", "  ")
    spaces = (" {}", "{} ", "{}\u3000", "{}\u00a0", "\u3000{}")
    for row in np.flatnonzero(rng.random(len(cells)) < SLIPS["name space"]).tolist():
        cells[row] = spaces[int(rng.integers(0, len(spaces)))].format(cells[row])
    return cells


def chosen(rng: np.random.Generator, rows: int, habit: str, *others: str) -> Objects:
    """One wording in most cells, others in some."""
    words = objects((habit, *others))
    return words[np.where(rng.random(rows) < _SLIP, rng.integers(0, len(words), rows), 0)]


def nothing(rng: np.random.Generator, rows: int) -> Objects:
    """An empty column, in which some write 无 or a dash."""
    cells = objects([""] * rows)
    here = np.flatnonzero(rng.random(rows) < SLIPS["none mark"])
    cells[here] = objects(NONE_MARKS)[rng.integers(0, len(NONE_MARKS), here.size)]
    return cells


def documents(rng: np.random.Generator, marks: Objects, years: Ints, serials: Ints) -> Objects:
    """Document numbers with the brackets that the clerk's keyboard has; they all mean the same."""
    pairs = np.where(rng.random(len(marks)) < _SLIP, rng.integers(0, len(BRACKETS), len(marks)), 0)
    return objects(
        [
            f"示{mark}{BRACKETS[pair][0]}{year}{BRACKETS[pair][1]}{serial}号"
            for mark, pair, year, serial in zip(marks, pairs, years.tolist(), serials.tolist(), strict=True)
        ]
    )


def lists(rng: np.random.Generator, kinds: Ints, sets: tuple[tuple[str, ...], ...]) -> Objects:
    """Several values in one cell, joined by whichever separator."""
    texts = np.empty((len(SEPARATORS), len(sets)), dtype=object)
    for number, separator in enumerate(SEPARATORS):
        texts[number, :] = [separator.join(one) for one in sets]
    forms = np.where(rng.random(len(kinds)) < _SLIP, rng.integers(0, len(SEPARATORS), len(kinds)), 0)
    return np.asarray(texts[forms, kinds])
