"""CSV files: any separator, any encoding, quotes where they belong and where they do not."""

import codecs
import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openxin.intake.reading import old_gb18030
from tests.intake.reading.sheets import CODES, NAME, NUMBER, TITLES, Csv, csv_file, opened, read, row

DIALECTS = [
    Csv(),
    Csv("\t", "utf-8", "\n"),
    Csv(";", "utf-8", "\r\n", codecs.BOM_UTF8),
    Csv(",", "gb18030", "\r\n"),
    Csv(",", "gb18030", "\n", b"\x84\x31\x95\x33"),
    Csv("\t", "utf-16-le", "\r\n", codecs.BOM_UTF16_LE),
    Csv(",", "utf-16-be", "\n", codecs.BOM_UTF16_BE),
    Csv(",", "utf-16-le", "\r\n"),
    Csv(";", "utf-16-be", "\r\n"),
    Csv(",", "utf-8", "\r"),
]
ids = [f"{one.encoding}-{one.separator!r}-{one.eol!r}-{bool(one.mark)}" for one in DIALECTS]
in_any_dialect = pytest.mark.parametrize("dialect", DIALECTS, ids=ids)

cells = st.text(
    st.one_of(
        st.sampled_from(list("张,\t;\"'\n\r ，。0aé𠮷龴\u00a0")),
        st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")),
    ),
    max_size=12,
)


@in_any_dialect
@given(texts=st.lists(st.tuples(cells, cells), min_size=1, max_size=12), chunk_rows=st.integers(1, 5))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_cell_and_row_number_survives(
    tmp_path: Path, dialect: Csv, texts: list[tuple[str, str]], chunk_rows: int
) -> None:
    """Whatever the cells hold, and however the file is cut, they come out as they went in, in their rows."""
    lines = [row(CF_SY=one, CF_NR=other) for one, other in texts]
    file = dialect.write(tmp_path / "file.csv", [CODES, *lines])
    got = read(file, chunk_rows=chunk_rows)
    assert got["row"].to_list() == list(range(2, len(lines) + 2))
    assert got.select("CF_SY", "CF_NR").rows() == [(one or None, other or None) for one, other in texts]
    assert got[NUMBER].to_list() == [row()[CODES.index(NUMBER)]] * len(lines)


@in_any_dialect
def test_the_dialect_is_read_off_the_content(tmp_path: Path, dialect: Csv) -> None:
    """Separator, encoding and line end are nowhere declared."""
    table = opened(dialect.write(tmp_path / "file.csv", [CODES, row(CF_SY="违法事实,;\t")]))
    assert table.layout.dialect is not None
    assert (table.layout.dialect.encoding, table.layout.dialect.separator) == (dialect.encoding, dialect.separator)
    assert not table.layout.dialect.loose


