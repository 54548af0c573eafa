"""What a body has handed in, at its desk: the list, its filters, the receipts; and who finds none of them."""

import json
import re
from datetime import date
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from openxin.intake import taking_back
from openxin.intake.receipts import Receipt
from openxin.law.loading import catalogue
from tests.harness.door import Door
from tests.harness.register import Register
from tests.harness.sample import LI_NA, WANG_WEI, penalty, permit, person
from tests.harness.visitor import Visitor, is_sent_away, visitor

_ROW = re.compile(r'<th scope="row">.*?/desk/submissions/([0-9a-f-]{36})/', re.DOTALL)


@pytest.fixture
def clerk(register: Register) -> Visitor:
    someone = visitor()
    someone.logs_in_for("market")
    return someone


def listed(clerk: Visitor, asked: str = "") -> list[UUID]:
    return [UUID(one) for one in _ROW.findall(clerk.sees(f"/desk/submissions/{asked}"))]


def id_of(receipt: Receipt) -> UUID:
    assert receipt.submission is not None
    return receipt.submission


@pytest.fixture
def three(door: Door) -> list[UUID]:
    """Penalties of which a row waits, permits without fault, penalties that were taken back; on three days."""
    waits = door.receives(penalty(LI_NA), penalty(WANG_WEI, "示〔2026〕2号", CF_JDRQ="x"), today=date(2026, 6, 1))
    clean = door.receives(permit(LI_NA), type_="permit", name="permit.csv", today=date(2026, 6, 8))
    wrong = door.receives(penalty(LI_NA, "示〔2026〕3号"), name="wrong.csv", today=date(2026, 6, 15))
    taking_back.take_back(
        "market",
        id_of(wrong),
        reason=taking_back.reasons(catalogue())[0].code,
        login=uuid4(),
        today=date(2026, 6, 15),
        law=catalogue(),
    )
    return [id_of(waits), id_of(clean), id_of(wrong)]


def test_the_list_has_every_submission_and_how_it_stands(clerk: Visitor, three: list[UUID]) -> None:
    assert listed(clerk) == three[::-1], "the newest first"
    page = clerk.sees("/desk/submissions/")
    for said in ("共 3 批", "1 行待补正", "已办完", "已撤回"):
        assert said in page, said
    assert "3 submissions" in clerk.sees("/desk/submissions/", english=True)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("?type=permit", [1]),
        ("?type=penalty&state=waiting", [0]),
        ("?state=taken_back", [2]),
        ("?state=finished", [1]),
        ("?state=under_way", []),
        ("?from=2026-06-08", [2, 1]),
        ("?until=2026-06-08", [1, 0]),
        ("?from=2026-06-08&until=2026-06-08", [1]),
        ("?type=%27%22%3E&from=+2026-06-15", []),
        ("?state=nonsense", [2, 1, 0]),
        ("?page=x", [2, 1, 0]),
        ("?page=7", []),
    ],
)
def test_the_list_is_filtered(clerk: Visitor, three: list[UUID], asked: str, found: list[int]) -> None:
    assert [three.index(one) for one in listed(clerk, asked)] == found


@pytest.mark.parametrize(
    ("asked", "field"),
    [("?from=2026-02-30", "from"), ("?until=gestern", "until"), ("?from=2026-06-08&until=2026-06-07", "until")],
)
def test_a_day_that_is_none_is_told_beside_its_field(clerk: Visitor, asked: str, field: str) -> None:
    answer = clerk.client.get(f"/desk/submissions/{asked}")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#{field}"' in page and f'id="{field}-fault"' in page


def test_a_row_that_was_mended_is_no_submission_of_its_own(clerk: Visitor, door: Door) -> None:
    """Neither while its list stands nor when that was taken back."""
    id_ = id_of(door.receives(penalty(LI_NA, CF_JDRQ="someday"), today=timezone.localdate()))
    ((reference,),) = door.register.rows("select id from intake_waiting")
    clerk.client.post(f"/desk/mend/{reference}/", penalty(LI_NA))
    assert door.register.count("intake_submission") == 2
    assert listed(clerk) == [id_]
    assert "已办完" in clerk.sees("/desk/submissions/")
    reason = next(iter(catalogue().lists["CL_CHYY"].values)).code
    assert clerk.client.post(f"/desk/submissions/{id_}/take-back/", {"reason": reason}).status_code == 303
    assert door.register.count("intake_taken_back") == 2
    assert listed(clerk) == [id_]


def test_a_row_that_was_mended_and_still_waits_waits_in_its_list(clerk: Visitor, door: Door) -> None:
    id_ = id_of(door.receives(penalty(LI_NA, CF_JDRQ="someday", CF_CFLB="骂")))
    ((reference,),) = door.register.rows("select id from intake_waiting")
    clerk.client.post(f"/desk/mend/{reference}/", penalty(LI_NA, CF_CFLB="骂"))
    assert listed(clerk, "?state=waiting") == [id_]
    page = clerk.sees(f"/desk/submissions/{id_}/")
    assert "补正 1 行" in page and "不在代码清单内" in page and "不是有效日期" not in page


