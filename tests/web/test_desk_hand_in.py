"""A file comes in at the desk: the form, how far it is, the preview, the two answers; and who finds none of it."""

import io
from collections.abc import Iterator, Mapping
from uuid import UUID, uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from openxin.intake import upload_work, uploads
from openxin.intake.workers import forget_connection
from openxin.law.loading import catalogue
from openxin.ledger.sequencing import sequence
from openxin.store.connection import Connection, open_plain
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.register import Register
from tests.harness.sample import LI_NA, WANG_WEI, penalty
from tests.harness.visitor import Visitor, is_sent_away, visitor

SECRETS = (LI_NA.name, LI_NA.number, WANG_WEI.number)


@pytest.fixture
def clerk(register: Register) -> Visitor:
    return official("market")


def official(body: str) -> Visitor:
    someone = visitor()
    someone.logs_in_for(body)
    return someone


@pytest.fixture
def lease(door: Door) -> Iterator[Connection]:
    forget_connection()
    with open_plain("intake") as connection, upload_work.lease(connection):
        yield connection


def worked(door: Door, lease: Connection) -> None:
    """What the process of `serve` does meanwhile."""
    while upload_work.work(lease, place=door.place(), law=catalogue(), today=sample.TODAY):
        sequence()
    upload_work.tidy_up(lease, door.place())


def bring(clerk: Visitor, *rows: Mapping[str, str], name: str = "六月处罚.csv") -> str:
    """Hand rows in by the form: where the browser is sent."""
    file = SimpleUploadedFile(name, sample.csv_bytes(list(rows)))
    answer = clerk.client.post("/desk/hand-in/", {"type": "penalty", "file": file})
    assert answer.status_code == 303
    return str(answer["Location"])


def part(clerk: Visitor, address: str, seen: str) -> HttpResponse:
    answer = clerk.client.get(f"{address}?seen={seen}", headers={"hx-request": "true"})
    assert isinstance(answer, HttpResponse)
    return answer


FILE = (
    penalty(LI_NA),
    penalty(WANG_WEI, "示市监罚〔2026〕2号", CF_JDRQ="someday"),
    penalty(WANG_WEI, "示市监罚〔2026〕3号", CF_YJ="《治安管理处罚法》第四十二条", CF_SY="<b>甲</b>"),
)


def test_from_the_form_to_the_receipt(clerk: Visitor, door: Door, lease: Connection) -> None:
    address = bring(clerk, *FILE)
    assert "正在校验" in clerk.sees(address)
    worked(door, lease)
    page = clerk.sees(address)
    for said in (
        "请核对，然后确认",
        "六月处罚.csv",
        "第 3 行",
        "不是有效日期",
        "第 4 行",
        "依法封存",
        "确认报送，1 行入库",
    ):
        assert said in page, said
    assert "Confirm: admit one row" in clerk.sees(address, english=True)
    assert door.register.count("records_record") == 0, "a check admits nothing"
    answer = clerk.client.post(f"{address}confirm/")
    assert (answer.status_code, answer["Location"]) == (303, address)
    assert "Being admitted" in clerk.sees(address)
    worked(door, lease)
    answer = clerk.client.get(address)
    assert answer.status_code == 302
    receipt = clerk.sees(answer["Location"])
    assert "Receipt" in receipt and "六月处罚.csv" in receipt
    door.register.is_sound(records=1, quarantined=1, secrets=[*SECRETS, "六月处罚"])


def test_values_are_masked_and_text_is_text(clerk: Visitor, door: Door, lease: Connection) -> None:
    address = bring(clerk, *FILE, penalty(LI_NA, "示〔2026〕9号", CF_XDR_ZJHM="<i>110101199001011235</i>"))
    worked(door, lease)
    page = clerk.sees(address)
    assert [secret for secret in (*SECRETS, "110101199001011235", "<b>甲", "<i>") if secret in page] == []


