"""The table of faults: name, how it breaks a row, what must follow. Every code of docs/contract.md that concerns
penalties and permits stands here at least once.

The verdicts are written by hand from docs/contract.md; no judge is asked. Where the contract names no field, the field is
the column in which a clerk would mend the row: of two dates the later one by the rule, of a conflict the document number,
of a window that has closed the decision date, of a minor the number that tells their birthday.
"""

from typing import Final

from openxin.synth import breaking_cells as cells
from openxin.synth import breaking_plan as plan
from openxin.synth.fault import BASIS, BOTH, PENALTY, PERMIT, PERSON, TIMES, WEIGHT, Fault, InCells, InPlan

_OX: Final = frozenset({"extension"})


def _waits(name: str, part: str, code: str, change: InCells | None = None, *, reads: frozenset[str] = frozenset(),
           types: tuple[str, ...] = BOTH, needs: frozenset[str] = frozenset(), first: InPlan | None = None) -> Fault:  # fmt: skip
    return Fault(name, "quarantined", ((part, code),), frozenset({part}) | reads, types, needs, first, change)


def _refused(name: str, problems: tuple[tuple[str, str], ...], *, reads: frozenset[str], first: InPlan | None = None,
             change: InCells | None = None, types: tuple[str, ...] = PENALTY,
             needs: frozenset[str] = frozenset()) -> Fault:  # fmt: skip
    return Fault(name, "refused", problems, reads, types, needs, first, change)


_READS_OF: Final = {
    "name": PERSON, "id_type": PERSON, "id_number": PERSON, "counterpart": PERSON, "basis": BASIS, "kinds": WEIGHT,
    "decided_on": TIMES, "valid_from": TIMES, "valid_until": TIMES,
}  # fmt: skip


def _missing(part: str, types: tuple[str, ...], needs: frozenset[str] = frozenset()) -> Fault:
    reads = _READS_OF.get(part, frozenset())
    return _waits(f"missing {part}", part, "MISSING", cells.blank(part), reads=reads, types=types, needs=needs)


_MISSING: Final = (
    *(_missing(part, BOTH) for part in (
        "name", "id_type", "id_number", "document", "content", "decided_on", "decider", "decider_code", "submitter",
        "submitter_code",
    )),
    _missing("counterpart", BOTH, frozenset({"counterpart"})),
    *(_missing(part, PENALTY) for part in ("conduct", "facts", "basis", "kinds", "effect_until")),
    *(_missing(part, PERMIT) for part in ("title", "category", "valid_from", "valid_until", "status")),
    _waits("missing fine", "fine", "MISSING", cells.blank("fine"), reads=WEIGHT, types=PENALTY,
           first=plan.kinds("fine+seized")),
    _waits("missing seized", "seized", "MISSING", cells.blank("seized"), reads=WEIGHT, types=PENALTY,
           first=plan.kinds("fine+seized")),
    _waits("missing licence", "licence", "MISSING", cells.blank("licence"), reads=WEIGHT, types=PENALTY,
           first=plan.kinds("suspended+fine")),
    _waits("missing certificate number", "certificate_number", "MISSING", cells.blank("certificate_number"),
           reads=frozenset({"certificate"}), types=PERMIT, first=plan.set_figure("has_certificate", 1)),
)  # fmt: skip

