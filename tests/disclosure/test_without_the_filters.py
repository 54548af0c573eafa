"""Row security is the second line: with every filter of ours taken away, a reading still gets nothing of anyone else."""

from datetime import timedelta
from uuid import uuid4

import pytest

from openxin.disclosure import grants
from openxin.disclosure.grants import Terms
from openxin.store.session import Call, Reading, asked
from tests.architecture.test_row_security import ROWS
from tests.harness import sample
from tests.harness.others import AT, DAY, in_force, verified
from tests.harness.sample import LI_NA, WANG_WEI

# Every purpose with the right that goes with it: each reading of the door out is one of these.
READINGS = {
    "self": "own",
    "report": "grant",
    "statutory-check": "duty",
    "permit-decision": "permit",
    "case": "case",
    "honour-verify": "award",
    "audit": "warrant",
}
OTHERS = {purpose: right for purpose, right in READINGS.items() if purpose != "self"}


def found(purpose, right, subject, query):
    """What a statement without any filter of ours gets, in the session of such a reading."""
    reading = Reading(purpose, right, DAY, ("honour", "service"))
    return asked(uuid4(), subject, reading, Call(f"raw_{uuid4().hex}", query, (f"'{subject}'",)), list)


@pytest.fixture
def two(door):
    """Li Na and Wang Wei, with one of everything; of Li Na's records one is open to others and one was withdrawn."""
    for person, numbers in ((LI_NA, "12"), (WANG_WEI, "34")):
        in_force(door, *(sample.permit(person, f"示市监许〔2026〕{n}号") for n in numbers), type_="permit")
    both = verified(LI_NA), verified(WANG_WEI)
    for person in both:
        terms = Terms("market", ("permit",), None, "extract", AT, AT + timedelta(days=7), 1, "remedy")
        grants.give(person.person_id, person, terms, at=AT - timedelta(minutes=1))
    door.register.rows(
        "update records_record set state = 'withdrawn' where (person_id, id) in"
        " (select person_id, min(id::text)::uuid from records_record group by person_id) returning 1"
    )
    return tuple(person.person_id for person in both)


@pytest.mark.parametrize("purpose", READINGS)
def test_no_reading_gets_a_row_of_anyone_else(two, purpose):
    li_na, _ = two
    for table in ROWS:
        query = f"select count(*) from {table} where person_id <> $1::uuid"
        assert found(purpose, READINGS[purpose], li_na, query) == [(0,)], table


def test_the_person_gets_all_of_their_own(two):
    li_na, _ = two
    for table, rows in (("records_record", 2), ("records_version", 2), ("records_line", 2), ("disclosure_grant", 1)):
        assert found("self", "own", li_na, f"select count(*) from {table} where person_id = $1::uuid") == [(rows,)], (
            table
        )


@pytest.mark.parametrize("purpose", OTHERS)
def test_others_get_what_is_in_force_and_no_line(two, purpose):
    li_na, _ = two
    for table, rows in (("records_record", 1), ("records_version", 1), ("records_line", 0), ("records_line_key", 0)):
        query = f"select count(*) from {table} where person_id = $1::uuid"
        assert found(purpose, OTHERS[purpose], li_na, query) == [(rows,)], table


@pytest.mark.parametrize(
    ("purpose", "right"), [("report", "own"), ("self", "grant"), ("lending", "grant"), ("report", "duty")]
)
def test_a_purpose_without_its_right_gets_nothing(two, purpose, right):
    li_na, _ = two
    for table in ("records_record", "records_version", "records_line"):
        assert found(purpose, right, li_na, f"select count(*) from {table} where person_id = $1::uuid") == [(0,)], table
