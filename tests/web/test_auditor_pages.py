"""The auditor's pages of the ledger: everything there is about leaves, nothing about anyone; nobody else opens them."""

import re
from base64 import b64decode
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from openxin.accounts import links
from openxin.ledger import checkpoints, cosigning, notes, proofs, tree, verification, witnesses
from openxin.ledger.append import Entries, append
from openxin.ledger.heads import TreeHead
from openxin.ledger.sequencing import sequence
from openxin.ledger.witnesses import Policy
from tests.harness.sample import LI_NA, penalty
from tests.harness.visitor import visitor

PAGES = ("/audit/", "/audit/ledger/", "/audit/ledger/0/", "/audit/checkpoints/", "/audit/consistency/")


def enter(count: int) -> str:
    """Enter and sign so many entries more. The checkpoint over all of them."""
    ids = [uuid4().bytes for _ in range(count)]
    with transaction.atomic(), connections["default"].cursor() as cursor:
        append(cursor, Entries("check", date(2026, 11, 24), ids, [sha256(one).digest() for one in ids]))
    sequence()
    return checkpoints.latest()


@pytest.fixture
def auditor(register) -> Client:  # type: ignore[no-untyped-def]
    client = Client(SERVER_NAME="localhost")
    assert client.get(links.issue_to_official("credit", roles=["auditor"])).status_code == 303
    return client


def shown(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def numbers(page: str) -> list[int]:
    """The numbers of the entries on a page, in order."""
    return [int(found) for found in re.findall(r'href="/audit/ledger/(\d+)/"', page)]


def english_only(page: str) -> list[str]:
    """What is left in Chinese on an English page, but what is marked as Chinese."""
    ours = re.sub(r'<(\w+)[^>]* lang="zh-Hans"[^>]*>.*?</\1>', "", page)
    return re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<[^>]*>", "", ours))


def test_entries_are_listed_newest_first_and_page_by_page(auditor: Client) -> None:
    enter(119)  # and the catalogue's, which came first
    page = shown(auditor, "/audit/ledger/")
    assert numbers(page) == list(range(119, 69, -1))
    assert "?seq=69" in page
    assert numbers(shown(auditor, "/audit/ledger/?seq=69")) == list(range(69, 19, -1))
    last = shown(auditor, "/audit/ledger/?seq=19")
    assert numbers(last) == list(range(19, -1, -1))
    assert "?seq=69" in last  # back to the newer ones
    assert "采用法规目录" in last


def test_entries_are_found_by_the_time_at_which_they_were_signed(auditor: Client, register) -> None:  # type: ignore[no-untyped-def]
    enter(9)
    between = datetime.now(UTC)
    enter(5)
    soon = datetime.now(UTC) + timedelta(seconds=1)
    since = f"from={between.isoformat().replace('+', '%2B')}"
    assert numbers(shown(auditor, f"/audit/ledger/?{since}")) == list(range(14, 9, -1))
    assert numbers(shown(auditor, f"/audit/ledger/?until={between.isoformat().replace('+', '%2B')}")) == list(
        range(9, -1, -1)
    )
    assert numbers(shown(auditor, f"/audit/ledger/?from={soon.isoformat().replace('+', '%2B')}")) == []
    assert numbers(shown(auditor, "/audit/ledger/?from=2020-01-01&until=2020-01-31")) == []
    assert len(numbers(shown(auditor, "/audit/ledger/?from=2020-01-01&until=2999-12-31"))) == 15
    assert numbers(shown(auditor, f"/audit/ledger/?{since}&seq=12")) == [12, 11, 10]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("seq=-1", "编号是从 0 起的整数"),
        ("seq=一", "编号是从 0 起的整数"),
        ("from=yesterday", "请写成"),
        ("until=2026-02-30", "请写成"),
        ("from=2026-03-01&until=2026-02-01", "早于"),
    ],
)
def test_what_cannot_be_searched_for_is_said_beside_its_field(auditor: Client, asked: str, told: str) -> None:
    assert told in shown(auditor, f"/audit/ledger/?{asked}", 422)


