"""The credit office's page for documents in hand: it acts on what was typed, lists nobody, and is nobody else's."""

import re

import pytest

from openxin.ledger.sequencing import sequence
from tests.harness.door import Door
from tests.harness.sample import CIVIL, LI_NA, Person, honour, number, penalty
from tests.harness.visitor import Visitor, is_sent_away, visitor

PERMIT = Person("李娜", "H12345678", "03")
VERBS = ("verify", "settle", "join", "part")


@pytest.fixture
def credit(door: Door) -> Visitor:
    """A browser in which an official of the credit office has logged in; two documents are held."""
    door.receives(penalty(LI_NA), penalty(PERMIT, "示市监罚〔2026〕2号", OX_CN="Y"))
    browser = visitor()
    browser.logs_in_for("credit")
    return browser


def typed(person: Person, prefix: str = "first-") -> dict[str, str]:
    return {
        f"{prefix}document_type": person.document_type,
        f"{prefix}number": person.number,
        f"{prefix}name": person.name,
        f"{prefix}state": "",
    }


def test_a_document_is_verified_and_the_page_says_so(door: Door, credit: Visitor) -> None:
    answer = credit.client.post("/desk/identities/verify/", typed(LI_NA) | {"reason": "in_person"})
    assert (answer.status_code, answer["Location"]) == (303, "/desk/identities/?done=verify")
    assert "已核实这份证件" in credit.sees(answer["Location"])
    assert door.register.rows("select count(*) from people_identity where standing = 'verified'") == [(1,)]
    door.register.is_sound(records=2)


def test_two_documents_are_joined_and_parted(door: Door, credit: Visitor) -> None:
    both = typed(LI_NA) | typed(PERMIT, "second-")
    assert credit.client.post("/desk/identities/join/", both | {"reason": "two_documents"}).status_code == 303
    person = visitor()
    person.logs_in(LI_NA)
    assert "示市监罚〔2026〕2号" in person.sees()
    assert "把您的几份证件合为一人" in person.sees()
    assert "Joined your documents" in person.sees(english=True)
    answer = credit.client.post("/desk/identities/part/", typed(PERMIT) | {"reason": "joined_in_error"})
    assert answer.status_code == 303
    assert "示市监罚〔2026〕2号" not in person.sees()
    door.register.is_sound(records=2)


def test_what_was_not_done_is_said_with_what_was_typed_still_there(door: Door, credit: Visitor) -> None:
    answer = credit.client.post(
        "/desk/identities/verify/", typed(Person("李那", LI_NA.number)) | {"reason": "in_person"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "这个号码登记在另一个姓名之下" in page
    assert 'value="李那"' in page
    assert "李娜" not in page
    door.register.is_sound(records=2)


def test_a_reason_must_be_chosen(door: Door, credit: Visitor) -> None:
    answer = credit.client.post("/desk/identities/verify/", typed(LI_NA))
    assert "请选一个理由" in answer.content.decode()
    assert door.register.count("people_act") == 0
    door.register.is_sound(records=2)


def test_the_pages_in_english_are_complete(credit: Visitor) -> None:
    for path in ("", *(f"{verb}/" for verb in VERBS), "?done=settle"):
        page = credit.sees(f"/desk/identities/{path}", english=True)
        body = re.sub(r'<(\w+)[^>]* lang="zh-Hans"[^>]*>.*?</\1>', "", page)
        assert re.findall(r"[\u4e00-\u9fff]+", body) == [], path


def test_nobody_is_listed(credit: Visitor) -> None:
    credit.client.post("/desk/identities/verify/", typed(Person("李那", LI_NA.number)) | {"reason": "in_person"})
    for path in ("", *(f"{verb}/" for verb in VERBS)):
        page = credit.sees(f"/desk/identities/{path}")
        assert LI_NA.number not in page
        assert "李" not in page


def test_it_is_nobody_elses_page(door: Door) -> None:
    door.receives(penalty(LI_NA))
    clerk, person = visitor(), visitor()
    clerk.logs_in_for("market")
    person.logs_in(LI_NA)
    assert "持证办理" not in clerk.sees("/desk/")
    for browser in (clerk, person, visitor()):
        for path in ("/desk/identities/", *(f"/desk/identities/{verb}/" for verb in VERBS)):
            assert is_sent_away(browser.client.get(path))
        answer = browser.client.post("/desk/identities/verify/", typed(LI_NA) | {"reason": "in_person"})
        assert is_sent_away(answer)
    assert door.register.count("people_act") == 0
    door.register.is_sound(records=1)


def test_an_act_that_is_none_is_not_there(credit: Visitor) -> None:
    assert credit.client.get("/desk/identities/score/").status_code == 404


def test_a_guardian_is_recorded_with_the_proof_in_hand(door: Door) -> None:
    child = Person("李小明", number("20120615", 3))
    door.receives(penalty(LI_NA))
    door.receives(honour(child), type_="honour", uscc=CIVIL, name="honour.csv")
    officer = visitor()
    officer.logs_in_for("credit")
    assert "登记未成年人的监护人" in officer.sees("/desk/identities/")
    form = {f"{prefix}{field}": value for prefix, of in (("ward-", child), ("guardian-", LI_NA)) for field, value in (
        ("document_type", of.document_type), ("number", of.number), ("name", of.name), ("state", ""),
    )}  # fmt: skip
    refused = officer.client.post("/desk/guardians/entrust/", form | {"reason": ""})
    assert (refused.status_code, "请选一个理由" in refused.content.decode()) == (422, True)
    done = officer.client.post("/desk/guardians/entrust/", form | {"reason": "household_register"})
    assert (done.status_code, done["Location"]) == (303, "/desk/identities/?done=entrust")
    assert "已登记监护人" in officer.sees(done["Location"])
    ended = officer.client.post("/desk/guardians/release/", form | {"reason": "guardian_changed"})
    assert ended["Location"] == "/desk/identities/?done=release"
    assert officer.client.get("/desk/guardians/join/").status_code == 404
    sequence()
    door.register.is_sound(records=2, secrets=[child.name, child.number])
