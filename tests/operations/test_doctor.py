"""The doctor finds a sound register sound, and names each thing that is not."""

import psycopg
import pytest

from openxin.ledger.sequencing import sequence
from openxin.operations.doctor import Lag, examine


def test_a_new_register_is_healthy(register):
    report = examine(register.installation)
    assert [check for check in report.checks if not check.ok] == []
    assert report.ok


def test_the_tables_are_found_and_not_listed(register):
    report = examine(register.installation)
    assert {"people_person", "people_identity", "records_record", "records_version", "records_line"} <= set(
        report.person_tables
    )
    assert {"records_version", "records_move", "records_line", "ledger_run"} <= set(report.history_tables)


def test_its_address_is_the_applications_and_complete(register):
    with psycopg.connect(examine(register.installation).database_url) as connection:
        assert connection.execute("select current_user").fetchone() == (register.installation.app_role,)


def test_it_says_how_far_the_ledger_is_behind(register):
    """The leaf of the law waits in a new register; the age is that of the oldest."""
    with psycopg.connect(**register.installation.address("owner")) as owner:
        owner.execute("update ledger_outbox set at = now() - interval '1 hour'")
    report = examine(register.installation)
    assert report.ok
    assert report.ledger_lag.waiting == 1
    assert 3600 <= report.ledger_lag.oldest_s < 4000
    assert report.as_json()["ledger_lag"] == {"waiting": 1, "oldest_s": report.ledger_lag.oldest_s}
    sequence()
    assert examine(register.installation).ledger_lag == Lag(0, 0.0)
    register.is_sound()


ILLNESSES = {
    "row_security": "alter table records_line no force row level security",
    "policies_guarded": "create policy open on records_record for select using (person_id is not null)",
    "functions_invoker": "create function f() returns int language sql security definer as 'select 1'",
    "views_invoker": "create view v as select * from records_record",
    "history_only_grows": "grant update (at) on records_line to openxin_app",
    "intake_reads_nothing_sealed": "grant select (sealed) on people_identity to openxin_intake",
    "roles": "alter table intake_chunk owner to openxin_app",
    "grants_on_parents": (
        "create table parent (a int) partition by hash (a); create table child partition of parent for values with"
        " (modulus 1, remainder 0); grant select on child to openxin_app"
    ),
    "schema": "delete from django_migrations where app = 'records'",
    "uploads_worked": (
        "insert into intake_upload (id, authority, type, login, received_at, size_bytes, file_tokens, state, changed_at,"
        " kept_until, key_epoch, wrapped_file_key, file_key_epoch) select gen_random_uuid(), 'market', 'penalty',"
        " gen_random_uuid(), t, 1, '{}', 'confirmed', t, '2026-01-09', 1, '\\x01', 1"
        " from (select now() - interval '1 hour') _ (t)"
    ),
    "ledger_lag": "update ledger_outbox set at = now() - interval '25 hours'",
}


@pytest.mark.parametrize("name", ILLNESSES)
def test_every_illness_is_named(register, name):
    with psycopg.connect(**register.installation.address("owner")) as owner:
        owner.execute(ILLNESSES[name])
    report = examine(register.installation)
    assert [check.name for check in report.checks if not check.ok] == [name]
    assert not report.ok


def test_a_history_with_a_term_needs_what_keeps_the_younger(register):
    with psycopg.connect(**register.installation.address("owner")) as owner:
        owner.execute("drop trigger kept on accounts_log_in")
    (fault,) = [check for check in examine(register.installation).checks if not check.ok]
    assert fault.name == "history_only_grows" and "accounts_log_in" in str(fault)


def test_a_key_that_others_can_read_is_named(register):
    (register.installation.keys / "master-1.key").chmod(0o644)
    report = examine(register.installation)
    assert [check.found for check in report.checks if not check.ok] == [("master-1.key",)]
