"""Documents of every type in the rows of a file: what identifies, what is kept, what is missing beside them."""

import json

import polars as pl
import pytest

from tests.harness.sample import LI_NA, Person, number, penalty, permit
from tests.intake.judging.judged_rows import cells, found, judged, judged_frame, line

HK, TAIWAN, PASSPORT, FOREIGN = "H99123456", "99123456", "EZ9912345", "TEST12345"
CARD, OLD_CARD = number("19800101", 5), "ZZZ999980010101"
ADULT = {"OX_CN": "Y"}
ABROAD = {"OX_ZJGJ": "AUS"}


def of_type(document_type: str, number_: str) -> Person:
    return Person("安娜", number_, document_type)


def test_every_type_of_document_is_taken() -> None:
    rows = [
        penalty(of_type("03", HK), **ADULT),
        penalty(of_type("04", TAIWAN), **ADULT),
        penalty(of_type("02", PASSPORT), **ADULT),
        penalty(of_type("02", FOREIGN), **ADULT, **ABROAD),
        penalty(of_type("05", OLD_CARD), **ADULT),
        penalty(of_type("05", CARD)),
    ]
    of = judged(*rows)
    assert [found(of, at) for at in range(len(rows))] == [set()] * len(rows)
    assert [line(of, at)["identity"] for at in range(len(rows))] == [
        f"03||{HK}", f"04||{TAIWAN}", f"02||{PASSPORT}", f"02|AUS|{FOREIGN}", f"05||{OLD_CARD}", f"05||{CARD}",
    ]  # fmt: skip


@pytest.mark.parametrize(("document_type", "number_"), [("03", HK), ("04", TAIWAN), ("02", PASSPORT), ("05", OLD_CARD)])
def test_where_no_birth_date_is_shown_the_body_says_that_the_person_was_an_adult(
    document_type: str, number_: str
) -> None:
    somebody = of_type(document_type, number_)
    assert found(judged(penalty(somebody))) == {("OX_CN", "CONDUCT_DATE_NEEDED")}
    assert found(judged(penalty(somebody, OX_WFRQ="2026-03-01"))) == {("OX_CN", "CONDUCT_DATE_NEEDED")}
    assert found(judged(penalty(somebody, OX_CN="N"))) == {("OX_CN", "MINOR_AT_THE_TIME")}
    assert found(judged(permit(somebody), type_="permit")) == set()


def test_a_card_of_2023_shows_who_is_a_minor() -> None:
    young = of_type("05", number("20120615", 3))
    assert found(judged(penalty(young))) == {("CF_XDR_ZJHM", "MINOR_AT_THE_TIME")}


def test_a_foreign_passport_needs_the_state_that_issued_it() -> None:
    somebody = of_type("02", FOREIGN)
    assert found(judged(penalty(somebody, **ADULT))) == {("OX_ZJGJ", "ID_FORMAT")}
    assert found(judged(penalty(somebody, **ADULT, OX_ZJGJ="XQX"))) == {("OX_ZJGJ", "ID_FORMAT")}
    assert found(judged(penalty(somebody, **ADULT, OX_ZJGJ="CHN"))) == {("CF_XDR_ZJHM", "ID_FORMAT")}
    assert line(judged(penalty(somebody, **ADULT, OX_ZJGJ="XQX")))["identity"] is None


@pytest.mark.parametrize("said", ["AUS", "aus", "澳大利亚", "Australia", "AU"])
def test_a_state_is_the_same_however_it_is_written(said: str) -> None:
    assert line(judged(penalty(of_type("02", FOREIGN), **ADULT, OX_ZJGJ=said)))["identity"] == f"02|AUS|{FOREIGN}"


def test_equal_numbers_of_two_states_are_two_people() -> None:
    of = judged(*(permit(of_type("02", FOREIGN), OX_ZJGJ=state) for state in ("AUS", "USA")), type_="permit")
    assert line(of, 0)["identity"] != line(of, 1)["identity"]


def test_a_state_beside_any_other_document_is_not_part_of_who_it_is() -> None:
    """Many bodies fill in CHN for everybody; the same person comes without it from the next."""
    of = judged(penalty(LI_NA), penalty(LI_NA, OX_ZJGJ="CHN"))
    assert line(of, 0)["identity"] == line(of, 1)["identity"] is not None


def test_the_count_of_issues_is_kept_as_written_and_identifies_nobody() -> None:
    """A renewed permit is the same person, and the same decision told twice is no conflict."""
    of = judged(penalty(of_type("03", HK), **ADULT), penalty(of_type("03", f"{HK}02"), **ADULT))
    assert line(of, 0)["identity"] == line(of, 1)["identity"]
    assert line(of, 0)["content"] == line(of, 1)["content"]
    assert json.loads(str(line(of, 1)["payload"]))["CF_XDR_ZJHM"] == line(of, 1)["number_written"] == f"{HK}02"


@pytest.mark.parametrize(
    "alias", ["护照", "护照号", "通行证", "港澳居民来往内地通行证", "回乡证", "台胞证", "外国人永久居留证"]
)
def test_documents_are_known_by_their_everyday_names(alias: str) -> None:
    """通行证 alone says of which: nothing is guessed."""
    row = penalty(LI_NA, CF_XDR_ZJLX=alias)
    assert (("CF_XDR_ZJLX", "NOT_IN_LIST") in found(judged(row))) == (alias == "通行证")


def test_a_foreigners_card_in_a_text_is_a_third_party() -> None:
    said = {"CF_SY": f"与持证人{CARD}共同经营"}
    assert found(judged(penalty(LI_NA, **said))) == {("CF_SY", "THIRD_PARTY_IN_TEXT")}
    assert found(judged(penalty(of_type("05", CARD), **said))) == set()
    assert found(judged(penalty(of_type("03", HK), **ADULT, **said))) == {("CF_SY", "THIRD_PARTY_IN_TEXT")}


def test_a_permit_for_taiwan_in_a_number_cell_is_read() -> None:
    rows = cells(penalty(of_type("04", TAIWAN), **ADULT)).with_columns(pl.Series("CF_XDR_ZJHM#", [True]))
    assert line(judged_frame(rows))["identity"] == f"04||{TAIWAN}"
