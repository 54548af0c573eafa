"""The table of faults: name, how it breaks a row, what must follow. Every code of docs/contract.md that a row can have stands
here at least once; what only the templates of our own can have, in `own_faults`.

The verdicts are written by hand from docs/contract.md; no judge is asked. Where the contract names no field, the field is
the column in which a clerk would mend the row: of two dates the later one by the rule, of a conflict the document number,
of a window that has closed the decision date, of a minor the number that tells their birthday.
"""

from typing import Final

from openxin.synth import breaking_cells as cells
from openxin.synth import breaking_plan as plan
from openxin.synth import papers
from openxin.synth.fault import (
    ALL,
    BAN,
    BASIS,
    HONOUR,
    NATIONAL,
    OWN,
    PENALTY,
    PERMIT,
    PERSON,
    QUALIFICATION,
    READS_OF,
    SERVICE,
    TIMES,
    WEIGHT,
    Fault,
    refused,
    waits,
)
from openxin.synth.own_faults import OWN_FAULTS

_OX: Final = frozenset({"extension"})
_FOREIGN: Final = frozenset({"foreign"})
_ADULTS: Final = (*PENALTY, *BAN)  # nothing about conduct as a minor


def _missing(part: str, types: tuple[str, ...], needs: frozenset[str] = frozenset()) -> Fault:
    reads = READS_OF.get(part, frozenset())
    return waits(f"missing {part}", part, "MISSING", cells.blank(part), reads=reads, types=types, needs=needs)


_MISSING: Final = (
    *(_missing(part, ALL) for part in (
        "name", "id_type", "id_number", "decided_on", "decider", "decider_code", "submitter", "submitter_code",
    )),
    _missing("document", (*NATIONAL, *QUALIFICATION, *BAN, *HONOUR)),
    _missing("content", NATIONAL),
    _missing("basis_id", OWN),
    _missing("counterpart", NATIONAL, frozenset({"counterpart"})),
    *(_missing(part, PENALTY) for part in ("conduct", "facts", "kinds", "effect_until")),
    _missing("basis", _ADULTS),
    _missing("title", (*PERMIT, *QUALIFICATION, *HONOUR, *SERVICE)),
    _missing("category", (*PERMIT, *QUALIFICATION, *BAN, *HONOUR)),
    _missing("valid_from", (*PERMIT, *BAN)),
    _missing("valid_until", PERMIT),
    _missing("status", (*PERMIT, *QUALIFICATION, *HONOUR)),
    waits("missing fine", "fine", "MISSING", cells.blank("fine"), reads=WEIGHT, types=PENALTY,
          first=plan.kinds("fine+seized")),
    waits("missing seized", "seized", "MISSING", cells.blank("seized"), reads=WEIGHT, types=PENALTY,
          first=plan.kinds("fine+seized")),
    waits("missing licence", "licence", "MISSING", cells.blank("licence"), reads=WEIGHT, types=PENALTY,
          first=plan.kinds("suspended+fine")),
    waits("missing certificate number", "certificate_number", "MISSING", cells.blank("certificate_number"),
          reads=frozenset({"certificate"}), types=PERMIT, first=plan.set_figure("has_certificate", 1)),
)  # fmt: skip

