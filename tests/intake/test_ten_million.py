"""What `benchmarks/ten_million.py` fills a register with is like what the door would have left there."""

import pytest

from benchmarks import ten_million
from openxin.cli.bench import ingest
from openxin.cli.ingest import today
from tests.harness.door import Door

RECORDS = 2000

# Bytes of a row and how many there are, of every table that the filling touches.
WIDTHS = """
    select 'people_person', count(*), avg(pg_column_size(t.*)) from people_person t
    union all select 'people_identity', count(*), avg(pg_column_size(t.*)) from people_identity t
    union all select 'records_record', count(*), avg(pg_column_size(t.*)) from records_record t
    union all select 'records_version', count(*), avg(pg_column_size(t.*)) from records_version t
"""


def widths(register) -> dict[str, tuple[int, float]]:
    return {str(table): (int(str(count)), float(str(width))) for table, count, width in register.rows(WIDTHS)}


@pytest.fixture
def by_the_door(door: Door, tmp_path) -> dict[str, tuple[int, float]]:
    """Of a file of the benchmark that went in by the door."""
    receipt = door.receives_file(ingest.file_of(tmp_path / "file.csv", 400, 1), today=today())
    assert receipt.tally.admitted > 300
    return widths(door.register)


def test_its_rows_are_as_many_and_as_wide_as_the_door_s(by_the_door, register):
    before = by_the_door
    ten_million.fill(RECORDS)
    both = widths(register)
    for table, share in {"people_person": 2, "people_identity": 2, "records_record": 1, "records_version": 1}.items():
        count, width = both[table]
        filled = count - before[table][0]
        assert filled == RECORDS // share, table
        own = (count * width - before[table][0] * before[table][1]) / filled
        assert own == pytest.approx(before[table][1], rel=0.15), table


def test_the_persons_of_a_part_lie_together(register):
    ten_million.fill(RECORDS)
    assert register.rows("select count(distinct substr(person_id::text, 1, 8)) from people_person") == [(1,)]
    assert register.rows(
        "select count(*) from records_record r left join people_person p using (person_id) where p is null"
    ) == [(0,)]


def test_row_security_is_forced_again(register):
    forced = "select count(*) from pg_class where relforcerowsecurity"
    before = register.rows(forced)
    ten_million.fill(RECORDS)
    assert register.rows(forced) == before