ENCODINGS = [
    ("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("gb18030", b""), ("gb18030", b"\x84\x31\x95\x33"),
    ("utf-16-le", b""), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", b""), ("utf-16-be", codecs.BOM_UTF16_BE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "mark"), ENCODINGS, ids=lambda one: one if isinstance(one, str) else str(bool(one))
)
def test_every_encoding_goes_with_every_separator_and_line_end(tmp_path: Path, encoding: str, mark: bytes) -> None:
    """Rare characters included, quoted cells or bare ones, Chinese titles as header and a title above."""
    lines = [row(CF_XDR_MC="𠮷𬀩·阿布都", CF_SY='违法事实,;\t"一"\r\n二'), row(CF_XDR_MC="张㛃龴")]
    for separator, eol, quote_all in itertools.product(",\t;", ("\r\n", "\n", "\r"), (False, True)):
        file = Csv(separator, encoding, eol, mark).write(
            tmp_path / "file.csv", [["行政处罚信息（自然人）报送表"], TITLES, *lines], quote_all=quote_all
        )
        got = read(file, chunk_rows=1)
        assert got["row"].to_list() == [3, 4]
        assert got[NAME].to_list() == [one[CODES.index(NAME)] for one in lines]
        assert got["CF_SY"].to_list() == [one[CODES.index("CF_SY")] for one in lines]


def test_chinese_after_a_megabyte_of_ascii_is_still_gb18030(tmp_path: Path) -> None:
    plain = [["a" if code != NUMBER else row()[3] for code in CODES] for _ in range(30_000)]
    file = Csv(encoding="gb18030").write(tmp_path / "file.csv", [CODES, *plain, row(CF_XDR_MC="张示例")])
    got = read(file, chunk_rows=20_000)
    assert got[NAME][-1] == "张示例"
    assert got["row"][-1] == 30_002


@pytest.mark.parametrize("eol", ["\r\n", "\n", "\r"])
def test_a_stray_quote_stays_in_its_cell(tmp_path: Path, eol: str) -> None:
    """`5" 管` is a cell like any other, and the rows after it are still there."""
    lines = [CODES, row(), row(CF_SY="MARK"), row(CF_SY='一,"二"'), row()]
    file = Csv(eol=eol).write(tmp_path / "file.csv", lines)
    file.write_bytes(file.read_bytes().replace(b"MARK", '5" 管'.encode()))
    for chunk_rows in (1, 2, 100):
        got = read(file, chunk_rows=chunk_rows)
        assert got["CF_SY"].to_list() == ["某", '5" 管', '一,"二"', "某"]
        assert got["row"].to_list() == [2, 3, 4, 5]


def test_a_lone_carriage_return_ends_a_record(tmp_path: Path) -> None:
    file = Csv(eol="\n").write(tmp_path / "file.csv", [CODES, row(), row(), row()])
    parts = file.read_bytes().split(b"\n")
    file.write_bytes(parts[0] + b"\n" + parts[1] + b"\r" + parts[2] + b"\n" + parts[3])
    assert read(file)["row"].to_list() == [2, 3, 4]


def test_a_row_may_be_shorter_or_longer_than_the_header(tmp_path: Path) -> None:
    got = read(csv_file(tmp_path / "file.csv", CODES, row()[:6], [*row(), "多", "余"], row()))
    assert got["CF_CFJG"].to_list() == [None, "某", "某"]


def test_a_quoted_line_break_is_no_row(tmp_path: Path) -> None:
    file = Csv().write(tmp_path / "file.csv", [CODES, row(CF_SY="一\n\n二\r\n三"), row()], quote_all=True)
    got = read(file)
    assert got["row"].to_list() == [2, 3]
    assert got["CF_SY"][0] == "一\n\n二\r\n三"


def test_old_private_use_characters_become_those_of_2022(tmp_path: Path) -> None:
    """龴 was U+E81E for Python's codec, and 𠂇 U+E816; what has no agreed meaning stays."""
    file = Csv(encoding="gb18030").write(tmp_path / "file.csv", [CODES, row(CF_XDR_MC="MARK")])
    file.write_bytes(file.read_bytes().replace(b"MARK", bytes.fromhex("FE59FE51A6D9AAA1")))
    assert read(file)[NAME][0] == "\u9fb4\U00020087\ufe10\ue000"


def test_they_are_mapped_in_utf8_too_and_beyond_the_bmp_nothing_changes(tmp_path: Path) -> None:
    file = csv_file(tmp_path / "file.csv", CODES, row(CF_XDR_MC="\ue864𠮷㛃\U0002a6d6\ue7c7"))
    assert read(file)[NAME][0] == "\u9fbb𠮷㛃\U0002a6d6\ue7c7"


def test_the_mapping_is_of_24_code_points_onto_24_others() -> None:
    """GB 18030-2022: 18 changed mappings, and 6 that Python's codec still knows as private use."""
    assert len(old_gb18030.AGREED) == len(set(old_gb18030.AGREED.values())) == 24
    assert all(0xE000 <= old <= 0xF8FF and not 0xE000 <= new <= 0xF8FF for old, new in old_gb18030.AGREED.items())


def test_the_extension_decides_nothing(tmp_path: Path) -> None:
    table = opened(csv_file(tmp_path / "file.xlsx", CODES, row()))
    assert table.format == "csv"
    assert [note.code for note in table.notes] == ["EXTENSION_DIFFERS"]
    assert opened(csv_file(tmp_path / "file.txt", CODES, row())).notes == ()


def test_pieces_hold_as_many_records_as_asked(tmp_path: Path) -> None:
    table = opened(csv_file(tmp_path / "file.csv", ["行政处罚"], CODES, *[row()] * 25), chunk_rows=10)
    assert [(chunk.number, chunk.first_row) for chunk in table.chunks] == [(0, 3), (1, 13), (2, 23)]
    assert table.lines == 25


def test_gb18030_that_happens_to_be_sound_utf8_is_gb18030(tmp_path: Path) -> None:
    """某 in GB18030 is the Latin ligature U+0133 in UTF-8; a file of decisions without one Chinese character is none."""
    lines = [["某" if code != NUMBER else "E00000000" for code in CODES]]
    assert read(Csv(encoding="gb18030").write(tmp_path / "f.csv", [CODES, *lines]))[NAME].to_list() == ["某"]


def test_a_cell_full_of_another_separator_is_one_cell(tmp_path: Path) -> None:
    file = csv_file(tmp_path / "f.csv", CODES, row(CF_SY=";" * 2000 + "\t" * 2000))
    assert read(file)["CF_SY"].to_list() == [";" * 2000 + "\t" * 2000]
