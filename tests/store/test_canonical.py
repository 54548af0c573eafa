"""The encoder that is fast writes what RFC 8785 wants, for everything that is written with it."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from openxin.store import canonical

KEYS = st.text(st.characters(max_codepoint=0x7F), max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
WORDS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS
VALUES = st.recursive(WORDS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


@given(VALUES)
def test_it_is_the_canonical_form(value):
    assert canonical.written(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="JSON"):
        canonical.written({"n": value})
