"""Redeeming: whoever the person chose reads what was granted, as often as was granted; nobody else, and not a second after."""

import threading
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections

from openxin.accounts.readers import Reader
from openxin.disclosure import door as the_door
from openxin.disclosure import grants, redeeming
from openxin.disclosure.asking import BudgetSpent, NotPermitted
from openxin.disclosure.forms import answer_bytes
from openxin.disclosure.grants import Terms, Unfit
from openxin.ledger.sequencing import sequence
from openxin.notices import alerts
from tests.harness import sample
from tests.harness.others import AT, DAY, in_force, official, verified
from tests.harness.sample import LI_NA, WANG_WEI
from tests.harness.visitor import id_of, reader_of

WEEK = timedelta(days=7)
BANK = official("market", "recipient")
OTHER = official("civil", "recipient")
TERMS = Terms("market", ("penalty", "permit"), None, "extract", AT, AT + WEEK, 1, "remedy")


@pytest.fixture
def li_na(door):
    in_force(door, sample.penalty(LI_NA), type_="penalty")
    in_force(door, sample.permit(LI_NA), type_="permit")
    in_force(door, sample.permit(WANG_WEI, "示市监许〔2026〕2号"), type_="permit")
    return verified(LI_NA)


def give(person, **changes):
    return grants.give(person.person_id, person, replace(TERMS, **changes), at=AT - timedelta(minutes=1))


def refusal(call, *words, **named):
    with pytest.raises(NotPermitted) as caught:
        call(*words, **named)
    return caught.value


def own_lines(person):
    return the_door.own(person.person_id, person, today=DAY, at=AT + timedelta(hours=3)).lines


def test_the_holder_reads_what_was_granted_and_the_person_sees_that(door, li_na):
    gave = give(li_na)
    statement = redeeming.read(gave.grant_id, BANK, at=AT, form="extract")
    assert {record.type for record in statement.records} == {"penalty", "permit"}
    assert statement.lines == ()
    line = own_lines(li_na)[1]
    assert (line.id, line.kind, line.records, line.who.zh) == (statement.line, "disclosure", 2, sample.MARKET_TITLE)
    sequence()
    door.register.is_sound(records=3, secrets=[LI_NA.number, "过期食品"])


def test_only_the_types_and_the_records_that_were_ticked_are_shown(li_na):
    permits = give(li_na, types=("permit",))
    (shown,) = redeeming.read(permits.grant_id, BANK, at=AT).records
    assert shown.type == "permit"
    one = give(li_na, records=(shown.id,))
    assert [record.id for record in redeeming.read(one.grant_id, BANK, at=AT).records] == [shown.id]


def test_facts_are_in_no_answer_to_anybody_else(li_na):
    gave = give(li_na)
    answer = answer_bytes(redeeming.read(gave.grant_id, BANK, at=AT, form="extract")).decode()
    assert "CF_SY" not in answer and "货架" not in answer


def test_the_statement_holds_less_than_the_extract_and_comes_without_being_asked_for(li_na):
    gave = give(li_na, uses=2)
    small = redeeming.read(gave.grant_id, BANK, at=AT)
    large = redeeming.read(gave.grant_id, BANK, at=AT, form="extract")
    fewer, more = ({field.code for field in one.records[0].fields} for one in (small, large))
    assert fewer < more


def test_whoever_was_granted_the_statement_gets_no_extract(li_na):
    gave = give(li_na, form="statement")
    assert refusal(redeeming.read, gave.grant_id, BANK, at=AT, form="extract").rule == "smaller-form-first"
    assert len(redeeming.read(gave.grant_id, BANK, at=AT).records) == 2


@pytest.mark.parametrize("form", ["statement", "extract"])
@pytest.mark.parametrize("by_code", [False, True])
def test_the_person_sees_beforehand_byte_for_byte_what_the_holder_gets(li_na, form, by_code):
    terms = replace(TERMS, form=form, to=None if by_code else "market")
    beforehand = grants.preview(li_na.person_id, li_na, terms, at=AT)
    gave = grants.give(li_na.person_id, li_na, terms, at=AT)
    if by_code:
        got = redeeming.redeem(gave.code, LI_NA.name, OTHER, at=AT + WEEK / 2, form=form)
    else:
        got = redeeming.read(gave.grant_id, BANK, at=AT + WEEK / 2, form=form)
    assert answer_bytes(got) == beforehand
    assert len(got.records) == 2


def test_a_preview_shows_nothing_of_what_others_may_not_see(door, li_na):
    in_force(door, sample.honour(LI_NA), type_="honour", uscc=sample.CIVIL)
    terms = replace(TERMS, types=("penalty", "permit", "honour"))
    gave = grants.give(li_na.person_id, li_na, terms, at=AT)
    got = redeeming.read(gave.grant_id, BANK, at=AT, form="extract")
    assert answer_bytes(got) == grants.preview(li_na.person_id, li_na, terms, at=AT)


def test_the_code_and_the_name_open_it_however_they_are_typed(li_na):
    for typed in (str, lambda code: code.lower().replace("-", " "), lambda code: code.replace("-", "")):
        gave = give(li_na, to=None)
        assert len(redeeming.redeem(typed(gave.code), f" {LI_NA.name} ", OTHER, at=AT).records) == 2


