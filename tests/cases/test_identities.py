"""An official with documents in hand: verifies, settles a name, joins, parts; and who may not."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest

from openxin.cases import identities
from openxin.cases.identities import NotPermitted, Office, Official, Presented, Undone
from openxin.disclosure import door
from openxin.disclosure.statement import Statement
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.people import names, presented
from openxin.people.presented import Claimed
from openxin.vault import sealing
from tests.harness.door import Door, counts
from tests.harness.sample import LI_NA, TODAY, WANG_WEI, Person, penalty
from tests.harness.visitor import id_of, reader_of

RENAMED = Person("李那", LI_NA.number)
# A second document of Li Na's, and one of somebody who has the same name.
PERMIT = Person("李娜", "H12345678", "03")
THIRD = Person("李娜", "12345678", "04")
REASON = {"verify": "in_person", "settle": "slip_of_the_pen", "join": "two_documents", "part": "joined_in_error"}
SECOND = "示市监罚〔2026〕2号"


def office(verb: str, authority: str = "credit", reason: str | None = None) -> Office:
    return Office(
        Official(uuid4(), authority),
        catalogue(),
        TODAY,
        datetime.now(UTC),
        synthetic=True,
        reason=REASON[verb] if reason is None else reason,
    )


def shows(person: Person) -> Presented:
    return Presented(person.document_type, person.number, person.name)


def verify(person: Person) -> None:
    identities.verify(shows(person), office("verify"))
    sequence()


def settle(person: Person) -> None:
    identities.settle(shows(person), office("settle"))
    sequence()


def join(one: Person, other: Person) -> None:
    identities.join(shows(one), shows(other), office("join"))
    sequence()


def part(person: Person) -> None:
    identities.part(shows(person), office("part"))
    sequence()


def own(person: Person) -> Statement:
    who = id_of(person)
    statement = door.own(who, reader_of(who), today=TODAY)
    sequence()
    return statement


def documents(person: Person) -> list[str]:
    return sorted(record.document for record in own(person).records)


def undone(verb: str, *people: Person) -> str:
    with pytest.raises(Undone) as why:
        getattr(identities, verb)(*map(shows, people), office(verb))
    sequence()
    return why.value.why


def standing(door: Door, person: Person) -> tuple[object, ...]:
    return door.register.rows("select standing, disputed from people_identity where person_id = %s", id_of(person))[0]


def test_a_verified_document_opens_what_is_final_to_others_and_the_person_sees_who_did_it(door: Door) -> None:
    door.receives(penalty(LI_NA, OX_SXRQ="2026-06-01"))
    assert own(LI_NA).records[0].visibility == "identity_unverified"
    verify(LI_NA)
    statement = own(LI_NA)
    assert statement.records[0].visibility != "identity_unverified"
    act = next(line for line in statement.lines if line.kind == "act")
    assert (act.who.en, act.purpose.en, act.records) == ("Credit Office", "Confirmed your document", 0)
    assert door.register.rows("select verb, reason, authority from people_act") == [("verify", "in_person", "credit")]
    door.register.is_sound(records=1, secrets=[LI_NA.number, LI_NA.name])


def test_verifying_under_another_name_opens_a_dispute_and_leaves_a_line(door: Door) -> None:
    door.receives(penalty(LI_NA))
    assert undone("verify", RENAMED) == "other_name"
    assert standing(door, LI_NA) == ("claimed", True)
    assert undone("verify", LI_NA) == "disputed"
    kinds = [line.kind for line in own(LI_NA).lines]
    assert kinds == ["disclosure", "name_question", "name_question"]
    door.register.is_sound(records=1)


def test_the_first_name_holds(door: Door) -> None:
    door.receives(penalty(LI_NA))
    door.receives(penalty(RENAMED, SECOND), name="second.csv")
    settle(LI_NA)
    assert standing(door, LI_NA) == ("verified", False)
    assert counts(door.receives(penalty(RENAMED, SECOND), name="second.csv")) == (0, 0, 1, 0)
    door.register.is_sound(records=1, quarantined=1)


def test_the_second_name_holds_and_the_row_that_waited_for_it_comes_in(door: Door) -> None:
    door.receives(penalty(LI_NA))
    door.receives(penalty(RENAMED, SECOND), name="second.csv")
    who = id_of(LI_NA)
    settle(RENAMED)
    assert id_of(RENAMED) == who
    assert counts(door.receives(penalty(RENAMED, SECOND), name="second.csv")) == (1, 0, 0, 0)
    assert documents(RENAMED) == ["示市监罚〔2026〕1号", SECOND]
    assert presented.claimed("01", "", LI_NA.number, names.folded("李娜"), reader=uuid4()) == Claimed(who, agrees=False)
    assert counts(door.receives(penalty(LI_NA, "示市监罚〔2026〕3号"), name="third.csv")) == (0, 0, 1, 0)
    door.register.is_sound(records=2, quarantined=1, secrets=["李那"])


def test_the_settled_name_is_sealed_under_the_persons_key(door: Door) -> None:
    door.receives(penalty(LI_NA))
    door.receives(penalty(RENAMED, SECOND), name="second.csv")
    settle(RENAMED)
    ((person, token, sealed, wrapped, epoch),) = door.register.rows(
        "select person_id, token, sealed, wrapped_key, key_epoch from people_identity join people_person using (person_id)"
    )
    assert isinstance(person, UUID)
    assert isinstance(epoch, int)
    key = sealing.unwrap(bytes(wrapped), epoch, sealing.place("people_person", person))  # type: ignore[arg-type]
    place = sealing.place("people_identity", person, bytes(token))  # type: ignore[arg-type]
    assert "李那" in sealing.unseal(key, bytes(sealed), place).decode()  # type: ignore[arg-type]
    door.register.is_sound(records=1, quarantined=1)


def test_a_name_that_nobody_disputes_is_not_settled(door: Door) -> None:
    door.receives(penalty(LI_NA))
    assert undone("settle", RENAMED) == "not_disputed"
    assert id_of(LI_NA) is not None
    door.register.is_sound(records=1)


def decision(of: Person, document: str = "示市监罚〔2026〕1号", **changes: str) -> dict[str, str]:
    """A penalty; the document shows no birth date, so it says that its holder was grown up."""
    return penalty(of, document, **({"OX_CN": "Y"} | changes))


def held_under_two_documents(door: Door) -> None:
    door.receives(decision(LI_NA), decision(PERMIT, SECOND), decision(WANG_WEI, "示市监罚〔2026〕9号"))


def test_joined_documents_are_read_as_one_from_either_side(door: Door) -> None:
    held_under_two_documents(door)
    own(PERMIT)
    join(LI_NA, PERMIT)
    for document in (LI_NA, PERMIT):
        assert documents(document) == ["示市监罚〔2026〕1号", SECOND]
        assert standing(door, document) == ("verified", False)
    statement = own(LI_NA)
    assert [line.kind for line in statement.lines].count("act") == 1
    assert [line.records for line in statement.lines if line.is_this] == [2]
    # The reading of one document before they were joined is here too.
    assert [line.records for line in statement.lines if line.kind == "disclosure"][-1] == 1
    assert documents(WANG_WEI) == ["示市监罚〔2026〕9号"]
    door.register.is_sound(records=3)


def test_what_comes_while_they_are_joined_goes_to_the_document_that_it_names(door: Door) -> None:
    """And after they are parted, each has its own: records, and who looked at them."""
    held_under_two_documents(door)
    join(LI_NA, PERMIT)
    door.receives(decision(LI_NA, "示市监罚〔2026〕3号"), decision(PERMIT, "示市监罚〔2026〕4号"), name="second.csv")
    assert len(documents(LI_NA)) == 4
    part(PERMIT)
    assert documents(LI_NA) == ["示市监罚〔2026〕1号", "示市监罚〔2026〕3号"]
    assert documents(PERMIT) == [SECOND, "示市监罚〔2026〕4号"]
    for document in (LI_NA, PERMIT):
        lines = own(document).lines
        assert [line.kind for line in lines].count("act") == 2
        # The reading of four records while they were joined stands with each, as a reading of its two.
        assert [line.records for line in lines if line.kind == "disclosure"] == [2, 2, 2]
    assert door.register.count("people_joined") == 0
    assert door.register.rows("select verb from people_act order by at") == [("join",), ("part",)]
    door.register.is_sound(records=5)


def test_one_decision_under_both_documents_is_held_once(door: Door) -> None:
    """In two files and in one: the number is part of what a row says, so the later one is a conflict and waits."""
    held_under_two_documents(door)
    join(LI_NA, PERMIT)
    later = door.receives(decision(PERMIT), name="second.csv")
    assert door.reasons(later) == {2: ("quarantined", {("CF_WSH", "CONFLICT")})}
    both = door.receives(
        decision(LI_NA, "示市监罚〔2026〕5号"), decision(PERMIT, "示市监罚〔2026〕5号"), name="third.csv"
    )
    assert {codes for _, codes in door.reasons(both).values()} == {frozenset({("CF_WSH", "CONFLICT")})}
    assert counts(both) == (0, 0, 2, 0)
    assert counts(door.receives(decision(WANG_WEI, "示市监罚〔2026〕5号"), name="fourth.csv")) == (1, 0, 0, 0)
    door.register.is_sound(records=4, quarantined=3)


def test_three_documents_are_joined_and_one_is_parted(door: Door) -> None:
    held_under_two_documents(door)
    door.receives(decision(THIRD, "示市监罚〔2026〕7号"), name="second.csv")
    join(LI_NA, PERMIT)
    join(THIRD, PERMIT)
    assert len(documents(LI_NA)) == len(documents(THIRD)) == 3
    assert undone("join", LI_NA, THIRD) == "joined_already"
    part(PERMIT)
    assert documents(PERMIT) == [SECOND]
    assert documents(LI_NA) == documents(THIRD) == ["示市监罚〔2026〕1号", "示市监罚〔2026〕7号"]
    assert undone("part", PERMIT) == "not_joined"
    door.register.is_sound(records=4)


REFUSED_JOININGS = {
    "one document twice": (LI_NA, LI_NA, "same_document"),
    "another name on one of them": (Person("李那", LI_NA.number), PERMIT, "other_name"),
    "a number that nobody has": (LI_NA, THIRD, "nobody"),
    "no number at all": (LI_NA, Person("李娜", "12", "03"), "number_unsound"),
    "no name": (LI_NA, Person("", PERMIT.number, "03"), "name_unsound"),
}


@pytest.mark.parametrize("case", REFUSED_JOININGS)
def test_what_is_not_joined(door: Door, case: str) -> None:
    one, other, why = REFUSED_JOININGS[case]
    held_under_two_documents(door)
    assert undone("join", one, other) == why
    assert door.register.count("people_joined") == door.register.count("people_act") == 0
    asked = [line for line in own(LI_NA).lines if line.kind == "name_question"]
    # Nobody learns who is in the register without a trace.
    assert len(asked) == (0 if why in ("number_unsound", "name_unsound") else 1)
    door.register.is_sound(records=3)


def test_a_disputed_document_is_not_joined(door: Door) -> None:
    held_under_two_documents(door)
    door.receives(decision(RENAMED, "示市监罚〔2026〕8号"), name="second.csv")
    assert undone("join", LI_NA, PERMIT) == "disputed"
    door.register.is_sound(records=3, quarantined=1)


ACTS = {"verify": (LI_NA,), "settle": (LI_NA,), "join": (LI_NA, PERMIT), "part": (LI_NA,)}


def test_only_the_body_that_the_catalogue_names_may(door: Door) -> None:
    held_under_two_documents(door)
    for verb, people in ACTS.items():
        for authority in ("market", "civil", "nobody", ""):
            with pytest.raises(NotPermitted):
                getattr(identities, verb)(*map(shows, people), office(verb, authority))
    assert door.register.count("people_act") == door.register.count("records_line") == 0
    door.register.is_sound(records=3)


def test_every_act_has_a_reason_of_its_list(door: Door) -> None:
    held_under_two_documents(door)
    for verb, people in ACTS.items():
        for reason in ("因为", "", *(one for of, one in REASON.items() if of != verb)):
            with pytest.raises(Undone, match="reason_unknown"):
                getattr(identities, verb)(*map(shows, people), office(verb, reason=reason))
    assert door.register.count("people_act") == 0
    door.register.is_sound(records=3)


def test_without_its_line_an_act_is_not_done(door: Door) -> None:
    """The history of an act, the change and the line are one commit."""
    door.receives(decision(LI_NA))
    with psycopg.connect(**door.register.installation.address("owner"), autocommit=True) as owner:
        owner.execute(
            "create function broken() returns trigger language plpgsql as $$ begin raise 'no line'; end $$;"
            "create trigger broken before insert on records_line for each row execute function broken()"
        )
    with pytest.raises(Exception, match="no line"):
        verify(LI_NA)
    assert standing(door, LI_NA) == ("claimed", False)
    assert door.register.count("people_act") == 0
    door.register.is_sound(records=1)


def test_a_page_takes_as_many_queries_for_joined_persons_as_for_one(door: Door) -> None:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connections["default"]) as counted:
            own(LI_NA)
        return len(counted)

    held_under_two_documents(door)
    own(LI_NA)
    alone = queries()
    join(LI_NA, PERMIT)
    own(LI_NA)
    # One more opens the set; each person of it has a line of their own.
    assert queries() <= alone + 4
    door.register.is_sound(records=3)
