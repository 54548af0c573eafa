"""A guardian sees what is held about the minor, and the minor sees that they looked; nobody else gets there."""

import re
from datetime import UTC, date, datetime
from uuid import uuid4

from openxin.disclosure import door as door_out
from openxin.people import guardians
from openxin.store.session import reading_as
from tests.harness import sample
from tests.harness.door import Door
from tests.harness.visitor import id_of, reader_of, visitor

MINOR = sample.Person("李小明", sample.number("20120615", 3))
CIVIL = "119999990000160022"


def entrusted(door: Door) -> None:
    """Wang Wei is the guardian of a child with an honour."""
    door.receives(sample.penalty(sample.LI_NA), sample.penalty(sample.WANG_WEI, "示市监罚〔2026〕2号"))
    door.receives(sample.honour(MINOR), type_="honour", uscc=CIVIL, name="honour.csv")
    child, guardian = (guardians.Named(id_of(one), one.name) for one in (MINOR, sample.WANG_WEI))
    with reading_as(uuid4(), child.person_id, joined=[guardian.person_id]):
        guardians.begin(child, guardian, until=date(2030, 6, 15), at=datetime.now(UTC))


def test_the_guardian_reads_and_the_minor_sees_it(door: Door) -> None:
    entrusted(door)
    guardian = visitor()
    guardian.logs_in(sample.WANG_WEI)
    assert MINOR.name in guardian.sees("/wards/")
    page = guardian.sees("/wards/1/")
    assert "关于李小明的记录" in page and "2026" in page
    child = id_of(MINOR)
    looked = door_out.own(child, reader_of(child), today=sample.TODAY).lines
    assert [line.is_own for line in looked] == [True, False]
    door.register.is_sound(secrets=[MINOR.name, MINOR.number])


def test_the_page_says_of_the_minor_what_is_the_minors(door: Door) -> None:
    """But for the two sentences that are about the guardian, nothing on it says "you"."""
    entrusted(door)
    child = id_of(MINOR)
    door_out.own(child, reader_of(child), today=sample.TODAY)
    guardian = visitor()
    guardian.logs_in(sample.WANG_WEI)
    guardian.sees("/wards/1/")
    about = _told_of_them(guardian.sees("/wards/1/"))
    assert "您" not in about
    assert "除本人和监护人外不给任何人看" in about and "本人</strong>" in about and "监护人</strong>" in about
    about = _told_of_them(guardian.sees("/wards/1/", english=True))
    assert re.findall(r"\b[Yy]ours?\b|\b[Yy]ou\b", about) == []
    assert "They themself" in about and "A guardian of theirs" in about


def _told_of_them(page: str) -> str:
    """What is held, and who looked: behind the words to the guardian, before the foot of the page."""
    return page.split('<section aria-labelledby="held">')[1].split("</main>", maxsplit=1)[0]


def test_nobody_else_gets_to_a_minor_by_these_pages(door: Door) -> None:
    entrusted(door)
    other = visitor()
    other.logs_in(sample.LI_NA)
    assert MINOR.name not in other.sees("/wards/")
    assert other.client.get("/wards/1/").status_code == 404
    guardian = visitor()
    guardian.logs_in(sample.WANG_WEI)
    assert guardian.client.get("/wards/2/").status_code == guardian.client.get("/wards/0/").status_code == 404
