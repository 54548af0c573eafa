"""Guardians of minors: who may read what is held about a child, beside the child. Recorded by `cases`, asked by the door out.

Legal source: 民法典 arts 17, 23, 27, 34 and 35; 个人信息保护法 art. 31; 河南省社会信用条例 art. 3 (no grown-up ward is a
subject of credit records). Always true: a guardianship ends by itself when the ward comes of age, or when an official ends it;
nobody is a guardian here of somebody of age; either of the two sees it in their own list, under their own key, and neither sees
who else is whose guardian.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID, uuid4

from django.db import connections

from openxin.people.joined import together
from openxin.people.own_key import person_key
from openxin.store.session import reading_as
from openxin.vault import sealing

Side = Literal["ward", "guardian"]
_TABLE = "people_guardianship"


@dataclass(frozen=True, slots=True)
class Ward:
    """A minor whose guardian somebody is. `until`: the last day on which they are."""

    person_id: UUID
    name: str
    until: date
    since: datetime


@dataclass(frozen=True, slots=True)
class Guardian:
    """Who is the guardian of a minor, as the minor sees it."""

    person_id: UUID
    name: str
    until: date
    since: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """One of the two: the person, and the name that the other will see."""

    person_id: UUID
    name: str


def wards_of(person: UUID, *, today: date) -> tuple[Ward, ...]:
    """The minors whose guardian `person` is today, in the order in which that was recorded."""
    return tuple(Ward(*one) for one in _held(person, "guardian", today))


def guardians_of(person: UUID, *, today: date) -> tuple[Guardian, ...]:
    """The guardians of `person` today; none once they are of age."""
    return tuple(Guardian(*one) for one in _held(person, "ward", today))


def is_guardian(person: UUID, of: UUID, *, today: date) -> bool:
    """Whether `person` is a guardian of the minor `of` today."""
    return any(ward.person_id == of for ward in wards_of(person, today=today))


def are_open(ward: UUID, guardian: UUID) -> bool:
    """Whether it stands, whatever the day. Inside `reading_as`, about both."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"select exists (select from {_TABLE} where person_id = %s and other = %s and side = 'ward' and ended_at is null)",
            [ward, guardian],
        )
        found: bool = cursor.fetchone()[0]
    return found


def begin(ward: Named, guardian: Named, *, until: date, at: datetime) -> None:
    """From now on, to the last day as a minor. Inside `reading_as`, about both."""
    id_ = uuid4()
    for own, other, side in ((ward, guardian, "ward"), (guardian, ward, "guardian")):
        text = json.dumps({"name": other.name, "until": until.isoformat()}, ensure_ascii=False).encode()
        sealed = sealing.seal(person_key(own.person_id), text, _place(own.person_id, id_))
        with connections["default"].cursor() as cursor:
            cursor.execute(
                f"insert into {_TABLE} (person_id, id, side, other, sealed, opened_at) values (%s, %s, %s, %s, %s, %s)",
                [own.person_id, id_, side, other.person_id, sealed, at],
            )


def end(ward: UUID, guardian: UUID, *, at: datetime) -> None:
    """From now on no longer. Inside `reading_as`, about both."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"""update {_TABLE} set ended_at = %s
                where ended_at is null and (person_id, other, side) in ((%s, %s, 'ward'), (%s, %s, 'guardian'))""",
            [at, ward, guardian, guardian, ward],
        )


def _held(person: UUID, side: Side, today: date) -> Sequence[tuple[UUID, str, date, datetime]]:
    with reading_as(person, person), connections["default"].cursor() as cursor:
        cursor.execute(
            f"""select person_id, id, other, sealed, opened_at from {_TABLE}
                where person_id = any(%s) and side = %s and ended_at is null order by opened_at, id""",
            [list(together(person)), side],
        )
        rows = cursor.fetchall()
        keys = {own: person_key(own) for own in {row[0] for row in rows}}
    opened = [
        (other, json.loads(sealing.unseal(keys[own], sealed, _place(own, id_))), opened_at)
        for own, id_, other, sealed, opened_at in rows
    ]
    told = [(other, said["name"], date.fromisoformat(said["until"]), opened_at) for other, said, opened_at in opened]
    return [one for one in told if today <= one[2]]


def _place(person: UUID, id_: UUID) -> bytes:
    return sealing.place(_TABLE, person, id_)
