"""The API does what its description says, whatever is sent: Schemathesis asks every operation of a real server, as a client."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from openxin.web.api.idempotency import HEADER, PARAMETER
from tests.harness.machine import machine
from tests.harness.register import Register
from tests.harness.serving import Serving, serving

SEED = 20261125
# A cursor is made by the list itself: any other text is a 400, however it is written.
LISTS = ["list_uploads", "list_submissions", "list_quarantine", "list_grants"]
# The number of a document has a checksum, which no schema says.
QUESTIONS = ["ask_check", "ask_permit_records", "verify_award"]
EVERYTHING = ("clerk", "recipient", "duty-holder")


@pytest.fixture
def new_keys() -> Iterator[None]:
    """A key that is one is a new one each time: the same with another request is refused, as it must be."""
    numbers = itertools.count()

    @schemathesis.hook
    def before_call(context: Any, case: Any, kwargs: Any) -> None:
        if re.fullmatch(PARAMETER["schema"]["pattern"], str((case.headers or {}).get(HEADER, ""))):
            case.headers[HEADER] = f"key-{next(numbers)}"

    yield
    schemathesis.hooks.unregister_all()


@pytest.fixture
def served(register: Register) -> Iterator[Serving]:
    with serving() as started:
        started.answers()
        yield started


@pytest.mark.usefixtures("new_keys")
def test_whatever_is_sent_is_answered_as_described(served: Serving, register: Register) -> None:
    market = machine("market", roles=EVERYTHING)
    config = {
        "seed": SEED,
        "headers": {"Authorization": f"Bearer {market.token}"},
        "generation": {"max-examples": 5, "deterministic": True, "database": "none"},
        "phases": {"stateful": {"enabled": False}},
        "operations": [
            {"include-operation-id": "give_token_up", "enabled": False},  # nobody could ask after it
            {
                "include-operation-id": LISTS,
                "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404"]}},
            },
            {
                "include-operation-id": QUESTIONS,
                "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "403", "422", "429"]}},
            },
        ],
    }
    schema = schemathesis.openapi.from_url(
        f"{served.address}/api/v1/openapi.json", config=SchemathesisConfig.from_dict(config)
    )
    faults = list(_faults(from_schema(schema).execute()))
    assert not faults, "\n\n".join(faults)
    assert register.count("accounts_repeat") >= 10, "keys were tried"
    register.is_sound(records=0)


def _faults(happened: Iterator[Any]) -> Iterator[str]:
    for event in happened:
        if isinstance(event, events.ScenarioFinished):
            for check in (one for checks in event.recorder.checks.values() for one in checks):
                if check.failure_info is not None:
                    failure = check.failure_info.failure
                    yield f"{event.label}: {check.name}: {failure.message}\n{check.failure_info.code_sample}"
        elif isinstance(event, events.NonFatalError | events.FatalError):
            yield str(event.info)
