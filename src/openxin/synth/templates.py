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
)
_PERMIT_EXTENSION = (("basis_id", "OX_YJID"),)


@dataclass(frozen=True, slots=True)
class Template:
    """What a file of one type and edition has: `codes` maps the part that a column plays to its code, in order."""

    type: str
    edition: Edition
    extension: bool
    codes: Mapping[str, str]


def template(record_type: str, edition: Edition, *, extension: bool) -> Template:
    """The columns of `record_type` ("penalty" or "permit") in `edition`, with our `OX_` columns or without."""
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
    codes = {part: code.format(prefix) for part, code in parts}
    return Template(record_type, edition, extension, MappingProxyType(codes))


def code_of(record_type: str, part: str) -> str:
    """The column code of a part, whether this file has it or not: a missing conduct date is named all the same."""
    return template(record_type, "sgs-2019", extension=True).codes[part]


EMPTY_FOR_PERSONS = tuple(part for part, _ in (*_ORGANISATION, *_REPRESENTATIVE["sgs-2019"]))
