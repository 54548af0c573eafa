"""Look-up tokens are HMAC-SHA-256 by the letter, and say nothing without their key."""

import hmac
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openxin.vault import keyring, tokens


@pytest.fixture(scope="module", autouse=True)
def ring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    keyring.make_keys(folder)
    keyring.use(folder)
    return folder


@given(st.binary(max_size=300))
def test_a_token_is_the_key_number_and_the_hmac_of_the_standard_library(message: bytes) -> None:
    key = keyring.keys().tokens["natural"][1]
    assert tokens.token("natural", message) == b"\x01" + hmac.digest(key, message, "sha256")


def test_one_message_has_unlike_tokens_in_unlike_kinds() -> None:
    assert tokens.token("identity", b"x") != tokens.token("name", b"x")


def test_tokens_can_still_be_made_under_the_previous_key(ring: Path) -> None:
    before = tokens.token("identity", b"x")
    (ring / "token-identity-2.key").write_bytes(bytes(32))
    keyring.use(ring)
    assert keyring.keys().token_numbers("identity") == (2, 1)
    assert tokens.token("identity", b"x")[0] == 2
    assert tokens.token("identity", b"x", number=1) == before