def test_five_hundred_submissions_take_as_many_statements_as_one(clerk: Visitor, door: Door) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connections["default"]) as queries:
            for address in ("/desk/submissions/?type=penalty", "/desk/"):
                clerk.sees(address)
        return len(queries)

    door.receives(penalty(LI_NA))
    with_one = asked()
    with psycopg.connect(**door.register.installation.address("owner"), autocommit=True) as owner:
        owner.execute(
            "insert into intake_submission select gen_random_uuid(), file_token || int4send(n), authority, type, opened_on,"
            " opened_at - n * interval '1 second', catalogue_hash, shards, identity_key, chunk_rows, chunks,"
            " finished_at, finished_on, receipt from intake_submission, generate_series(1, 499) n"
        )
    assert asked() == with_one
    page = clerk.sees("/desk/submissions/?type=penalty&page=3")
    assert "第 3 页，共 20 页" in page
    assert 'href="?type=penalty&amp;page=2"' in page and 'href="?type=penalty&amp;page=4"' in page
    assert len(listed(clerk, "?page=20")) == 25


def test_the_receipt_says_what_became_of_every_row_and_why(clerk: Visitor, door: Door) -> None:
    door.receives(penalty(person(1), "示〔2026〕10号"))
    receipt = door.receives(
        penalty(LI_NA),
        penalty(person(1), "示〔2026〕10号", OX_SDRQ="2026-04-13"),
        penalty(WANG_WEI, "示〔2026〕11号", CF_JDRQ="someday"),
        penalty(WANG_WEI, "示〔2026〕12号", CF_JDRQ="x", CF_CFLB="骂"),
        penalty(WANG_WEI, "示〔2026〕13号", CF_YJ="《治安管理处罚法》第四十二条"),
        name="mixed.csv",
    )
    address = f"/desk/submissions/{receipt.submission}/"
    page = clerk.sees(address)
    assert [int(one) for one in re.findall(r"</dt><dd>(\d+)</dd>", page)] == [5, 1, 1, 2, 1]
    assert re.search(r"2 行</p>\s*<div>\s*<p><strong>不是有效日期", page), "the most frequent reason stands first"
    for said in ("第 4 行", "第 6 行", "重复的 1 行", "附注 1 条", "依法封存", "补正 2 行"):
        assert said in page, said
    for secret in (LI_NA.name, LI_NA.number, WANG_WEI.number):
        assert secret not in page
    assert "Why rows wait or were refused" in clerk.sees(address, english=True)


def test_a_receipt_of_many_refused_rows_is_paged_and_asks_no_more_often(clerk: Visitor, door: Door) -> None:
    def asked(rows: int) -> tuple[int, int]:
        receipt = door.receives(
            *(penalty(LI_NA, f"示〔2026〕{n}号", CF_YJ="《治安管理处罚法》第四十二条") for n in range(rows)),
            *(penalty(LI_NA, f"示〔2026〕{n}号", CF_JDRQ="x") for n in range(rows, 2 * rows)),
            name=f"{rows}.csv",
        )
        address = f"/desk/submissions/{receipt.submission}/"
        with CaptureQueriesContext(connections["default"]) as queries:
            page = clerk.sees(address)
        count = len(queries)
        if rows > 25:
            assert "第 28 行" in clerk.sees(f"{address}?page=2")
            assert 'href="?page=2#refused"' in page
        return count, page.count('<p class="place">')

    (few, rows_few), (many, rows_many) = asked(1), asked(60)
    assert (few, rows_few) == (many, 2 + 2) and rows_many == 2 + 25 + 5


def test_the_receipt_is_downloaded_as_the_contract_words_it(clerk: Visitor, door: Door) -> None:
    receipt = door.receives(penalty(LI_NA), penalty(LI_NA))
    answer = clerk.client.get(f"/desk/submissions/{receipt.submission}/receipt.json")
    assert answer["Content-Disposition"] == f'attachment; filename="openxin-{receipt.submission}.json"'
    assert json.loads(answer.content) == receipt.as_json()


def test_a_submission_that_is_under_way_has_no_receipt_yet(clerk: Visitor, door: Door) -> None:
    id_ = id_of(door.receives(penalty(LI_NA)))
    with psycopg.connect(**door.register.installation.address("owner"), autocommit=True) as owner:
        owner.execute("update intake_submission set finished_at = null, finished_on = null, receipt = null")
    assert listed(clerk, "?state=under_way") == [id_]
    assert "还没有办完" in clerk.sees(f"/desk/submissions/{id_}/")
    assert clerk.client.get(f"/desk/submissions/{id_}/receipt.json").status_code == 404


def test_another_body_sees_none_of_it(door: Door, three: list[UUID]) -> None:
    """The same answer as for one that never was."""
    stranger = visitor()
    stranger.logs_in_for("tax")
    assert listed(stranger) == []
    for id_ in (*three, uuid4()):
        for address in (f"{id_}/", f"{id_}/receipt.json"):
            assert stranger.client.get(f"/desk/submissions/{address}").status_code == 404


def test_a_person_and_nobody_are_sent_away(door: Door, three: list[UUID]) -> None:
    someone = visitor()
    someone.logs_in(LI_NA)
    for client in (someone.client, Client(SERVER_NAME="localhost")):
        for address in ("", f"{three[0]}/", f"{three[0]}/receipt.json"):
            assert is_sent_away(client.get(f"/desk/submissions/{address}"))
