"""`openxin administrator`: the operator makes the first account, of an administrator or an auditor and of nobody else."""

import json
import os
import subprocess
import sys

import pytest

from tests.harness.register import Register

CREDIT = "119999990000010039"  # any body of the made-up city


def openxin(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "openxin.cli.main", "administrator", *words],
        env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_first_account_is_made_once_and_its_password_opens_the_first_half(register: Register) -> None:
    from openxin.accounts import officials  # needs Django set up

    done = openxin("li.jing", "--authority", CREDIT, "--json")
    told = json.loads(done.stdout)
    user = officials.find("li.jing")
    assert user is not None and (str(user.id), user.roles) == (told["login"], ["administrator"])
    assert user.check_password(told["password"])
    assert register.rows("select verb, by from accounts_act") == [("make", None)]
    again = openxin("li.jing", "--authority", CREDIT, "--json")
    assert (again.returncode, "error" in json.loads(again.stdout)) == (1, True)
    register.is_sound(secrets=[told["password"], "li.jing"])


@pytest.mark.parametrize("words", [["--authority", "119999990000010038"], ["--authority", CREDIT, "--role", "clerk"]])
def test_no_other_role_and_no_other_body(register: Register, words: list[str]) -> None:
    assert openxin("li.jing", *words).returncode == 2
    assert register.count("accounts_user") == 0
