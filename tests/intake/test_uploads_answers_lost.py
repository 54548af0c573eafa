"""Commit succeeded, and the answer was lost: at every commit of an upload's own way, of the pages, the worker and the check."""

import pytest
from django.db import OperationalError

from openxin.intake import upload_work, uploads
from openxin.intake.workers import forget_connection
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.store.connection import Connection, open_plain
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.faults import AnswerLost, a_connection_that_breaks, breaking_at, the_pages_lose_an_answer
from tests.harness.sample import LI_NA, WANG_WEI, Person, penalty, person
from tests.harness.uploading import CLERK, bring, spooled, state, worked


@pytest.mark.parametrize("stored", [False, True], ids=["lost", "stored though it failed"])
def test_a_page_whose_answer_was_lost_is_asked_again_and_doubles_nothing(
    door: Door, lease: Connection, stored: bool
) -> None:
    place = door.place()
    with the_pages_lose_an_answer(stored=stored), pytest.raises(OperationalError):
        bring(door, penalty(LI_NA))
    worked(door, lease)
    upload_work.tidy_up(lease, place)
    assert [one.state for one in uploads.uploads("market")] == (["checked"] if stored else [])
    assert len(spooled(door)) == (1 if stored else 0)
    id_ = bring(door, penalty(WANG_WEI))
    worked(door, lease)
    with the_pages_lose_an_answer(stored=stored), pytest.raises(OperationalError):
        uploads.confirm("market", id_, login=CLERK)
    assert state(id_).state == ("confirmed" if stored else "checked")
    uploads.confirm("market", id_, login=CLERK)
    worked(door, lease)
    assert state(id_).state == "done"
    other = bring(door, penalty(person(1)))
    with the_pages_lose_an_answer(stored=stored), pytest.raises(OperationalError):
        uploads.discard("market", other, login=CLERK)
    uploads.discard("market", other, login=CLERK)
    upload_work.tidy_up(lease, place)
    door.register.is_sound(records=1)


IDLE = "nothing more is due"
# The worker's own commits, in order: what each of them says when it is the one that breaks.
STEPS = (
    "terms kept",
    "taken up to be checked",
    IDLE,
    "taken up to be admitted",
    "done",
    IDLE,
)
CHECKS = ("verdicts of the file read", "trace and preview")


@pytest.mark.parametrize("stored", [False, True], ids=["lost", "stored though it failed"])
@pytest.mark.parametrize(
    ("whose", "commit"),
    [
        *(("worker", n) for n, step in enumerate(STEPS, 1) if step != IDLE),
        *(("door", n) for n in range(1, len(CHECKS) + 3)),
    ],
)
def test_a_commit_that_fails_is_made_good_by_the_next_worker(door: Door, whose: str, commit: int, stored: bool) -> None:
    """One audit entry, one line for the person who was asked about, one submission: as if nothing had happened."""
    door.receives(penalty(LI_NA))
    id_ = bring(
        door,
        penalty(WANG_WEI, "示市监罚〔2026〕2号"),
        penalty(Person("别人", LI_NA.number), "示市监罚〔2026〕3号"),
        penalty(WANG_WEI, "示市监罚〔2026〕4号", CF_YJ="刑法"),
    )

    def go_through(connection: Connection) -> None:
        with upload_work.lease(connection):
            upload_work.keep_terms(connection, place=door.place(), law=catalogue(), today=sample.TODAY)
            worked(door, connection)
            uploads.confirm("market", id_, login=CLERK)
            worked(door, connection)

    broke = {"worker": a_connection_that_breaks, "door": breaking_at}[whose]
    with broke(commit, stored=stored) as broken, open_plain("intake") as whole, pytest.raises(AnswerLost):
        go_through(broken if whose == "worker" else whole)
    with open_plain("intake") as connection:
        go_through(connection)
    done = state(id_)
    assert (done.state, done.was_known) == ("done", False)
    assert door.register.count("intake_check") == 1
    assert door.register.count("intake_submission") == 2
    # Once when it was checked, once when it was admitted.
    assert door.register.count("records_line", "kind = 'name_question'") == 2
    sequence()
    door.register.is_sound(records=2, quarantined=1)


def test_the_table_of_commits_reaches_the_last_one(door: Door) -> None:
    forget_connection()
    id_ = bring(door, penalty(LI_NA))
    with a_connection_that_breaks(99, stored=True) as connection, upload_work.lease(connection):
        upload_work.keep_terms(connection, place=door.place(), law=catalogue(), today=sample.TODAY)
        worked(door, connection)
        uploads.confirm("market", id_, login=CLERK)
        worked(door, connection)
        assert connection.commits == len(STEPS)
    door.register.is_sound(records=1)
