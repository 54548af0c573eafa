"""A person takes a proof of a line away, and it convinces without the register; nobody else gets it."""

from uuid import uuid4

import pytest
from django.test import Client

from openxin.disclosure.door import own
from openxin.disclosure.proofs import NoSuchLine, NotPublished, of_line
from openxin.ledger import checkpoints, proofs
from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.visitor import id_of, reader_of, visitor


def read(person):
    who = id_of(person)
    return who, own(who, reader_of(who), today=sample.TODAY).lines[0].id


def test_the_proof_of_a_line_convinces_and_says_what_was_shown(door):
    door.receives(sample.penalty(sample.LI_NA))
    who, line = read(sample.LI_NA)
    with pytest.raises(NotPublished):
        of_line(who, reader_of(who), line)
    sequence()
    proof = proofs.read(of_line(who, reader_of(who), line))
    content = proofs.content_of(proof)
    proofs.check(proof, content.leaf, checkpoints.own_signer().key)
    assert content.kind == "disclosure"
    assert '"purpose":"self"' in content.text
    door.register.is_sound(records=1)


def test_nobody_elses_line_is_proved_to_anybody(door):
    door.receives(sample.penalty(sample.LI_NA), sample.penalty(sample.WANG_WEI, "示市监罚〔2026〕2号"))
    who, line = read(sample.LI_NA)
    other, _ = read(sample.WANG_WEI)
    sequence()
    for person, reader, asked in (
        (other, reader_of(other), line),
        (who, reader_of(other), line),
        (who, reader_of(who), uuid4()),
    ):
        with pytest.raises(NoSuchLine):
            of_line(person, reader, asked)


def test_each_line_of_the_page_has_its_proof_to_download(door):
    door.receives(sample.penalty(sample.LI_NA))
    person = visitor()
    person.logs_in(sample.LI_NA)
    page = person.sees()
    path = page.split('href="/records/lines/')[1].split('"')[0]
    assert person.client.get(f"/records/lines/{path}").status_code == 404  # not sequenced yet: a page says so
    sequence()
    answer = person.client.get(f"/records/lines/{path}")
    assert answer.headers["Content-Disposition"].endswith('.tlog-proof"')
    proof = proofs.read(answer.content.decode())
    proofs.check(proof, proofs.content_of(proof).leaf, checkpoints.own_signer().key)
    assert Client(SERVER_NAME="localhost").get(f"/records/lines/{path}").status_code == 302
    official = visitor()
    official.logs_in_for("market")
    assert official.client.get(f"/records/lines/{path}").status_code == 403
