"""The auditor's samples: drawn by chance, opened once, told to the person; the only page of an auditor with content on it."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from openxin.accounts import links
from openxin.accounts.readers import Reader
from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.others import in_force, verified
from tests.harness.sample import LI_NA
from tests.harness.visitor import desk_of, visitor

SECRETS = (LI_NA.name, LI_NA.number, "示市监许")


@pytest.fixture
def li_na(door: Door) -> Reader:
    in_force(door, sample.permit(LI_NA), type_="permit")
    return verified(LI_NA)


@pytest.fixture
def auditor(li_na: Reader) -> Client:
    return browser("auditor")


def browser(role: str) -> Client:
    return desk_of("credit", role)


def shown(client: Client, path: str = "/audit/warrants/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def drawn(client: Client, reason: str = "yearly", size: str = "1") -> str:
    """The address at which the one drawn record is opened."""
    answer = client.post("/audit/warrants/", {"reason": reason, "size": size})
    assert (answer.status_code, answer["Location"]) == (303, "/audit/warrants/?done=drawn")
    return re.findall(r'action="(/audit/warrants/[0-9a-f-]+/\d+/)"', shown(client))[0]


def test_a_sample_shows_no_person_and_nothing_of_the_record_before_it_is_opened(auditor: Client, li_na: Reader) -> None:
    drawn(auditor)
    page = shown(auditor)
    assert "年度合规审计" in page
    assert "行政许可" in page
    for secret in (*SECRETS, str(li_na.person_id)):
        assert secret not in page


def test_a_record_is_opened_once_and_its_person_reads_who_and_why(auditor: Client, door: Door) -> None:
    path = drawn(auditor)
    assert auditor.get(path).status_code == 405  # a page that is opened or reloaded opens no record
    answer = auditor.post(path)
    page = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert "本人已经知道您看了这一条" in page
    assert "示市监许" in page
    again = auditor.post(path)
    assert (again.status_code, "warrant-over" in again.content.decode()) == (403, True)
    assert "示市监许" not in again.content.decode()
    assert "打开于" in shown(auditor)
    assert all(secret not in shown(auditor) for secret in SECRETS)
    her = visitor()
    her.logs_in(LI_NA)
    assert "监督检查" in her.sees()
    sequence()
    door.register.is_sound(records=1)


@pytest.mark.parametrize(
    ("reason", "size"), [("", "1"), ("curiosity", "1"), ("yearly", "0"), ("yearly", "51"), ("yearly", "x")]
)
def test_without_a_reason_of_the_list_or_with_too_many_nothing_is_drawn(
    auditor: Client, door: Door, reason: str, size: str
) -> None:
    answer = auditor.post("/audit/warrants/", {"reason": reason, "size": size})
    assert answer.status_code == 422
    assert "请选择理由" in answer.content.decode()
    assert door.register.count("disclosure_warrant") == 0


def test_another_auditor_opens_nothing_of_it(auditor: Client, li_na: Reader) -> None:
    path = drawn(auditor)
    other = Client(SERVER_NAME="localhost")
    other.get(links.issue_to_official("market", roles=["auditor"]))
    refused = other.post(path)
    assert (refused.status_code, "warrant-absent" in refused.content.decode()) == (403, True)
    assert path not in shown(other)


@pytest.mark.parametrize("role", ["clerk", "recipient", "duty-holder", "administrator", "case-officer"])
def test_nobody_else_draws_or_opens(auditor: Client, door: Door, role: str) -> None:
    path = drawn(auditor)
    other = browser(role)
    assert other.get("/audit/warrants/").status_code == 403
    assert other.post("/audit/warrants/", {"reason": "yearly", "size": "1"}).status_code == 403
    for each in (path, f"/audit/warrants/{uuid4()}/1/"):
        assert other.post(each).status_code == 403
    assert door.register.count("disclosure_warrant") == 1
    assert door.register.count("disclosure_sampled", "opened_at is not null") == 0


def test_english_pages_are_english(auditor: Client) -> None:
    path = drawn(auditor)
    auditor.post("/language/", {"language": "en"})
    for page in (shown(auditor), auditor.post(path).content.decode()):
        ours = re.sub(r'(?s)<(\w+)[^>]* lang="zh-Hans"[^>]*>.*?</\1>', "", page)
        assert re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<[^>]*>", "", ours)) == []