def test_a_wrong_name_and_a_code_that_nobody_gave_are_one_answer_and_the_person_learns_of_the_first(door, li_na):
    gave = give(li_na, to=None)
    for code, name in ((gave.code, "王伟"), ("2345-6789-ABCD-EFGH", LI_NA.name)):
        assert refusal(redeeming.redeem, code, name, OTHER, at=AT).rule == "code-or-name"
    (told,) = [line for line in own_lines(li_na) if line.kind == "refusal"]
    assert told.who.zh == sample.CIVIL_TITLE
    assert door.register.count("records_line", "kind = 'refusal'") == 2
    assert len(redeeming.redeem(gave.code, LI_NA.name, OTHER, at=AT).records) == 2
    sequence()
    door.register.is_sound(records=3)


def test_whoever_tries_codes_is_stopped_and_the_auditors_are_told(li_na):
    gave = give(li_na, to=None)
    for _ in range(5):
        refusal(redeeming.redeem, "2345-6789-ABCD-EFGH", LI_NA.name, OTHER, at=AT)
    with pytest.raises(BudgetSpent):
        redeeming.redeem(gave.code, LI_NA.name, OTHER, at=AT)
    assert ("wrong_codes", "civil", OTHER.login) in [
        (one.kind, one.holder, one.login) for one in alerts.open_alerts().alerts
    ]
    assert len(redeeming.redeem(gave.code, LI_NA.name, BANK, at=AT).records) == 2, "others are not stopped"
    later = give(li_na, to=None)
    assert redeeming.redeem(later.code, LI_NA.name, OTHER, at=AT + timedelta(hours=2)).records


def test_a_grant_to_somebody_else_is_none(door, li_na):
    gave = give(li_na)
    assert refusal(redeeming.read, gave.grant_id, OTHER, at=AT).rule.startswith("grant-")
    assert len(redeeming.read(gave.grant_id, BANK, at=AT).records) == 2
    sequence()
    door.register.is_sound(records=3)


@pytest.mark.parametrize(
    "who",
    [
        official("market", "clerk"),
        official("market", "duty-holder"),
        official("market", "auditor"),
        Reader(uuid4(), roles=frozenset({"administrator"})),
        Reader(uuid4(), person_id=uuid4(), roles=frozenset({"person"})),
    ],
)
def test_nobody_reads_under_a_grant_but_in_the_role_of_a_recipient(li_na, who):
    gave, coded = give(li_na), give(li_na, to=None)
    assert refusal(redeeming.read, gave.grant_id, who, at=AT).line is not None
    refusal(redeeming.redeem, coded.code, LI_NA.name, who, at=AT)
    assert all(grant.uses_left == 1 for grant in grants.of(li_na.person_id, li_na, at=AT))


def test_of_two_who_use_the_last_use_at_once_one_reads(door, li_na):
    """Two real connections, four times over."""
    for _ in range(4):
        gave = give(li_na)
        start, said = threading.Barrier(2), []

        def once(grant=gave.grant_id, start=start, said=said):
            try:
                start.wait()
                said.append(len(redeeming.read(grant, BANK, at=AT).records))
            except NotPermitted as refused:
                said.append(refused.rule)
            finally:
                connections.close_all()

        both = [threading.Thread(target=once) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert sorted(said, key=str) == [2, "grant-used"]
    sequence()
    door.register.is_sound(records=3)


def test_after_a_revocation_nobody_reads_whatever_runs_beside_it(door, li_na):
    for _ in range(3):
        gave = give(li_na, uses=20)
        late, revoked = [], threading.Event()

        def again(grant=gave.grant_id, late=late, revoked=revoked):
            """Read until the revocation is met; a reading that began after it was committed is one too many."""
            try:
                while True:
                    began_late = revoked.is_set()
                    try:
                        redeeming.read(grant, BANK, at=AT)
                    except NotPermitted as refused:
                        if refused.rule == "grant-revoked":
                            return
                    else:
                        late += [grant] * began_late
            finally:
                connections.close_all()

        reader = threading.Thread(target=again)
        reader.start()
        grants.revoke(li_na.person_id, li_na, gave.grant_id, at=AT)
        revoked.set()
        reader.join()
        assert late == []
    sequence()
    door.register.is_sound(records=3)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"said_purpose": "loan"}, "grant-purpose-unknown"),
        ({"said_purpose": "因为我愿意"}, "grant-purpose-unknown"),
        ({"until": AT + timedelta(days=30, seconds=1)}, "grant-too-long"),
        ({"until": AT}, "grant-over"),
        ({"types": ()}, "grant-of-nothing"),
        ({"types": ("health",)}, "grant-of-nothing"),
        ({"records": ()}, "grant-of-nothing"),
        ({"uses": 0}, "grant-too-often"),
        ({"uses": 1000}, "grant-too-often"),
        ({"to": "nobody"}, "grant-to-nobody"),
        ({"to": f"organisation:{uuid4()}"}, "grant-to-nobody"),
        ({"to": "organisation:market"}, "grant-to-nobody"),
    ],
)
def test_what_nobody_may_grant(door, li_na, changes, rule):
    with pytest.raises(Unfit) as caught:
        give(li_na, **changes)
    assert caught.value.rule == rule
    assert door.register.count("disclosure_grant") == 0


def test_thirty_days_to_the_second_may_be_granted(li_na):
    assert give(li_na, until=AT + timedelta(days=30)).grant_id


def test_a_claimed_person_shows_nothing_to_anybody(door):
    """Only a body said whose records these are: whoever the claimed person chooses gets an empty answer."""
    in_force(door, sample.permit(WANG_WEI), type_="permit")
    person = reader_of(id_of(WANG_WEI))
    gave = grants.give(person.person_id, person, TERMS, at=AT)
    assert redeeming.read(gave.grant_id, BANK, at=AT).records == ()
