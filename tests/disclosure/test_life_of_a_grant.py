"""The life of a grant: given, waited for, read, revoked, over. Whatever comes in whichever order, one rule decides."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from openxin.accounts.readers import Reader
from openxin.disclosure import grants, redeeming
from openxin.disclosure.asking import NotPermitted
from openxin.disclosure.grants import Terms
from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.others import verified

BEGIN = datetime(2026, 6, 15, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOLDER = Reader(uuid4(), authority="market", roles=frozenset({"recipient"}))


class Life(RuleBasedStateMachine):
    """One grant, and what ought to be true of it, kept in three numbers and two instants."""

    person: Reader

    @initialize(
        begins=st.integers(0, 3), lasts=st.integers(1, 5), uses=st.integers(1, 3), by_code=st.booleans()
    )  # fmt: skip
    def give(self, begins, lasts, uses, by_code):
        self.now = BEGIN
        self.begins, self.ends, self.left = BEGIN + begins * HOUR, BEGIN + (begins + lasts) * HOUR, uses
        self.revoked = False
        terms = Terms(
            None if by_code else "market", ("permit",), None, "statement", self.begins, self.ends, uses, "remedy"
        )
        self.gave = grants.give(self.person.person_id, self.person, terms, at=self.now)

    def stands(self):
        if self.revoked:
            return "revoked"
        if self.now >= self.ends:
            return "over"
        if self.now < self.begins:
            return "later"
        return "open" if self.left else "used"

    @rule(hours=st.integers(0, 2))
    def wait(self, hours):
        self.now += hours * HOUR

    @rule()
    def read(self):
        state = self.stands()
        if state == "open":
            assert len(self.reading().records) == 1
            self.left -= 1
        else:
            with pytest.raises(NotPermitted) as caught:
                self.reading()
            assert caught.value.rule == f"grant-{state}"

    def reading(self):
        if self.gave.code is None:
            return redeeming.read(self.gave.grant_id, HOLDER, at=self.now)
        return redeeming.redeem(self.gave.code, sample.LI_NA.name, HOLDER, at=self.now)

    @precondition(lambda self: not self.revoked)
    @rule()
    def revoke(self):
        grants.revoke(self.person.person_id, self.person, self.gave.grant_id, at=self.now)
        self.revoked = True

    @rule()
    def look(self):
        (grant,) = [
            one for one in grants.of(self.person.person_id, self.person, at=self.now) if one.id == self.gave.grant_id
        ]
        assert (grant.uses_left, grant.state) == (self.left, self.stands())
        seen = {one.id for one in grants.open_to(HOLDER, at=self.now)}
        assert (grant.id in seen) == (grant.state == "open" and self.gave.code is None)


def test_a_grant_covers_what_was_said_and_nothing_else(door):
    door.receives(sample.permit(sample.LI_NA), type_="permit")

    class OfLiNa(Life):
        person = verified(sample.LI_NA)

    run_state_machine_as_test(OfLiNa, settings=settings(max_examples=12, stateful_step_count=12, deadline=None))
    sequence()
    door.register.is_sound(records=1)
