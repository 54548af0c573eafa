"""The people of the synthetic city: names, documents, days of birth. None of them exists.

Resident numbers carry area 999999, assigned to nobody (GB 11643, ISO 7064 MOD 11-2). Residence permits of people from
Hong Kong, Macau and Taiwan need the areas 810000 to 830000 of real people, so their sequence is always 000, which is
never issued. The other documents: `papers.py`.
"""

from dataclasses import dataclass

import numpy as np

from openxin.synth import names, papers
from openxin.synth.chance import Bools, Ints, Objects, pick, spread, uniform

MOST_PEOPLE = 1_000_000
_AREA = "999999"
_PERMIT_AREAS = ("810000", "820000", "830000")
_SEQUENCES = 995  # 001 to 995: 996 to 999 once meant centenarians
_YOUNG_EVERY, _YOUNG_AT = 10, 9
_PAPERS_EVERY = 50
_CARD_SEQUENCES = 4  # 996 to 999: no resident of the city has one of these
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def day_number(text: str) -> int:
    """Days since 1970-01-01."""
    return int(np.datetime64(text, "D").astype(np.int64))


ELDER = (day_number("1950-01-01"), day_number("1999-12-31"))
YOUNG = (day_number("2003-01-01"), day_number("2006-12-31"))
STRANGER = (day_number("1945-01-01"), day_number("1949-12-31"))


@dataclass(frozen=True, slots=True)
class Cast:
    """People in columns; an index into it is a person."""

    names: Objects
    numbers: Objects
    births: Ints
    kinds: Ints  # which document each holds (`papers`)
    states: Objects  # that issued a foreign passport; empty for other documents

    def __len__(self) -> int:
        return len(self.names)

    def joined(self, other: "Cast") -> "Cast":
        """These people and those after them."""
        pairs = zip(
            (self.names, self.numbers, self.births, self.kinds, self.states),
            (other.names, other.numbers, other.births, other.kinds, other.states),
            strict=True,
        )
        return Cast(*(np.concatenate(pair) for pair in pairs))

    def only(self, which: Ints) -> "Cast":
        """The people at these places."""
        return Cast(self.names[which], self.numbers[which], self.births[which], self.kinds[which], self.states[which])

    def document_types(self) -> Objects:
        """01 to 06 for each."""
        return np.array(papers.TYPES, dtype=object)[self.kinds]

    def undated(self) -> Bools:
        """Those whose document shows no birth date."""
        return ~papers.shows_birth(self.kinds)


def check_digit(seventeen: str) -> str:
    """The last character of a resident number."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, seventeen, strict=True)) % 11]


def _numbers(areas: Objects, births: Ints, sequences: Ints) -> Objects:
    """Resident numbers in bulk: eighteen characters each."""
    day_texts = np.datetime_as_string(births.astype("datetime64[D]"))
    bodies = [
        f"{area}{day[:4]}{day[5:7]}{day[8:]}{sequence:03d}"
        for area, day, sequence in zip(areas.tolist(), day_texts.tolist(), sequences.tolist(), strict=True)
    ]
    if not bodies:
        return np.empty(0, dtype=object)
    digits = np.frombuffer("".join(bodies).encode("ascii"), dtype=np.uint8).reshape(-1, 17).astype(np.int64) - ord("0")
    checks = np.array(list(_CHECKS), dtype=object)[(digits @ np.array(_WEIGHTS)) % 11]
    numbers: Objects = np.array(bodies, dtype=object) + checks
    return numbers


def _cast(seed: int, index: Ints, births: Ints, sequences: Ints, areas: Objects, kinds: Ints) -> Cast:
    years = births.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    residents = kinds == papers.RESIDENT
    male = np.where(residents, sequences % 2 == 1, pick(seed, "sex", index, 2) == 1)
    called = names.make(seed, index, years, male)
    foreign = np.flatnonzero(np.isin(kinds, papers.FOREIGNERS))
    called[foreign] = names.latin(seed, index[foreign])
    numbers = _numbers(areas, births, sequences)
    numbers = np.where(papers.shows_birth(kinds), numbers, papers.numbers(seed, index, kinds, births))
    return Cast(called, numbers, births, kinds, papers.states(index, kinds))


def citizens(seed: int, count: int) -> Cast:
    """The first `count` people of the city `seed`: every tenth is young (18 to 24 in 2026), every eighth or so is no resident."""
    if not 0 < count <= MOST_PEOPLE:
        raise ValueError(f"between 1 and {MOST_PEOPLE} persons, not {count}")
    index = np.arange(count, dtype=np.int64)
    kinds = papers.held(index)
    young = index % _YOUNG_EVERY == _YOUNG_AT
    permits, cards = kinds == papers.PERMIT, kinds == papers.CARD
    elder_place = spread(seed, "elder", index, (ELDER[1] - ELDER[0]) * _SEQUENCES)
    young_place = spread(seed, "young", index // _YOUNG_EVERY, (YOUNG[1] - YOUNG[0]) * _SEQUENCES)
    permit_place = spread(seed, "permit", index // _PAPERS_EVERY, (ELDER[1] - ELDER[0]) * len(_PERMIT_AREAS))
    card_place = spread(seed, "card", index // _PAPERS_EVERY, (ELDER[1] - ELDER[0]) * _CARD_SEQUENCES)
    births = ELDER[0] + elder_place // _SEQUENCES
    births = np.where(young, YOUNG[0] + young_place // _SEQUENCES, births)
    births = np.where(permits, ELDER[0] + permit_place // len(_PERMIT_AREAS), births)
    births = np.where(cards, ELDER[0] + card_place // _CARD_SEQUENCES, births)
    sequences = 1 + np.where(young, young_place, elder_place) % _SEQUENCES
    sequences = np.where(permits, 0, sequences)
    sequences = np.where(cards, 1000 - _CARD_SEQUENCES + card_place % _CARD_SEQUENCES, sequences)
    permit_areas = np.array(_PERMIT_AREAS, dtype=object)[permit_place % len(_PERMIT_AREAS)]
    return _cast(seed, index, births, sequences, np.where(permits, permit_areas, _AREA), kinds)


def born_between(seed: int, stream: str, count: int, first: int, last: int) -> Cast:
    """`count` further people of one file (its name in `stream`), born between two days: minors, strangers."""
    index = np.arange(count, dtype=np.int64)
    place = spread(seed, stream, index, (last - first) * _SEQUENCES)
    return _others(seed, stream, first + place // _SEQUENCES, 1 + place % _SEQUENCES)


def born_on(seed: int, stream: str, births: Ints) -> Cast:
    """One further person for each day of birth."""
    index = np.arange(len(births), dtype=np.int64)
    return _others(seed, stream, births, 1 + (uniform(seed, stream, index) * _SEQUENCES).astype(np.int64))


def _others(seed: int, stream: str, births: Ints, sequences: Ints) -> Cast:
    index = np.arange(len(births), dtype=np.int64)
    residents = np.zeros(len(births), dtype=np.int64)
    areas = np.full(len(births), _AREA, dtype=object)
    return _cast(seed + len(stream) * 7919, index, births, sequences, areas, residents)
