"""Faults that only the four templates of our own can have: qualifications, bans, honours, voluntary service.

Verdicts by hand from docs/contract.md, like those of `faults`.
"""

from typing import Final

from openxin.synth import breaking_cells as cells
from openxin.synth import breaking_own as own
from openxin.synth.fault import (
    BAN,
    BASIS,
    HONOUR,
    OWN,
    PERSON,
    QUALIFICATION,
    SERVICE,
    TIMES,
    Fault,
    refused,
    waits,
)

_STATUS: Final = frozenset({"status", "status_on", "revocation"})
_PAST: Final = (("decided_on", "PAST_ITS_TIME"),)
_TITLED: Final = (*QUALIFICATION, *HONOUR, *SERVICE)

OWN_FAULTS: Final[tuple[Fault, ...]] = (
    waits("no end of a ban", "valid_until", "MISSING", cells.blank("valid_until"), reads=TIMES, types=BAN,
          first=own.for_some_years),
    waits("for life or not", "for_life", "MISSING", cells.blank("for_life"), reads=TIMES, types=BAN),
    waits("no scope", "scope", "MISSING", cells.blank("scope"), types=BAN),
    waits("scope unknown", "scope", "NOT_IN_LIST", cells.one_of("scope", "guard", "全行业", "公务员"), types=BAN),
    waits("scope too long", "scope", "TOO_LONG", cells.endless("scope", 64), types=BAN),
    waits("no tier", "tier", "MISSING", cells.blank("tier"), types=HONOUR),
    waits("tier unknown", "tier", "NOT_IN_LIST", cells.one_of("tier", "五星级", "社区级"), types=HONOUR),
    waits("code of a qualification unknown", "title_code", "NOT_IN_LIST", cells.one_of("title_code", "wizard", "0815"),
          types=QUALIFICATION),
    waits("title too long", "title", "TOO_LONG", cells.endless("title", 200), types=_TITLED),
    waits("certificate number too long", "document", "TOO_LONG", cells.endless("document", 64), types=QUALIFICATION),
    waits("nobody asked", "asked", "MISSING", cells.blank("asked"), types=SERVICE),
    waits("not asked for", "asked", "NOT_IN_LIST", cells.one_of("asked", "否", "N", "代为申请"), types=SERVICE),
    waits("no hours", "hours", "MISSING", cells.blank("hours"), types=SERVICE),
    waits("hours unreadable", "hours", "BAD_AMOUNT", cells.one_of("hours", "半天", "约3", "-2", "2小时"), types=SERVICE),
    waits("no end of a service", "ended_on", "MISSING", cells.blank("ended_on"), reads=TIMES, types=SERVICE),
    waits("end of a service impossible", "ended_on", "BAD_DATE", reads=TIMES, types=SERVICE,
          change=cells.one_of("ended_on", "2026-02-30 09:00", "下午五点", "2026年13月1日")),
    waits("ended before it began", "ended_on", "DATE_ORDER", reads=TIMES, types=SERVICE, first=own.ended_the_day_before),
    waits("ended an hour before it began", "ended_on", "DATE_ORDER", reads=TIMES, types=SERVICE,
          first=own.hours_turned),
    waits("an exact place", "area", "NOT_IN_LIST", cells.one_of("area", "人民路5号", "4104", "南山镇"), types=SERVICE),
    waits("area too long", "area", "TOO_LONG", cells.one_of("area", "410402001", "示例市新城区人民路"), types=SERVICE),
    waits("no organisation", "organiser", "MISSING", cells.blank("organiser"), types=SERVICE),
    waits("code of the organisation", "organiser_code", "USCC_CHECKSUM", cells.wrong_code_check("organiser_code"),
          types=SERVICE),
    waits("revoked before it was awarded", "status_on", "DATE_ORDER", reads=TIMES | _STATUS, types=HONOUR,
          first=own.revoked_before_the_award),
    waits("law unknown", "basis_id", "NO_LEGAL_BASIS", reads=BASIS | TIMES, types=OWN,
          change=cells.one_of("basis_id", "示例市奖励办法", "《中华人民共和国执业医师法》第八条", "no-such-law")),
    waits("mobile in title", "title", "THIRD_PARTY_IN_TEXT", cells.mobile_in("title"), types=_TITLED),
    waits("other number in title", "title", "THIRD_PARTY_IN_TEXT", cells.someone_elses_number_in("title"), reads=PERSON,
          types=_TITLED),
    waits("landline in the basis", "basis", "THIRD_PARTY_IN_TEXT", cells.landline_in("basis"), reads=BASIS, types=BAN),
    refused("a ban that has ended", _PAST, reads=TIMES, types=BAN, first=own.ended),
    refused("a qualification that has run out", _PAST, reads=TIMES | _STATUS, types=QUALIFICATION, first=own.ended),
    refused("a qualification that was taken away", _PAST, reads=TIMES | _STATUS, types=QUALIFICATION, first=own.taken_away),
    refused("an honour that was revoked", _PAST, reads=TIMES | _STATUS, types=HONOUR, first=own.taken_away),
)  # fmt: skip