_WRITTEN: Final = (
    waits("document too long", "document", "TOO_LONG", cells.endless("document", 128),
          types=(*NATIONAL, *QUALIFICATION, *BAN, *HONOUR)),
    waits("decider too long", "decider", "TOO_LONG", cells.endless("decider", 200)),
    waits("content too long", "content", "TOO_LONG", cells.endless("content", 4000), types=NATIONAL),
    waits("licence too long", "licence", "TOO_LONG", cells.endless("licence", 200), reads=WEIGHT, types=PENALTY,
          first=plan.kinds("suspended+fine")),
    waits("certificate too long", "certificate", "TOO_LONG", cells.endless("certificate", 64), types=PERMIT,
          reads=frozenset({"certificate_number"}), first=plan.set_figure("has_certificate", 1)),
    waits("document type unknown", "id_type", "NOT_IN_LIST", cells.one_of("id_type", "驾驶证", "军官证", "其他-户口簿"),
          reads=PERSON),
    waits("kind of penalty unknown", "kinds", "NOT_IN_LIST", cells.one_of("kinds", "罚金", "警告;没收车辆", "责令改正"),
          reads=WEIGHT, types=PENALTY),
    waits("procedure unknown", "procedure", "NOT_IN_LIST", cells.one_of("procedure", "快速办理", "当面"), reads=WEIGHT,
          types=PENALTY, needs=_OX),
    waits("category unknown", "category", "NOT_IN_LIST", cells.one_of("category", "备案", "审批", "09"),
          types=(*PERMIT, *QUALIFICATION, *BAN, *HONOUR)),
    waits("status unknown", "status", "NOT_IN_LIST", cells.one_of("status", "9", "待定"),
          types=(*PERMIT, *QUALIFICATION, *HONOUR)),
    waits("decision day impossible", "decided_on", "BAD_DATE", reads=TIMES,
          change=cells.one_of("decided_on", "2026-02-30", "2026/13/05", "2026年4月31日", "今年四月", "2026年4月")),
    waits("effect impossible", "effect_until", "BAD_DATE", cells.one_of("effect_until", "2027-02-29", "三年"),
          types=PENALTY),
    waits("service impossible", "served_on", "BAD_DATE", cells.one_of("served_on", "2026-06-31", "已送达"), reads=TIMES,
          types=_ADULTS, needs=_OX),
    waits("end impossible", "valid_until", "BAD_DATE", cells.one_of("valid_until", "2031-11-31", "五年"), reads=TIMES,
          types=(*PERMIT, *QUALIFICATION, *BAN)),
    waits("fine unreadable", "fine", "BAD_AMOUNT", cells.one_of("fine", "约两千元", "-500元", "伍佰元整", "0.2-0.5", "2,00O元"),
          reads=WEIGHT, types=PENALTY, first=plan.kinds("fine+seized")),
    waits("seized unreadable", "seized", "BAD_AMOUNT", cells.one_of("seized", "若干", "见清单", "1.2.3"), reads=WEIGHT,
          types=PENALTY, first=plan.kinds("fine+seized")),
    waits("number short", "id_number", "ID_FORMAT", cells.short_number, reads=PERSON,
          first=plan.with_eighteen),
    waits("number with a letter", "id_number", "ID_FORMAT", cells.letter_in_number, reads=PERSON,
          first=plan.with_eighteen),
    waits("birthday impossible", "id_number", "ID_FORMAT", cells.impossible_birthday, reads=PERSON,
          first=plan.with_eighteen),
    waits("centenarian sequence", "id_number", "ID_FORMAT", cells.centenarian, reads=PERSON,
          first=plan.with_eighteen),
    waits("number checksum", "id_number", "ID_CHECKSUM", cells.wrong_check, reads=PERSON,
          first=plan.with_eighteen),
    waits("number digits lost", "id_number", "ID_DIGITS_LOST", cells.digits_lost, reads=PERSON,
          first=plan.with_eighteen),
    waits("passport of no form", "id_number", "ID_FORMAT", cells.no_passport, reads=PERSON, needs=_FOREIGN,
          first=plan.with_papers(papers.FOREIGN, papers.CHINESE)),
    waits("issuing state untold", "issuing_state", "ID_FORMAT", cells.blank("issuing_state"), reads=PERSON, needs=_FOREIGN,
          first=plan.with_papers(papers.FOREIGN)),
    waits("issuing state unknown", "issuing_state", "ID_FORMAT", cells.one_of("issuing_state", "XQX", "火星", "外国"),
          reads=PERSON, needs=_FOREIGN, first=plan.with_papers(papers.FOREIGN)),
    waits("decider code checksum", "decider_code", "USCC_CHECKSUM", cells.wrong_code_check("decider_code")),
    waits("submitter code checksum", "submitter_code", "USCC_CHECKSUM", cells.wrong_code_check("submitter_code")),
    waits("decider code placeholder", "decider_code", "USCC_CHECKSUM", cells.one_of("decider_code", cells.PLACEHOLDER)),
    waits("name broken", "name", "NAME_FORMAT", cells.broken_name, reads=PERSON),
    waits("name with a digit", "name", "NAME_FORMAT", cells.digit_in_name, reads=PERSON),
    waits("name of one character", "name", "NAME_FORMAT", cells.surname_only, reads=PERSON),
)  # fmt: skip

