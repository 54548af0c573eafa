"""Others than the person see only final decisions: not a day before finality, whatever a body fills in or leaves out."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from openxin.law.loading import catalogue
from openxin.law.policy import RecordFacts, may_see
from tests.harness.sample import LI_NA, TODAY, penalty
from tests.intake.judging.judged_rows import judged, line

maybe_a_day = st.none() | st.dates(date(2025, 7, 1), TODAY)


@given(st.dates(date(2025, 7, 1), TODAY), maybe_a_day, maybe_a_day, st.sampled_from(["Y", "N", ""]))
def test_a_penalty_opens_never_before_it_is_final_and_noticed(
    decided: date, served: date | None, final: date | None, told: str
) -> None:
    row = penalty(LI_NA, CF_JDRQ=f"{decided}", OX_SDRQ=f"{served or ''}", OX_SXRQ=f"{final or ''}", OX_JJGZ=told)
    of = line(judged(row))
    opens, final_on, notice_until, closes = (of[name] for name in ("opens", "final_on", "notice_until", "closes"))
    assert isinstance(notice_until, date)
    if served is None and final is None:
        assert opens is None
        assert of["state"] == "awaiting_finality"
    if final is None and served is not None:
        assert isinstance(final_on, date)
        assert final_on >= served + timedelta(days=181 if told == "Y" else 365)
    if opens is not None:
        assert isinstance(opens, date)
        assert isinstance(final_on, date)
        assert isinstance(closes, date)
        assert final_on <= opens < closes
        assert notice_until < opens
    if not isinstance(final_on, date) or final_on > TODAY:
        assert of["state"] == "awaiting_finality"


def test_a_day_of_finality_that_lies_ahead_is_no_finality() -> None:
    of = judged(penalty(LI_NA, OX_SXRQ=f"{TODAY + timedelta(days=1)}"))
    assert of.problems["code"].to_list() == ["FUTURE_DATE"]


def test_every_adverse_type_needs_finality_and_a_notice() -> None:
    """Whatever closes by class, or is about conduct, is adverse: the catalogue cannot forget to say so."""
    for type_ in catalogue().types.values():
        if type_.adult_conduct_only or type_.column("class") or type_.column("conduct_on"):
            assert type_.needs_finality, type_.id
            assert type_.notice, type_.id


def test_others_see_no_state_before_a_record_is_in_force() -> None:
    shown = {state.id for state in catalogue().states.values() if state.shown_to_others and not state.flag}
    assert shown == {"in_force"}


def test_no_purpose_of_others_reaches_anything_else() -> None:
    """Officials, recipients and auditors among them: the list says so, and so does the policy, whoever asks by whatever right."""
    law = catalogue()
    others = [one for one in law.purposes.values() if one.roles - {"person", "guardian"}]
    assert {(one.states, one.open_window_only) for one in others} == {(("in_force",), True)}
    states = [state.id for state in law.states.values() if not state.flag and state.id != "in_force"]
    facts = [RecordFacts(type_, state, True, False, False, True, True) for type_ in law.types for state in states]
    asked = [(purpose.id, role, right) for purpose in others for role, right in purpose.rights.items()]
    assert asked
    assert not any(
        may_see(law, role=role, purpose=purpose, right=right, facts=one).allowed
        for purpose, role, right in asked
        for one in facts
    )
