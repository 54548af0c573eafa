"""An identity is found by the head of its token, and is the one that is meant only where the whole token agrees."""

from datetime import date
from uuid import uuid4

import psycopg
import pytest
from django.db import connections

from openxin.people import matching
from openxin.store.connection import open_plain
from openxin.store.session import reading_as
from openxin.vault import tokens

DAY = date(2026, 1, 5)
NUMBER = "99999919900101001X"


def newcomer(token: bytes) -> matching.Newcomers:
    (name,) = matching.name_tokens([token], [b"name"])
    return matching.Newcomers((token,), (name,), ("01",), (b"{}",), (False,))


def enrolled(token: bytes) -> bytes:
    """Enrol, committed; the person."""
    with open_plain("intake") as intake, intake.transaction(), intake.cursor() as cursor:
        (person,) = matching.enrol(cursor, newcomer(token), DAY).person_ids
        return person


def known(*sought: bytes) -> dict[bytes, bytes]:
    """Persons by token."""
    with open_plain("intake") as intake, intake.cursor() as cursor:
        found = matching.known(cursor, sought)
        return dict(zip(found.tokens, found.person_ids, strict=True))


@pytest.fixture
def token(register) -> bytes:
    return tokens.token("identity", matching.identity_message("01", "", NUMBER))


@pytest.fixture
def namesake(token) -> bytes:
    """Another token with the same head: HMAC would have to yield the same 128 bits twice."""
    return token[:-1] + bytes([token[-1] ^ 1])


def test_a_token_whose_head_alone_agrees_is_nobody_s(register, token, namesake):
    person = enrolled(token)
    assert known(token, namesake) == {token: person}
    register.is_sound()


def test_two_heads_that_agree_stop_the_door_and_bind_nothing(register, token, namesake):
    """Never the wrong person, and no trying for ever."""
    enrolled(token)
    with pytest.raises(psycopg.errors.UniqueViolation):
        enrolled(namesake)
    assert register.count("people_identity") == register.count("people_person") == 1
    register.is_sound()


def test_a_token_is_enrolled_once(register, token):
    assert enrolled(token) == enrolled(token)
    assert register.count("people_identity") == 1
    register.is_sound()


def test_an_act_about_one_identity_leaves_another_alone(register, token, namesake):
    """Its update names the whole token."""
    enrolled(token)
    with open_plain("intake") as intake, intake.cursor() as cursor:
        matching.dispute(cursor, [namesake])
        assert register.count("people_identity", "disputed") == 0
        matching.dispute(cursor, [token, token])
    assert register.count("people_identity", "disputed") == 1
    register.is_sound()


LOOK_UP = "explain select person_id from people_identity where head = openxin_head(%s) and token = %s"


def test_no_look_up_reads_the_whole_table_under_row_security_either(register, token):
    """A condition that might leak would have to wait until row security has looked at every row."""
    enrolled(token)
    with reading_as(uuid4(), token=token), connections["default"].cursor() as cursor:
        cursor.execute(
            "set local enable_seqscan = off; set local enable_bitmapscan = off"
        )  # a table of one row is read whole
        cursor.execute(LOOK_UP, [token, token])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using people_identity_pkey" in plan, plan
    assert "Index Cond: (head =" in plan, plan
