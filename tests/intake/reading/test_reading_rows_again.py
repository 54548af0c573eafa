"""A few rows of a large CSV file are found again without reading the others, and say what they said."""

from pathlib import Path

import pytest

from openxin.intake.reading.table import frame, frame_of
from tests.intake.reading.sheets import CODES, Csv, opened, row


@pytest.mark.parametrize("chunk_rows", [300, 1000], ids=["several chunks", "one chunk"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_rows_are_found_again_wherever_they_stand(tmp_path: Path, encoding: str, chunk_rows: int) -> None:
    """Before, at and behind the places that are remembered, with quotes and line ends inside of cells."""
    lines = [row(CF_SY=f'第{number}行\n"引"' if number % 3 else f"第{number}行") for number in range(700)]
    file = Csv(",", encoding, "\n").write(tmp_path / "file.csv", [CODES, *lines])
    table = opened(file, chunk_rows=chunk_rows)
    chunks = list(table.chunks)
    last = [chunk.first_row for chunk in chunks[1:]] + [702]
    asked = [
        (
            chunk,
            [number for number in (2, 3, 129, 130, 131, 258, 301, 302, 600, 701) if chunk.first_row <= number < end],
        )
        for chunk, end in zip(chunks, last, strict=True)
    ]

    again = frame_of([(chunk, rows) for chunk, rows in asked if rows], table.layout)

    whole = [frame(chunk, table.layout) for chunk in chunks]
    for number, text in again.select("row", "CF_SY").iter_rows():
        (before,) = [one for cells in whole for one in cells.filter(cells["row"] == number)["CF_SY"].to_list()]
        assert text == before == lines[number - 2][CODES.index("CF_SY")]
    assert again["row"].to_list() == [number for _, rows in asked for number in rows]


def test_rows_of_a_file_whose_quotes_do_not_pair_are_found_too(tmp_path: Path) -> None:
    """There the standard library finds the borders, and the chunks are read whole."""
    lines = [row(CF_SY=f'{number}" 管') for number in range(10)]
    file = tmp_path / "file.csv"
    file.write_text("".join(",".join(line) + "\n" for line in [CODES, *lines]), "utf-8")
    table = opened(file)
    (chunk,) = table.chunks
    assert table.layout.dialect is not None
    assert table.layout.dialect.loose
    assert frame_of([(chunk, [4, 9])], table.layout)["CF_SY"].to_list() == ['2" 管', '7" 管']
