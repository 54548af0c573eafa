"""The people of the synthetic city: none of them exists, and they are called as people are called."""

import re
from collections import Counter

from stdnum.iso7064 import mod_11_2

from openxin.synth import city

MADE_UP = {
    "01": "999999", "02": "EZ9|TEST", "03": "[HM]99", "04": "99", "05": "999999|ZZZ", "06": r"8[123]0000\d{8}000",
}  # fmt: skip


def test_every_number_is_well_formed_and_nobodys() -> None:
    """Area 999999 is assigned to nobody; where the area is a real one, the sequence 000 was never issued."""
    for person in city.people(7, 3000):
        assert re.match(MADE_UP[person.document_type], person.number)
        assert len(person.number) != 18 or mod_11_2.is_valid(person.number)
        assert bool(person.issuing_state) == person.number.startswith("TEST")


def test_every_kind_of_document_is_held_by_two_of_a_hundred_but_the_resident_id() -> None:
    held = Counter(person.document_type for person in city.people(7, 10_000))
    assert held == {"01": 8800, "02": 400, "03": 200, "04": 200, "05": 200, "06": 200}


def test_no_two_people_share_a_number() -> None:
    people = city.people(7, 60_000)
    assert len({person.number for person in people}) == len(people)


def test_a_city_is_the_same_however_many_of_its_people_are_asked_for() -> None:
    assert city.people(7, 1000)[:40] == city.people(7, 40)


def test_another_seed_is_another_city() -> None:
    assert city.people(7, 40) != city.people(8, 40)


def test_namesakes_are_as_common_as_in_a_city() -> None:
    """The commonest name is borne by some in ten thousand, and about half of the people share theirs with somebody."""
    people = city.people(1, 100_000)
    names = Counter(person.name for person in people)
    commonest = names.most_common(1)[0][1]
    sharing = sum(count for count in names.values() if count > 1)
    assert 20 <= commonest <= 120
    assert 0.35 <= sharing / len(people) <= 0.85
    assert {"王伟", "李伟", "张伟"} & {name for name, _ in names.most_common(60)}


def test_there_are_minority_names_and_characters_beyond_the_basic_plane() -> None:
    names = [person.name for person in city.people(1, 20_000)]
    assert 50 <= sum("·" in name for name in names) <= 500
    assert sum(any(ord(letter) > 0xFFFF for letter in name) for name in names) >= 20
    assert any(len(name) == 4 and name.startswith(("欧阳", "上官", "司马", "诸葛")) for name in names)