_WRITTEN: Final = (
    _waits("document too long", "document", "TOO_LONG", cells.endless("document", 128)),
    _waits("decider too long", "decider", "TOO_LONG", cells.endless("decider", 200)),
    _waits("content too long", "content", "TOO_LONG", cells.endless("content", 4000)),
    _waits("licence too long", "licence", "TOO_LONG", cells.endless("licence", 200), reads=WEIGHT, types=PENALTY,
           first=plan.kinds("suspended+fine")),
    _waits("certificate too long", "certificate", "TOO_LONG", cells.endless("certificate", 64), types=PERMIT,
           reads=frozenset({"certificate_number"}), first=plan.set_figure("has_certificate", 1)),
    _waits("document type unknown", "id_type", "NOT_IN_LIST", cells.one_of("id_type", "驾驶证", "军官证", "其他-户口簿"),
           reads=PERSON),
    _waits("kind of penalty unknown", "kinds", "NOT_IN_LIST", cells.one_of("kinds", "罚金", "警告;没收车辆", "责令改正"),
           reads=WEIGHT, types=PENALTY),
    _waits("procedure unknown", "procedure", "NOT_IN_LIST", cells.one_of("procedure", "快速办理", "当面"), reads=WEIGHT,
           types=PENALTY, needs=_OX),
    _waits("category unknown", "category", "NOT_IN_LIST", cells.one_of("category", "备案", "审批", "09"), types=PERMIT),
    _waits("status unknown", "status", "NOT_IN_LIST", cells.one_of("status", "9", "待定"), types=PERMIT),
    _waits("decision day impossible", "decided_on", "BAD_DATE", reads=TIMES,
           change=cells.one_of("decided_on", "2026-02-30", "2026/13/05", "2026年4月31日", "今年四月", "2026年4月")),
    _waits("effect impossible", "effect_until", "BAD_DATE", cells.one_of("effect_until", "2027-02-29", "三年"),
           types=PENALTY),
    _waits("service impossible", "served_on", "BAD_DATE", cells.one_of("served_on", "2026-06-31", "已送达"), reads=TIMES,
           types=PENALTY, needs=_OX),
    _waits("end impossible", "valid_until", "BAD_DATE", cells.one_of("valid_until", "2031-11-31", "五年"), reads=TIMES,
           types=PERMIT),
    _waits("fine unreadable", "fine", "BAD_AMOUNT", cells.one_of("fine", "约两千元", "-500元", "伍佰元整", "0.2-0.5", "2,00O元"),
           reads=WEIGHT, types=PENALTY, first=plan.kinds("fine+seized")),
    _waits("seized unreadable", "seized", "BAD_AMOUNT", cells.one_of("seized", "若干", "见清单", "1.2.3"), reads=WEIGHT,
           types=PENALTY, first=plan.kinds("fine+seized")),
    _waits("number short", "id_number", "ID_FORMAT", cells.short_number, reads=PERSON),
    _waits("number with a letter", "id_number", "ID_FORMAT", cells.letter_in_number, reads=PERSON),
    _waits("birthday impossible", "id_number", "ID_FORMAT", cells.impossible_birthday, reads=PERSON),
    _waits("centenarian sequence", "id_number", "ID_FORMAT", cells.centenarian, reads=PERSON),
    _waits("number checksum", "id_number", "ID_CHECKSUM", cells.wrong_check, reads=PERSON),
    _waits("number digits lost", "id_number", "ID_DIGITS_LOST", cells.digits_lost, reads=PERSON),
    _waits("decider code checksum", "decider_code", "USCC_CHECKSUM", cells.wrong_code_check("decider_code")),
    _waits("submitter code checksum", "submitter_code", "USCC_CHECKSUM", cells.wrong_code_check("submitter_code")),
    _waits("decider code placeholder", "decider_code", "USCC_CHECKSUM", cells.one_of("decider_code", cells.PLACEHOLDER)),
    _waits("name broken", "name", "NAME_FORMAT", cells.broken_name, reads=PERSON),
    _waits("name with a digit", "name", "NAME_FORMAT", cells.digit_in_name, reads=PERSON),
    _waits("name of one character", "name", "NAME_FORMAT", cells.surname_only, reads=PERSON),
)  # fmt: skip

_HAPPENED: Final = (
    _waits("decided in the future", "decided_on", "FUTURE_DATE", reads=TIMES, first=plan.decided_in_the_future),
    _waits("conduct after decision", "decided_on", "DATE_ORDER", reads=TIMES, types=PENALTY, needs=_OX,
           first=plan.conduct_after_decision),
    _waits("served before decision", "served_on", "DATE_ORDER", reads=TIMES, types=PENALTY, needs=_OX,
           first=plan.served_before_decision),
    _waits("final before service", "final_on", "DATE_ORDER", reads=TIMES, types=PENALTY, needs=_OX,
           first=plan.final_before_service),
    _waits("valid backwards", "valid_until", "DATE_ORDER", reads=TIMES, types=PERMIT, first=plan.valid_backwards),
    _waits("other submitter", "submitter_code", "NOT_SUBMITTER", cells.other_body("submitter_code")),
    _waits("other decider", "decider_code", "NOT_SUBMITTER", cells.other_body("decider_code")),
    _waits("no law", "basis", "NO_LEGAL_BASIS", reads=BASIS | TIMES, types=PENALTY, first=plan.set_figure("basis_id", 0),
           change=cells.one_of("basis", "《示例市城市管理办法》第十二条", "违反相关规定",
                               "《示例市食品安全法实施办法》第八条")),
    _waits("repealed law", "basis", "NO_LEGAL_BASIS", reads=BASIS | TIMES, types=PENALTY,
           first=plan.set_figure("basis_id", 0),
           change=cells.one_of("basis", "《中华人民共和国执业医师法》第三十九条", "执业医师法第三十七条")),
    _waits("named law unknown", "basis_id", "NO_LEGAL_BASIS", reads=BASIS | TIMES, needs=_OX,
           change=cells.one_of("basis_id", "示例市行政审批管理规定", "《中华人民共和国执业医师法》第八条")),
    _waits("representative of a person", "representative", "NOT_ORDINARY_FIELD", cells.own_name_as_representative,
           reads=frozenset({"organisation"})),
    _waits("organisation code of a person", "organisation_code", "NOT_ORDINARY_FIELD", cells.organisation_code,
           reads=frozenset({"organisation"})),
    _waits("remark", "remark", "FREE_TEXT_NOT_ALLOWED", cells.remark),
    _waits("mobile in facts", "facts", "THIRD_PARTY_IN_TEXT", cells.mobile_in("facts"), types=PENALTY),
    _waits("landline in facts", "facts", "THIRD_PARTY_IN_TEXT", cells.landline_in("facts"), types=PENALTY),
    _waits("other number in facts", "facts", "THIRD_PARTY_IN_TEXT", cells.someone_elses_number_in("facts"), types=PENALTY,
           reads=PERSON),
    _waits("mobile in content", "content", "THIRD_PARTY_IN_TEXT", cells.mobile_in("content")),
    _waits("other number in content", "content", "THIRD_PARTY_IN_TEXT", cells.someone_elses_number_in("content"),
           reads=PERSON),
    _waits("procedure needed", "procedure", "PROCEDURE_NEEDED", reads=WEIGHT, types=PENALTY, needs=_OX,
           first=plan.procedure_untold),
    _waits("conduct date needed", "conduct_on", "CONDUCT_DATE_NEEDED", reads=PERSON | TIMES, types=PENALTY,
           needs=frozenset({"young"}), first=plan.conduct_untold),
)  # fmt: skip

