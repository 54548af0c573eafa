"""Notes and keys are those of C2SP signed-note, byte for byte those of the Go package.

Known answers: the key PeterNeumann, its note and the malformed notes are from golang.org/x/mod/sumdb/note
`note_test.go` (TestSign, TestNewVerifier, TestOpen); the signatures are RFC 8032, section 7.1, tests 1 to 3.
"""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openxin.ledger import heads, notes, signing

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)


def test_the_published_note_is_signed_byte_for_byte() -> None:
    assert notes.read_signer(PETER_SECRET).sign(TEXT) == f"{TEXT}\n{PETER_LINE}"


def test_keys_are_read_and_written_in_their_published_form() -> None:
    assert str(notes.read_key(PETER)) == PETER
    assert str(notes.read_signer(PETER_SECRET).key) == PETER
    assert notes.read_signer(PETER_SECRET).secret_text() == PETER_SECRET


@pytest.mark.parametrize("lines", [PETER_LINE, PETER_LINE + ENOCH_LINE, ENOCH_LINE + PETER_LINE, PETER_LINE * 2])
def test_a_note_opens_with_the_key_whatever_other_signatures_it_carries(lines: str) -> None:
    assert notes.open_note(f"{TEXT}\n{lines}", notes.read_key(PETER)) == TEXT
    if "Enoch" in lines:
        assert notes.open_note(f"{TEXT}\n{lines}", notes.read_key(ENOCH)) == TEXT


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        TEXT + "\n",
        TEXT + "\n" + PETER_LINE[:-1],
        "\x01" + TEXT + "\n" + PETER_LINE,
        TEXT + "\n— Bad Name x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6Ry=\n",
        TEXT + "\n" + PETER_LINE + "Unexpected line.\n",
        TEXT + "\n" + PETER_LINE * 101,
        TEXT + "\n" + PETER_LINE[:60] + "ABCD" + PETER_LINE[60:],
        TEXT.replace("answer", "Answer") + "\n" + PETER_LINE,
        TEXT + "\n" + ENOCH_LINE,
        TEXT + "\n" + PETER_LINE + PETER_LINE.replace("/Sff", "/Sfg"),
        "",
    ],
)
def test_a_malformed_or_altered_note_does_not_open(note: str) -> None:
    with pytest.raises(notes.NoteUnsound):
        notes.open_note(note, notes.read_key(PETER))


def test_no_part_and_no_altered_letter_of_a_key_is_a_key() -> None:
    for text, read in ((PETER, notes.read_key), (PETER_SECRET, notes.read_signer)):
        parts = {text[i:j] for i in range(len(text)) for j in range(i + 1, len(text) + 1)} - {text}
        altered = {text[:i] + chr(ord(text[i]) + 1) + text[i + 1 :] for i in range(len(text))}
        for wrong in parts | altered:
            with pytest.raises(notes.NotAKey):
                read(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",  # too long, its id adjusted
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  # of an unknown kind, its id adjusted
    ],
)
def test_a_key_of_another_kind_or_length_is_refused(text: str) -> None:
    with pytest.raises(notes.NotAKey):
        notes.read_key(text)


@pytest.mark.parametrize(
    ("seed", "public", "message", "signature"),
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            (
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595b"
                "be24655141438e7a100b"
            ),
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            (
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb430"
                "2aeeb00d291612bb0c00"
            ),
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            (
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716e"
                "d28dc027beceea1ec40a"
            ),
        ),
    ],
)
def test_signatures_are_those_of_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    signer = notes.Signer("x", Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)))
    assert signer.key.public.hex() == public
    assert signer.private.sign(bytes.fromhex(message)).hex() == signature


def test_a_checkpoint_says_origin_size_and_root_and_nothing_else() -> None:
    """The example of C2SP tlog-checkpoint."""
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    head = heads.read_head(text)
    assert (head.origin, head.size, len(head.root)) == ("example.com/behind-the-sofa", 20852163, 32)
    assert head.text == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("20852163", "020852163"),
        ("20852163", "-1"),
        ("20852163", "+1"),
        ("20852163", "２０"),
        ("20852163", "2_0"),
        ("q2I=\n", "q2I=\nextension\n"),
        ("q2I=\n", "q2I="),
        ("q2I=", "q2J="),
        ("CsUY", "Cs UY"),
        ("CsUYapGG", ""),
        ("example.com/behind-the-sofa", ""),
    ],
)
def test_a_checkpoint_has_one_form_only(old: str, new: str) -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    with pytest.raises(heads.NotAHead):
        heads.read_head(text.replace(old, new))


def test_the_ledgers_key_is_made_once_and_is_for_its_owner_only(tmp_path: Path) -> None:
    signing.make_key(tmp_path / "keys", "示例.example/ledger")
    file = tmp_path / "keys" / signing.FILE
    first = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    signing.make_key(tmp_path / "keys")
    assert file.read_bytes() == first
    signer = signing.signer(tmp_path / "keys")
    assert signer.name == "示例.example/ledger"
    assert notes.open_note(signer.sign(TEXT), notes.read_key(str(signer.key))) == TEXT


@pytest.mark.parametrize("content", [None, b"", b"\xff", PETER.encode(), PETER_SECRET[:-2].encode()])
def test_a_missing_or_damaged_key_is_said(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / signing.FILE).write_bytes(content)
    with pytest.raises(signing.SigningKeyMissing):
        signing.signer(tmp_path)
