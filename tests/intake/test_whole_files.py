"""Files that are refused whole: no submission, no trace, and the same error again."""

import pytest

from openxin.intake import admission
from openxin.intake.reading.refusal import FileRefused
from openxin.law.loading import catalogue
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.sample import LI_NA, penalty, permit

CIVIL = "119999990000160022"


def test_a_body_that_nobody_knows_is_refused(door: Door) -> None:
    with pytest.raises(FileRefused) as refused:
        door.receives(penalty(LI_NA), uscc="91110000600037341L")
    assert refused.value.code == "UNKNOWN_AUTHORITY"
    door.register.is_sound(records=0)


def test_a_made_up_body_is_known_to_a_made_up_city_only(door: Door) -> None:
    with pytest.raises(FileRefused) as refused:
        admission.competent(catalogue(), sample.MARKET, "penalty", synthetic=False)
    assert refused.value.code == "UNKNOWN_AUTHORITY"


def test_a_body_sends_only_what_it_may_send(door: Door) -> None:
    with pytest.raises(FileRefused) as refused:
        door.receives(penalty(LI_NA), uscc=CIVIL)
    assert refused.value.code == "NOT_COMPETENT"
    door.register.is_sound(records=0)


@pytest.mark.parametrize(
    ("rows", "code"), [([permit(LI_NA)], "WRONG_TYPE"), ([{"甲": "1", "乙": "2"}], "HEADER_UNKNOWN")]
)
def test_a_file_that_is_refused_is_no_submission(door: Door, rows: list[dict[str, str]], code: str) -> None:
    for _ in range(2):
        with pytest.raises(FileRefused) as refused:
            door.receives(*rows)
        assert refused.value.code == code
    assert door.register.count("intake_submission") == 0
    assert not list((door.register.home / "spool").glob("*"))
    door.register.is_sound(records=0, quarantined=0)


def test_a_header_without_rows_is_empty(door: Door) -> None:
    file = door.folder / "empty.csv"
    door.folder.mkdir()
    file.write_bytes(sample.csv_bytes([penalty(LI_NA)]).splitlines(keepends=True)[0])
    with pytest.raises(FileRefused) as refused:
        door.receives_file(file)
    assert refused.value.code == "EMPTY"
    assert door.register.count("intake_submission") == 0
