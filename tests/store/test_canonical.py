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


@pytest.mark.parametrize("value", ["\ud800", 2**64, object()])
def test_what_cannot_be_said_in_it_is_refused(value):
    with pytest.raises(ValueError, match=r"surrogate|64-bit|serializable"):
        canonical.written({"n": value})


@given(VALUES)
def test_it_is_read_as_it_was_written(value):
    assert canonical.read(canonical.written(value)) == value


def test_nothing_stands_behind_it():
    with pytest.raises(ValueError, match="unexpected content"):
        canonical.read(b'{"n":1} {"n":2}')
