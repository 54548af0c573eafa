"""The form by which a person gives a grant: it reads nothing but what it shows, and each time that it shows there is a line."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from openxin.ledger.sequencing import sequence
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.others import in_force, verified
from tests.harness.sample import LI_NA, WANG_WEI
from tests.harness.visitor import Visitor, id_of, visitor

FIRST = "示市监许〔2026〕1号"
SECOND = "示市监许〔2026〕2号"


@pytest.fixture
def browser(door: Door) -> Visitor:
    in_force(door, sample.permit(LI_NA, FIRST), sample.permit(LI_NA, SECOND), type_="permit")
    in_force(door, sample.permit(WANG_WEI, "示市监许〔2026〕3号"), type_="permit")
    verified(LI_NA)
    browser = visitor()
    browser.logs_in(LI_NA)
    return browser


def filled(**changes: object) -> dict[str, object]:
    today = datetime.now(UTC).date()
    form = {
        "who": "body", "body": "market", "purpose": "remedy", "scope": "types", "types": ["permit"], "form": "statement",
        "first": (today + timedelta(days=1)).isoformat(), "last": (today + timedelta(days=2)).isoformat(), "uses": "1",
        "step": "preview",
    }  # fmt: skip
    return form | changes


def sent(browser: Visitor, status: int = 200, **changes: object) -> str:
    answer = browser.client.post("/grants/give/", filled(**changes))
    assert answer.status_code == status
    return answer.content.decode()


def readings(door: Door) -> int:
    return door.register.count("records_line", "kind = 'disclosure'")


def choices(page: str) -> dict[str, str]:
    """What stands beside a box, and what the box sends."""
    boxes = re.findall(r'name="records" id="record-\d+" value="([^"]+)"[^>]*><label[^>]*>([^<]*)</label>', page)
    return {label: value for value, label in boxes}


def test_only_the_look_beforehand_is_a_reading(door: Door, browser: Visitor) -> None:
    assert FIRST not in browser.sees("/grants/give/")
    assert FIRST not in sent(browser, status=422, purpose="")
    assert readings(door) == 0
    assert FIRST in sent(browser)
    assert readings(door) == 1
    sent(browser, status=303, step="give")
    assert (readings(door), door.register.count("disclosure_grant")) == (1, 1)
    sequence()
    door.register.is_sound(records=3)


def test_whoever_wants_to_choose_is_shown_their_decisions_and_that_is_a_reading_too(
    door: Door, browser: Visitor
) -> None:
    page = sent(browser, scope="records")
    offered = choices(page)
    assert (len(offered), "请在第 3 项选出决定" in page, readings(door)) == (2, True, 1)
    assert "请至少选一项决定" in sent(browser, status=422, scope="records", listed="1")
    (first,) = [value for label, value in offered.items() if FIRST in label]
    page = sent(browser, scope="records", listed="1", records=[first])
    assert (FIRST in page, SECOND in page, readings(door)) == (True, False, 3)
    changed = sent(browser, scope="records", listed="1", records=[first], step="change")
    assert f'value="{first}" checked' in changed
    sent(browser, status=303, scope="records", listed="1", records=[first], step="give")
    assert readings(door) == 4
    assert door.register.rows("select types, records::text[] from disclosure_grant") == [
        (["permit"], [first.removeprefix("permit/")])
    ]
    sequence()
    door.register.is_sound(records=3)


def test_what_is_not_the_persons_is_not_shown_whatever_the_form_names(door: Door, browser: Visitor) -> None:
    (theirs,) = door.register.rows("select id from records_record where person_id = %s", id_of(WANG_WEI))[0]
    page = sent(browser, scope="records", listed="1", records=[f"permit/{theirs}"])
    assert ("示市监许〔2026〕3号" in page, "0 项决定" in page) == (False, True)
    for unsound in ("permit/x", "score/" + str(theirs), str(theirs), ""):
        assert "请至少选一项决定" in sent(browser, status=422, scope="records", listed="1", records=[unsound])
