"""How the work on a large file is divided: by ranges of numbers, the same however often it is read, no part too large."""

from pathlib import Path

import numpy as np
import pytest

from openxin.intake.admission import Place
from openxin.intake.pass_one import MARKS, Marks
from openxin.intake.passes import Read
from openxin.intake.receipts import FileFacts


def test_the_rows_of_a_number_are_in_one_part_though_the_file_has_many_chunks():
    """80,000 rows in eight chunks and four shards: four parts, each of all chunks."""
    parts = _read([_chunk(number, [2500] * 4) for number in range(8)]).parts(4)
    assert parts.rows == 80_000
    assert parts.chunks == (((0, 1, 2, 3, 4, 5, 6, 7),),) * 4


def test_a_shard_with_too_many_rows_is_cut_between_chunks():
    """A file that says nearly everything of one number: its shard is divided, the others are not."""
    parts = _read([_chunk(number, [30_000, 100]) for number in range(4)]).parts(2)
    assert parts.chunks == (((0,), (1,), (2,), (3,)), ((0, 1, 2, 3),))


def test_a_chunk_that_is_too_large_alone_is_a_part():
    """And what comes before and after it is not lost."""
    parts = _read([_chunk(0, [10]), _chunk(1, [90_000]), _chunk(2, [10])]).parts(1)
    assert parts.chunks == (((0,), (1,), (2,)),)


def _read(chunks: list[Marks]) -> Read:
    return Read(FileFacts((), (), (), {}), tuple(chunks))


def _chunk(number: int, held: list[int]) -> Marks:
    marks = np.zeros(sum(held), MARKS)
    marks["shard"] = np.repeat(np.arange(len(held)), held)
    return Marks(number, len(marks), marks)


@pytest.mark.parametrize(
    ("name", "mib", "workers", "shards"),
    [
        ("small.csv", 1, 2, 1),
        ("large.csv", 5, 2, 2),
        ("large.csv", 100, 2, 6),
        ("large.csv", 105, 4, 8),
        ("packed.xlsx", 20, 2, 10),
        ("packed.xlsx", 500, 3, 126),
    ],
)
def test_every_worker_has_as_many_shards_as_the_others(
    tmp_path: Path, name: str, mib: int, workers: int, shards: int
) -> None:
    """About one for every 16 MiB of text; a small file is not divided."""
    file = tmp_path / name
    with file.open("wb") as out:
        out.truncate(mib * 1024 * 1024)
    place = Place(tmp_path, tmp_path, synthetic=True, start_worker=lambda: None, workers=workers)
    assert place.shards_for(file) == shards
