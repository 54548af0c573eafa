"""What comes again of the four types of our own: a new status, finality, other content; and who may not send it."""

from datetime import date

import pytest

from openxin.disclosure.door import own
from openxin.intake.reading.refusal import FileRefused
from tests.harness import sample
from tests.harness.door import Door, counts
from tests.harness.sample import CIVIL, LI_NA, MARKET, VOLUNTEERS
from tests.harness.visitor import id_of, reader_of

CASES = {
    "qualification": (sample.qualification, MARKET),
    "disqualification": (sample.disqualification, MARKET),
    "honour": (sample.honour, CIVIL),
    "service": (sample.service, VOLUNTEERS),
}


def shown(today: date = sample.TODAY):
    who = id_of(LI_NA)
    (record,) = own(who, reader_of(who), today=today).records
    return record


@pytest.mark.parametrize(
    ("type_", "changes"),
    [
        ("honour", {"RY_ZT": "撤销", "RY_CXRQ": "2026-06-01", "RY_CXWH": "示文明办〔2026〕9号"}),
        ("qualification", {"ZG_ZT": "吊销", "ZG_ZTRQ": "2026-06-01"}),
    ],
)
def test_what_was_taken_away_later_is_a_new_version_and_closed_to_others(
    door: Door, type_: str, changes: dict[str, str]
) -> None:
    row, body = CASES[type_]
    door.receives(row(LI_NA), type_=type_, uscc=body)
    receipt = door.receives(row(LI_NA, **changes), type_=type_, uscc=body, name="again.csv")
    assert counts(receipt) == (0, 1, 0, 0)
    record = shown()
    assert (record.visibility, record.closes, record.erase_on) == ("closed", sample.TODAY, date(2028, 6, 15))
    assert {field.code for change in record.changes for field in change.fields} == set(changes)
    door.register.is_sound(records=1)


def test_a_ban_gets_its_finality_later(door: Door) -> None:
    door.receives(sample.disqualification(LI_NA), type_="disqualification")
    assert shown().visibility == "not_final"
    again = sample.disqualification(LI_NA, OX_SXRQ="2026-06-01")
    assert counts(door.receives(again, type_="disqualification", name="again.csv")) == (0, 1, 0, 0)
    record = shown()
    assert (record.state, record.final_on, record.closes) == ("notice_running", date(2026, 6, 1), date(2031, 4, 11))
    door.register.is_sound(records=1)


@pytest.mark.parametrize(
    ("type_", "changes", "field"),
    [
        ("qualification", {"ZG_LX": "水平评价类"}, "ZG_ZSBH"),
        ("disqualification", {"JR_JZRQ": "2032-04-10"}, "JR_WSH"),
        ("honour", {"RY_JB": "县级"}, "RY_WH"),
        ("service", {"ZY_SC": "9"}, "ZY_XMMC"),
    ],
)
def test_the_same_key_with_other_content_waits_and_what_is_held_stays(
    door: Door, type_: str, changes: dict[str, str], field: str
) -> None:
    row, body = CASES[type_]
    door.receives(row(LI_NA), type_=type_, uscc=body)
    receipt = door.receives(row(LI_NA, **changes), type_=type_, uscc=body, name="again.csv")
    assert door.reasons(receipt) == {2: ("quarantined", frozenset({(field, "CONFLICT")}))}
    door.register.is_sound(records=1, quarantined=1)


@pytest.mark.parametrize(("type_", "body"), [("honour", MARKET), ("service", CIVIL), ("qualification", VOLUNTEERS)])
def test_a_body_sends_only_what_the_catalogue_lets_it_send(door: Door, type_: str, body: str) -> None:
    with pytest.raises(FileRefused) as refused:
        door.receives(CASES[type_][0](LI_NA), type_=type_, uscc=body)
    assert refused.value.code == "NOT_COMPETENT"
    door.register.is_sound(records=0, quarantined=0)
