"""The door out: what the person sees, and the line that every reading and every refusal leaves."""

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from django.db import Error, connections
from django.test.utils import CaptureQueriesContext

from openxin.accounts.readers import Reader
from openxin.disclosure.asking import LineImpossible, NotPermitted, Question, Right
from openxin.disclosure.door import disclose
from openxin.ledger.sequencing import sequence
from openxin.records import changes, reading
from openxin.store.session import BY_OWN_RIGHT, reading_as
from openxin.vault.sealing import CannotOpen
from tests.harness import sample
from tests.harness.visitor import id_of, reader_of

TODAY = sample.TODAY


def own(person, purpose="self"):
    who = id_of(person)
    return disclose(Question(purpose, who, Right("own")), reader_of(who), today=TODAY)


def lines_about(person):
    """What the lines say, newest first, as only the door may open them."""
    who = id_of(person)
    with reading_as(uuid4(), who, reading=BY_OWN_RIGHT):
        return reading.lines_of([who])


def test_a_person_sees_who_decided_under_which_article_and_what_it_says(door):
    door.receives(sample.penalty(sample.LI_NA))
    (record,) = own(sample.LI_NA).records
    assert record.decider.zh == sample.MARKET_TITLE
    assert record.contact.phone == "0000-0000001"
    assert record.document == "示市监罚〔2026〕1号"
    assert record.basis.zh == "《中华人民共和国食品安全法》第一百二十四条"
    said = {field.code: (field.value.zh, field.value.en) for field in record.fields}
    assert said["CF_NR_FK"] == ("5,000元", "5,000 yuan")
    assert said["CF_YXQ"] == ("长期", "no end")
    assert said["CF_JDRQ"] == ("2026年4月11日", "11 April 2026")
    assert said["CF_CFLB"] == ("罚款", "Fine")
    assert said["CF_XDR_MC"] == ("李娜", "李娜")
    door.register.is_sound(records=1)


def test_a_permit_without_a_cited_law_rests_on_its_authoritys(door):
    door.receives(sample.permit(sample.LI_NA), type_="permit")
    (record,) = own(sample.LI_NA).records
    assert "行政许可法" in record.basis.zh


def test_characters_beyond_the_first_plane_come_out_as_they_went_in(door):
    door.receives(sample.penalty(sample.RARE))
    (record,) = own(sample.RARE).records
    assert {field.code: field.stored for field in record.fields}["CF_XDR_MC"] == sample.RARE.name


def test_the_reading_itself_is_the_newest_line(door):
    door.receives(sample.penalty(sample.LI_NA))
    own(sample.LI_NA)
    first, second = own(sample.LI_NA).lines
    assert (first.is_this, first.is_own, first.records) == (True, True, 1)
    assert (second.is_this, second.is_own) == (False, True)
    door.register.is_sound(records=1, secrets=[sample.LI_NA.number, "李娜", "过期食品"])


def test_a_line_names_who_in_which_capacity_for_what_and_which_fields_of_which_records(door):
    door.receives(sample.penalty(sample.LI_NA), sample.penalty(sample.LI_NA, "示市监罚〔2026〕2号"))
    statement = own(sample.LI_NA)
    (line,) = lines_about(sample.LI_NA)
    assert (line.content["capacity"], line.content["purpose"]) == ("self", "self")
    assert line.content["login"] == str(reader_of(id_of(sample.LI_NA)).login)
    assert line.content["at"] == statement.read_at.isoformat()
    (shown,) = line.content["shown"]
    assert set(shown["records"]) == {str(record.id) for record in statement.records}
    assert shown["fields"] == ["*"]


def test_without_a_line_there_is_no_reading(door):
    door.receives(sample.penalty(sample.LI_NA))
    with psycopg.connect(**door.register.installation.address("owner"), autocommit=True) as owner:
        owner.execute(f"revoke insert on ledger_outbox from {door.register.installation.app_role}")
    with pytest.raises(LineImpossible):
        own(sample.LI_NA)
    assert door.register.count("records_line") == 0


def test_what_cannot_be_unsealed_takes_its_line_back(door):
    """The line said that it was shown; it was not."""
    door.receives(sample.penalty(sample.LI_NA))
    with psycopg.connect(**door.register.installation.address("owner"), autocommit=True) as owner:
        owner.execute("alter table records_record no force row level security")
        owner.execute(
            "update records_record set wrapped_key = set_byte(wrapped_key, 40, get_byte(wrapped_key, 40) # 1)"
        )
        owner.execute("alter table records_record force row level security")
    before = door.register.count("ledger_outbox")
    with pytest.raises(CannotOpen):
        own(sample.LI_NA)
    assert (door.register.count("records_line"), door.register.count("ledger_outbox")) == (0, before)


