"""Grants: a person says who may see what of theirs, for what, until when and how often; and takes it back.

Legal source: 个人信息保护法 13(1)(1), 14 to 16 (consent: free, informed, for a purpose, withdrawable), 23 (told to whom);
征信业管理条例 18 as a floor; 河南省社会信用条例 18(4). Always true: only the person gives, for a purpose of the catalogue's
list; a grant covers nothing before its beginning, after its end, beyond its uses, or in any transaction that begins after it was
revoked. That it was given and revoked are lines of the person, each with its leaf.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from django.db import connections
from django.utils import timezone

from openxin.accounts.readers import Reader
from openxin.disclosure import door, holders, ways_in
from openxin.disclosure.forms import answer_bytes
from openxin.disclosure.granted import PURPOSE, Granted
from openxin.law.catalogue import Catalogue, Words
from openxin.law.loading import catalogue
from openxin.law.rights import Form
from openxin.people import joined
from openxin.records import lines
from openxin.records.lines import NewLine
from openxin.store.session import reading_as

State = Literal["open", "later", "used", "over", "revoked"]
_WHOEVER = Words("持有授权码者", "Whoever has the code")
_COLUMNS = "id, holder, types, records, form, purpose, from_at, until_at, uses, uses_left, given_at, revoked_at"
_GIVEN_AT = _COLUMNS.split(", ").index("given_at")


class NotYours(Exception):
    """Only the person gives, sees and revokes their grants."""


class Unfit(Exception):
    """The terms are none that a person may grant. `rule`: which rule refuses them, an id of the catalogue's refusals."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class NoSuchGrant(Exception):
    """There is no such grant: of this person, or to this holder."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person grants. `to`: a body of the catalogue or organisation:<id>; None: whoever has the code that is made.

    `records`: single ones of these types; None: all of them. `until`: the first instant at which nothing is covered any more.
    """

    to: str | None
    types: tuple[str, ...]
    records: tuple[UUID, ...] | None
    form: Form
    from_: datetime
    until: datetime
    uses: int
    said_purpose: str


@dataclass(frozen=True, slots=True)
class Given:
    """A grant that was given. `code` is told this once; the register keeps its HMAC."""

    grant_id: UUID
    code: str | None


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant as its person sees it, at the instant that was asked about."""

    id: UUID
    holder: str | None
    holder_title: Words
    by_code: bool
    types: tuple[str, ...]
    records: tuple[UUID, ...] | None
    form: Form
    said_purpose: str
    from_: datetime
    until: datetime
    uses: int
    uses_left: int
    state: State
    given_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenGrant:
    """A grant as its holder sees it before reading: whose it is stands in what is read, and reading it is a line."""

    id: UUID
    types: tuple[str, ...]
    form: Form
    said_purpose: str
    from_: datetime
    until: datetime
    uses_left: int
    given_at: datetime


def preview(person: UUID, to: Reader, terms: Terms, *, at: datetime) -> bytes:
    """Byte for byte what the holder would get, were it given and read now. A reading of one's own, with its line.

    Raises NotYours, Unfit.
    """
    if to.person_id != person:
        raise NotYours
    must_be_fit(terms, catalogue(), at=at)
    granted = Granted(terms.types, terms.records, terms.form)
    return answer_bytes(door.beforehand(person, to, granted, today=timezone.localdate(at), at=at))


def give(person: UUID, to: Reader, terms: Terms, *, at: datetime) -> Given:
    """Give a grant. Raises NotYours, Unfit."""
    if to.person_id != person:
        raise NotYours
    must_be_fit(terms, catalogue(), at=at)
    grant_id, code = uuid4(), None if terms.to else ways_in.new_code()
    way = ways_in.of_code(code) if code else ways_in.of_holder(str(terms.to))
    with reading_as(to.login, person), connections["default"].cursor() as cursor:
        cursor.execute(
            f"insert into disclosure_grant (person_id, token, {_COLUMNS}) values ({', '.join(['%s'] * 14)})",
            [
                person, way, grant_id, terms.to, list(terms.types), terms.records and list(terms.records), terms.form,
                terms.said_purpose, terms.from_, terms.until, terms.uses, terms.uses, at, None,
            ],
        )  # fmt: skip
        cursor.execute(
            "insert into disclosure_way_in (token, person_id, grant_id) values (%s, %s, %s)", [way, person, grant_id]
        )
        said = {
            "grant": str(grant_id),
            "holder": terms.to,
            "types": list(terms.types),
            "records": None if terms.records is None else [str(one) for one in terms.records],
            "form": terms.form,
            "for": terms.said_purpose,
            "from": terms.from_.isoformat(),
            "until": terms.until.isoformat(),
            "uses": terms.uses,
        }
        line = NewLine(person, "grant", _act(to, at) | said)
        lines.write_line(cursor, line, day=timezone.localdate(at), at=at)
    return Given(grant_id, code)


def must_be_fit(terms: Terms, law: Catalogue, *, at: datetime) -> None:
    """Whether a person may grant this. Raises Unfit."""
    purpose = law.purposes[PURPOSE]
    if terms.said_purpose not in law.grant_purposes:
        raise Unfit("grant-purpose-unknown")
    if purpose.longest_grant is None or terms.until - max(terms.from_, at) > purpose.longest_grant:
        raise Unfit("grant-too-long")
    if terms.from_ >= terms.until or terms.until <= at:
        raise Unfit("grant-over")
    if not terms.types or not set(terms.types) <= set(purpose.types) or terms.records == ():
        raise Unfit("grant-of-nothing")
    if not 1 <= terms.uses <= purpose.most_uses:
        raise Unfit("grant-too-often")
    if terms.to is not None and not holders.may_receive(terms.to, law):
        raise Unfit("grant-to-nobody")


def revoke(person: UUID, to: Reader, grant: UUID, *, at: datetime) -> None:
    """Take a grant back: no transaction that begins from now on reads under it. Again, it changes nothing.

    Raises NotYours, NoSuchGrant.
    """
    if to.person_id != person:
        raise NotYours
    with reading_as(to.login, person), connections["default"].cursor() as cursor:
        persons = list(joined.together(person))
        # A reading that uses it right now holds the row; this waits for it, and whoever comes later waits for this.
        cursor.execute(
            "select person_id, revoked_at from disclosure_grant where person_id = any(%s) and id = %s for update",
            [persons, grant],
        )
        row = cursor.fetchone()
        if row is None:
            raise NoSuchGrant
        giver, revoked_at = row
        if revoked_at is not None:
            return
        cursor.execute(
            "update disclosure_grant set revoked_at = %s where person_id = %s and id = %s", [at, giver, grant]
        )
        line = NewLine(giver, "revocation", _act(to, at) | {"grant": str(grant)})
        lines.write_line(cursor, line, day=timezone.localdate(at), at=at)


def of(person: UUID, to: Reader, *, at: datetime) -> tuple[Grant, ...]:
    """Every grant of `person`, newest first. Raises NotYours."""
    if to.person_id != person:
        raise NotYours
    with reading_as(to.login, person), connections["default"].cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from disclosure_grant where person_id = any(%s) order by given_at desc, id",
            [list(joined.together(person))],
        )
        rows = cursor.fetchall()
    titles = holders.titles({row[1] for row in rows if row[1]}, catalogue())
    return tuple(_grant(row, at, titles.get(row[1], _WHOEVER)) for row in rows)


def open_to(
    to: Reader, *, at: datetime, older_than: tuple[datetime, UUID] | None = None, most: int | None = None
) -> tuple[OpenGrant, ...]:
    """The grants that `to`'s body may use at `at`, newest first. Those by code are found by their code only.

    `older_than`: given_at and id of the last that was seen; `most`: how many at once, None: all.
    """
    since, last = older_than or (None, None)
    rows = _presented(
        to,
        """g.revoked_at is null and g.from_at <= %(at)s and %(at)s < g.until_at and g.uses_left > 0
           and (%(since)s::timestamptz is null or (g.given_at, g.id) < (%(since)s, %(last)s))""",
        {"at": at, "since": since, "last": last, "most": most},
    )
    return tuple(_open(_grant(row, at, _WHOEVER)) for row in rows[:most])


def open_one(grant: UUID, to: Reader, *, at: datetime) -> OpenGrant | None:
    """This one of those that `to`'s body may use at `at`; None where it is not, or no more."""
    found = [_grant(row, at, _WHOEVER) for row in _presented(to, "g.id = %(id)s", {"id": grant, "most": 1})]
    return next((_open(one) for one in found if one.state == "open"), None)


