"""What every other test stands on: a register that is sound when it is, and unsound when it is not."""

import psycopg
import pytest


def test_a_new_register_is_sound(register):
    """Founded and empty, and after its one leaf is sequenced."""
    from openxin.ledger.sequencing import sequence

    register.is_sound(records=0, quarantined=0)
    assert sequence() == 1
    register.is_sound(records=0, quarantined=0)


def test_every_test_has_a_register_of_its_own(register):
    assert register.count("ledger_leaf") == 0


WHO = "'00000000-0000-4000-8000-000000000001'"
UNSOUND = {
    "a person's id that nobody has": (
        rf"insert into people_identity values (decode(repeat('01', 33), 'hex'), {WHO}, '\x01', '01', 'claimed', false,"
        r" '\x01', now())"
    ),
    "a line without its entry": rf"insert into records_line values ({WHO}, {WHO}, now(), 'disclosure', {WHO}, '\x01')",
    "a version of no record": rf"insert into records_version values ({WHO}, {WHO}, 1, 'change', now(), {WHO}, '\x01')",
    "an entry that belongs to nothing": (
        "insert into ledger_outbox (kind, day, entries, commitments) values ('change', now(), "
        r"decode(repeat('01', 16), 'hex'), decode(repeat('01', 32), 'hex'))"
    ),
    "clear text in a sealed column": f"insert into records_line_key values ({WHO}, {WHO}, 'clear', 1)",
}


@pytest.mark.parametrize("fault", UNSOUND)
def test_what_is_unsound_is_noticed(register, fault):
    with psycopg.connect(**register.installation.address("owner")) as owner:
        owner.execute(UNSOUND[fault])
    with pytest.raises(AssertionError, match="unsound"):
        register.is_sound()


def test_a_leaf_that_was_altered_is_noticed(register):
    """By whoever may do everything: the owner, with the trigger off."""
    from openxin.ledger.sequencing import sequence

    sequence()
    with psycopg.connect(**register.installation.address("owner")) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("update ledger_run set day = day + 365")
    with pytest.raises(AssertionError, match="does not verify"):
        register.is_sound()


def test_a_secret_in_clear_is_found_wherever_it_stands(register):
    with psycopg.connect(**register.installation.address("owner")) as owner:
        owner.execute(
            "insert into intake_check values (gen_random_uuid(), now(), 'market', '欧阳示例', '', '{}', gen_random_uuid(), '')"
        )
    (register.home / "logs").mkdir()
    (register.home / "logs" / "openxin.log").write_text("999999199001010016")
    with pytest.raises(AssertionError, match=r"intake_check\.type(.|\n)*openxin\.log"):
        register.is_sound(secrets=["欧阳示例", "999999199001010016"])
