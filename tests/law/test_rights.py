"""The law of the door out as data: what `catalogue check` finds in it, and what the lists say of themselves."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import openxin
from openxin.law.catalogue import Catalogue
from openxin.law.files import POLICY, POLICY_SCHEMA, Folder, read_folder, shipped_folder
from openxin.law.findings import Finding
from openxin.law.loading import catalogue
from openxin.law.policy_checks import policy_findings
from tests.law.conftest import CatalogueCopy

_REFUSED = re.compile(r'(?:NotPermitted|NotEstablished|BudgetSpent|refused?)\([^()]*?"([a-z]+(?:-[a-z]+)+)"')
_RULE = re.compile(r'"([a-z]+(?:-[a-z]+)+)"')  # in rights.py every such word is a rule

# name, file, passage, what takes its place, words of the finding. All in one copy: no fault hides another.
FAULTS = [
    ("an unknown role", "purposes.toml", 'role = "auditor"', 'role = "inspector"', "inspector"),
    ("an unknown right", "purposes.toml", 'right = "warrant"', 'right = "curiosity"', "curiosity"),
    (
        "an unknown type",
        "purposes.toml",
        'types = ["disqualification", "qualification"]',
        'types = ["fame"]',
        "fame",
    ),
    (
        "a state that others may not see",
        "purposes.toml",
        'types = ["honour"]\nstates = ["in_force"]',
        'types = ["honour"]\nstates = ["expired"]',
        "in force and within their time",
    ),
    ("a grant without an end", "purposes.toml", "longest_grant_days = 30", "# no end", "how long a grant may be"),
    ("an unknown scope", "checks.toml", 'scope = "food"', 'scope = "feed"', "feed"),
    ("an unknown body", "checks.toml", 'bodies = ["drug"]', 'bodies = ["dragon"]', "dragon"),
    ("an unknown kind of organisation", "checks.toml", 'kinds = ["law-firm"]', 'kinds = ["club"]', "club"),
    ("an unknown law", "checks.toml", 'basis = "fire-law"', 'basis = "ice-law"', "ice-law"),
    ("an article older than its law", "checks.toml", "2024-07-01", "1949-07-01", "before its law"),
    ("A1 without a scope", "checks.toml", 'scope = "accounting"', "# none", "A1 lacks scope"),
    ("A2 without a qualification", "checks.toml", 'qualification = "nurse"', "# none", "A2 lacks qualification"),
    ("A0 with a scope", "checks.toml", 'form = "A1"\nscope = "drug"', 'form = "A0"\nscope = "drug"', "A0 lacks office"),
    ("a check that nobody must make", "checks.toml", 'kinds = ["guard-company"]', "# nobody", "Nobody is named"),
    ("a purpose without a budget", "budgets.toml", 'purpose = "case"', 'purpose = "report"', "no budget"),
    ("a grant for a loan", "grant-purposes.toml", 'en = "Bidding or', 'en = "Loan or', "may never be a purpose"),
    ("a grant for renting", "grant-purposes.toml", 'zh = "执业注册、备案"', 'zh = "租房、备案"', "may never be"),
    ("the facts for others", "types/penalty.toml", 'code = "CF_SY"', 'code = "CF_SY"\nshown_to_others = "extract"', ""),
    ("a refusal without its words", "refusals.toml", 'id = "suspended"', 'id = "suspense"', "words of suspended"),
    ("a budget twice", "budgets.toml", 'id = "audit-body-day"', 'id = "audit-principal-day"', "twice"),
]


ELSEWHERE = {"a purpose without a budget": "purposes.toml", "a refusal without its words": "access.cedar"}


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """Everything that is found in a copy that has every fault."""
    copy = CatalogueCopy.of(tmp_path_factory.mktemp("spoilt") / "catalogue")
    for _, file, old, new, _ in FAULTS:
        copy.change(file, old, new)
    return copy.findings()


@pytest.mark.parametrize(
    ("name", "file", "old", "says"), [(*row[:3], row[4]) for row in FAULTS], ids=[row[0] for row in FAULTS]
)
def test_a_fault_of_the_lists_is_named_where_it_stands(
    spoilt: list[Finding], name: str, file: str, old: str, says: str
) -> None:
    text = (shipped_folder() / file).read_text("utf-8")
    where = ELSEWHERE.get(name, file)
    lines = range(text.count("\n", 0, text.rfind("\n[[", 0, text.index(old))), text.count("\n", 0, text.index(old)) + 4)
    found = [
        one for one in spoilt if one.file == where and says in one.message.en and (where != file or one.line in lines)
    ]
    assert found, [str(one) for one in spoilt]
    assert all(one.message.zh and one.remedy.zh and one.remedy.en for one in found)


SHAPES = [
    ("a purpose by leave for a year", "purposes.toml", "longest_grant_days = 30", "longest_grant_days = 365"),
    ("a role of one's own making", "roles.toml", 'id = "auditor"', 'id = "superuser"'),
    ("a right of one's own making", "rights.toml", 'id = "none"', 'id = "all"'),
    ("lending taken off the list", "never.toml", 'id = "lending"', 'id = "lending-abroad"'),
    ("an answer of another form", "checks.toml", 'form = "A2"', 'form = "A3"'),
    ("a budget for nothing", "budgets.toml", "number = 60", "number = 0"),
    ("facts shown in another form", "types/penalty.toml", 'shown_to_others = "extract"', 'shown_to_others = "all"'),
]


def test_what_the_schemas_refuse(catalogue_copy: CatalogueCopy) -> None:
    """A grant longer than the ceiling, a role or a right of one's own, a shorter list of what is never a purpose."""
    lines = {(file, catalogue_copy.change(file, old, new)) for _, file, old, new in SHAPES}
    findings = catalogue_copy.findings()
    assert {one.file for one in findings} == {file for file, _ in lines}
    placed = {(one.file, one.line) for one in findings}
    assert {place for place in lines if place[0] not in ("roles.toml", "rights.toml", "never.toml")} <= placed


