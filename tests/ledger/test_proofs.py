"""A proof stands on its own: with the log's key, and those of witnesses, it is checked without the register.

Known answers: the inclusion proofs of RFC 6962's test vectors are in `test_tree.py`; here they come out of tiles.
"""

import random
from dataclasses import replace
from datetime import date
from hashlib import sha256

import ledger_exports as exports
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openxin.ledger import cosigning, leaves, notes, proofs, tree
from openxin.ledger.proofs import Content, NotAProof, Proof, ProofFails

SIZES = [1, 2, 3, 7, 255, 256, 257, 511, 65_536, 65_537, 70_001]
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(32))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))


def key_of(name: str, private: Ed25519PrivateKey) -> cosigning.WitnessKey:
    return cosigning.WitnessKey(name, private.public_key().public_bytes_raw())


@pytest.fixture(scope="module")
def entries() -> list[bytes]:
    return exports.some_leaves(max(SIZES))


@pytest.mark.parametrize("size", SIZES)
def test_the_proof_out_of_tiles_is_the_one_out_of_all_leaves(entries: list[bytes], size: int) -> None:
    log = exports.Memory(entries[:size])
    hashes = tree.leaf_hashes(entries[:size])
    for index in {0, size - 1, size // 2, size // 3}:
        proof = proofs.prove(log, index, "", size)
        spans = tree.inclusion_spans(index, size)
        assert list(proof.hashes) == [tree.root(hashes[32 * start : 32 * end]) for start, end in spans]


@pytest.mark.parametrize("old", [1, 2, 255, 256, 300, 65_536, 65_540])
def test_the_consistency_proof_out_of_tiles_convinces(entries: list[bytes], old: int) -> None:
    before, after = exports.Memory(entries[:old]), exports.Memory(entries)
    size = len(entries)
    proof = proofs.span_hashes(after, tree.consistency_spans(old, size), size)
    assert tree.is_consistent(old, size, proof, before.head.root, after.head.root)


def noted(entries: list[bytes]) -> tuple[exports.Memory, str]:
    log = exports.Memory(entries)
    return log, exports.SIGNER.sign(log.head.text)


def test_a_proof_is_read_as_it_was_written_and_convinces(entries: list[bytes]) -> None:
    log, note = noted(entries)
    proof = proofs.prove(log, 4_711, note, len(entries), extra=b"more")
    again = proofs.read(proof.written)
    assert again == proof
    proofs.check(again, entries[4_711], exports.SIGNER.key)


def test_the_published_form_is_kept() -> None:
    """C2SP tlog-proof: the example of the specification, its signatures shortened there."""
    text = (
        "c2sp.org/tlog-proof@v1\nindex 73894\n"
        "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=\nB95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=\n"
        "EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=\nRoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=\n"
        "AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=\n\nexample.com/fancylog\n109482\n"
        "sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n— example.com/fancylog hI2DJw==\n"
    )
    proof = proofs.read(text)
    assert (proof.index, len(proof.hashes), proof.extra) == (73_894, 5, b"")
    assert proof.written == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v2\nindex 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex ١\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nnumber 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nextra ???\nindex 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nextra AB==\nindex 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64 + "\nnote\n",
    ],
)
def test_what_is_not_a_proof_is_not_read(text: str) -> None:
    with pytest.raises(NotAProof):
        proofs.read(text)


def test_the_content_of_a_line_is_proved_by_making_its_leaf_anew() -> None:
    content = Content("disclosure", date(2026, 11, 25), bytes(range(32)), '{"who":"张三"}')
    entries = [*exports.some_leaves(300), content.leaf, *exports.some_leaves(500)]
    log, note = noted(entries)
    proof = proofs.read(proofs.prove(log, 300, note, len(entries), extra=content.written).written)
    assert proofs.content_of(proof) == content
    proofs.check(proof, proofs.content_of(proof).leaf, exports.SIGNER.key)
    other = replace(content, text='{"who":"李四"}')
    with pytest.raises(ProofFails, match="not where the proof says"):
        proofs.check(proof, other.leaf, exports.SIGNER.key)