_HAPPENED: Final = (
    waits("adult untold", "adult_then", "CONDUCT_DATE_NEEDED", cells.blank("adult_then"), reads=PERSON, types=_ADULTS,
          needs=frozenset({"undated"}),
          first=plan.with_papers(papers.CHINESE, papers.FOREIGN, papers.HK_MACAU, papers.TAIWAN, papers.OLD_CARD)),
    waits("decided in the future", "decided_on", "FUTURE_DATE", reads=TIMES, first=plan.decided_in_the_future),
    waits("conduct after decision", "decided_on", "DATE_ORDER", reads=TIMES, types=_ADULTS, needs=_OX,
          first=plan.conduct_after_decision),
    waits("served before decision", "served_on", "DATE_ORDER", reads=TIMES, types=_ADULTS, needs=_OX,
          first=plan.served_before_decision),
    waits("final before service", "final_on", "DATE_ORDER", reads=TIMES, types=_ADULTS, needs=_OX,
          first=plan.final_before_service),
    waits("valid backwards", "valid_until", "DATE_ORDER", reads=TIMES, types=(*PERMIT, *QUALIFICATION, *BAN),
          first=plan.valid_backwards),
    waits("other submitter", "submitter_code", "NOT_SUBMITTER", cells.other_body("submitter_code")),
    waits("other decider", "decider_code", "NOT_SUBMITTER", cells.other_body("decider_code")),
    waits("no law", "basis", "NO_LEGAL_BASIS", reads=BASIS | TIMES, types=PENALTY, first=plan.set_figure("basis_id", 0),
          change=cells.one_of("basis", "《示例市城市管理办法》第十二条", "违反相关规定",
                              "《示例市食品安全法实施办法》第八条")),
    waits("repealed law", "basis", "NO_LEGAL_BASIS", reads=BASIS | TIMES, types=PENALTY,
          first=plan.set_figure("basis_id", 0),
          change=cells.one_of("basis", "《中华人民共和国执业医师法》第三十九条", "执业医师法第三十七条")),
    waits("named law unknown", "basis_id", "NO_LEGAL_BASIS", reads=BASIS | TIMES, types=NATIONAL, needs=_OX,
          change=cells.one_of("basis_id", "示例市行政审批管理规定", "《中华人民共和国执业医师法》第八条")),
    waits("representative of a person", "representative", "NOT_ORDINARY_FIELD", cells.own_name_as_representative,
          types=NATIONAL, reads=frozenset({"organisation"})),
    waits("organisation code of a person", "organisation_code", "NOT_ORDINARY_FIELD", cells.organisation_code,
          types=NATIONAL, reads=frozenset({"organisation"})),
    waits("remark", "remark", "FREE_TEXT_NOT_ALLOWED", cells.remark, types=NATIONAL),
    waits("mobile in facts", "facts", "THIRD_PARTY_IN_TEXT", cells.mobile_in("facts"), types=PENALTY),
    waits("landline in facts", "facts", "THIRD_PARTY_IN_TEXT", cells.landline_in("facts"), types=PENALTY),
    waits("other number in facts", "facts", "THIRD_PARTY_IN_TEXT", cells.someone_elses_number_in("facts"), types=PENALTY,
          reads=PERSON),
    waits("mobile in content", "content", "THIRD_PARTY_IN_TEXT", cells.mobile_in("content"), types=NATIONAL),
    waits("other number in content", "content", "THIRD_PARTY_IN_TEXT", cells.someone_elses_number_in("content"),
          reads=PERSON, types=NATIONAL),
    waits("procedure needed", "procedure", "PROCEDURE_NEEDED", reads=WEIGHT, types=PENALTY, needs=_OX,
          first=plan.procedure_untold),
    waits("conduct date needed", "conduct_on", "CONDUCT_DATE_NEEDED", reads=PERSON | TIMES, types=_ADULTS,
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
    refused("a company", _NOT_A_PERSON, types=NATIONAL, reads=PERSON, change=cells.company,
            needs=frozenset({"counterpart"})),
    refused("a shop", _NOT_A_PERSON, types=NATIONAL, reads=PERSON, change=cells.individual_business,
            needs=frozenset({"counterpart"})),
    refused("public security", (("basis", "SEALED_BY_LAW"),), types=_ADULTS, reads=BASIS | TIMES,
            change=cells.one_of("basis", *_SEALED)),
    refused("public security, another law named", (("basis", "SEALED_BY_LAW"),), types=PENALTY, reads=BASIS | TIMES, needs=_OX,
            first=plan.set_figure("basis_id", 1), change=cells.one_of("basis", *_SEALED)),
    refused("minor at the decision", (("id_number", "MINOR_AT_THE_TIME"),), types=_ADULTS, reads=_MINOR,
            first=plan.minor_at_decision),
    refused("minor at the conduct", (("conduct_on", "MINOR_AT_THE_TIME"),), types=_ADULTS, reads=_MINOR, needs=_OX,
            first=plan.minor_at_conduct),
    refused("said to be a minor", (("adult_then", "MINOR_AT_THE_TIME"),), types=_ADULTS, reads=_MINOR, needs=_OX,
            first=plan.said_to_be_a_minor),
    refused("summary", (_SUMMARY,), types=PENALTY, reads=WEIGHT, needs=_OX,
            first=plan.in_turn(plan.kinds("fine"), plan.summary)),
    refused("summary and trivial", (_SUMMARY, ("kinds", "TRIVIAL_CLASS")), types=PENALTY, reads=WEIGHT, needs=_OX,
            first=plan.in_turn(plan.small_fine, plan.summary)),
    refused("remedied", (("remedied", "REMEDIED_MINOR_BREACH"),), types=PENALTY, reads=frozenset({"remedied"}), needs=_OX,
            first=plan.set_figure("remedied", 1)),
    refused("only a warning", (("kinds", "TRIVIAL_CLASS"),), types=PENALTY, reads=WEIGHT | TIMES, first=plan.only_a_warning),
    refused("a small fine", (("kinds", "TRIVIAL_CLASS"),), types=PENALTY, reads=WEIGHT | TIMES, first=plan.small_fine),
    refused("declared trivial", (("class", "TRIVIAL_CLASS"),), types=PENALTY, reads=WEIGHT | TIMES, needs=_OX,
            first=plan.declared_trivial),
    refused("penalty past its time", (("decided_on", "PAST_ITS_TIME"),), types=PENALTY, reads=WEIGHT | TIMES | PERSON,
            first=plan.long_past_penalty),
    refused("permit past its time", (("decided_on", "PAST_ITS_TIME"),), reads=TIMES, types=PERMIT,
            first=plan.long_past_permit),
)  # fmt: skip

_PAIRS: Final = (
    Fault("the same row again", "duplicate", (), frozenset(), pair="duplicate"),
    Fault(
        "the same decision told otherwise",
        "quarantined",
        (("document", "CONFLICT"),),
        frozenset(),
        tuple(one for one in ALL if one not in SERVICE),
        pair="conflict",
    ),
    Fault(
        "the same service told otherwise",
        "quarantined",
        (("title", "CONFLICT"),),
        frozenset(),
        SERVICE,
        pair="conflict",
    ),
    Fault("one number, two names", "quarantined", (("name", "NAMES_IN_FILE_DISAGREE"),), frozenset(), pair="two names"),
)

# Only against a register that already knows the people of an earlier file (`renamed_from`).
KNOWN_UNDER_ANOTHER_NAME: Final = waits("known under another name", "name", "NAME_DISAGREES", reads=PERSON,
                                        needs=frozenset({"known"}), first=plan.under_another_name)  # fmt: skip

FAULTS: Final[tuple[Fault, ...]] = (
    *_MISSING, *_WRITTEN, *_HAPPENED, *_REFUSALS, *OWN_FAULTS, *_PAIRS, KNOWN_UNDER_ANOTHER_NAME,
)  # fmt: skip