_SUMMARY: Final = ("procedure", "SUMMARY_PROCEDURE")
_NOT_A_PERSON: Final = (("counterpart", "SUBJECT_NOT_A_PERSON"),)
_MINOR: Final = PERSON | TIMES | frozenset({"adult_then"})
_SEALED: Final = (
    "《中华人民共和国治安管理处罚法》第二十六条第一款第（一）项", "治安管理处罚法第四十九条",
    "《中华人民共和国刑法》第一百三十三条之一",
)  # fmt: skip

_REFUSALS: Final = (
    _refused("a company", _NOT_A_PERSON, reads=PERSON, change=cells.company, types=BOTH,
             needs=frozenset({"counterpart"})),
    _refused("a shop", _NOT_A_PERSON, reads=PERSON, change=cells.individual_business, types=BOTH,
             needs=frozenset({"counterpart"})),
    _refused("public security", (("basis", "SEALED_BY_LAW"),), reads=BASIS | TIMES, change=cells.one_of("basis", *_SEALED)),
    _refused("public security, another law named", (("basis", "SEALED_BY_LAW"),), reads=BASIS | TIMES, needs=_OX,
             first=plan.set_figure("basis_id", 1), change=cells.one_of("basis", *_SEALED)),
    _refused("minor at the decision", (("id_number", "MINOR_AT_THE_TIME"),), reads=_MINOR, first=plan.minor_at_decision),
    _refused("minor at the conduct", (("conduct_on", "MINOR_AT_THE_TIME"),), reads=_MINOR, needs=_OX,
             first=plan.minor_at_conduct),
    _refused("said to be a minor", (("adult_then", "MINOR_AT_THE_TIME"),), reads=_MINOR, needs=_OX,
             first=plan.said_to_be_a_minor),
    _refused("summary", (_SUMMARY,), reads=WEIGHT, needs=_OX,
             first=plan.in_turn(plan.kinds("fine"), plan.summary)),
    _refused("summary and trivial", (_SUMMARY, ("kinds", "TRIVIAL_CLASS")), reads=WEIGHT, needs=_OX,
             first=plan.in_turn(plan.small_fine, plan.summary)),
    _refused("remedied", (("remedied", "REMEDIED_MINOR_BREACH"),), reads=frozenset({"remedied"}), needs=_OX,
             first=plan.set_figure("remedied", 1)),
    _refused("only a warning", (("kinds", "TRIVIAL_CLASS"),), reads=WEIGHT | TIMES, first=plan.only_a_warning),
    _refused("a small fine", (("kinds", "TRIVIAL_CLASS"),), reads=WEIGHT | TIMES, first=plan.small_fine),
    _refused("declared trivial", (("class", "TRIVIAL_CLASS"),), reads=WEIGHT | TIMES, needs=_OX,
             first=plan.declared_trivial),
    _refused("penalty past its time", (("decided_on", "PAST_ITS_TIME"),), reads=WEIGHT | TIMES | PERSON,
             first=plan.long_past_penalty),
    _refused("permit past its time", (("decided_on", "PAST_ITS_TIME"),), reads=TIMES, types=PERMIT,
             first=plan.long_past_permit),
)  # fmt: skip

_PAIRS: Final = (
    Fault("the same row again", "duplicate", (), frozenset(), pair="duplicate"),
    Fault("the same decision told otherwise", "quarantined", (("document", "CONFLICT"),), frozenset(), pair="conflict"),
    Fault("one number, two names", "quarantined", (("name", "NAMES_IN_FILE_DISAGREE"),), frozenset(), pair="two names"),
)

# Only against a register that already knows the people of an earlier file (`renamed_from`).
KNOWN_UNDER_ANOTHER_NAME: Final = _waits("known under another name", "name", "NAME_DISAGREES", reads=PERSON,
                                         needs=frozenset({"known"}), first=plan.under_another_name)  # fmt: skip

FAULTS: Final[tuple[Fault, ...]] = (*_MISSING, *_WRITTEN, *_HAPPENED, *_REFUSALS, *_PAIRS, KNOWN_UNDER_ANOTHER_NAME)