def test_a_page_of_entries_asks_as_much_for_many_as_for_few(auditor: Client) -> None:
    enter(1)
    with CaptureQueriesContext(connection) as few:
        shown(auditor, "/audit/ledger/")
        shown(auditor, "/audit/checkpoints/")
    for _ in range(3):
        enter(40)
    with CaptureQueriesContext(connection) as many:
        shown(auditor, "/audit/ledger/")
        shown(auditor, "/audit/checkpoints/")
    assert len(many) == len(few)


def test_the_proof_of_an_entry_is_checked_without_us(auditor: Client) -> None:
    enter(300)
    answer = auditor.get("/audit/ledger/7/proof")
    assert 'filename="7.tlog-proof"' in answer["Content-Disposition"]
    found = proofs.read(answer.content.decode())
    (entry,) = re.findall(r"<code class=\"hash\">(.*?)</code>", shown(auditor, "/audit/ledger/7/"))
    key = notes.read_key(auditor.get("/ledger/vkey").content.decode().strip())
    proofs.check(found, entry.replace("&quot;", '"').encode(), key)
    assert found.index == 7
    assert auditor.get("/audit/ledger/301/").status_code == 404
    assert auditor.get("/audit/ledger/301/proof").status_code == 404


def test_what_waits_is_told(auditor: Client) -> None:
    with transaction.atomic(), connections["default"].cursor() as cursor:
        append(cursor, Entries("check", date(2026, 11, 24), [uuid4().bytes, uuid4().bytes], [bytes(32), bytes(32)]))
    for path in ("/audit/", "/audit/ledger/", "/audit/checkpoints/"):
        assert "等待编入台账：3 条" in shown(auditor, path)  # two, and the catalogue's
    sequence()
    assert "没有等待编入台账的" in shown(auditor, "/audit/ledger/")


def test_a_checkpoint_that_was_kept_is_continued_by_the_newest(auditor: Client) -> None:
    kept = enter(20)
    enter(80)
    pasted = kept.replace("\n", "\r\n").strip()  # as a browser sends what somebody pasted without its last line's end
    answer = auditor.post("/audit/consistency/", {"kept": pasted})
    assert answer.status_code == 200
    assert "101 条的树以那 21 条开头" in answer.content.decode()


def test_a_checkpoint_with_one_other_character_is_not_ours(auditor: Client) -> None:
    kept = enter(20)
    for broken in (kept.replace("21\n", "20\n"), kept[:40], "", "21"):
        answer = auditor.post("/audit/consistency/", {"kept": broken})
        assert answer.status_code == 422
        assert "不是本台账的公钥签署的检查点" in answer.content.decode()


def test_a_tree_that_was_rewritten_does_not_continue_the_one_that_was_kept(auditor: Client, register) -> None:  # type: ignore[no-untyped-def]
    """The log's own key signed another history: the auditor's copy says so."""
    enter(20)
    signer = checkpoints.own_signer()
    elsewhere = signer.sign(TreeHead(signer.name, 21, sha256(b"another history").digest()).text)
    longer = signer.sign(TreeHead(signer.name, 1000, sha256(b"more was signed").digest()).text)
    for kept in (elsewhere, longer):
        page = auditor.post("/audit/consistency/", {"kept": kept}).content.decode()
        assert "不一致" in page
        assert "一致。</strong>" not in page.replace("不一致。", "")


def test_between_two_checkpoints_the_proof_is_a_file(auditor: Client) -> None:
    enter(20)
    enter(80)
    page = shown(auditor, "/audit/consistency/?from=21&to=101")
    assert "/audit/consistency/proof?from=21&amp;to=101" in page
    text = auditor.get("/audit/consistency/proof?from=21&to=101").content.decode()
    head, _, note = text.partition("\n\n")
    old, *hashes = head.split("\n")
    assert old == "old 21"
    key = checkpoints.own_signer().key
    earlier = verification.signed_head(auditor.get("/audit/checkpoints/21").content.decode(), key)
    later = verification.signed_head(note, key)
    assert tree.is_consistent(21, 101, [b64decode(one) for one in hashes], earlier.root, later.root)
    for asked in ("from=21&to=100", "from=101&to=21", "from=&to=", "from=x&to=101"):
        assert auditor.get(f"/audit/consistency/proof?{asked}").status_code == 404
    assert auditor.get("/audit/checkpoints/22").status_code == 404


