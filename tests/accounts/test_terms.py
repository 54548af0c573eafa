"""Log-ins are kept as long as the catalogue says, and deleted then; what is younger nobody deletes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.utils import timezone

from openxin.accounts import attempts, history, links, sessions, terms
from openxin.law.loading import catalogue

LOGIN = UUID(int=3)
NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=200)


def test_what_is_due_is_deleted_and_the_rest_stays(register):
    for at in (OLD, NOW):
        history.write(LOGIN, way="code", outcome="in", at=at)
        sessions.begin(LOGIN, way="code", at=at)
        attempts.count(attempts.of_name(str(at)), at=at)
        links.issue(LOGIN, at=at)
    sessions.end_all(LOGIN, at=OLD)
    kept = sessions.begin(LOGIN, way="code", at=NOW)
    assert terms.expire(timezone.localdate(), law=catalogue()) == 1
    assert [one.at for one in history.log_ins(LOGIN)] == [NOW]
    assert register.rows("select id from accounts_session") == [(kept,)]
    assert (register.count("accounts_attempt"), register.count("accounts_link")) == (1, 1)
    assert terms.expire(timezone.localdate(), law=catalogue()) == 0
    register.is_sound()


def test_a_day_to_come_deletes_nothing_early(register):
    """`openxin expire --today` of next year: the log-ins of today stay."""
    history.write(LOGIN, way="code", outcome="in", at=NOW)
    assert terms.expire(timezone.localdate() + timedelta(days=400), law=catalogue()) == 0
    assert register.count("accounts_log_in") == 1


@pytest.mark.parametrize("role", ["app", "owner"])
def test_what_is_younger_than_six_months_nobody_deletes(register, role):
    """网络安全法 art. 21. The trigger holds it against the owner too."""
    history.write(LOGIN, way="code", outcome="in", at=NOW)
    for statement in ("delete from accounts_log_in", "update accounts_log_in set outcome = 'in'"):
        with (
            psycopg.connect(**register.installation.address(role)) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(statement)
    assert register.count("accounts_log_in") == 1