def test_a_line_whose_key_was_destroyed_is_told_no_more(door):
    door.receives(sample.penalty(sample.LI_NA))
    own(sample.LI_NA)
    with psycopg.connect(**door.register.installation.address("owner"), autocommit=True) as owner:
        owner.execute("alter table records_line_key no force row level security")
        owner.execute("update records_line_key set wrapped_key = null")
        owner.execute("alter table records_line_key force row level security")
    assert [line.is_this for line in own(sample.LI_NA).lines] == [True]


REFUSED = {
    "another person": lambda: Reader(uuid4(), person_id=uuid4()),
    "an official": lambda: Reader(uuid4(), authority="market"),
    "nobody": lambda: Reader(uuid4()),
}


@pytest.mark.parametrize("who", REFUSED)
def test_nobody_else_reads_and_the_refusal_is_a_line(door, who):
    door.receives(sample.penalty(sample.LI_NA))
    with pytest.raises(NotPermitted):
        disclose(Question("self", id_of(sample.LI_NA), Right("own")), REFUSED[who](), today=TODAY)
    refusal = own(sample.LI_NA).lines[-1]
    assert (refusal.kind, refusal.records, refusal.is_own) == ("refusal", 0, False)
    door.register.is_sound(records=1)


def test_an_official_who_was_refused_is_named_by_their_body(door):
    door.receives(sample.penalty(sample.LI_NA))
    with pytest.raises(NotPermitted):
        disclose(Question("self", id_of(sample.LI_NA), Right("own")), REFUSED["an official"](), today=TODAY)
    assert own(sample.LI_NA).lines[-1].who.zh == sample.MARKET_TITLE


@pytest.mark.parametrize("purpose", ["", "score", "lending", "report", "self "])
def test_a_purpose_outside_the_closed_list_is_refused_even_to_the_person(door, purpose):
    door.receives(sample.penalty(sample.LI_NA))
    with pytest.raises(NotPermitted):
        own(sample.LI_NA, purpose)
    assert [line.kind for line in lines_about(sample.LI_NA)] == ["refusal"]


def test_a_name_that_was_tried_on_ones_number_is_a_line_that_shows_nothing(door):
    door.receives(sample.penalty(sample.LI_NA))
    door.receives(sample.penalty(sample.Person("王伟", sample.LI_NA.number), "示市监罚〔2026〕9号"), name="second.csv")
    question = own(sample.LI_NA).lines[-1]
    assert (question.kind, question.who.zh, question.records) == ("name_question", sample.MARKET_TITLE, 0)


def test_a_person_sees_only_their_own(door):
    door.receives(sample.penalty(sample.LI_NA), sample.penalty(sample.OTHER_LI_NA, "示市监罚〔2026〕2号"))
    assert [record.document for record in own(sample.OTHER_LI_NA).records] == ["示市监罚〔2026〕2号"]


def test_reading_without_saying_who_reads_raises(door):
    door.receives(sample.penalty(sample.LI_NA))
    who = id_of(sample.LI_NA)
    with pytest.raises(Error):
        reading.lines_of([who])


def test_one_record_and_five_hundred_take_the_same_number_of_statements(door):
    door.receives(sample.penalty(sample.LI_NA))
    door.receives(
        *(sample.penalty(sample.WANG_WEI, f"示市监罚〔2026〕{n}号") for n in range(100, 600)), name="many.csv"
    )
    taken = []
    for person in (sample.LI_NA, sample.WANG_WEI):
        who = id_of(person)
        reader = reader_of(who)
        with CaptureQueriesContext(connections["default"]) as queries:
            statement = disclose(Question("self", who, Right("own")), reader, today=TODAY)
        taken.append((len(statement.records), len(queries)))
    (one, few), (many, same) = taken
    assert (one, many) == (1, 500)
    assert few == same


def test_a_supplied_date_is_shown_as_a_change(door):
    door.receives(sample.penalty(sample.LI_NA))
    door.receives(sample.penalty(sample.LI_NA, OX_SDRQ="2026-04-13", OX_JJGZ="Y"), name="again.csv")
    (record,) = own(sample.LI_NA).records
    (change,) = record.changes
    assert {field.code: field.stored for field in change.fields} == {"OX_SDRQ": "2026-04-13", "OX_JJGZ": "Y"}
    # 60 days from 13 April 2026; six months from it, 13 October 2026, a working day.
    assert [str(remedy.until) for remedy in record.remedies] == ["2026-06-12", "2026-10-13"]
    assert [remedy.is_over for remedy in record.remedies] == [True, False]


def test_without_a_day_of_service_only_the_term_is_told(door):
    door.receives(sample.penalty(sample.LI_NA))
    (record,) = own(sample.LI_NA).records
    assert [(remedy.until, remedy.term.zh) for remedy in record.remedies] == [(None, "60 日"), (None, "6 个月")]


def test_after_a_reading_tasks_run_in_the_same_session(door):
    """What was said for the reading is empty afterwards, and not absent: no policy may choke on that."""
    door.receives(sample.penalty(sample.LI_NA))
    own(sample.LI_NA)
    changes.expire(TODAY, at=datetime.now(UTC), reader=uuid4())
    sequence()
    door.register.is_sound(records=1)
