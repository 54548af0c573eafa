"""Rows that wait, at the desk: the list, the form, the workbook; and who finds none of them."""

import io
import re
from uuid import UUID, uuid4

import openpyxl
import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from openxin.intake.receipts import Receipt
from tests.harness.door import Door
from tests.harness.sample import LI_NA, WANG_WEI, penalty
from tests.harness.visitor import Visitor, is_sent_away, visitor

FORM = re.compile(r'(?:<input type="text"|<select|<textarea)[^>]* name="([A-Z_]+)"')


def official(body: str = "market") -> Visitor:
    clerk = visitor()
    clerk.logs_in_for(body)
    return clerk


def waiting_of(door: Door) -> UUID:
    ((reference,),) = door.register.rows("select id from intake_waiting where closed_by is null")
    assert isinstance(reference, UUID)
    return reference


def cells(**changes: str) -> dict[str, str]:
    return penalty(LI_NA, CF_JDRQ="someday") | changes


@pytest.fixture
def receipt(door: Door) -> Receipt:
    return door.receives(penalty(WANG_WEI, "示〔2026〕2号"), penalty(LI_NA, CF_JDRQ="someday"))


def test_the_list_says_what_is_wrong_and_masks_values(door: Door, receipt: Receipt) -> None:
    page = official().sees(f"/desk/waiting/{receipt.submission}/")
    assert "第 3 行" in page
    assert "不是有效日期" in page
    assert f"/desk/mend/{waiting_of(door)}/" in page
    assert LI_NA.name not in page
    assert LI_NA.number not in page
    assert "This is no day of the calendar" in official().sees(f"/desk/waiting/{receipt.submission}/", english=True)


def test_a_row_is_mended_by_its_form(door: Door, receipt: Receipt) -> None:
    clerk, reference = official(), waiting_of(door)
    address = f"/desk/mend/{reference}/"
    page = clerk.sees(address)
    fields = FORM.findall(page)
    assert fields[0] == "CF_JDRQ"
    assert len(fields) == len(set(fields))
    assert {"CF_XDR_MC", "OX_SDRQ"} <= set(fields)
    assert 'href="#CF_JDRQ"' in page
    assert f'value="{LI_NA.number}"' in page
    answer = clerk.client.post(address, cells(CF_JDRQ="2026-04-11"))
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/waiting/{receipt.submission}/")
    assert "补正后的行已经入库" in clerk.sees(answer["Location"])
    assert "补正后的行已经入库" not in clerk.sees(answer["Location"])
    assert clerk.client.get(address).status_code == 404
    door.register.is_sound(records=2, quarantined=0, secrets=[LI_NA.name, LI_NA.number])


def test_what_is_still_wrong_comes_back_with_what_was_entered(door: Door, receipt: Receipt) -> None:
    clerk = official()
    answer = clerk.client.post(
        f"/desk/mend/{waiting_of(door)}/", cells(CF_JDRQ="2026-02-30", CF_CFLB="骂", CF_SY="\n甲\n乙")
    )
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/mend/{waiting_of(door)}/")
    page = clerk.sees(answer["Location"])
    assert FORM.findall(page)[:2] == ["CF_CFLB", "CF_JDRQ"]
    assert 'value="2026-02-30"' in page
    assert "\n甲" in page
    assert "第 3 行" in page
    assert "第 3 行" in clerk.sees(f"/desk/waiting/{receipt.submission}/")
    door.register.is_sound(records=1, quarantined=1, secrets=[LI_NA.number])


def test_a_row_that_may_not_be_held_is_told_so(door: Door, receipt: Receipt) -> None:
    clerk = official()
    answer = clerk.client.post(f"/desk/mend/{waiting_of(door)}/", cells(CF_YJ="《治安管理处罚法》第四十二条"))
    assert "依法不得收录" in clerk.sees(answer["Location"])
    door.register.is_sound(records=1, quarantined=0, secrets=[LI_NA.name])


