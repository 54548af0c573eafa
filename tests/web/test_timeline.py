"""Who looked, arranged: own readings are folded by day, everybody else's stand alone."""

from datetime import UTC, date, datetime
from uuid import uuid4

from openxin.disclosure.statement import ShownLine, Statement
from openxin.law.catalogue import Words
from openxin.web import timeline

WORDS = Words("某", "some")


def line(at: datetime, *, own: bool = True, this: bool = False) -> ShownLine:
    kind = "disclosure" if own else "refusal"
    return ShownLine(uuid4(), at, kind, WORDS, WORDS, records=1, is_own=own, is_this=this)


def looks(*lines: ShownLine) -> list[tuple[int, bool, bool, str]]:
    statement = Statement(uuid4(), "self", lines[0].at, lines[0].id, (), lines)
    return [
        (look.times, look.is_own, look.has_this, look.hours)
        for look in timeline.arrange(statement, date(2026, 6, 15), {}).looks
    ]


def test_own_readings_of_a_day_are_one_entry_and_others_are_not():
    day = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
    assert looks(
        line(day.replace(minute=30), this=True),
        line(day.replace(minute=20), own=False),
        line(day.replace(minute=10), own=False),
        line(day),
    ) == [(2, True, True, "12:00–12:30"), (1, False, False, "12:20"), (1, False, False, "12:10")]


def test_a_day_ends_at_midnight_in_the_registers_zone():
    before, after = datetime(2026, 6, 14, 15, 59, tzinfo=UTC), datetime(2026, 6, 14, 16, 0, tzinfo=UTC)
    assert [times for times, *_ in looks(line(after, this=True), line(before))] == [1, 1]