def test_a_city_that_shortens_the_words_still_may_not_grant_for_a_loan(catalogue_copy: CatalogueCopy) -> None:
    catalogue_copy.change(
        "never.toml", '"贷款", "信贷", "授信", "借款", "信用卡", "lending", "loan", "credit card"', '"放贷"'
    )
    line = catalogue_copy.change("grant-purposes.toml", 'zh = "执业注册、备案"', 'zh = "申请银行贷款"')
    assert [(one.file, one.line) for one in catalogue_copy.findings()] == [("grant-purposes.toml", line)]


ASK, SEE = 'action == OpenXin::Action::"ask"', 'action == OpenXin::Action::"see"'
AUDITOR = f'permit (principal == OpenXin::Role::"auditor", {ASK}'
INSPECTOR = AUDITOR.replace("auditor", "inspector")
OF_MINOR, SELF = "when { context.of_minor }", 'unless { context.purpose == OpenXin::Purpose::"self" };'
SUSPENDED = "when { context.suspended }\n"
# name, what is replaced in access.cedar, by what, words of the finding, the policy on whose line it is found (None: line 1)
POLICIES = [
    (
        "a slip of the pen",
        'forbid (principal == OpenXin::Role::"clerk"',
        'forbit (principal == OpenXin::Role::"clerk"',
        "no Cedar policy",
        "clerk-other-door",
    ),
    ("an unknown word", "context.suspended }", "context.suspicious }", "for policy `suspended`", "suspended"),
    ("an attribute of another kind", OF_MINOR, "when { context.of_minor == 1 }", "does not fit", "minor"),
    ("a role that does not exist", AUDITOR, INSPECTOR, "inspector", "warrant-asks"),
    ("a policy without an id", '@id("award-sees")\n', "", "no id", "award-sees"),
    ("an id twice", '@id("award-sees")', '@id("award-asks")', "no id", "award-sees"),
    (
        "a permit for another purpose than it notes",
        f'@purpose("audit")\n{AUDITOR}',
        f'@purpose("case")\n{AUDITOR}',
        "names its @purpose",
        "warrant-asks",
    ),
    ("a forbid for one purpose", '@id("minor")\n', '@id("minor")\n@purpose("report")\n', "a forbid has none", "minor"),
    ("half a prohibition", OF_MINOR, "when { context.of_minor && context.suspended }", "minor is missing", None),
    (
        "an exception to a prohibition",
        SUSPENDED + SELF,
        SUSPENDED + SELF.replace("self", "case"),
        "suspended is missing",
        None,
    ),
]


