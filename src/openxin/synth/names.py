"""Names as common, and as rare, as in a real city: surnames by their share, given names by decade of birth and sex.

Sex and decade come from the made-up resident number and are used here only; they are never written into a file.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from openxin.synth.chance import Bools, Ints, Objects, pick, uniform

_DECADES = ("1950", "1960", "1970", "1980", "1990", "2000")
_FIRST_DECADE = 1950
_OTHER_LETTERS = "伟敏华静强丽军娟"
_STEEP, _FLAT = 5.0, 40.0  # how fast a pool falls off; single given names are many and even


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((files("openxin.synth") / "words" / "names.toml").read_text(encoding="utf-8"))


@cache
def _surnames() -> tuple[Objects, np.ndarray[Any, np.dtype[np.float64]]]:
    found = re.findall(r"([^\d\s]+)(\d+)", _words()["surnames"])
    weights = np.array([float(weight) for _, weight in found])
    return np.array([name for name, _ in found], dtype=object), np.cumsum(weights / weights.sum())


def _by_rank(seed: int, stream: str, index: Ints, pool: Objects, offset: float = _STEEP) -> Objects:
    """Draws with the weight 1/(rank + offset): the commonest first, with the long tail that names have."""
    weights = 1.0 / (np.arange(len(pool)) + offset)
    shares = np.cumsum(weights / weights.sum())
    return pool[np.minimum(np.searchsorted(shares, uniform(seed, stream, index)), len(pool) - 1)]


def _given(seed: int, index: Ints, decade: str, sex: str) -> Objects:
    words = _words()
    letters = {part: np.array(list(words[part][sex][decade]), dtype=object) for part in ("first", "second")}
    two = _by_rank(seed, "first", index, letters["first"]) + _by_rank(seed, "second", index, letters["second"])
    popular = _by_rank(seed, "popular", index, np.array(words["popular"][sex][decade], dtype=object))
    single = _by_rank(seed, "single", index, np.array(list(words["single"][sex]), dtype=object), _FLAT)
    given = np.where(uniform(seed, "is popular", index) < words["share"]["popular"], popular, two)
    return np.where(uniform(seed, "is single", index) < words["share"]["single"][decade], single, given)


def make(seed: int, index: Ints, birth_year: Ints, male: Bools) -> Objects:
    """A name for each index; the same index, year and sex give the same name."""
    surnames, shares = _surnames()
    names = surnames[np.minimum(np.searchsorted(shares, uniform(seed, "surname", index)), len(surnames) - 1)]
    decade = np.clip((birth_year - _FIRST_DECADE) // 10, 0, len(_DECADES) - 1)
    for number, label in enumerate(_DECADES):
        for sex in ("male", "female"):
            here = np.flatnonzero((decade == number) & (male == (sex == "male")))
            if here.size:
                names[here] = names[here] + _given(seed, index[here], label, sex)
    _give_rare(seed, index, names)
    _give_minority(seed, index, names)
    return names


def _give_rare(seed: int, index: Ints, names: Objects) -> None:
    """Characters that registers stumble over, several of them outside the Basic Multilingual Plane."""
    words = _words()
    here = np.flatnonzero(uniform(seed, "is rare", index) < words["share"]["rare"])
    given = np.array(words["rare_given"], dtype=object)[pick(seed, "rare", index[here], len(words["rare_given"]))]
    names[here] = np.array([name[:-1] for name in names[here]], dtype=object) + given
    few = here[pick(seed, "rare surname", index[here], 8) == 0]
    surnames = np.array(words["rare_surnames"], dtype=object)
    drawn = surnames[pick(seed, "which surname", index[few], len(surnames))]
    names[few] = drawn + np.array([name[1:] for name in names[few]], dtype=object)


def _give_minority(seed: int, index: Ints, names: Objects) -> None:
    minority = _words()["minority"]
    here = np.flatnonzero(uniform(seed, "is minority", index) < _words()["share"]["minority"])
    who = index[here]
    first, last, whole = (np.array(minority[part], dtype=object) for part in ("first", "last", "whole"))
    joined = first[pick(seed, "first part", who, len(first))] + "·" + last[pick(seed, "last part", who, len(last))]
    plain = whole[pick(seed, "whole", who, len(whole))]
    names[here] = np.where(uniform(seed, "has dot", who) < _words()["share"]["dotted"], joined, plain)


def latin(seed: int, index: Ints) -> Objects:
    """Names as they stand on the documents of foreigners, in capital letters; the family names are nobody's."""
    words = _words()["latin"]
    given, family = (np.array(words[part], dtype=object) for part in ("given", "family"))
    called = given[pick(seed, "latin given", index, len(given))] + " "
    called = called + given[pick(seed, "latin second", index, len(given))] + " "
    return np.asarray(called + family[pick(seed, "latin family", index, len(family))], dtype=object)


def another(name: str) -> str:
    """The same person under another name: the last character differs, as after a slip or a change of name."""
    return name[:-1] + next(letter for letter in _OTHER_LETTERS if letter != name[-1])
