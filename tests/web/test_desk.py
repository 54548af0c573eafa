"""The desk is for officials of bodies; a person, or nobody, finds no way in."""

from django.test import Client

from tests.harness import sample
from tests.harness.visitor import visitor


def test_an_official_comes_to_the_desk_of_their_body(register):
    official = visitor()
    official.logs_in_for("market")
    page = official.sees("/desk/")
    assert "示例市市场监督管理局" in page
    assert "行政处罚" in page
    assert "Market Supervision Bureau" in official.sees("/desk/", english=True)
    assert "进入工作台" not in official.sees("/")
    assert "Go to the desk" in official.sees("/")


def test_an_official_has_no_records_of_their_own_here(register):
    official = visitor()
    official.logs_in_for("market")
    assert official.client.get("/records/").status_code == 403


def test_a_person_and_nobody_find_no_desk(door):
    door.receives(sample.penalty(sample.LI_NA))
    person = visitor()
    person.logs_in(sample.LI_NA)
    assert person.client.get("/desk/").status_code == 403
    assert Client(SERVER_NAME="localhost").get("/desk/")["Location"] == "/log-in/"


def test_two_officials_of_a_body_are_one_log_in_in_the_demonstration(register):
    for _ in range(2):
        visitor().logs_in_for("market")
    assert register.count("accounts_user", "authority = 'market'") == 1


def test_whoever_is_in_another_role_is_told_whom_the_page_is_for(register):
    clerk = visitor()
    clerk.logs_in_for("market")
    refused = clerk.client.get("/audit/")
    assert refused.status_code == 403
    assert "它是给这些身份的人的： 审计人员" in " ".join(refused.content.decode().split())
