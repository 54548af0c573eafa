"""Row security is loud: whoever does not say who reads gets an error, never "nothing on record"."""

from uuid import UUID, uuid4

import psycopg
import pytest

from openxin.store.session import BY_OWN_RIGHT, reading_as

SOMEBODY = UUID("00000000-0000-4000-8000-000000000001")

# The tables that hold something about a person, each with a row to be kept back. A new one must be named here.
ROWS = {
    "people_person": "values (:who, null, 1, '2026-01-05')",
    "people_identity": r"values (decode(repeat('01', 33), 'hex'), :who, '\x01', '01', 'claimed', false, '\x01', '2026-01-05')",
    "people_joined": "values (:who, array[:who::uuid, gen_random_uuid()])",
    "people_guardianship": r"values (:who, :who, 'ward', gen_random_uuid(), '\x01', now())",
    "records_record": (
        r"(person_id, id, type, authority, state, decided_on, admitted_on, natural_token, content_token, extras_token, key_epoch,"
        r" submission_id, sheet, row) values (:who, :who, 'permit', 'market', 'in_force', '2026-01-05', '2026-01-05', '\x01',"
        r" '\x01', '\x01', 1, :who, 1, 2)"
    ),
    "records_version": r"values (:who, :who, 1, 'admission', now(), :who, '\x01')",
    "records_move": r"values (:who, :who, :who, now(), 'expire', 'expired', :who, '\x01')",
    "records_told": "values (:who, :who, :who, now())",
    "records_line": r"values (:who, :who, now(), 'disclosure', :who, '\x01')",
    "records_line_key": "values (:who, :who, null, 1)",
    "disclosure_opening": "values (:who, 'honour', null, true, now())",
    "disclosure_grant": (
        "(person_id, id, token, types, form, purpose, from_at, until_at, uses, uses_left, given_at) values"
        r" (:who, :who, '\x01', '{permit}', 'statement', 'x', now(), now() + interval '1 day', 1, 1, now())"
    ),
    "disclosure_way_in": r"values ('\x01', :who, :who)",
    "disclosure_contest": (
        "(person_id, line_id, id, at, line_at, line_kind, body, purpose)"
        " values (:who, :who, :who, now(), now(), 'disclosure', '', 'self')"
    ),
    "disclosure_assignment": (
        "(person_id, id, record_id, reference, officer, opened_at)"
        " values (:who, :who, :who, 'A-1', gen_random_uuid(), now())"
    ),
    "disclosure_sampled": "(person_id, warrant_id, number, record_id, type) values (:who, :who, 1, :who, 'permit')",
}

QUERIES = {
    "everything": "select count(*) from {table}",
    "one person": f"select * from {{table}} where person_id = '{SOMEBODY}'",
    "is there anything": f"select exists (select from {{table}} where person_id = '{SOMEBODY}')",
}

UNDER_ROW_SECURITY = (
    "select relname from pg_class where relrowsecurity and relforcerowsecurity and not relispartition order by 1"
)


def application(register):
    return psycopg.connect(**register.installation.address("app"))


def hold(register, table):
    with psycopg.connect(**register.installation.address("owner")) as owner:
        owner.execute(f"insert into {table} {ROWS[table]}".replace(":who", f"'{SOMEBODY}'"))


def test_these_tables_are_under_row_security(register):
    assert [name for (name,) in register.rows(UNDER_ROW_SECURITY)] == sorted(ROWS)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("table", ROWS)
def test_without_a_reader_a_query_raises(register, table, query):
    """Also in a generic plan that was made while a reader was named, after that reader has left."""
    hold(register, table)
    text = QUERIES[query].format(table=table)
    with application(register) as connection:
        with pytest.raises(psycopg.errors.UndefinedObject, match="openxin"):
            connection.execute(text)
        connection.rollback()
        with connection.transaction():
            connection.execute(f"set local openxin.reader = '{uuid4()}'; set local openxin.subject = '{uuid4()}'")
            connection.execute(
                "set local openxin.token = ''; set local openxin.task = ''; set local openxin.joined = '{}'"
            )
            assert connection.execute(text, prepare=True).fetchall() in ([], [(0,)], [(False,)]), (
                "another's row was shown"
            )
        with pytest.raises(psycopg.errors.InvalidTextRepresentation, match="uuid"):
            connection.execute(text, prepare=True)


@pytest.mark.parametrize("table", ROWS)
def test_a_query_without_a_reader_raises_also_where_nothing_is_held(register, table):
    with application(register) as connection, pytest.raises(psycopg.errors.UndefinedObject, match="openxin"):
        connection.execute(f"select * from {table} where person_id = '{SOMEBODY}'")


@pytest.mark.parametrize("table", ROWS)
def test_a_reader_sees_the_subject_and_nobody_else(register, table):
    from django.db import connections

    hold(register, table)
    for subject, count in ((SOMEBODY, 1), (uuid4(), 0)):
        with reading_as(uuid4(), subject, reading=BY_OWN_RIGHT), connections["default"].cursor() as cursor:
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone() == (count,)


@pytest.mark.parametrize("table", ROWS)
def test_a_reader_sees_those_who_were_joined_with_the_subject_and_nobody_else(register, table):
    from django.db import connections

    hold(register, table)
    for joined, count in (((SOMEBODY, uuid4()), 1), ((uuid4(),), 0), ((), 0)):
        with (
            reading_as(uuid4(), uuid4(), joined=joined, reading=BY_OWN_RIGHT),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone() == (count,)


@pytest.mark.parametrize(
    "table", ["records_version", "records_move", "records_line", "people_act", "accounts_act", "ledger_run"]
)
@pytest.mark.parametrize("verb", ["update {table} set {column} = {column}", "delete from {table}", "truncate {table}"])
@pytest.mark.parametrize("role", ["app", "intake", "owner"])
def test_nobody_changes_history(register, table, verb, role):
    """The lesser roles lack the right; the owner meets the trigger."""
    column = "first" if table == "ledger_run" else "entry_id"
    with psycopg.connect(**register.installation.address(role)) as connection:
        connection.execute(
            f"set openxin.reader = '{SOMEBODY}'; set openxin.subject = '{SOMEBODY}'; set openxin.task = '';"
            " set openxin.joined = '{}'"
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(verb.format(table=table, column=column))


def test_the_application_owns_nothing_and_is_under_row_security(register):
    app = register.installation.app_role
    assert register.rows(
        "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where rolname = %s", app
    ) == [(0,)]
    assert register.rows("select rolsuper, rolbypassrls from pg_roles where rolname = %s", app) == [(False, False)]
