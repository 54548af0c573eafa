"""Passports, travel permits and the cards of foreigners: the declared document decides, the lifelong part identifies."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from openxin.people import documents
from openxin.people.documents import FOREIGN_RESIDENCE, HK_MACAU_PERMIT, PASSPORT, RESIDENT_ID, TAIWAN_PERMIT
from tests.harness.sample import number

DAY = date(2026, 6, 15)
FORMS = sorted(documents.FORMS)

digits = st.integers(0, 99_999_999).map(lambda n: f"{n:08}")
written = st.text(st.sampled_from("0123456789ABCDEGHIKMOPSTXZ()- \u3000９Ｈ"), max_size=22)
states = st.sampled_from([None, "CHN", "HKG", "MAC", "TWN", "AUS", "USA"])


def judged(
    *cells: str | None, form: str, state: str | None = None, number_cells: bool = False, synthetic: bool = True
) -> documents.Numbers:
    return documents.judged(
        pl.Series(cells, dtype=pl.String),
        pl.Series([form] * len(cells), dtype=pl.String),
        states=pl.Series([state] * len(cells), dtype=pl.String),
        was_number=pl.Series([number_cells] * len(cells)) if number_cells else None,
        day=DAY,
        synthetic=synthetic,
    )


def faults(of: documents.Numbers) -> list[str | None]:
    return [next((code for code, rows in of.faults.items() if rows[at]), None) for at in range(len(of.canonical))]


@given(st.sampled_from("HM"), digits, st.integers(0, 99))
def test_of_a_permit_for_hong_kong_and_macau_nine_characters_are_for_life(letter: str, eight: str, issue: int) -> None:
    of = judged(f"{letter}{eight}", f"{letter}{eight}{issue:02}", form=HK_MACAU_PERMIT)
    assert of.canonical.to_list() == [f"{letter}{eight}"] * 2
    assert of.written.to_list() == [f"{letter}{eight}", f"{letter}{eight}{issue:02}"]
    assert faults(of) == [None, None]


@given(digits, st.integers(0, 99), st.sampled_from("ABT"))
def test_of_a_permit_for_taiwan_eight_digits_are_for_life(eight: str, issue: int, letter: str) -> None:
    every = (
        eight,
        f"{eight}{issue:02}",
        f"{eight}{issue:02}({letter})",
        f"{eight}{issue:02}（{letter}）",
        f"{eight}{issue:02}{letter}",
    )
    of = judged(*every, form=TAIWAN_PERMIT)
    assert of.canonical.to_list() == [eight] * 5
    assert of.born.null_count() == 5


@pytest.mark.parametrize(
    "sound",
    ["E12345678", "EA1234567", "EZ1234567", "G12345678", "141234567", "151234567", "DE1234567", "SE1234567", "PE1234567",
     "K12345678", "MA1234567", "e12345678", " Ｅ１２３４５６７８"],
)  # fmt: skip
@pytest.mark.parametrize("state", [None, "CHN"])
def test_a_chinese_passport_needs_no_issuing_state(sound: str, state: str | None) -> None:
    of = judged(sound, form=PASSPORT, state=state)
    assert of.canonical.null_count() == 0
    assert (of.state[0], of.stateless[0], faults(of)) == ("", False, [None])


@pytest.mark.parametrize(
    "form_of_none", ["EI1234567", "EO1234567", "E1234567", "161234567", "K1234567", "MB1234567", "P1234567"]
)
def test_what_is_no_chinese_passport_needs_its_state(form_of_none: str) -> None:
    """Nothing is wrong with the number: it is the state that must be told."""
    of = judged(form_of_none, form=PASSPORT)
    assert (of.canonical[0], of.stateless[0], faults(of)) == (None, True, [None])
    assert faults(judged(form_of_none, form=PASSPORT, state="CHN")) == ["ID_FORMAT"]
    assert judged(form_of_none, form=PASSPORT, state="AUS").state.to_list() == ["AUS"]


@pytest.mark.parametrize(
    ("state", "own", "other"), [("HKG", "K12345678", "MA1234567"), ("MAC", "MA1234567", "K12345678")]
)
def test_a_passport_of_hong_kong_or_macau_is_one_document_however_its_issuer_is_named(
    state: str, own: str, other: str
) -> None:
    for beside in (None, "CHN", state):
        assert judged(own, form=PASSPORT, state=beside).state.to_list() == [""]
    assert faults(judged(other, "E12345678", form=PASSPORT, state=state)) == ["ID_FORMAT", "ID_FORMAT"]


def test_a_number_that_looks_chinese_is_foreign_where_another_state_is_named() -> None:
    of = judged("E12345678", form=PASSPORT, state="AUS")
    assert (of.canonical[0], of.state[0]) == ("E12345678", "AUS")


@pytest.mark.parametrize("none", ["A123", "A" * 21, "AB-12345", "护照12345", "A1234*"])
@pytest.mark.parametrize("state", [None, "AUS"])
def test_what_is_no_passport_anywhere_is_a_wrong_number(none: str, state: str | None) -> None:
    of = judged(none, form=PASSPORT, state=state)
    assert (of.stateless[0], faults(of)) == (False, ["ID_FORMAT"])


@given(
    st.integers(0, 99), st.integers(1, 998), st.dates(date(1900, 1, 1), DAY), st.integers(0, 999), st.integers(0, 17)
)
def test_a_card_of_2023_has_a_check_character_and_shows_its_birth_date(
    place: int, country: int, born: date, sequence: int, wrong: int
) -> None:
    made = number(f"{born:%Y%m%d}", sequence, f"9{place:02}{country:03}")
    assert mod_11_2.is_valid(made)
    of = judged(made, form=FOREIGN_RESIDENCE)
    assert (of.canonical[0], of.born[0], of.state[0], faults(of)) == (made, born, "", [None])
    digit = "0" if made[wrong] == "X" else str((int(made[wrong]) + 1) % 10)
    assert faults(judged(made[:wrong] + digit + made[wrong + 1 :], form=FOREIGN_RESIDENCE))[0] in {
        "ID_FORMAT",
        "ID_CHECKSUM",
    }


def test_an_old_card_is_three_letters_and_twelve_digits_and_shows_no_birth_date() -> None:
    of = judged("USA410119900101", form=FOREIGN_RESIDENCE)
    assert (of.canonical[0], of.born[0], faults(of)) == ("USA410119900101", None, [None])
    assert faults(judged("US1410119900101", "USA41011990010", form=FOREIGN_RESIDENCE)) == ["ID_FORMAT"] * 2


def test_the_declared_document_decides_and_not_the_shape() -> None:
    """A made-up resident ID begins with 9 as a card does: the same characters are two documents, or none."""
    made_up = number("19900101", 1)
    assert (
        judged(made_up, form=RESIDENT_ID).canonical[0]
        == judged(made_up, form=FOREIGN_RESIDENCE).canonical[0]
        == made_up
    )
    real = number("19900101", 1, area="410402")
    assert faults(judged(real, form=FOREIGN_RESIDENCE)) == ["ID_FORMAT"]
    assert faults(judged("E12345678", form=HK_MACAU_PERMIT)) == ["ID_FORMAT"]
    assert judged("H12345678", form=PASSPORT, state="AUS").canonical.to_list() == ["H12345678"]


def test_made_up_cards_exist_only_where_made_up_people_do() -> None:
    assert faults(judged(number("19900101", 1), form=FOREIGN_RESIDENCE, synthetic=False)) == ["ID_FORMAT"]
    assert faults(judged(number("19900101", 1, "911840"), form=FOREIGN_RESIDENCE, synthetic=False)) == [None]


def test_a_number_cell_is_read_where_the_form_says_how_long_its_number_is() -> None:
    assert faults(judged("12345678", "1234567801", "1234567", form=TAIWAN_PERMIT, number_cells=True)) == [
        None,
        None,
        "ID_DIGITS_LOST",
    ]
    assert faults(judged("141234567", "123456789", form=PASSPORT, number_cells=True)) == [None, "ID_DIGITS_LOST"]


@given(st.lists(st.tuples(written, st.sampled_from(FORMS), states), max_size=12))
def test_every_number_is_sound_or_has_one_reason_wherever_it_stands_in_a_column(
    rows: list[tuple[str, str, str | None]],
) -> None:
    """Neither the neighbours nor the mixture of documents changes what is said of a number."""

    def column(at: int) -> pl.Series:
        return pl.Series([row[at] or None for row in rows], dtype=pl.String)

    of = documents.judged(column(0), column(1), states=column(2), was_number=None, day=DAY, synthetic=True)
    for at, (cell, form, state) in enumerate(rows):
        alone = judged(cell or None, form=form, state=state)
        assert (of.canonical[at], of.written[at], of.state[at], of.stateless[at]) == (
            alone.canonical[0], alone.written[0], alone.state[0], alone.stateless[0],
        )  # fmt: skip
        assert [bool(found[at]) for found in of.faults.values()] == [bool(found[0]) for found in alone.faults.values()]
        reasons = (
            sum(bool(found[0]) for found in alone.faults.values())
            + alone.stateless[0]
            + (alone.canonical[0] is not None)
        )
        assert reasons == bool(cell)
        assert (alone.written[0] or "").startswith(alone.canonical[0] or "")


@pytest.mark.parametrize(
    ("number_", "shown"),
    [("H12345678", "H******78"), ("12345678", "1******78"), ("E1234", "***"), ("999999199001010016", "99******16")],
)
def test_a_mask_shows_less_of_a_shorter_number(number_: str, shown: str) -> None:
    assert documents.mask(number_) == shown
