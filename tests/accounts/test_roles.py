"""Which roles a log-in and a machine may have; what is done to accounts is history that its owner and auditors see."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from openxin.accounts import acts, machines, organisations
from openxin.accounts.roles import RolesRefused
from openxin.law.catalogue import Words
from openxin.law.loading import catalogue
from tests.harness.machine import KEY

NOW = datetime.now(UTC)
BOSS = UUID(int=9)
TITLE = Words("示例律师事务所", "Sample Law Firm")
USCC = "31999999MD0000010A"
PUBLIC = [KEY.as_dict(private=False)]


def enrol(name, **more):
    from openxin.accounts import officials  # needs Django set up

    return officials.enrol(more.pop("authority", "market"), name, **more)


def firm():
    return organisations.register(USCC, TITLE, ["law-firm"], at=NOW, by=BOSS)


@pytest.mark.parametrize(
    ("roles", "why"),
    [
        ((), "none"),
        (("clerk", "king"), "unknown"),
        (("auditor", "administrator"), "excludes"),
        (("auditor", "clerk"), "excludes"),
        (("administrator", "case-officer"), "excludes"),
        (("person",), "holder"),
        (("guardian", "clerk"), "holder"),
    ],
)
def test_these_roles_no_official_has(register, roles, why):
    made = enrol("li.jing")
    for refused in (lambda: enrol("wang.ke", roles=roles), lambda: change(made.login, roles)):
        with pytest.raises(RolesRefused) as told:
            refused()
        assert told.value.why == why
    assert register.rows("select roles from accounts_user") == [(["clerk"],)]
    register.is_sound()


def change(login, roles):
    from openxin.accounts import officials

    officials.change_roles(login, roles, by=BOSS, at=NOW)


def test_whoever_audits_or_administers_does_nothing_else(register):
    alone = {role.id for role in catalogue().roles.values() if role.excludes_others}
    assert alone == {"auditor", "administrator"}


@pytest.mark.parametrize("role", ["clerk", "identity-officer", "case-officer", "auditor", "administrator"])
def test_an_organisation_has_no_officials_of_the_state(register, role):
    of = firm().id
    with pytest.raises(RolesRefused):
        enrol("li.jing", authority=None, organisation=of, roles=(role,))
    with pytest.raises(RolesRefused):
        machines.register(None, PUBLIC, at=NOW, organisation=of, roles=(role,))
    register.is_sound()


@pytest.mark.parametrize("role", ["auditor", "administrator", "identity-officer", "case-officer", "person"])
def test_no_machine_is_in_the_place_of_a_human_being(register, role):
    with pytest.raises(RolesRefused):
        machines.register("market", PUBLIC, at=NOW, roles=(role,))


def test_a_machine_of_an_organisation_acts_for_it(register):
    of = firm().id
    client = machines.register(None, PUBLIC, at=NOW, organisation=of, roles=("recipient",), by=BOSS)
    reader = machines.reader_with(machines.issue(client, at=NOW), at=NOW)
    assert reader is not None
    assert (reader.holder, reader.roles, reader.authority) == (f"organisation:{of}", {"recipient"}, None)
    register.is_sound()


def test_with_an_organisation_end_its_machines_and_its_people(register):
    of = firm().id
    made = enrol("li.jing", authority=None, organisation=of, roles=("recipient",))
    client = machines.register(None, PUBLIC, at=NOW, organisation=of, roles=("recipient",))
    token = machines.issue(client, at=NOW)
    organisations.close(of, at=NOW, by=BOSS)
    assert machines.reader_with(token, at=NOW) is None
    assert machines.find(str(client)) is None
    assert register.rows("select is_active from accounts_user where id = %s", made.login) == [(False,)]
    assert organisations.find(of).closed_at is not None
    register.is_sound()


def test_an_organisation_is_registered_once_and_of_kinds_that_there_are(register):
    of = firm()
    assert organisations.named(USCC.lower()) == of
    with pytest.raises(organisations.RegisteredAlready):
        firm()
    for refused in (
        lambda: organisations.change_kinds(of.id, ["no-such-kind"], at=NOW),
        lambda: organisations.register("31999999MD0000011X", TITLE, ["no-such-kind"], at=NOW),
    ):
        with pytest.raises(organisations.KindUnknown):
            refused()
    organisations.change_kinds(of.id, ["school"], at=NOW)
    assert organisations.find(of.id).kinds == ("school",)
    register.is_sound()


def test_every_change_is_history_with_who_did_it(register):
    made = enrol("li.jing", by=BOSS)
    change(made.login, ("clerk", "case-officer"))
    from openxin.accounts import officials

    officials.reset(made.login, at=NOW, by=BOSS)
    officials.close(made.login, at=NOW, by=BOSS)
    officials.close(made.login, at=NOW, by=BOSS)  # nothing happens twice
    found = acts.acts_on(made.login)
    assert sorted(one.verb for one in found) == ["change_roles", "close", "make", "reset"]
    assert {one.by for one in found} == {BOSS}
    assert {one.said for one in found} == {("clerk",), ("case-officer", "clerk"), ()}
    client = machines.register("market", PUBLIC, at=NOW)
    machines.change_keys(client, PUBLIC, at=NOW, by=BOSS)
    machines.change_roles(client, ["clerk", "recipient"], at=NOW, by=BOSS)
    machines.close(client, at=NOW, by=BOSS)
    machines.change_roles(client, ["clerk"], at=NOW, by=BOSS)  # closed: nothing is changed
    assert sorted(one.verb for one in acts.acts_on(client)) == ["change_keys", "change_roles", "close", "make"]
    assert acts.acts_on(uuid4()) == ()
    assert len(acts.acts()) == 8
    with (
        psycopg.connect(**register.installation.address("owner")) as owner,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        owner.execute("delete from accounts_act")
    register.is_sound()