def test_what_stands_in_a_cell_is_shown_as_text(door: Door) -> None:
    door.receives(penalty(LI_NA, CF_JDRQ="<script>", CF_SY="</textarea><b>甲</b>", CF_XDR_ZJLX='"><i>'))
    page = official().sees(f"/desk/mend/{waiting_of(door)}/")
    assert "<script>" not in page
    assert "<b>甲</b>" not in page
    assert '"><i>' not in page


def test_a_row_is_given_up_only_by_one_who_is_sure(door: Door, receipt: Receipt) -> None:
    clerk, reference = official(), waiting_of(door)
    assert clerk.client.post(f"/desk/mend/{reference}/give-up/")["Location"] == f"/desk/mend/{reference}/"
    assert clerk.client.get(f"/desk/mend/{reference}/give-up/").status_code == 405
    answer = clerk.client.post(f"/desk/mend/{reference}/give-up/", {"sure": "yes"})
    assert "内容已销毁" in clerk.sees(answer["Location"])
    door.register.is_sound(records=1, quarantined=0, secrets=[LI_NA.name])


def test_the_workbook_is_downloaded_and_kept_by_nobody_on_the_way(door: Door, receipt: Receipt) -> None:
    answer = official().client.get(f"/desk/waiting/{receipt.submission}/workbook/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert LI_NA.number not in answer.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert sheet.max_row == 3


def test_pages_ask_as_often_for_many_rows_as_for_one(door: Door) -> None:
    def asked(rows: int) -> int:
        receipt = door.receives(
            *(penalty(LI_NA, f"示〔2026〕{n}号", CF_JDRQ="x") for n in range(rows)), name=f"{rows}.csv"
        )
        clerk = official()
        with CaptureQueriesContext(connections["default"]) as queries:
            page = clerk.sees(f"/desk/waiting/{receipt.submission}/")
        assert page.count('<li class="record">') == min(rows, 50)
        assert ('rel="next"' in page) == (rows > 50)
        return len(queries)

    assert asked(1) == asked(120)


def test_pages_of_nowhere_are_the_first_or_empty(receipt: Receipt) -> None:
    clerk = official()
    for page in ("0", "-1", "x", "9" * 30):
        assert "第 3 行" in clerk.sees(f"/desk/waiting/{receipt.submission}/?page={page}")
    clerk.sees(f"/desk/waiting/{receipt.submission}/?page=7")


def test_another_body_finds_nothing(door: Door, receipt: Receipt) -> None:
    """The same answer as for a row that never was."""
    reference = waiting_of(door)
    for body, submission, row in (("tax", receipt.submission, reference), ("market", uuid4(), uuid4())):
        client = official(body).client
        for address in (f"waiting/{submission}/", f"waiting/{submission}/workbook/", f"mend/{row}/"):
            assert client.get(f"/desk/{address}").status_code == 404, address
        assert client.post(f"/desk/mend/{row}/", cells(CF_JDRQ="2026-04-11")).status_code == 404
        assert client.post(f"/desk/mend/{row}/give-up/", {"sure": "yes"}).status_code == 404
    door.register.is_sound(records=1, quarantined=1)


def test_a_person_and_nobody_are_sent_away(door: Door, receipt: Receipt) -> None:
    person = visitor()
    person.logs_in(WANG_WEI)
    reference = waiting_of(door)
    for client in (person.client, Client(SERVER_NAME="localhost")):
        for address in (
            f"waiting/{receipt.submission}/", f"waiting/{receipt.submission}/workbook/", f"mend/{reference}/",
        ):  # fmt: skip
            assert is_sent_away(client.get(f"/desk/{address}")), address
        assert is_sent_away(client.post(f"/desk/mend/{reference}/", cells(CF_JDRQ="2026-04-11")))
        assert is_sent_away(client.post(f"/desk/mend/{reference}/give-up/", {"sure": "yes"}))
    door.register.is_sound(records=1, quarantined=1)
