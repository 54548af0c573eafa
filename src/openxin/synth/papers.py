"""Which document a made-up person holds, and the number on it. None of them was ever issued.

Passports, permits and cards are numbered where no series has come yet (`EZ9…`, `H99…`, `99…`), foreign passports begin with
TEST, old cards of foreigners with ZZZ, which is no country. Cards of 2023 carry 999999 as resident IDs do, with a
sequence that no resident of the city has.
"""

from typing import Final

import numpy as np

from openxin.synth.chance import Bools, Ints, Objects, spread

RESIDENT, PERMIT, CHINESE, FOREIGN, HK_MACAU, TAIWAN, CARD, OLD_CARD = range(8)
TYPES: Final = ("01", "06", "02", "02", "03", "04", "05", "05")
WORDS: Final = (
    ("身份证", "01", "居民身份证"),
    ("港澳台居民居住证", "06"),
    ("护照", "02", "护照号"),
    ("护照", "外国护照", "02"),
    ("港澳居民来往内地通行证", "03", "回乡证"),
    ("台湾居民来往大陆通行证", "04", "台胞证"),
    ("外国人永久居留身份证", "05"),
    ("外国人永久居留证", "05"),
)
EIGHTEEN: Final = (RESIDENT, PERMIT, CARD)
"""Eighteen characters, the birth date among them; the others show none."""
FOREIGNERS: Final = (FOREIGN, CARD, OLD_CARD)
STATES: Final = (
    ("USA", "美国"), ("AUS", "澳大利亚"), ("FRA", "法国"), ("JPN", "日本"), ("VNM", "越南"), ("KAZ", "哈萨克斯坦"),
)  # fmt: skip

_EVERY: Final = 50
_AT: Final = {17: PERMIT, 3: CHINESE, 13: FOREIGN, 23: HK_MACAU, 33: TAIWAN, 43: CARD}  # two of a hundred each
_SERIES: Final = 1_000_000


def held(index: Ints) -> Ints:
    """Which document each person of the city holds; of foreigners' cards every second one is an old one."""
    kinds = np.zeros(len(index), dtype=np.int64)
    for place, kind in _AT.items():
        kinds[index % _EVERY == place] = kind
    kinds[(kinds == CARD) & (index // _EVERY % 2 == 1)] = OLD_CARD
    return kinds


def shows_birth(kinds: Ints) -> Bools:
    """Whether the birth date stands in the number."""
    return np.isin(kinds, EIGHTEEN)


def numbers(seed: int, index: Ints, kinds: Ints, births: Ints) -> Objects:
    """The numbers of those whose document has no eighteen characters; empty for the others."""
    found = np.array([""] * len(index), dtype=object)
    places = spread(seed, "papers", index // _EVERY, _SERIES)
    here = np.flatnonzero(~shows_birth(kinds))
    days = np.datetime_as_string(births[here].astype("datetime64[D]"))
    for row, kind, place, day in zip(here, kinds[here].tolist(), places[here].tolist(), days.tolist(), strict=True):
        found[row] = {
            CHINESE: f"EZ9{place:06d}",
            FOREIGN: f"TEST{place:06d}",
            HK_MACAU: f"{'HM'[place % 2]}99{place:06d}",
            TAIWAN: f"99{place:06d}",
            OLD_CARD: f"ZZZ{place % 10_000:04d}{day[2:4]}{day[5:7]}{day[8:]}{place // 10_000:02d}",
        }[kind]
    return found


def states(index: Ints, kinds: Ints) -> Objects:
    """The states that issued foreign passports; empty for other documents."""
    codes = np.array([code for code, _ in STATES], dtype=object)
    return np.where(kinds == FOREIGN, codes[index // _EVERY % len(codes)], "")


def kind_of(document_type: str, number: str, state: str) -> int:
    """Which of these documents it is, as an earlier file's answers name it."""
    if document_type == "02":
        return FOREIGN if state else CHINESE
    if document_type == "05":
        return CARD if number.startswith("9") else OLD_CARD
    return TYPES.index(document_type)
