"""What is sealed opens only with its key and only at its place."""

from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openxin.vault import keyring, sealing


@pytest.fixture(scope="module", autouse=True)
def ring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    keyring.make_keys(folder)
    keyring.use(folder)
    return folder


@given(st.binary(max_size=2000))
def test_what_is_sealed_opens_again_and_is_not_to_be_seen(text: bytes) -> None:
    (key,) = sealing.new_keys(1)
    at = sealing.place("records_version", uuid4(), uuid4(), 1)
    sealed = sealing.seal(key, text, at)
    assert sealing.unseal(key, sealed, at) == text
    assert len(text) < 4 or text not in sealed


@pytest.mark.parametrize("spoil", ["key", "place", "bit", "profile"])
def test_another_key_place_or_value_does_not_open(spoil: str) -> None:
    (key, other) = sealing.new_keys(2)
    at = sealing.place("records_version", uuid4())
    sealed = bytearray(sealing.seal(key, b"text", at))
    if spoil == "bit":
        sealed[-1] ^= 1
    if spoil == "profile":
        sealed[0] = 9
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(other if spoil == "key" else key, bytes(sealed), at + b"x" if spoil == "place" else at)


def test_a_key_does_not_open_once_its_epoch_is_destroyed(ring: Path) -> None:
    at = sealing.place("people_person", uuid4())
    wrapped = sealing.wrap(bytes(32), at)
    assert sealing.unwrap(wrapped.wrapped, wrapped.epoch, at) == bytes(32)
    (ring / "master-2.key").write_bytes(bytes(32))
    (ring / "master-1.key").unlink()
    keyring.use(ring)
    with pytest.raises(sealing.CannotOpen):
        sealing.unwrap(wrapped.wrapped, wrapped.epoch, at)


def test_a_destroyed_key_does_not_open() -> None:
    with pytest.raises(sealing.CannotOpen):
        sealing.unwrap(None, 1, b"")


def test_a_missing_or_damaged_key_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(keyring.KeysMissing):
        keyring.use(tmp_path)
    keyring.make_keys(tmp_path)
    (tmp_path / "token-file-1.key").write_bytes(b"short")
    with pytest.raises(keyring.KeysMissing):
        keyring.use(tmp_path)
