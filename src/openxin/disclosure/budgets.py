"""Budgets: how often a log-in, and the body for which it acts, may ask for a purpose within a time (`catalogue/budgets.toml`).

Legal source: 个人信息保护法 6, 51 (no more access than the purpose needs; access is controlled). Always true: in no stretch of
time as long as a budget's window are more questions answered than its number, however many processes answer them.

No question waits for another's: a process *leases* units from the database in a small transaction of its own, and counts them
down in memory. A lease that was used up is followed by one twice as large; what was left of one that ran out is given back with
the next. A unit counts from when it was leased and for as long as it might have been used, so that the bound holds; of a process
that died with a lease, the units are lost until the window has passed over them.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID, uuid4

from django.db import connections, transaction

from openxin.accounts.readers import Reader
from openxin.disclosure.asking import BudgetSpent
from openxin.law.catalogue import Catalogue
from openxin.law.rights import Budget
from openxin.notices import alerts

RULE = "budget-spent"
_GOOD_FOR = timedelta(seconds=60)  # within which the units of a lease are used, or not at all
_SHARE = 10  # a lease is at most this part of a budget
_MOST = 10_000  # leases in memory, before those that ran out are forgotten: what was left of them stays spent


@dataclass(slots=True)
class _Lease:
    id: UUID
    units: int
    left: int
    until: datetime


_Key = tuple[str, str, str]  # database, budget, whose
_leases: dict[_Key, _Lease] = {}
_lock = threading.Lock()
_leasing = threading.Lock()


def spend(purpose: str, to: Reader, law: Catalogue, *, at: datetime) -> None:
    """Use one unit of every budget that `to` has for `purpose`. Raises BudgetSpent: then none was used, and auditors are told."""
    wanted = [(budget, whose) for budget in law.budgets if budget.purpose == purpose for whose in _whose(budget, to)]
    if not wanted:
        return
    database = str(connections["default"].settings_dict["NAME"])
    while True:
        with _lock:
            leases = [_leases.get((database, budget.id, whose)) for budget, whose in wanted]
            in_hand = [lease for lease in leases if lease is not None and lease.left > 0 and at < lease.until]
            if len(in_hand) == len(wanted):  # all of them or none, and no other thread between
                for lease in in_hand:
                    lease.left -= 1
                return
            lacking = [pair for pair, lease in zip(wanted, leases, strict=True) if lease not in in_hand]
        with _leasing:
            for budget, whose in lacking:
                if not _in_hand((database, budget.id, whose), at):  # another thread's lease is everybody's
                    _lease((database, budget.id, whose), budget, to, law, at)


def _whose(budget: Budget, to: Reader) -> Sequence[str]:
    if budget.per == "principal":
        return (str(to.login),)
    return (to.holder,) if to.holder else ()


def _in_hand(key: _Key, at: datetime) -> bool:
    with _lock:
        lease = _leases.get(key)
        return lease is not None and lease.left > 0 and at < lease.until


def _lease(key: _Key, budget: Budget, to: Reader, law: Catalogue, at: datetime) -> None:
    """Take units from the database. Raises BudgetSpent."""
    whose = key[-1]
    with _lock:
        before = _leases.pop(key, None)
    used_up = before is not None and before.left <= 0
    size = before.units * 2 if used_up and before is not None else 1
    wanted = max(1, min(size, budget.number // _SHARE))
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        # One after the other, for this one budget of this one asker: so none overlooks what another has just taken.
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"budget|{budget.id}|{whose}"])
        if before is not None and before.left > 0:
            cursor.execute("update disclosure_lease set units = units - %s where id = %s", [before.left, before.id])
        since = at - budget.window - _GOOD_FOR
        cursor.execute(
            "delete from disclosure_lease where budget = %s and whose = %s and at <= %s", [budget.id, whose, since]
        )
        cursor.execute(
            "select coalesce(sum(units), 0), min(at) filter (where units > 0) from disclosure_lease"
            " where budget = %s and whose = %s",
            [budget.id, whose],
        )
        taken, oldest = cursor.fetchone()
        units = min(wanted, budget.number - taken)
        if units > 0:
            made = _Lease(uuid4(), units, units, at + _GOOD_FOR)
            cursor.execute(
                "insert into disclosure_lease (id, budget, whose, at, units) values (%s, %s, %s, %s, %s)",
                [made.id, budget.id, whose, at, units],
            )
        else:
            rule = law.alerts["budget"]
            alerts.count(cursor, "budget", to.holder, to.login, at, alerts.Repetition(rule.times, rule.within))
    if units <= 0:
        again = oldest + budget.window + _GOOD_FOR - at if oldest else budget.window
        raise BudgetSpent(RULE, max(1, ceil(again.total_seconds())))
    with _lock:
        if len(_leases) >= _MOST:
            for old in [one for one, lease in _leases.items() if lease.until <= at]:
                del _leases[old]
        _leases[key] = made