def test_cosignatures_stand_with_the_checkpoint_and_in_the_file(auditor: Client, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    private = Ed25519PrivateKey.from_private_bytes(bytes([1] * 32))
    witness = cosigning.WitnessKey("w1.example", private.public_key().public_bytes_raw())
    policy = Policy((witness,), 1)
    monkeypatch.setattr(witnesses, "policy", lambda: policy)
    note = enter(3)
    assert "等待会签" in shown(auditor, "/audit/checkpoints/")
    assert "这一条还没有公布" in shown(auditor, "/audit/ledger/2/")
    assert auditor.get("/audit/ledger/2/proof").status_code == 404
    line = cosigning.cosign(notes.divided(note)[0], name="w1.example", private=private, at=1_764_000_000).line
    witnesses.accept(note, line, by=policy, key=checkpoints.own_signer().key)
    page = shown(auditor, "/audit/checkpoints/")
    assert "w1.example" in page
    assert "等待会签" not in page
    assert "下载证明" in shown(auditor, "/audit/ledger/2/")
    kept = auditor.get("/audit/checkpoints/4").content.decode()
    assert len(cosigning.cosignatures(kept, [witness])) == 1


def test_an_entry_that_was_altered_is_shown_as_such(auditor: Client, register) -> None:  # type: ignore[no-untyped-def]
    """Somebody with the database's highest rights wrote into a leaf."""
    enter(3)
    with psycopg.connect(**register.installation.address("owner")) as owner:
        owner.execute("alter table ledger_leaf disable trigger history")
        owner.execute('update ledger_leaf set body = \'{"c":"x"}\' where seq = 2')
    assert "被改动过" in shown(auditor, "/audit/ledger/")
    assert "被改动过" in shown(auditor, "/audit/ledger/2/")


def test_no_page_of_the_ledger_tells_of_anyone(auditor: Client, door) -> None:  # type: ignore[no-untyped-def]
    door.receives(penalty(LI_NA))
    persons = [str(found[0]) for found in door.register.rows("select person_id from records_record")]
    records = [str(found[0]) for found in door.register.rows("select id from records_record")]
    entries = [str(found[0]) for found in door.register.rows("select entry_id from ledger_position")]
    for path in (*PAGES, "/audit/ledger/1/"):
        page = shown(auditor, path)
        for told in (LI_NA.name, LI_NA.number, *persons, *records, *entries):
            assert told not in page


def test_english_pages_are_english(auditor: Client) -> None:
    enter(3)
    auditor.post("/language/", {"language": "en"})
    for path in (*PAGES, "/audit/ledger/?seq=x", "/audit/consistency/?from=1&to=4", "/audit/consistency/?from=4&to=4"):
        assert english_only(auditor.get(path).content.decode()) == [], path


@pytest.mark.parametrize("role", ["person", "clerk", "recipient", "duty-holder", "administrator", "case-officer"])
def test_nobody_else_opens_them(door, role: str) -> None:  # type: ignore[no-untyped-def]
    door.receives(penalty(LI_NA))
    browser = visitor()
    if role == "person":
        browser.logs_in(LI_NA)
    else:
        browser.client.get(links.issue_to_official("market", roles=[role]))
    for path in (*PAGES, "/audit/ledger/0/proof", "/audit/checkpoints/1", "/audit/consistency/proof?from=1&to=1"):
        assert browser.client.get(path).status_code == 403, path
    assert browser.client.post("/audit/consistency/", {"kept": "x"}).status_code == 403


def test_whoever_is_not_logged_in_is_sent_to_the_log_in(register) -> None:  # type: ignore[no-untyped-def]
    for path in (*PAGES, "/audit/ledger/0/proof"):
        answer = Client(SERVER_NAME="localhost").get(path)
        assert (answer.status_code, answer["Location"]) == (303, "/log-in/")
