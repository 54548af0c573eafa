"""Numbers of identity documents: what is sound is recognised, and no slip of the hand goes unseen."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from openxin.people import documents, eighteen
from tests.harness.sample import number

DAY = date(2026, 6, 15)
RESIDENT, PERMIT = documents.RESIDENT_ID, documents.RESIDENCE_PERMIT

births = st.dates(date(1900, 1, 1), DAY)
areas = st.integers(110000, 899999).filter(lambda area: area not in (810000, 820000, 830000)).map(str)


def judged(*cells: str | None, form: str | None = RESIDENT, synthetic: bool = True) -> documents.Numbers:
    forms = pl.Series([form] * len(cells), dtype=pl.String)
    return documents.judged(pl.Series(cells, dtype=pl.String), forms, was_number=None, day=DAY, synthetic=synthetic)


def faults(of: documents.Numbers) -> list[str | None]:
    return [next((code for code, rows in of.faults.items() if rows[at]), None) for at in range(len(of.canonical))]


@pytest.mark.parametrize(
    "vector", ["999999199001010016", "999999199001010024", "999999200802290017", "999999201206150039"]
)
def test_published_vectors_are_sound(vector: str) -> None:
    assert judged(vector).canonical.to_list() == [vector]


@given(areas, births, st.integers(0, 999))
def test_a_number_made_by_the_standard_is_sound_and_shows_its_birth_date(area: str, born: date, sequence: int) -> None:
    made = number(f"{born:%Y%m%d}", sequence, area)
    assert mod_11_2.is_valid(made)
    of = judged(made)
    assert (of.canonical[0], of.born[0], faults(of)) == (made, born, [None])


@given(areas, births, st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_no_single_wrong_digit_goes_unseen(area: str, born: date, sequence: int, place: int, shift: int) -> None:
    made = number(f"{born:%Y%m%d}", sequence, area)
    digit = "0" if made[place] == "X" else str((int(made[place]) + shift) % 10)
    assert faults(judged(made[:place] + digit + made[place + 1 :]))[0] in {"ID_FORMAT", "ID_CHECKSUM"}


@given(areas, births, st.integers(0, 999), st.integers(0, 16))
def test_no_two_neighbours_change_places_unseen(area: str, born: date, sequence: int, place: int) -> None:
    made = number(f"{born:%Y%m%d}", sequence, area)
    swapped = made[:place] + made[place + 1] + made[place] + made[place + 2 :]
    assert swapped == made or faults(judged(swapped))[0] in {"ID_FORMAT", "ID_CHECKSUM"}


@given(areas, st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 995))
def test_a_number_of_15_digits_becomes_the_number_of_18_that_it_was(area: str, born: date, sequence: int) -> None:
    whole = number(f"{born:%Y%m%d}", sequence, area)
    of = judged(whole[:6] + whole[8:17])
    assert (of.canonical[0], of.born[0], of.upgraded[0]) == (whole, born, True)


def test_15_digits_of_a_centenarian_are_not_upgraded() -> None:
    assert faults(judged("999999900101996", "999999900101999", "999999900101995")) == ["ID_FORMAT", "ID_FORMAT", None]


def test_residence_permits_have_18_digits_and_one_of_three_areas() -> None:
    sound = [number("19770707", 5, area) for area in ("810000", "820000", "830000")]
    assert judged(*sound, form=PERMIT).canonical.to_list() == sound
    old = sound[0][:6] + sound[0][8:17]
    assert faults(judged(number("19770707", 5), old, form=PERMIT)) == ["ID_FORMAT", "ID_FORMAT"]


def test_a_birth_date_that_cannot_be_is_a_wrong_number() -> None:
    tomorrow = DAY + timedelta(days=1)
    births_ = ("19900230", "19901301", "19900001", "19900100", "17991231", "21000101", f"{tomorrow:%Y%m%d}")
    assert faults(judged(*(number(born, 1) for born in births_))) == ["ID_FORMAT"] * len(births_)


def test_full_width_digits_small_x_and_spaces_are_read() -> None:
    spaced = "\u3000999999 19900101\u00a0001" + number("19900101", 1)[17]
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number("19900101", 1))
    ending_in_x = next(made for made in (number("19850505", n) for n in range(99)) if made.endswith("X"))
    of = judged(spaced, wide, ending_in_x.lower())
    assert of.canonical.to_list() == [number("19900101", 1), number("19900101", 1), ending_in_x]


def test_judging_leaves_the_cells_as_they_were() -> None:
    cells = pl.Series(["999999900101001", "９" * 18])
    documents.judged(cells, pl.Series([RESIDENT] * 2), was_number=None, day=DAY, synthetic=True)
    assert cells.to_list() == ["999999900101001", "９" * 18]


def test_what_a_spreadsheet_rounded_is_never_read_as_a_number() -> None:
    assert faults(judged("4.1E+17", "4.10402199001e17", "4E17", "9.99999E+17")) == ["ID_DIGITS_LOST"] * 4
    assert faults(judged("4.1E+17", form=None)) == ["ID_DIGITS_LOST"]


def test_a_number_of_an_unknown_document_is_not_judged() -> None:
    of = judged("anything", form=None)
    assert (of.canonical[0], faults(of)) == (None, [None])


def test_made_up_people_exist_only_where_they_are_let_in() -> None:
    made_up, real = number("19900101", 1), number("19900101", 1, area="410402")
    assert judged(made_up, real, synthetic=False).canonical.to_list() == [None, real]
    assert judged(number("19900101", 1, area="910402")).canonical.to_list() == [None]


def test_empty_columns_and_empty_cells_have_no_fault() -> None:
    assert len(judged().canonical) == 0
    assert faults(judged(None, None)) == [None, None]


def test_one_number_alone_is_judged_as_in_a_column() -> None:
    sound = number("19900101", 1)
    known = documents.Identified(sound, "")
    assert documents.identified(f" {sound} ", RESIDENT, day=DAY, synthetic=True) == known
    assert documents.identified(sound, RESIDENT, day=DAY, synthetic=False) is None


def test_only_identity_numbers_fit() -> None:
    candidates = pl.Series([number("19900101", 1, "410402"), "999999199001010017", number("19901301", 1)])
    assert eighteen.fitting(candidates, DAY).to_list() == [True, False, False]


@given(st.text(min_size=0, max_size=20))
def test_a_mask_hides_all_but_four_characters(text: str) -> None:
    shown = documents.mask(text).replace("*", "")
    assert len(shown) <= 4