@pytest.fixture(scope="module")
def folder() -> Folder:
    return read_folder(shipped_folder())


def with_policy(folder: Folder, text: str) -> Folder:
    return replace(folder, texts={**folder.texts, POLICY: text})


@pytest.mark.parametrize(
    ("old", "new", "says", "stands"), [row[1:] for row in POLICIES], ids=[row[0] for row in POLICIES]
)
def test_a_fault_of_the_policy_is_named_where_it_stands(
    folder: Folder, old: str, new: str, says: str, stands: str | None
) -> None:
    shipped = folder.texts[POLICY]
    assert shipped.count(old) == 1
    found = [one for one in policy_findings(with_policy(folder, shipped.replace(old, new))) if says in one.message.en]
    assert found
    line = 1 if stands is None else shipped.count("\n", 0, shipped.index(f'@id("{stands}")')) + 1
    assert (found[0].file, found[0].line) == (POLICY, line)
    assert found[0].message.zh
    assert found[0].remedy.zh
    assert found[0].remedy.en


def test_semicolons_in_remarks_and_strings_do_not_move_the_line(folder: Folder) -> None:
    more = '// one; two;\n@id("semi;colon")\nforbid (principal, action, resource)\n'
    more += 'when { context.right == OpenXin::Right::";" };\n'
    text = more + folder.texts[POLICY].replace("context.suspended }", "context.suspicious }")
    (found,) = policy_findings(with_policy(folder, text))
    assert found.line == text.count("\n", 0, text.index('@id("suspended")')) + 1


def test_the_policy_and_the_list_of_purposes_say_the_same(folder: Folder) -> None:
    """A policy that lets a body with a duty see penalties says more than purposes.toml; one that forbids more says less."""
    wider = folder.texts[POLICY].replace(
        '[OpenXin::Type::"disqualification", OpenXin::Type::"qualification"]',
        '[OpenXin::Type::"disqualification", OpenXin::Type::"qualification", OpenXin::Type::"penalty"]',
    )
    found = list(policy_findings(with_policy(folder, wider)))
    assert [one.file for one in found] == ["purposes.toml"]
    assert "duty-holder/duty/penalty/in_force" in found[0].message.en
    narrower = (
        folder.texts[POLICY] + '\n@id("no-rule")\nforbid (principal == OpenXin::Role::"auditor", action, resource);\n'
    )
    assert {"purposes.toml"} == {one.file for one in policy_findings(with_policy(folder, narrower))}
    stranger = folder.texts[POLICY] + (
        '\n@id("clerk-asks")\n@purpose("report")\npermit (principal == OpenXin::Role::"identity-officer", action, resource)'
        '\nwhen { context.purpose == OpenXin::Purpose::"report" };\n'
    )
    assert {"purposes.toml"} == {one.file for one in policy_findings(with_policy(folder, stranger))}


def test_a_city_may_forbid_more(folder: Folder) -> None:
    more = (
        '\n@id("suspended")\n'
        'forbid (principal == OpenXin::Role::"clerk", action == OpenXin::Action::"see", resource) when { context.of_minor };\n'
    )
    text = folder.texts[POLICY].replace('@id("suspended")', '@id("window-closed-too")')
    found = list(policy_findings(with_policy(folder, text + more)))
    assert [one.message.en for one in found] == ["The words of window-closed-too are missing"]


def test_the_nouns_of_the_policy_are_those_of_openxin(folder: Folder) -> None:
    changed = replace(folder, texts={**folder.texts, POLICY_SCHEMA: folder.texts[POLICY_SCHEMA] + "\n"})
    assert [(one.file, one.line) for one in policy_findings(changed)] == [(POLICY_SCHEMA, 1)]
    without = replace(folder, texts={})
    assert [one.file for one in policy_findings(without)] == [POLICY, POLICY_SCHEMA]


@pytest.fixture(scope="module")
def law() -> Catalogue:
    return catalogue()


def test_every_scope_of_a_ban_is_answered_by_a_check(law: Catalogue) -> None:
    """A ban that no check answers could be shown to nobody; then it would be held for nothing."""
    assert {check.scope for check in law.checks.values() if check.scope} == set(law.scopes)


