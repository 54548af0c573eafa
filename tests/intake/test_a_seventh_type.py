"""A city adds a kind of decision: files in a copy of the catalogue, and not one line of Python."""

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from openxin.cli.main import build
from openxin.disclosure.door import own
from openxin.intake.reading.refusal import FileRefused
from openxin.law.files import shipped_folder
from openxin.law.loading import catalogue
from tests.harness import sample
from tests.harness.door import Door, counts
from tests.harness.sample import LI_NA, WANG_WEI, Person, number
from tests.harness.visitor import id_of, reader_of, visitor

PIECES = Path(__file__).parent / "seventh_type"
JUSTICE = "11999999000011009K"
JUSTICE_TITLE = "示例市司法局"
CHILD = Person("钱小小", number("20100101", 1))


def mediation(of: Person, document: str = "示司聘〔2026〕1号", **changes: str) -> dict[str, str]:
    return {
        "RT_XM": of.name,
        "RT_ZJLX": of.document_type,
        "RT_ZJHM": of.number,
        "RT_WH": document,
        "RT_LX": "兼职",
        "RT_DW": "",
        "RT_PRRQ": "2026-03-02",
        "RT_QSRQ": "2026-03-02",
        "RT_JZRQ": "2029-03-01",
        "RT_JG": JUSTICE_TITLE,
        "RT_JGDM": JUSTICE,
        "RT_SJLY": JUSTICE_TITLE,
        "RT_SJLYDM": JUSTICE,
        "RT_YJID": "《中华人民共和国人民调解法》第十三条",
    } | changes


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city's own catalogue: the shipped one, and what the seventh type needs."""
    folder = tmp_path / "catalogue"
    shutil.copytree(shipped_folder(), folder)
    shutil.copy(PIECES / "mediation.toml", folder / "types")
    shutil.copy(PIECES / "mediation-basis.toml", folder / "bases")
    shutil.copy(PIECES / "mediation-list.toml", folder / "lists")
    with (folder / "periods.toml").open("a", encoding="utf-8") as periods:
        periods.write('\n[[period]]\ntype = "mediation"\nown_view_after_closing = { amount = 24, unit = "mo" }\n')
    purposes = folder / "purposes.toml"  # what is held about a person, that person may read
    own = purposes.read_text(encoding="utf-8").replace('types = ["penalty", ', 'types = ["mediation", "penalty", ', 1)
    purposes.write_text(own, "utf-8")
    bodies = folder / "sample-city.toml"
    text = bodies.read_text(encoding="utf-8")
    before, after = text.split('id = "justice"', 1)
    bodies.write_text(before + 'id = "justice"' + after.replace("submits = [", 'submits = ["mediation", ', 1), "utf-8")
    monkeypatch.setenv("OPENXIN_CATALOGUE", str(folder))
    return folder


def run(*words: str) -> str:
    told = CliRunner().invoke(build(), list(words))
    assert told.exit_code == 0, told.output
    return told.output


def test_the_catalogue_with_a_seventh_type_is_sound(city: Path) -> None:
    assert "the catalogue is sound" in run("catalogue", "check")
    assert "mediation" in catalogue().types


def test_its_rows_go_through_the_door_and_its_person_sees_them(city: Path, door: Door) -> None:
    """Each fate, the record as its person reads it, the page in both languages, and a register that adds up."""
    receipt = door.receives(
        mediation(LI_NA),
        mediation(LI_NA),
        mediation(WANG_WEI, "示司聘〔2026〕2号", RT_LX="全职"),
        mediation(WANG_WEI, "示司聘〔2026〕3号", RT_YJID="没有这部法"),
        mediation(WANG_WEI, "示司聘〔2026〕4号", RT_JZRQ="2026-06-01"),
        mediation(CHILD, "示司聘〔2026〕5号"),
        type_="mediation",
        uscc=JUSTICE,
    )
    assert counts(receipt) == (2, 1, 2, 1)
    assert door.reasons(receipt) == {
        4: ("quarantined", frozenset({("RT_DW", "MISSING")})),
        5: ("quarantined", frozenset({("RT_YJID", "NO_LEGAL_BASIS")})),
        6: ("refused", frozenset({("RT_PRRQ", "PAST_ITS_TIME")})),
    }
    (record,) = own(id_of(LI_NA), reader_of(id_of(LI_NA)), today=sample.TODAY).records
    assert (record.type_title.zh, record.basis.zh) == ("人民调解员聘任", "《中华人民共和国人民调解法》第十三条")
    assert (record.opens, record.closes, record.remedies) == (date(2026, 3, 2), date(2029, 3, 2), ())
    (of_a_minor,) = own(id_of(CHILD), reader_of(id_of(CHILD)), today=sample.TODAY).records
    assert (of_a_minor.visibility, of_a_minor.opens) == ("minor", None)
    browser = visitor()
    browser.logs_in(LI_NA)
    assert "人民调解员聘任" in browser.sees()
    assert "Appointment as people&#x27;s mediator" in browser.sees(english=True)
    door.register.is_sound(records=2, quarantined=2)


def test_its_template_is_read_and_the_files_of_others_are_not(city: Path, door: Door, tmp_path: Path) -> None:
    run("template", "--type", "mediation", "--out", str(tmp_path / "t.xlsx"))
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0].title == "人民调解员聘任"
    with pytest.raises(FileRefused) as refused:
        door.receives(sample.honour(LI_NA), type_="mediation", uscc=JUSTICE)
    assert (refused.value.code, refused.value.detail) == ("WRONG_TYPE", ("honour",))


def test_without_it_the_type_is_unknown(tmp_path: Path) -> None:
    told = CliRunner().invoke(build(), ["template", "--type", "mediation", "--out", str(tmp_path / "t.xlsx")])
    assert told.exit_code == 2
    assert not (tmp_path / "t.xlsx").exists()
