"""The credit office gives one record to one case officer; the person sees it; and who may not."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from openxin.cases import assignments
from openxin.cases.identities import NotPermitted, Office, Official, Presented, Undone
from openxin.disclosure import assignments as standing
from openxin.disclosure.door import own
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from tests.harness.door import Door
from tests.harness.sample import LI_NA, TODAY, WANG_WEI, Person, penalty
from tests.harness.visitor import id_of, reader_of, visitor


def office(authority: str = "credit") -> Office:
    official = Official(uuid4(), authority)
    return Office(official, catalogue(), TODAY, datetime.now(UTC), synthetic=True, reason="")


def officer(name: str = "li.jing", authority: str = "credit", role: str = "case-officer") -> UUID:
    from openxin.accounts import officials  # needs Django set up

    return officials.enrol(authority, name, roles=(role,)).login


def record_of(door: Door, person: Person) -> UUID:
    return UUID(str(door.register.rows("select id from records_record where person_id = %s", id_of(person))[0][0]))


def assign(person: Person, record: UUID, to: UUID, reference: str = "A-2026-1", at: Office | None = None) -> None:
    shown = Presented(person.document_type, person.number, person.name)
    assignments.assign(shown, record, reference, to, at or office())
    sequence()


@pytest.fixture
def record(door: Door) -> UUID:
    door.receives(penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号"))
    return record_of(door, LI_NA)


def test_an_officer_has_the_record_of_their_case_and_no_other(door: Door, record: UUID) -> None:
    mine = officer()
    assign(LI_NA, record, mine)
    assert standing.is_mine(mine, id_of(LI_NA), record)
    for login, person, other in (
        (officer("wang.ke"), LI_NA, record),
        (mine, LI_NA, uuid4()),
        (mine, WANG_WEI, record_of(door, WANG_WEI)),
    ):
        assert not standing.is_mine(login, id_of(person), other)
    (one,) = standing.of_officer(mine)
    assert (one.person_id, one.record_id, one.reference) == (id_of(LI_NA), record, "A-2026-1")
    told = [line for line in own(id_of(LI_NA), reader_of(id_of(LI_NA)), today=TODAY).lines if line.kind == "act"]
    assert [line.purpose.en for line in told] == ["Gave one of your records to a case officer"]
    sequence()
    door.register.is_sound(records=2)


def test_what_was_given_back_is_theirs_no_more(door: Door, record: UUID) -> None:
    mine, other = officer(), officer("wang.ke")
    assign(LI_NA, record, mine)
    (one,) = standing.of_officer(mine)
    assert assignments.give_back(one.id, other, "credit", day=TODAY, at=datetime.now(UTC)) is None
    assert standing.is_mine(mine, id_of(LI_NA), record)
    assert assignments.give_back(one.id, mine, "credit", day=TODAY, at=datetime.now(UTC)) is not None
    assert not standing.is_mine(mine, id_of(LI_NA), record)
    assert standing.of_officer(mine) == ()
    sequence()
    door.register.is_sound(records=2)


def test_these_are_not_assigned(door: Door, record: UUID) -> None:
    mine = officer()
    elsewhere, clerk = officer("a", authority="market"), officer("b", role="clerk")
    assign(LI_NA, record, mine)
    renamed = replace(LI_NA, name="李那")
    for person, to, reference, why in (
        (LI_NA, mine, "A-2026-2", "assigned_already"),
        (LI_NA, elsewhere, "A-1", "no_officer"),
        (LI_NA, clerk, "A-1", "no_officer"),
        (LI_NA, uuid4(), "A-1", "no_officer"),
        (LI_NA, mine, "李娜的案子", "reference_unsound"),
        (LI_NA, mine, "", "reference_unsound"),
        (renamed, mine, "A-1", "other_name"),
    ):
        with pytest.raises(Undone) as undone:
            assign(person, record, to, reference)
        assert undone.value.why == why
    assert door.register.count("disclosure_assignment") == 1
    door.register.is_sound(records=2)


@pytest.mark.parametrize("authority", ["market", "civil", "nowhere"])
def test_no_other_body_assigns(door: Door, record: UUID, authority: str) -> None:
    mine = officer()
    with pytest.raises(NotPermitted):
        assign(LI_NA, record, mine, at=office(authority))
    assert door.register.count("disclosure_assignment") == 0


def test_the_pages_of_the_credit_office_and_of_the_officer(door: Door, record: UUID) -> None:
    from openxin.accounts import links

    desk, case = visitor(), visitor()
    desk.logs_in_for("credit")
    case.client.get(links.issue_to_official("credit", roles=["case-officer"]))
    (login,) = (
        str(row[0]) for row in door.register.rows("select id from accounts_user where 'case-officer' = any(roles)")
    )
    form = {"of-document_type": "01", "of-number": LI_NA.number, "of-name": LI_NA.name, "of-state": ""}
    told = form | {"record": str(record), "reference": "A-1", "officer": login}
    assert desk.client.post("/desk/cases/assign/", told | {"officer": "x"}).status_code == 422
    assert desk.client.post("/desk/cases/assign/", told)["Location"] == "/desk/identities/?done=assign"
    page = case.sees("/desk/cases/")
    assert "A-1" in page and LI_NA.number not in page
    (one,) = standing.of_officer(UUID(login))
    assert case.client.post(f"/desk/cases/{one.id}/give-back/").status_code == 303
    assert "A-1" not in case.sees("/desk/cases/")
    sequence()
    door.register.is_sound(records=2)