def _presented(to: Reader, condition: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The grants to `to`'s body of which `condition` holds, newest first."""
    columns = ", ".join(f"g.{column}" for column in _COLUMNS.split(", "))
    rows: list[tuple[Any, ...]] = []
    for token in ways_in.of_holder_under_every_key(to.holder):
        with reading_as(to.login, token=token), connections["default"].cursor() as cursor:
            cursor.execute(
                f"""select {columns} from disclosure_way_in w
                    join disclosure_grant g on g.person_id = w.person_id and g.id = w.grant_id
                    where w.token = %(token)s and {condition} order by g.given_at desc, g.id desc limit %(most)s""",
                values | {"token": token},
            )
            rows += cursor.fetchall()
    return sorted(rows, key=lambda row: (row[_GIVEN_AT], row[0]), reverse=True)


def _open(grant: Grant) -> OpenGrant:
    return OpenGrant(
        grant.id,
        grant.types,
        grant.form,
        grant.said_purpose,
        grant.from_,
        grant.until,
        grant.uses_left,
        grant.given_at,
    )


def _act(to: Reader, at: datetime) -> dict[str, object]:
    return {"capacity": "self", "login": str(to.login), "at": at.isoformat()}


def _grant(row: tuple[Any, ...], at: datetime, title: Words) -> Grant:
    id_, holder, types, records, form, purpose, from_, until, uses, left, given_at, revoked_at = row
    return Grant(
        id=id_,
        holder=holder,
        holder_title=title,
        by_code=holder is None,
        types=tuple(types),
        records=None if records is None else tuple(records),
        form=form,
        said_purpose=purpose,
        from_=from_,
        until=until,
        uses=uses,
        uses_left=left,
        state=_state(from_, until, left, revoked_at, at),
        given_at=given_at,
        revoked_at=revoked_at,
    )


def _state(from_: datetime, until: datetime, left: int, revoked_at: datetime | None, at: datetime) -> State:
    """What says most about why it may be of no use, first."""
    if revoked_at is not None:
        return "revoked"
    if at >= until:
        return "over"
    if at < from_:
        return "later"
    return "open" if left else "used"
