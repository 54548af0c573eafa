"""The national columns in the order in which departments send them, and the part that each plays in a made-up row.

Source: docs/contract.md and the national templates of 2018 and 2019 (with `*_XDR_LB`). Written down here a second time,
and not asked of the catalogue, because what a file looks like must not change when the judge's reading of it does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Edition = Literal["sgs-2018", "sgs-2019"]

_ORGANISATION = (
    ("organisation_code", "{}_XDR_SHXYM"),
    ("registration", "{}_XDR_GSZC"),
    ("organisation_old_code", "{}_XDR_ZZJG"),
    ("tax_registration", "{}_XDR_SWDJ"),
    ("institution", "{}_XDR_SYDW"),
    ("association", "{}_XDR_SHZZ"),
    ("representative", "{}_FRDB"),
)
_REPRESENTATIVE: Mapping[Edition, tuple[tuple[str, str], ...]] = {
    "sgs-2018": (("representative_number", "{}_FR_SFZH"),),
    "sgs-2019": (("representative_type", "{}_FR_ZJLX"), ("representative_number", "{}_FR_ZJHM")),
}
_PENALTY = (
    ("document", "CF_WSH"),
    ("conduct", "CF_WFXW"),
    ("facts", "CF_SY"),
    ("basis", "CF_YJ"),
    ("kinds", "CF_CFLB"),
    ("content", "CF_NR"),
    ("fine", "CF_NR_FK"),
    ("seized", "CF_NR_WFFF"),
    ("licence", "CF_NR_ZKDX"),
    ("decided_on", "CF_JDRQ"),
    ("effect_until", "CF_YXQ"),
    ("published_until", "CF_GSJZQ"),
    ("decider", "CF_CFJG"),
    ("decider_code", "CF_CFJGDM"),
    ("submitter", "CF_SJLY"),
    ("submitter_code", "CF_SJLYDM"),
    ("remark", "BZ"),
)
_PERMIT = (
    ("title", "XK_XKWS"),
    ("document", "XK_WSH"),
    ("category", "XK_XKLB"),
    ("certificate", "XK_XKZS"),
    ("certificate_number", "XK_XKBH"),
    ("content", "XK_NR"),
    ("decided_on", "XK_JDRQ"),
    ("valid_from", "XK_YXQZ"),
    ("valid_until", "XK_YXQZI"),
    ("decider", "XK_XKJG"),
    ("decider_code", "XK_XKJGDM"),
    ("status", "XK_ZT"),
    ("submitter", "XK_LYDW"),
    ("submitter_code", "XK_LYDWDM"),
    ("remark", "BZ"),
)
_PENALTY_EXTENSION = (
    ("procedure", "OX_CX"),
    ("conduct_on", "OX_WFRQ"),
    ("served_on", "OX_SDRQ"),
    ("told", "OX_JJGZ"),
    ("final_how", "OX_SXQX"),
    ("final_on", "OX_SXRQ"),
    ("remedied", "OX_QW"),
    ("class", "OX_FL"),
    ("fulfilled_on", "OX_LXRQ"),
    ("basis_id", "OX_YJID"),
    ("adult_then", "OX_CN"),
    ("issuing_state", "OX_ZJGJ"),
)
_PERMIT_EXTENSION = (("basis_id", "OX_YJID"), ("issuing_state", "OX_ZJGJ"))
_EXTENSION = (("issuing_state", "OX_ZJGJ"),)
# The four templates of our own: a common head and tail, and nothing of organisations.
_HEAD = (("name", "{}_XM"), ("id_type", "{}_ZJLX"), ("id_number", "{}_ZJHM"))
_TAIL = (
    ("decider", "{}_JG"),
    ("decider_code", "{}_JGDM"),
    ("submitter", "{}_SJLY"),
    ("submitter_code", "{}_SJLYDM"),
    ("basis_id", "{}_YJID"),
)
_QUALIFICATION = (
    ("title", "ZG_ZGMC"),
    ("title_code", "ZG_ZGBM"),
    ("category", "ZG_LX"),
    ("level", "ZG_JB"),
    ("speciality", "ZG_ZY"),
    ("document", "ZG_ZSBH"),
    ("decided_on", "ZG_PZRQ"),
    ("valid_from", "ZG_YXQZ"),
    ("valid_until", "ZG_YXQZI"),
    ("registered_as", "ZG_ZCH"),
    ("status", "ZG_ZT"),
    ("status_on", "ZG_ZTRQ"),
)
_BAN = (
    ("document", "JR_WSH"),
    ("category", "JR_LX"),
    ("scope", "JR_FW"),
    ("basis", "JR_YJ"),
    ("decided_on", "JR_JDRQ"),
    ("valid_from", "JR_QSRQ"),
    ("valid_until", "JR_JZRQ"),
    ("for_life", "JR_ZS"),
    ("certificate", "JR_ZSBH"),
)
_BAN_EXTENSION = (
    ("conduct_on", "OX_WFRQ"),
    ("served_on", "OX_SDRQ"),
    ("told", "OX_JJGZ"),
    ("final_how", "OX_SXQX"),
    ("final_on", "OX_SXRQ"),
    ("adult_then", "OX_CN"),
    ("issuing_state", "OX_ZJGJ"),
)
_HONOUR = (
    ("title", "RY_MC"),
    ("tier", "RY_JB"),
    ("category", "RY_LX"),
    ("document", "RY_WH"),
    ("decided_on", "RY_SYRQ"),
    ("status", "RY_ZT"),
    ("status_on", "RY_CXRQ"),
    ("revocation", "RY_CXWH"),
)
_SERVICE = (
    ("volunteer", "ZY_ZYZBH"),
    ("title", "ZY_XMMC"),
    ("organiser", "ZY_ZZMC"),
    ("organiser_code", "ZY_ZZDM"),
    ("decided_on", "ZY_KSSJ"),
    ("ended_on", "ZY_JSSJ"),
    ("hours", "ZY_SC"),
    ("area", "ZY_DQ"),
    ("document", "ZY_ZMBH"),
    ("asked", "ZY_SQ"),
)
_OWN = {
    "qualification": ("ZG", _QUALIFICATION, _EXTENSION),
    "disqualification": ("JR", _BAN, _BAN_EXTENSION),
    "honour": ("RY", _HONOUR, _EXTENSION),
    "service": ("ZY", _SERVICE, _EXTENSION),
}


@dataclass(frozen=True, slots=True)
class Template:
    """What a file of one type and edition has: `codes` maps the part that a column plays to its code, in order."""

    type: str
    edition: Edition
    extension: bool
    codes: Mapping[str, str]


def template(record_type: str, edition: Edition, *, extension: bool) -> Template:
    """The columns of `record_type`, with our `OX_` columns or without; `edition` parts penalties and permits only."""
    if record_type in _OWN:
        prefix, body, ours = _OWN[record_type]
        return _template(record_type, edition, prefix, (*_HEAD, *body, *_TAIL, *(ours if extension else ())), extension)
    prefix, body, ours = {
        "penalty": ("CF", _PENALTY, _PENALTY_EXTENSION),
        "permit": ("XK", _PERMIT, _PERMIT_EXTENSION),
    }[record_type]
    kind = (("counterpart", "{}_XDR_LB"),) if edition == "sgs-2019" else ()
    person = (("id_type", "{}_XDR_ZJLX"), ("id_number", "{}_XDR_ZJHM"))
    parts = (
        ("name", "{}_XDR_MC"),
        *kind,
        *_ORGANISATION,
        *_REPRESENTATIVE[edition],
        *person,
        *body,
        *(ours if extension else ()),
    )
    return _template(record_type, edition, prefix, parts, extension)


def _template(
    record_type: str, edition: Edition, prefix: str, parts: tuple[tuple[str, str], ...], extension: bool
) -> Template:
    codes = {part: code.format(prefix) for part, code in parts}
    return Template(record_type, edition, extension, MappingProxyType(codes))


def code_of(record_type: str, part: str) -> str:
    """The column code of a part, whether this file has it or not: a missing conduct date is named all the same."""
    return template(record_type, "sgs-2019", extension=True).codes[part]


EMPTY_FOR_PERSONS = tuple(part for part, _ in (*_ORGANISATION, *_REPRESENTATIVE["sgs-2019"]))
