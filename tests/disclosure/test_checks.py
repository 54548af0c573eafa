"""Statutory checks: one sentence to whoever the law obliges to ask, and nothing else to anybody."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from openxin.accounts import organisations
from openxin.accounts.readers import Reader
from openxin.disclosure import checks
from openxin.disclosure.asked import Unclear
from openxin.disclosure.asking import BudgetSpent, NotPermitted
from openxin.disclosure.checks import Enquiry, NoSuchCheck
from openxin.law.catalogue import Words
from openxin.ledger.sequencing import sequence
from tests.cases.test_identities import join
from tests.harness import sample
from tests.harness.others import AT, DAY, in_force, newest_line, official, verified
from tests.harness.sample import LI_NA, OTHER_LI_NA, WANG_WEI, Person

MATTER = "示市监许受〔2026〕12号"
MARKET = official("market", "duty-holder")


def enquiry(of=LI_NA, check="food-135", **changes):
    return replace(Enquiry(check, of.document_type, of.number, of.name, MATTER), **changes)


def ask(of=LI_NA, check="food-135", to=MARKET, **changes):
    return checks.ask(enquiry(of, check, **changes), to, today=DAY, at=AT)


def without_the_line(answer):
    return replace(answer, line=MARKET.login)


@pytest.fixture
def banned(door):
    in_force(door, sample.disqualification(LI_NA), type_="disqualification")
    verified(LI_NA)
    return door


def test_a_ban_in_force_is_told_until_when_by_whom_and_under_which_number(banned):
    answer = ask()
    assert (answer.outcome, answer.until, answer.for_life) == ("ban", date(2031, 4, 10), False)
    assert (answer.decided_by.zh, answer.document) == (sample.MARKET_TITLE, "示市监禁〔2026〕1号")
    assert "2031年4月10日" in answer.sentence.zh and "10 April 2031" in answer.sentence.en
    assert answer.office is not None, "the criminal limb is for the police"
    sequence()
    banned.register.is_sound(records=1, secrets=[LI_NA.number, MATTER])


def test_a_ban_for_life_has_no_end(door):
    row = sample.disqualification(LI_NA, JR_ZS="是", JR_JZRQ="")
    in_force(door, row, type_="disqualification")
    verified(LI_NA)
    answer = ask()
    assert (answer.outcome, answer.until, answer.for_life) == ("ban", None, True)
    assert "终身" in answer.sentence.zh and "for life" in answer.sentence.en


@pytest.mark.parametrize(
    ("begins", "ends", "outcome"),
    [
        ("2026-07-01", "2026-07-01", "ban"),
        ("2026-07-02", "2027-07-01", "none"),
    ],
)
def test_a_ban_is_in_force_from_its_first_day_to_its_last(door, begins, ends, outcome):
    in_force(door, sample.disqualification(LI_NA, JR_QSRQ=begins, JR_JZRQ=ends), type_="disqualification")
    verified(LI_NA)
    assert ask().outcome == outcome


def test_a_ban_that_its_person_objects_to_is_never_told_without_that(banned):
    assert not ask().annotated
    banned.register.rows("update records_record set annotated = true returning 1")
    answer = ask()
    assert answer.annotated
    assert "异议" in answer.sentence.zh and "objected" in answer.sentence.en


def test_whoever_asks_too_often_gets_no_answer_not_even_the_name_of_an_office(banned):
    education = official("education", "duty-holder")
    for _ in range(60):
        ask(check="minors-62", to=education)
    with pytest.raises(BudgetSpent):
        ask(check="minors-62", to=education)


def test_another_scope_is_not_told(banned):
    """Whoever must ask about food inspection learns nothing of a ban from the food trade, and the line tells of no record."""
    answer = ask(check="food-lab-138")
    assert answer.outcome == "none"
    assert newest_line(LI_NA).records == 0
    assert ask().outcome == "ban"


def test_no_such_person_nothing_on_record_and_not_yet_certain_are_one_answer(banned):
    in_force(banned, sample.penalty(WANG_WEI), type_="penalty")
    verified(WANG_WEI)
    in_force(banned, sample.disqualification(sample.RARE, "示市监禁〔2026〕2号"), type_="disqualification")
    nobody, clean, claimed = ask(OTHER_LI_NA), ask(WANG_WEI), ask(sample.RARE)
    other_name = ask(LI_NA, name="王伟")
    assert len({repr(without_the_line(one)) for one in (nobody, clean, claimed, other_name)}) == 1
    assert nobody.outcome == "none"
    assert "不是无记录证明" in nobody.sentence.zh and "not a certificate" in nobody.sentence.en


def test_every_check_leaves_one_line_whoever_it_is_about(banned):
    """The same line under a random person where there is nobody."""
    for of, name in ((LI_NA, LI_NA.name), (LI_NA, "王伟"), (OTHER_LI_NA, OTHER_LI_NA.name)):
        before = banned.register.count("records_line")
        ask(of, name=name)
        assert banned.register.count("records_line") == before + 1
    sequence()
    banned.register.is_sound(records=1)


def test_the_person_is_told_who_asked_and_for_what(banned):
    ask()
    newest = newest_line(LI_NA)
    assert (newest.kind, newest.who.zh, newest.records) == ("disclosure", sample.MARKET_TITLE, 1)
    assert banned.register.count("records_inbox", "kind = 'asked'") == 1


def test_the_person_is_told_that_their_number_was_asked_under_another_name(banned):
    ask(name="王伟")
    newest = newest_line(LI_NA)
    assert (newest.records, newest.who.zh) == (0, sample.MARKET_TITLE)
    assert "姓名" in newest.purpose.zh


def test_a2_tells_also_how_the_one_qualification_stands(door):
    row = sample.qualification(LI_NA)
    in_force(door, row, type_="qualification")
    verified(LI_NA)
    answer = ask(check="special-equip")
    assert (answer.form, answer.outcome) == ("A2", "none")
    assert "有效" in answer.qualification.zh
    nobody = ask(OTHER_LI_NA, check="special-equip")
    assert "没有所查资格" in nobody.qualification.zh


def test_a0_is_not_answered_and_the_right_office_is_named(banned):
    education = official("education", "duty-holder")
    answer = ask(check="minors-62", to=education)
    assert (answer.outcome, answer.form) == ("refused-a0", "A0")
    assert "公安机关" in answer.office.zh and answer.office.zh in answer.sentence.zh
    assert newest_line(LI_NA).kind == "refusal"
    sequence()
    banned.register.is_sound(records=1)


def test_an_organisation_asks_what_its_kind_must_ask_and_nothing_else(banned):
    shop = organisations.register("91999999MA0000015C", Words("示例食品公司", "Sample Food"), ["food-operator"], at=AT)
    to = Reader(uuid4(), organisation=shop.id, roles=frozenset({"duty-holder"}))
    assert ask(to=to).outcome == "ban"
    with pytest.raises(NotPermitted) as caught:
        ask(check="lawyer-7-53", to=to)
    assert caught.value.rule == "not-duty-holder"
    organisations.close(shop.id, at=AT)
    with pytest.raises(NotPermitted):
        ask(to=to)


def test_a_ban_under_one_document_is_told_whichever_document_is_named(banned):
    """The documents of one human being were joined: they are asked about as one, and each list has its line."""
    permit = Person(LI_NA.name, "H12345678", "03")
    in_force(banned, sample.permit(permit), type_="permit")
    assert ask(permit).outcome == "none"
    join(LI_NA, permit)
    before = banned.register.count("records_line")
    assert ask(permit).until == ask(LI_NA).until == date(2031, 4, 10)
    assert banned.register.count("records_line") == before + 4
    sequence()
    banned.register.is_sound(records=2)


MAY_NOT = {
    "another body": official("civil", "duty-holder"),
    "the right body in another role": official("market", "clerk"),
    "a recipient": official("market", "recipient"),
    "the administrator": Reader(uuid4(), roles=frozenset({"administrator"})),
    "an auditor": official("market", "auditor"),
    "a person": Reader(uuid4(), person_id=uuid4(), roles=frozenset({"person"})),
}


@pytest.mark.parametrize("who", MAY_NOT)
def test_nobody_else_asks_and_the_refusal_is_a_line(banned, who):
    with pytest.raises(NotPermitted) as caught:
        ask(to=MAY_NOT[who])
    assert caught.value.line is not None
    refusal = newest_line(LI_NA)
    assert (refusal.id, refusal.kind, refusal.records) == (caught.value.line, "refusal", 0)
    sequence()
    banned.register.is_sound(records=1)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"number": "999999199001010017"}, "number-unsound"),
        ({"number": ""}, "number-unsound"),
        ({"document_type": "99"}, "number-unsound"),
        ({"name": "李"}, "name-unsound"),
        ({"name": " "}, "name-unsound"),
        ({"matter": ""}, "matter-unsound"),
        ({"matter": "因为 我想知道"}, "matter-unsound"),
        ({"matter": "1" * 65}, "matter-unsound"),
    ],
)
def test_what_cannot_be_asked_is_said_before_anything_is_looked_up(banned, changes, why):
    before = banned.register.count("records_line")
    with pytest.raises(Unclear) as caught:
        ask(**changes)
    assert caught.value.why == why
    assert banned.register.count("records_line") == before


def test_a_check_that_is_not_listed_is_none(banned):
    with pytest.raises(NoSuchCheck):
        ask(check="loan")
