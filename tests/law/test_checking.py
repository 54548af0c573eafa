"""A catalogue with a fault is refused: file, line, what is wrong, what to do, in both languages; and the loader says the same."""

import pytest

from openxin.law.checking import check
from openxin.law.files import shipped_folder
from openxin.law.loading import CatalogueUnsound, load
from tests.law.conftest import CatalogueCopy


def test_the_catalogue_that_we_ship_is_sound() -> None:
    assert check(shipped_folder()) == []


# name, file, passage, what takes its place, lines below the passage on which the finding stands, words of the message
CHANGES = [
    ("a type without a legal basis", "types/permit.toml", "legal_basis = [\n", "no_basis = [\n", -4, "legal basis"),
    ("an empty legal basis", "types/service.toml", "legal_basis = [", "legal_basis = []\nignored_aliases = [", 0, ""),
    ("an unknown ground", "types/penalty.toml", '{ ground = "pipl"', '{ ground = "nobody"', 0, "does not exist"),
    ("an unknown code list", "types/penalty.toml", 'list = "CL_CFLB"', 'list = "CL_NONE"', 0, "does not exist"),
    ("a role naming an absent column", "types/penalty.toml", 'fine = "CF_NR_FK"', 'fine = "CF_GONE"', 0, "CF_GONE"),
    (
        "a condition naming an absent column",
        "types/penalty.toml",
        'column = "CF_CFLB"',
        'column = "CF_NONE"',
        0,
        "CF_NONE",
    ),
    (
        "a condition naming an absent value",
        "types/penalty.toml",
        'contains = ["罚款"]',
        'contains = ["罚金"]',
        0,
        "罚金",
    ),
    ("an unknown condition", "types/penalty.toml", 'required_when = "fine"', 'required_when = "never"', 0, "never"),
    ("a date order of no dates", "types/permit.toml", '[["XK_YXQZ", ', '[["XK_NR", ', 0, "XK_NR"),
    ("an unknown own column", "types/permit.toml", '"OX_ZJGJ", ', '"OX_NONE", ', 0, "OX_NONE"),
    ("a doubled column", "types/permit.toml", 'code = "XK_NR"', 'code = "XK_WSH"', 0, "twice"),
    ("a list column without a list", "types/permit.toml", 'list = "CL_XKLB"\n', "", -3, "no code list"),
    ("an unknown kind of column", "types/permit.toml", 'kind = "uscc"', 'kind = "photo"', 0, "allowed"),
    ("a misspelt field", "types/permit.toml", 'keeping = "token"', 'kepping = "token"', 0, "kepping"),
    ("an unknown authority", "sample-city.toml", 'submits_for = ["drug"]', 'submits_for = ["dragon"]', 0, "dragon"),
    ("an unknown type", "sample-city.toml", 'submits = ["honour"]', 'submits = ["glory"]', 0, "glory"),
    (
        "a body's code with a wrong check character",
        "sample-city.toml",
        "119999990000010039",
        "119999990000010038",
        0,
        "check character",
    ),
    ("a body twice", "sample-city.toml", 'id = "fire"', 'id = "market"', 0, "twice"),
    ("overlapping versions", "bases/laws.toml", "until = 2018-12-28", "until = 2019-12-28", 1, "overlap"),
    ("a version outside its law", "bases/laws.toml", "from = 2020-09-01 }", "from = 2019-09-01 }", 0, "outside"),
    ("an unknown domain", "bases/laws.toml", 'domains = ["tax"]', 'domains = ["taxes"]', 0, "taxes"),
    ("one name for two laws", "bases/laws.toml", '"食安法"', '"环保法"', 0, "two things"),
    ("a law that seals as a basis", "bases/professions.toml", 'title = "律师法"', 'title = "刑法"', 0, "sealed"),
    ("a title in brackets", "bases/professions.toml", 'title = "律师法"', 'title = "《律师法》"', 0, "may not say"),
    ("a mark that does not exist", "classes.toml", 'verified = "V"', 'verified = "X"', 0, "allowed"),
    (
        "a file without a source",
        "domains.toml",
        'citation = "国办发〔2016〕98号；平政办〔2018〕18号"\n',
        "",
        -1,
        "citation",
    ),
    (
        "an entry without a source",
        "procedures.toml",
        'citation = "河南省社会信用条例第十七条"\nverified = "V"',
        "",
        None,
        "No source",
    ),
    ("one word for two values", "lists/national.toml", '"行政警告"', '"通报"', None, "two things"),
    ("an unknown class", "lists/national.toml", 'extra = { class = "轻微"', 'extra = { class = "极轻"', 0, "极轻"),
    ("a working weekend in the week", "calendar.toml", "2026-05-09", "2026-05-11", 0, "no working weekend"),
    ("days off in another year", "calendar.toml", "from = 2026-06-19", "from = 2025-06-19", 0, "outside the year"),
    ("a class without a term", "classes.toml", 'closes_after = { amount = 12, unit = "mo" }', "", None, "closes_after"),
    ("an unknown unit", "procedures.toml", 'unit = "wd"', 'unit = "days"', 0, "allowed"),
    (
        "a qualification that is in no list",
        "occupations.toml",
        'qualification = "guide"',
        'qualification = "guild"',
        0,
        "guild",
    ),
    ("broken TOML", "classes.toml", "admitted = false", "admitted = ", 0, "TOML"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "below", "says"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_a_fault_is_named_with_file_line_and_remedy(
    catalogue_copy: CatalogueCopy, file: str, old: str, new: str, below: int | None, says: str
) -> None:
    line = catalogue_copy.change(file, old, new)
    findings = catalogue_copy.findings()
    assert findings
    found = next((one for one in findings if says in one.message.en or says in one.remedy.en), None)
    assert found is not None, findings
    assert found.file == file
    assert found.message.zh
    assert found.remedy.zh
    assert found.remedy.en
    if below is not None:
        assert line + below in {one.line for one in findings if one.file == file}, findings
    with pytest.raises(CatalogueUnsound) as unsound:
        load(catalogue_copy.folder)
    assert unsound.value.findings == findings


def test_all_faults_are_shown_at_once(catalogue_copy: CatalogueCopy) -> None:
    catalogue_copy.change("types/penalty.toml", 'ground = "pipl"', 'ground = "nobody"')
    catalogue_copy.change("bases/laws.toml", 'domains = ["tax"]', 'domains = ["taxes"]')
    catalogue_copy.change("sample-city.toml", '["honour"]', '["glory"]')
    assert {one.file for one in catalogue_copy.findings()} == {
        "types/penalty.toml",
        "bases/laws.toml",
        "sample-city.toml",
    }


def test_a_file_of_another_kind_is_named(catalogue_copy: CatalogueCopy) -> None:
    (catalogue_copy.folder / "notes.toml").write_text('[note]\ntext = "x"\n', "utf-8")
    assert [one.file for one in catalogue_copy.findings()] == ["notes.toml"]


def test_a_file_that_is_gone_is_missed(catalogue_copy: CatalogueCopy) -> None:
    (catalogue_copy.folder / "sealing.toml").unlink()
    assert [(one.file, "sealing" in one.message.en) for one in catalogue_copy.findings()] == [("sealing.toml", True)]


def test_a_city_may_split_a_long_file(catalogue_copy: CatalogueCopy) -> None:
    """What a file is about is told by its tables, not by its name."""
    folder = catalogue_copy.folder
    (folder / "bases" / "professions.toml").rename(folder / "bases" / "of-our-city.toml")
    assert catalogue_copy.findings() == []


def test_a_type_without_any_key_is_refused(catalogue_copy: CatalogueCopy) -> None:
    file = catalogue_copy.folder / "types" / "service.toml"
    file.write_text(file.read_text("utf-8").replace("natural_key = true", "natural_key = false"), "utf-8")
    assert [one.message.en for one in catalogue_copy.findings()] == ["No column is a natural_key"]


def test_the_fault_survives_the_way_from_another_process(catalogue_copy: CatalogueCopy) -> None:
    import pickle

    catalogue_copy.change("sample-city.toml", '["honour"]', '["glory"]')
    with pytest.raises(CatalogueUnsound) as unsound:
        load(catalogue_copy.folder)
    assert pickle.loads(pickle.dumps(unsound.value)).findings == unsound.value.findings
