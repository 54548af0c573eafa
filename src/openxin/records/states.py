"""The states of a record, and the moves between them: one explicit machine. Nothing else may say what state a record is in.

Annotated and suspended are flags beside the state, since a suspended record goes on towards its end. What each state may show to
whom is data (`catalogue/states.toml`). SQL that moves many records at once takes its states from here too.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

State = Literal["awaiting_finality", "notice_running", "in_force", "withdrawn", "expired", "erased"]
Verb = Literal["admit", "supply", "open", "withdraw", "restore", "expire", "erase"]


@dataclass(frozen=True, slots=True)
class Move:
    """One verb of a record: from which states, to which. `None` among the origins: there was no record yet."""

    verb: Verb
    origins: tuple[State | None, ...]
    targets: tuple[State, ...]


MOVES: tuple[Move, ...] = (
    Move("admit", (None,), ("awaiting_finality", "notice_running", "in_force")),
    # A service or finality date was supplied; or a status column says that the permit has ended.
    Move(
        "supply",
        ("awaiting_finality", "notice_running", "in_force", "expired"),
        ("awaiting_finality", "notice_running", "in_force", "expired"),
    ),
    Move("open", ("awaiting_finality", "notice_running"), ("in_force",)),
    Move("withdraw", ("awaiting_finality", "notice_running", "in_force", "expired"), ("withdrawn",)),
    Move("restore", ("withdrawn",), ("awaiting_finality", "notice_running", "in_force", "expired")),
    Move("expire", ("awaiting_finality", "notice_running", "in_force"), ("expired",)),
    Move("erase", ("awaiting_finality", "notice_running", "in_force", "withdrawn", "expired"), ("erased",)),
)


class NotThisMove(Exception):
    """The record's state does not allow the verb."""


def move(verb: Verb, origin: State | None, target: State) -> State:
    """The state after `verb`. Raises NotThisMove."""
    if not any(one.verb == verb and origin in one.origins and target in one.targets for one in MOVES):
        raise NotThisMove(f"{verb}: {origin} -> {target}")
    return target


def origins(verb: Verb) -> list[str]:
    """The states that `verb` may find, for set-based SQL."""
    return [origin for one in MOVES if one.verb == verb for origin in one.origins if origin is not None]


def opens_on(final_on: date | None, notice_until: date | None, closes: date | None) -> date | None:
    """The first day on which others may see an adverse record: the later of finality and end of notice, if before `closes`."""
    if final_on is None:
        return None
    opens = final_on if notice_until is None else max(final_on, notice_until + timedelta(days=1))
    return opens if closes is None or opens < closes else None


def standing(final_on: date | None, notice_until: date | None, closes: date | None, today: date) -> State:
    """Where an adverse record stands on `today`, before anything was done about it."""
    if closes is not None and closes <= today:
        return "expired"
    if final_on is None or final_on > today:
        return "awaiting_finality"
    if notice_until is not None and today <= notice_until:
        return "notice_running"
    return "in_force"
