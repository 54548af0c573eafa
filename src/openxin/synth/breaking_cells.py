"""Faults in what is written: slips of the clerk, of the program, of the copy. They change cells of a scene."""

import numpy as np

from openxin.synth.cast import check_digit
from openxin.synth.chance import Ints
from openxin.synth.fault import InCells
from openxin.synth.handwriting import NONE_MARKS
from openxin.synth.rendering import Scene

# Made-up bodies and firms: well-formed GB 32100 codes of area 999999.
FIRM_CODES = ("11999999MA0000015C", "11999999MB0000027M")
PLACEHOLDER = "0" * 17 + "X"
_USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ONE_IN_TWO = 2


def blank(part: str) -> InCells:
    """Nothing there, or one of the marks that mean nothing."""

    def change(scene: Scene, at: Ints) -> None:
        scene.put_one_of(part, at, "", "", "", " ", *NONE_MARKS)

    return change


def one_of(part: str, *values: str) -> InCells:
    """One of a few wrong values."""

    def change(scene: Scene, at: Ints) -> None:
        scene.put_one_of(part, at, *values)

    return change


def endless(part: str, length: int) -> InCells:
    """What stands there, said again and again until it is longer than the column."""

    def change(scene: Scene, at: Ints) -> None:
        scene.change(part, at, lambda text: (text * (length // len(text) + 1))[: length + 9])

    return change


def short_number(scene: Scene, at: Ints) -> None:
    """A digit lost in copying."""
    scene.put("id_number", at, [number[:9] + number[10:] for number in scene.number(at)])


def letter_in_number(scene: Scene, at: Ints) -> None:
    """The letter O for a zero, an l for a one."""
    scene.put("id_number", at, [number[:12] + "O" + number[13:] for number in scene.number(at)])


def impossible_birthday(scene: Scene, at: Ints) -> None:
    """A thirteenth month, a thirtieth of February; the checksum is right."""
    bodies = [
        number[:10] + ("0230" if row % _ONE_IN_TWO else "1305") + number[14:17]
        for row, number in zip(at, scene.number(at), strict=True)
    ]
    scene.put("id_number", at, [body + check_digit(body) for body in bodies])


def centenarian(scene: Scene, at: Ints) -> None:
    """Fifteen digits whose sequence once meant a person born in 18xx: nobody knows which century."""
    scene.put("id_number", at, [number[:6] + number[8:14] + "998" for number in scene.number(at)])


def wrong_check(scene: Scene, at: Ints) -> None:
    """The last character is another one."""
    letters = "0123456789X"
    others = [letters[(letters.index(number[17]) + 1 + int(row) % 10) % 11]
              for row, number in zip(at, scene.number(at), strict=True)]  # fmt: skip
    scene.put("id_number", at, [number[:17] + other for number, other in zip(scene.number(at), others, strict=True)])


def digits_lost(scene: Scene, at: Ints) -> None:
    """A spreadsheet made a number of it: a number cell in a workbook, 9.99999E+17 in a text file."""
    seventeen = [int(number[:17]) for number in scene.number(at)]
    if scene.habits.workbook:
        scene.put("id_number", at, [float(number) * 10 for number in seventeen])
    else:
        scene.put("id_number", at, [f"{number * 10:.5E}" for number in seventeen])


def no_passport(scene: Scene, at: Ints) -> None:
    """Marks that no passport has in its number."""
    scene.put("id_number", at, [f"{number[:4]}-{number[4:]}#" for number in scene.number(at)])


def wrong_code_check(part: str) -> InCells:
    """A credit code whose last character is another one."""

    def change(scene: Scene, at: Ints) -> None:
        scene.change(part, at, lambda code: code[:17] + _USCC_LETTERS[(_USCC_LETTERS.index(code[17]) + 3) % 31])

    return change


def other_body(part: str) -> InCells:
    """The code of a body for which the submitter does not submit, or of one that the city does not know."""

    def change(scene: Scene, at: Ints) -> None:
        scene.put_one_of(part, at, scene.habits.body.stranger_uscc, FIRM_CODES[1])

    return change


def broken_name(scene: Scene, at: Ints) -> None:
    """Characters that an old system could not keep: ?, U+FFFD, a leftover private-use one."""
    marks = ("?", "\ufffd", "\ue123")
    scene.put("name", at, [f"{name[0]}{marks[int(row) % 3]}{name[1:]}"
                           for row, name in zip(at, scene.name(at), strict=True)])  # fmt: skip


def digit_in_name(scene: Scene, at: Ints) -> None:
    """Namesakes told apart by a number, as a clerk's own list does."""
    scene.put("name", at, [f"{name}{int(row) % 8 + 2}" for row, name in zip(at, scene.name(at), strict=True)])


def surname_only(scene: Scene, at: Ints) -> None:
    """One character left of a name."""
    scene.put("name", at, [name[0] for name in scene.name(at)])


def own_name_as_representative(scene: Scene, at: Ints) -> None:
    """A person is nobody's legal representative; many clerks fill the column all the same."""
    scene.put("representative", at, scene.name(at))


def organisation_code(scene: Scene, at: Ints) -> None:
    """A shop's credit code beside a person."""
    scene.put("organisation_code", at, [FIRM_CODES[0]] * at.size)


def remark(scene: Scene, at: Ints) -> None:
    """Free text about a person."""
    scene.put_one_of("remark", at, "已电话通知本人", "当事人态度较好", "该人系初次违法，家庭困难", "补录", "见卷宗")


def _added(part: str, at: Ints, scene: Scene, said: list[str]) -> None:
    texts = scene.cells[part][at]
    scene.put(part, at, [f"{text}{more}" for text, more in zip(texts, said, strict=True)])


def mobile_in(part: str) -> InCells:
    """Somebody's mobile number in a text."""

    def change(scene: Scene, at: Ints) -> None:
        tails = scene.rng.integers(0, 1000, at.size)
        _added(part, at, scene, [f"（联系人手机1990000{tail:04d}）" for tail in tails])

    return change


def landline_in(part: str) -> InCells:
    """Somebody's landline number in a text; no town has the code 0389."""

    def change(scene: Scene, at: Ints) -> None:
        tails = scene.rng.integers(0, 1000, at.size)
        _added(part, at, scene, [f"，举报人电话0389-6000{tail:03d}。" for tail in tails])

    return change


def someone_elses_number_in(part: str) -> InCells:
    """The identity number of another person in a text."""

    def change(scene: Scene, at: Ints) -> None:
        births = scene.plan.cast.births[scene.of["person"][at]].astype("datetime64[D]")
        days = [day.replace("-", "") for day in np.datetime_as_string(births).tolist()]
        others = [f"999999{day}000" for day in days]  # a sequence that nobody of the area has
        _added(part, at, scene, [f"，同案人员身份证号{body}{check_digit(body)}。" for body in others])

    return change


def company(scene: Scene, at: Ints) -> None:
    """A row about a company."""
    places = ("新城区", "高新区", "青河县", "南山镇")
    _organisation(scene, at, "法人及非法人组织",
                  [f"示例市{places[int(row) % 4]}{name[0]}记商贸有限公司" for row, name in
                   zip(at, scene.name(at), strict=True)])  # fmt: skip


def individual_business(scene: Scene, at: Ints) -> None:
    """A row about a shop: not a person either."""
    _organisation(scene, at, "个体工商户", [f"示例市新城区{name[0]}家小吃店" for name in scene.name(at)])


def _organisation(scene: Scene, at: Ints, kind: str, titles: list[str]) -> None:
    scene.put("counterpart", at, [kind] * at.size)
    scene.put("representative", at, scene.name(at))
    scene.put("name", at, titles)
    scene.put("organisation_code", at, [FIRM_CODES[0]] * at.size)
    scene.put("id_type", at, [""] * at.size)
    scene.put("id_number", at, [""] * at.size)
