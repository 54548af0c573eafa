"""An official records with the proof in hand who is a minor's guardian; who reads the ward's records then; and who may not."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from openxin.cases import guardians
from openxin.cases.identities import NotPermitted, Office, Official, Presented, Undone
from openxin.disclosure.asking import Question, Right
from openxin.disclosure.door import NotPermitted as Refused
from openxin.disclosure.door import disclose, own
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.people import guardians as standing
from tests.harness.door import Door
from tests.harness.sample import CIVIL, LI_NA, TODAY, WANG_WEI, Person, honour, number, penalty
from tests.harness.visitor import id_of, reader_of

CHILD = Person("李小明", number("20120615", 3))
OTHER_CHILD = Person("王小红", number("20130101", 4))
EIGHTEENTH = date(2030, 6, 15)


def office(reason: str, authority: str = "credit", day: date = TODAY) -> Office:
    official = Official(uuid4(), authority)
    return Office(official, catalogue(), day, datetime.now(UTC), synthetic=True, reason=reason)


def shows(person: Person) -> Presented:
    return Presented(person.document_type, person.number, person.name)


def record(child: Person = CHILD, guardian: Person = LI_NA, **more: object) -> None:
    at = office("birth_certificate")
    guardians.record(shows(child), shows(guardian), None, replace(at, **more))  # type: ignore[arg-type]
    sequence()


@pytest.fixture
def family(door: Door) -> Door:
    """A mother and her child, another child, and a stranger; the register knows all of them."""
    door.receives(penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号"))
    children = [honour(CHILD), honour(OTHER_CHILD, "示文明办〔2026〕2号")]
    door.receives(*children, type_="honour", uscc=CIVIL, name="honour.csv")
    return door


def ward_of(guardian: Person, child: Person, today: date = TODAY) -> object:
    question = Question("self", id_of(child), Right("ward"))
    return disclose(question, reader_of(id_of(guardian)), today=today)


def test_a_guardian_reads_what_is_held_about_the_ward(family: Door) -> None:
    record()
    (ward,) = standing.wards_of(id_of(LI_NA), today=TODAY)
    assert (ward.person_id, ward.name, ward.until) == (id_of(CHILD), CHILD.name, EIGHTEENTH)
    (guardian,) = standing.guardians_of(id_of(CHILD), today=TODAY)
    assert (guardian.person_id, guardian.name) == (id_of(LI_NA), LI_NA.name)
    assert len(ward_of(LI_NA, CHILD).records) == 1  # type: ignore[attr-defined]
    for person in (LI_NA, CHILD):
        statement = own(id_of(person), reader_of(id_of(person)), today=TODAY)
        acts = [line for line in statement.lines if line.kind == "act"]
        assert [(line.who.en, line.purpose.en) for line in acts] == [
            ("Credit Office", "Recorded who is whose guardian")
        ]
    sequence()
    family.register.is_sound(records=4, secrets=[CHILD.name, CHILD.number, LI_NA.name])


def test_nobody_elses_records_open_with_it(family: Door) -> None:
    record()
    for guardian, child in ((LI_NA, OTHER_CHILD), (LI_NA, WANG_WEI), (WANG_WEI, CHILD), (CHILD, LI_NA)):
        with pytest.raises(Refused) as refused:
            ward_of(guardian, child)
        assert refused.value.rule == "not-ward"
    sequence()
    family.register.is_sound(records=4)


def test_it_ends_by_itself_when_the_ward_is_of_age(family: Door) -> None:
    """On the eighteenth birthday the ward is still a minor: ages count from the day after."""
    record()
    assert standing.is_guardian(id_of(LI_NA), id_of(CHILD), today=EIGHTEENTH)
    assert not standing.is_guardian(id_of(LI_NA), id_of(CHILD), today=date(2030, 6, 16))
    assert standing.guardians_of(id_of(CHILD), today=date(2030, 6, 16)) == ()


def test_an_official_ends_it(family: Door) -> None:
    record()
    guardians.end(shows(CHILD), shows(LI_NA), office("revoked_by_court"))
    sequence()
    assert standing.wards_of(id_of(LI_NA), today=TODAY) == ()
    with pytest.raises(Refused):
        ward_of(LI_NA, CHILD)
    sequence()
    assert family.register.rows("select verb, reason from people_act order by at") == [
        ("entrust", "birth_certificate"),
        ("release", "revoked_by_court"),
    ]
    record()
    assert standing.is_guardian(id_of(LI_NA), id_of(CHILD), today=TODAY)
    family.register.is_sound(records=4)


@pytest.mark.parametrize(
    ("child", "guardian", "why"),
    [
        (WANG_WEI, LI_NA, "not_a_minor"),
        (CHILD, OTHER_CHILD, "guardian_a_minor"),
        (CHILD, CHILD, "same_document"),
        (CHILD, Person("李那", LI_NA.number), "other_name"),
        (Person("李小明", number("20120615", 99)), LI_NA, "nobody"),
        (CHILD, Person("李娜", "12"), "number_unsound"),
    ],
)
def test_these_are_not_recorded(family: Door, child: Person, guardian: Person, why: str) -> None:
    """Grown-up wards (民法典 art. 28) are no subjects of credit records, so nobody is their guardian here."""
    with pytest.raises(Undone) as undone:
        record(child, guardian)
    assert undone.value.why == why
    assert family.register.count("people_guardianship") == 0
    sequence()
    family.register.is_sound(records=4)


def test_it_is_recorded_once_and_ended_once(family: Door) -> None:
    record()
    for again, why in ((record, "guardian_already"), (lambda: ended(WANG_WEI), "no_guardian")):
        with pytest.raises(Undone) as undone:
            again()
        assert undone.value.why == why
    assert family.register.count("people_guardianship") == 2


def ended(guardian: Person) -> None:
    guardians.end(shows(CHILD), shows(guardian), office("guardian_changed"))


@pytest.mark.parametrize("authority", ["market", "civil", "nowhere"])
def test_no_other_body_records_a_guardian(family: Door, authority: str) -> None:
    at = office("birth_certificate", authority)
    with pytest.raises(NotPermitted):
        guardians.record(shows(CHILD), shows(LI_NA), None, at)
    with pytest.raises(NotPermitted):
        guardians.end(shows(CHILD), shows(LI_NA), at)
    assert family.register.count("people_guardianship") == family.register.count("people_act") == 0


def test_without_a_proof_of_the_list_nothing_is_recorded(family: Door) -> None:
    for reason in ("", "revoked_by_court", "i_say_so"):
        with pytest.raises(Undone, match="reason_unknown"):
            record(reason=reason)