def test_checks_of_crimes_are_never_answered_here(law: Catalogue) -> None:
    a0 = {check.id: check.office for check in law.checks.values() if check.form == "A0"}
    assert set(a0) == {
        "minors-62", "guard-17", "school-bus-23", "driver-91", "procure-22", "civil-26", "securities-221",
    }  # fmt: skip
    assert all(office and office.zh and office.en for office in a0.values())
    assert law.checks["food-135"].form == "A1"
    limb = law.checks["food-135"].criminal
    assert limb is not None
    assert "公安机关" in limb.office.zh


def test_a_check_says_since_when_its_article_holds(law: Catalogue) -> None:
    (accounting,) = law.checks["account-40-41"].laws
    assert (accounting.title, accounting.in_force_from) == ("会计法", date(2024, 7, 1))
    assert law.checks["account-40-41"].source.citation == "会计法第三十八条、第四十条第三款、第四十一条、第四十七条"
    (food,) = law.checks["food-135"].laws
    assert food.in_force_from == law.bases["food-safety-law"].in_force_from == date(2015, 10, 1)


def test_whose_duty_a_check_is(law: Catalogue) -> None:
    check = law.checks["food-135"]
    assert check.must_ask("market", frozenset())
    assert check.must_ask("organisation:x", frozenset({"food-operator"}))
    assert not check.must_ask("education", frozenset())
    assert not check.must_ask("organisation:x", frozenset({"school", "other-recipient"}))
    assert not any(one.must_ask("organisation:x", frozenset({"other-recipient"})) for one in law.checks.values())


def test_what_a_recipient_sees_of_a_record(law: Catalogue) -> None:
    """The extract holds what the statement holds; facts, document numbers, class, procedure and area never leave."""
    penalty = law.types["penalty"]
    statement = {column.code for column in penalty.columns if column.shown_in("statement")}
    extract = {column.code for column in penalty.columns if column.shown_in("extract")}
    assert statement == {"CF_XDR_MC", "CF_WSH", "CF_CFLB", "CF_JDRQ", "CF_YXQ", "CF_CFJG"}
    assert statement < extract
    never = {"CF_SY", "CF_XDR_ZJLX", "CF_XDR_ZJHM", "BZ", "OX_FL", "OX_CX", "OX_WFRQ", "OX_CN", "CF_GSJZQ"}
    assert not never & extract
    for type_ in law.types.values():
        shown = {column.code for column in type_.columns if column.shown_in("statement")}
        assert {type_.roles["name"], type_.roles["decided_on"]} - shown <= {"JR_JDRQ"}, type_.id
        hidden = {type_.roles.get(role) for role in ("document_type", "document_number", "facts")}
        assert not any(column.shown_to_others for column in type_.columns if column.code in hidden)


def test_a_grant_is_at_most_thirty_days(law: Catalogue) -> None:
    assert {one.id: one.longest_grant for one in law.purposes.values() if one.longest_grant} == {
        "report": timedelta(days=30)
    }


def test_every_refusal_says_what_was_refused_what_is_needed_and_whom_to_ask(law: Catalogue) -> None:
    for rule in law.refusals.values():
        for words in (rule.refused, rule.needed, rule.ask):
            assert words.zh and words.en, rule.id
            assert words.zh[-1] not in "。，", rule.id


def test_every_rule_by_which_the_door_refuses_has_its_words(law: Catalogue) -> None:
    """Denied is told: whatever id a refusal carries, the catalogue says what it means."""
    room = Path(openxin.__file__).parent / "disclosure"
    said = {rule for file in room.rglob("*.py") for rule in _REFUSED.findall(file.read_text("utf-8"))}
    said |= set(_RULE.findall((room / "rights.py").read_text("utf-8")))
    assert {"not-own", "not-duty-holder"} <= said
    assert said - set(law.refusals) == set()


def test_budgets_are_for_principals_and_for_bodies(law: Catalogue) -> None:
    asked = {purpose.id for purpose in law.purposes.values() if purpose.roles - {"person", "guardian"}}
    assert {budget.purpose for budget in law.budgets if budget.per == "principal"} == asked
    for budget in law.budgets:
        assert budget.window >= timedelta(minutes=1)
        assert budget.reason.zh and budget.reason.en