def test_ten_thousand_proofs_convince_and_ten_thousand_mutants_do_not(entries: list[bytes]) -> None:
    chance = random.Random(9162)
    log, note = noted(entries)
    for _ in range(10_000):
        index = chance.randrange(len(entries))
        proof = proofs.prove(log, index, note, len(entries))
        proofs.check(proof, entries[index], exports.SIGNER.key)
        mutant, entry = mutated(chance, proof, entries[index])
        with pytest.raises(ValueError):  # noqa: PT011 (NotAProof where it is not even one, else ProofFails)
            proofs.check(proofs.read(mutant.written), entry, exports.SIGNER.key)


def mutated(chance: random.Random, proof: Proof, entry: bytes) -> tuple[Proof, bytes]:
    """One thing changed: the entry, the place, a hash, their number or order, the checkpoint."""
    way = chance.randrange(6)
    hashes = list(proof.hashes)
    at = chance.randrange(len(hashes))
    if way == 0:
        return proof, leaves.written("grant", date(2026, 1, 1), sha256(entry).digest())[0]
    if way == 1:
        return replace(proof, index=proof.index ^ 1 << chance.randrange(16)), entry
    if way == 2:
        hashes[at] = bytes([hashes[at][0] ^ 1 << chance.randrange(8)]) + hashes[at][1:]
    elif way == 3:
        del hashes[at]
    elif way == 4:
        hashes.insert(at, sha256(hashes[at]).digest())
    else:
        signed = proof.note.index("\n\n")
        where = chance.randrange(signed)
        letter = "A" if proof.note[where] != "A" else "B"
        return replace(proof, note=proof.note[:where] + letter + proof.note[where + 1 :]), entry
    return replace(proof, hashes=tuple(hashes)), entry


def test_a_proof_counts_only_with_enough_witnesses(entries: list[bytes]) -> None:
    log, note = noted(entries)
    text = notes.divided(note)[0]
    one, two = key_of("w1.example", WITNESS), key_of("w2.example", OTHER)
    seen = cosigning.cosign(text, name="w1.example", private=WITNESS, at=1_764_000_000)
    proof = proofs.prove(log, 5, note + seen.line, len(entries))
    proofs.check(proof, entries[5], exports.SIGNER.key, witnesses=[one, two], needed=1)
    for witnesses, needed in (([one, two], 2), ([two], 1), ([], 1)):
        with pytest.raises(ProofFails, match="witnesses saw"):
            proofs.check(proof, entries[5], exports.SIGNER.key, witnesses=witnesses, needed=needed)
    twice = replace(proof, note=note + seen.line + seen.line)
    with pytest.raises(ProofFails, match="witnesses saw"):
        proofs.check(twice, entries[5], exports.SIGNER.key, witnesses=[one, two], needed=2)


def test_a_cosignature_is_no_signature_of_the_log_and_the_other_way_round() -> None:
    """Both kinds by one key and name: each says only what it says."""
    log, note = noted(exports.some_leaves(3))
    own = cosigning.WitnessKey(exports.SIGNER.name, exports.SIGNER.key.public)
    assert cosigning.cosignatures(note, [own]) == []
    text = notes.divided(note)[0]
    line = cosigning.cosign(text, name=exports.SIGNER.name, private=exports.SIGNER.private, at=1).line
    with pytest.raises(notes.NoteUnsound):
        notes.open_note(f"{text}\n{line}", exports.SIGNER.key)
    assert log.head.text == text


def test_the_published_cosignature_is_understood() -> None:
    """C2SP tlog-cosignature, its example: the id of the key stands before time and signature, 76 bytes in all."""
    note = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+"
        "xeMcTOAYQ8=\n"
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+"
        "mbIUBkBIfZ+qnA==\n"
    )
    (_, _), (name, signed) = notes.divided(note)[1]
    assert name == "witness.example.com/w1"
    assert len(signed) == 76
    assert int.from_bytes(signed[4:12], "big") == 1_679_315_147


def test_keys_of_witnesses_are_written_and_read_and_are_not_keys_of_logs() -> None:
    key = key_of("w1.example", WITNESS)
    assert cosigning.read_witness_key(str(key)) == key
    assert cosigning.read_secret(cosigning.secret_text("w1.example", WITNESS))[0] == "w1.example"
    with pytest.raises(notes.NotAKey):
        notes.read_key(str(key))
    with pytest.raises(notes.NotAKey):
        cosigning.read_witness_key(str(exports.SIGNER.key))
