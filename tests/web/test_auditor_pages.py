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
from django.utils.html import escape

from openxin.accounts import links
from openxin.accounts.readers import Reader
from openxin.disclosure import contests
from openxin.disclosure.asking import NotPermitted, Question, Right
from openxin.disclosure.door import disclose, own
from openxin.law.loading import catalogue
from openxin.ledger import checkpoints, cosigning, notes, proofs, tree, verification, witnesses
from openxin.ledger.append import Entries, append
from openxin.ledger.heads import TreeHead
from openxin.ledger.sequencing import sequence
from openxin.ledger.witnesses import Policy
from openxin.notices import alerts
from tests.harness.door import Door
from tests.harness.register import Register
from tests.harness.sample import LI_NA, TODAY, penalty
from tests.harness.visitor import desk_of, id_of, reader_of, visitor

PAGES = (
    "/audit/",
    "/audit/ledger/",
    "/audit/ledger/0/",
    "/audit/checkpoints/",
    "/audit/consistency/",
    "/audit/policy/",
    "/audit/alerts/",
    "/audit/figures/",
)


def enter(count: int) -> str:
    """Enter and sign so many entries more. The checkpoint over all of them."""
    ids = [uuid4().bytes for _ in range(count)]
    with transaction.atomic(), connections["default"].cursor() as cursor:
        append(cursor, Entries("check", date(2026, 11, 24), ids, [sha256(one).digest() for one in ids]))
    sequence()
    return checkpoints.latest()


@pytest.fixture
def auditor(register) -> Client:  # type: ignore[no-untyped-def]
    return desk_of("credit", "auditor")