def test_the_page_asks_again_by_itself_only_while_it_is_worked_on(
    clerk: Visitor, door: Door, lease: Connection
) -> None:
    """Without scripts the whole page; with them the part that changes, and the page when the state has changed."""
    address = bring(clerk, *FILE)
    assert '<noscript><meta http-equiv="refresh"' in clerk.sees(address)
    progress = part(clerk, address, "received")
    told = progress.content.decode()
    assert "<progress" in told and "<html" not in told and told in clerk.sees(address)
    assert progress["Vary"].count("HX-Request") == 1
    assert part(clerk, address, "checking")["HX-Refresh"] == "true"
    worked(door, lease)
    assert "http-equiv" not in clerk.sees(address)
    over = part(clerk, address, "received")
    assert (over.status_code, over["HX-Refresh"], over.content) == (204, "true", b"")


@pytest.mark.parametrize(
    ("form", "faults"),
    [
        ({}, ('href="#type-penalty"', 'href="#file"')),
        ({"type": "penalty"}, ('href="#file"',)),
        ({"type": "honour", "file": "there"}, ('href="#type-penalty"', 'href="#file"')),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    clerk: Visitor, form: dict[str, str], faults: tuple[str, ...]
) -> None:
    """A type that this body may not submit is no type."""
    sent = {name: SimpleUploadedFile("x.csv", b"x") if name == "file" else value for name, value in form.items()}
    answer = clerk.client.post("/desk/hand-in/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>有错误：" in page
    assert [fault for fault in ('href="#type-penalty"', 'href="#file"') if fault in page] == list(faults)
    assert uploads.uploads("market") == ()


def test_a_file_that_is_too_large_is_told_so(clerk: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openxin.intake.upload_spool.FILE_BYTES", 100)
    file = SimpleUploadedFile("大.csv", b"x" * 200)
    answer = clerk.client.post("/desk/hand-in/", {"type": "penalty", "file": file})
    assert answer.status_code == 422
    assert 'id="file-fault"' in answer.content.decode()


def test_what_most_rows_contradict_is_admitted_only_by_one_who_is_sure(
    clerk: Visitor, door: Door, lease: Connection
) -> None:
    door.receives(penalty(LI_NA), penalty(WANG_WEI, "示市监罚〔2026〕2号"))
    address = bring(
        clerk,
        penalty(LI_NA, "示〔2026〕8号", CF_XDR_MC=WANG_WEI.name),
        penalty(WANG_WEI, "示〔2026〕9号", CF_XDR_MC=LI_NA.name),
    )
    worked(door, lease)
    assert "大多数行与登记的不符" in clerk.sees(address)
    answer = clerk.client.post(f"{address}confirm/")
    assert answer.status_code == 422
    assert 'href="#sure"' in answer.content.decode()
    assert clerk.client.post(f"{address}confirm/", {"sure": "yes"}).status_code == 303
    worked(door, lease)
    door.register.is_sound(records=2, quarantined=2, secrets=SECRETS)


def test_a_file_is_discarded_and_its_content_is_gone(clerk: Visitor, door: Door, lease: Connection) -> None:
    address = bring(clerk, *FILE)
    worked(door, lease)
    for _ in range(2):
        assert clerk.client.post(f"{address}discard/")["Location"] == address
    assert "已经放弃" in clerk.sees(address)
    assert clerk.client.post(f"{address}confirm/")["Location"] == address, "nothing comes back"
    worked(door, lease)
    assert "已经放弃" in clerk.sees(address)
    door.register.is_sound(records=0, quarantined=0, secrets=SECRETS)


def test_a_file_that_is_refused_whole_says_why(clerk: Visitor, door: Door, lease: Connection) -> None:
    address = bring(clerk, {"甲": "1", "乙": "2"})
    worked(door, lease)
    page = clerk.sees(address)
    assert "这个文件没有收下" in page and "HEADER_UNKNOWN" in page
    assert "This file was not taken" in clerk.sees(address, english=True)
    door.register.is_sound(records=0)


def test_the_same_file_again_is_told_before_and_after(clerk: Visitor, door: Door, lease: Connection) -> None:
    for _ in range(2):
        address = bring(clerk, *FILE)
        worked(door, lease)
        before = clerk.sees(address)
        clerk.client.post(f"{address}confirm/")
        worked(door, lease)
    receipt = str(clerk.client.get(address)["Location"])
    assert "同一个文件以前报送过" in before and receipt.removesuffix("?again=yes") in before
    assert "这次只重新判断了还在等待的行" in clerk.sees(receipt)
    assert clerk.sees("/desk/submissions/").count('<th scope="row">') == 1
    door.register.is_sound(records=1, quarantined=1)


def test_what_waits_for_the_clerk_stands_on_the_first_page(clerk: Visitor, door: Door, lease: Connection) -> None:
    address = bring(clerk, *FILE)
    worked(door, lease)
    page = clerk.sees("/desk/")
    assert "等您确认" in page and address in page
    clerk.client.post(f"{address}confirm/")
    worked(door, lease)
    page = clerk.sees("/desk/")
    assert address not in page and "1 行待补正" in page


def test_an_empty_workbook_of_each_type_that_the_body_submits(clerk: Visitor) -> None:
    law = catalogue()
    for type_ in law.authorities["market"].submits:
        answer = clerk.client.get(f"/desk/blank/{type_}/")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert book.worksheets[0].title == law.types[type_].title.zh
    for none in ("honour", "no-type"):
        assert clerk.client.get(f"/desk/blank/{none}/").status_code == 404


def test_only_the_pages_on_which_a_file_comes_in_run_a_script(clerk: Visitor) -> None:
    with_script = [bring(clerk, *FILE), "/desk/hand-in/"]
    for address in (*with_script, "/desk/", "/desk/submissions/", "/desk/quality/"):
        answer = clerk.client.get(address)
        assert ("script-src 'self'" in answer["Content-Security-Policy"]) == (address in with_script), address
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "no-store"


def test_a_body_that_submits_nothing_is_told_so(register: Register) -> None:
    idle = next(one.id for one in catalogue().authorities.values() if not one.submits)
    nobody_submits = official(idle)
    assert "不报送任何记录" in nobody_submits.sees("/desk/")
    assert '<form method="post" enctype' not in nobody_submits.sees("/desk/hand-in/")


ADDRESSES = ("hand-in/", "blank/penalty/", "uploads/{}/", "submissions/", "")
VERBS = ("hand-in/", "uploads/{}/confirm/", "uploads/{}/discard/")


def test_another_body_finds_no_upload(clerk: Visitor, door: Door, lease: Connection) -> None:
    """The same answer as for one that never was, and nothing happens to it."""
    address = bring(clerk, *FILE)
    worked(door, lease)
    stranger = official("tax").client
    for one in (address, f"/desk/uploads/{uuid4()}/"):
        assert stranger.get(one).status_code == 404
        assert stranger.get(f"{one}?seen=checked", headers={"hx-request": "true"}).status_code == 404
        assert stranger.post(f"{one}confirm/", {"sure": "yes"}).status_code == 404
        assert stranger.post(f"{one}discard/").status_code == 404
    assert uploads.upload("market", UUID(address.split("/")[3])).state == "checked"
    door.register.is_sound(records=0)


def test_a_person_and_nobody_are_sent_away(clerk: Visitor, door: Door, lease: Connection) -> None:
    door.receives(penalty(LI_NA, "示〔2026〕7号"))
    id_ = bring(clerk, *FILE).split("/")[3]
    worked(door, lease)
    person = visitor()
    person.logs_in(LI_NA)
    for client in (person.client, Client(SERVER_NAME="localhost")):
        for address in ADDRESSES:
            assert is_sent_away(client.get(f"/desk/{address.format(id_)}")), address
        for address in VERBS:
            assert is_sent_away(client.post(f"/desk/{address.format(id_)}", {"sure": "yes"})), address
    assert uploads.upload("market", UUID(id_)).state == "checked"


def test_another_site_confirms_nothing(clerk: Visitor, door: Door, lease: Connection) -> None:
    id_ = bring(clerk, *FILE).split("/")[3]
    worked(door, lease)
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    strict.cookies = clerk.client.cookies
    for verb in ("confirm", "discard"):
        assert strict.post(f"/desk/uploads/{id_}/{verb}/").status_code == 403
        assert clerk.client.get(f"/desk/uploads/{id_}/{verb}/").status_code == 405
    assert uploads.upload("market", UUID(id_)).state == "checked"