def shown(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def numbers(page: str) -> list[int]:
    """The numbers of the entries on a page, in order."""
    return [int(found) for found in re.findall(r'href="/audit/ledger/(\d+)/"', page)]


def english_only(page: str) -> list[str]:
    """What is left in Chinese on an English page, but what is marked as Chinese."""
    ours = re.sub(r'(?s)<(\w+)[^>]* lang="zh-Hans"[^>]*>.*?</\1>', "", page)
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


def test_entries_are_found_by_the_time_at_which_they_were_signed(auditor: Client, register: Register) -> None:
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


def test_a_tree_that_was_rewritten_does_not_continue_the_one_that_was_kept(auditor: Client, register: Register) -> None:
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


def test_an_entry_that_was_altered_is_shown_as_such(auditor: Client, register: Register) -> None:
    """Somebody with the database's highest rights wrote into a leaf."""
    enter(3)
    with psycopg.connect(**register.installation.address("owner")) as owner:
        owner.execute("alter table ledger_run disable trigger history")
        owner.execute("update ledger_run set kind = 'nothing' where first = 1")
    assert "被改动过" in shown(auditor, "/audit/ledger/")
    assert "被改动过" in shown(auditor, "/audit/ledger/2/")


def test_no_page_of_the_ledger_tells_of_anyone(auditor: Client, door: Door) -> None:
    door.receives(penalty(LI_NA))
    persons = [str(found[0]) for found in door.register.rows("select person_id from records_record")]
    records = [str(found[0]) for found in door.register.rows("select id from records_record")]
    entries = [str(found[0]) for found in door.register.rows("select entry_id from ledger_leaf")]
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
    others = ("/audit/checkpoints/1", "/audit/consistency/proof?from=1&to=1", "/audit/policy/access.cedar")
    for path in (*PAGES, "/audit/ledger/0/proof", *others):
        assert browser.client.get(path).status_code == 403, path
    for path in ("/audit/consistency/", f"/audit/alerts/{uuid4()}/seen/", f"/audit/contests/{uuid4()}/answer/"):
        assert browser.client.post(path, {"kept": "x", "answer": "lawful"}).status_code == 403, path


def test_whoever_is_not_logged_in_is_sent_to_the_log_in(register) -> None:  # type: ignore[no-untyped-def]
    for path in (*PAGES, "/audit/ledger/0/proof"):
        answer = Client(SERVER_NAME="localhost").get(path)
        assert (answer.status_code, answer["Location"]) == (303, "/log-in/")


def reader_of_body(role: str = "clerk") -> Reader:
    return Reader(uuid4(), authority="market", roles=frozenset({role}))


def test_the_rules_are_shown_as_they_are_carried_out_and_their_leaf_is_named(auditor: Client) -> None:
    law = catalogue()
    assert "等待编入" in shown(auditor, "/audit/policy/")
    sequence()
    page = shown(auditor, "/audit/policy/")
    assert law.hash.hex() in page
    assert 'href="/audit/ledger/0/"' in page
    assert law.hash.hex() in shown(auditor, "/audit/ledger/0/")
    assert escape(law.policy) in page
    for one in (*law.purposes.values(), *law.checks.values(), *law.never.values()):
        assert escape(one.title.zh) in page, one.id
    assert auditor.get("/audit/policy/access.cedar").content.decode() == law.policy


def test_alerts_are_listed_and_looked_into_once(auditor: Client, register: Register) -> None:
    now, login = datetime.now(UTC), uuid4()
    with transaction.atomic(), connections["default"].cursor() as cursor:
        found = alerts.raise_alert(cursor, "refusals", "market", login, now)
        alerts.raise_alert(cursor, "budget", "", uuid4(), now)
    assert "2 条没有人查看过" in shown(auditor, "/audit/")
    page = shown(auditor, "/audit/alerts/")
    assert "多次被拒绝" in page
    assert "示例市市场监督管理局" in page
    assert str(login) in page
    for done, told in (("seen", "已记下您查看过"), ("late", "已经有人办过了")):
        answer = auditor.post(f"/audit/alerts/{found}/seen/")
        assert (answer.status_code, answer["Location"]) == (303, f"/audit/alerts/?done={done}")
        assert told in shown(auditor, answer["Location"])
    assert "多次被拒绝" not in shown(auditor, "/audit/alerts/")
    assert register.count("notices_alert", "seen_at is not null") == 1


def test_a_contest_is_answered_from_the_list_and_its_person_reads_the_answer(auditor: Client, door: Door) -> None:
    door.receives(penalty(LI_NA))
    li_na = id_of(LI_NA)
    with pytest.raises(NotPermitted) as refused:
        disclose(Question("self", li_na, Right("own")), reader_of_body(), today=TODAY)
    assert refused.value.line is not None
    contests.contest(li_na, reader_of(li_na), refused.value.line, at=datetime.now(UTC))
    page = shown(auditor, "/audit/alerts/")
    assert "本人质疑一次查看" in page
    assert "示例市市场监督管理局" in page
    assert str(li_na) not in page
    assert str(refused.value.line) not in page
    (contest,) = re.findall(r"/audit/contests/([0-9a-f-]+)/answer/", page)
    assert auditor.post(f"/audit/contests/{contest}/answer/", {"answer": "free text"})["Location"].endswith("unsaid")
    assert auditor.post(f"/audit/contests/{contest}/answer/", {"answer": "lawful"})["Location"].endswith("answered")
    assert auditor.post(f"/audit/contests/{contest}/answer/", {"answer": "no_ground"})["Location"].endswith("late")
    (answered,) = contests.of(li_na, reader_of(li_na)).values()
    assert answered.answer == "lawful"
    sequence()
    door.register.is_sound(records=1)


def test_figures_are_counts_of_bodies_and_rules(auditor: Client, door: Door) -> None:
    door.receives(penalty(LI_NA))
    own(id_of(LI_NA), reader_of(id_of(LI_NA)), today=TODAY)
    for _ in range(3):
        with pytest.raises(NotPermitted):
            disclose(Question("self", id_of(LI_NA), Right("own")), reader_of_body(), today=TODAY)
    page = shown(auditor, "/audit/figures/?months=3")
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"(?s)<tr>(.*?)</tr>", page)]
    month = datetime.now(UTC).strftime("%Y-%m")
    assert [month, "本人查阅", "个人的登录", "1", "0"] in rows
    assert [month, "本人查阅", "示例市市场监督管理局", "0", "3"] in rows
    assert LI_NA.name not in page
    assert str(id_of(LI_NA)) not in page
    assert english_only(page_in_english(auditor, "/audit/figures/")) == []


def page_in_english(client: Client, path: str) -> str:
    client.post("/language/", {"language": "en"})
    return shown(client, path)
