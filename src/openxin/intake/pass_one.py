"""Pass 1: each chunk is read, judged row by row for what the row itself says, and reduced to tokens.

Runs in worker processes. What pass 2 needs is spooled, sealed; what goes back to the parent is a few numbers a row, enough to
see which rows of the file speak of the same person and the same decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from openxin.intake import spool
from openxin.intake.context import Context
from openxin.intake.judging.judge import Judged, judge
from openxin.intake.kept_cells import kept, source_of
from openxin.intake.reading.table import Layout, RawChunk, frame
from openxin.vault import tokens
from openxin.vault.earlier_keys import with_earlier
from openxin.vault.keyring import TokenKind, keys

REFUSED = 2
WORDING = ["name_written", "number_written", "issuing_state", "payload"]  # what only admission needs
_BITS_OF_A_WORD, _BITS_OF_A_RANGE = 64, 16
_TOKEN_COLUMNS = ("identity", "name", "natural", "content")


@dataclass(frozen=True, slots=True)
class Marks:
    """One chunk as the parent sees it: per row its place, and 64-bit marks cut from the tokens.

    `identity` has two marks (128 bits), since it alone tells persons apart; the others only compare rows of one identity.
    A null mark is 0. `counts`: takes part in the in-file verdicts.
    """

    chunk: int
    rows: int
    marks: npt.NDArray[np.void]


MARKS = np.dtype(
    [
        ("sheet", "u2"),
        ("row", "u4"),
        ("shard", "u1"),
        ("at", "u4"),
        ("refused", "?"),
        ("past", "?"),
        ("sound", "?"),
        ("identity", "u8"),
        ("identity_rest", "u8"),
        ("name", "u8"),
        ("natural", "u8"),
        ("content", "u8"),
    ]
)


def read_and_judge(chunk: RawChunk, layout: Layout, context: Context) -> Marks:
    """Judge one chunk, spool it, and return its marks. Raises FileRefused for what only reading can show."""
    cells = frame(chunk, layout)
    judged = judged_by(context, cells)
    rows = _placed(with_tokens(judged, context.shards, context.identity_key), context.shards)
    of_rows = {"rows": rows.drop(WORDING), "wording": rows.select(WORDING)}
    at_rows = {"problems": judged.problems, "notes": judged.notes, "cells": kept(cells, rows, chunk)}
    spool.write(
        context.spool,
        context.spool_key,
        chunk.number,
        source_of(chunk, layout),
        _by_shard(rows, of_rows, at_rows, context.shards),
    )
    return Marks(chunk.number, rows.height, marks_of(rows))


def judged_by(context: Context, cells: pl.DataFrame) -> Judged:
    """Judge `cells` under the law, the day and for the body of the submission."""
    return judge(
        cells,
        type=context.type,
        authority=context.authority,
        law=context.law,
        day=context.day,
        synthetic=context.synthetic,
    )


def _placed(rows: pl.DataFrame, shards: int) -> pl.DataFrame:
    """The rows with `at`, the place of each among those of its shard."""
    shard = rows["shard"].to_numpy()
    order = np.argsort(shard, kind="stable")
    held = np.bincount(shard, minlength=shards)
    at = np.empty(len(shard), np.uint32)
    at[order] = np.arange(len(shard)) - (np.cumsum(held) - held)[shard[order]]
    return rows.with_columns(pl.Series("at", at))


def _by_shard(
    rows: pl.DataFrame, of_rows: Mapping[str, pl.DataFrame], at_rows: Mapping[str, pl.DataFrame], shards: int
) -> list[dict[str, pl.DataFrame]]:
    """The frames of each shard. `at_rows`: what says `at` which row of the chunk it stands; then, at which of the shard."""
    shard = rows["shard"].to_numpy()
    cut = {name: _cut(frame, shard, shards) for name, frame in of_rows.items()}
    for name, found in at_rows.items():
        cut[name] = _cut(found.with_columns(rows["at"].gather(found["at"])), shard[found["at"].to_numpy()], shards)
    return [{name: frames[number] for name, frames in cut.items()} for number in range(shards)]


def _cut(frame: pl.DataFrame, shard: npt.NDArray[np.uint8], shards: int) -> list[pl.DataFrame]:
    """The lines of each shard, in their order."""
    if shards == 1:
        return [frame]
    lines = frame[np.argsort(shard, kind="stable")]
    ends = np.cumsum(np.bincount(shard, minlength=shards)).tolist()
    return [lines[begins:one] for begins, one in pairwise([0, *ends])]


def with_tokens(judged: Judged, shards: int, identity_key: int) -> pl.DataFrame:
    """The judged rows, messages replaced by their tokens, with the shard to which each belongs under key `identity_key`."""
    rows = judged.rows
    whole = {name: rows[name].cast(pl.Binary).to_list() for name in _TOKEN_COLUMNS}
    identity = _tokens("identity", whole["identity"])
    tokened = pl.Series("identity_token", identity, dtype=pl.Binary)
    made = rows.drop(*_TOKEN_COLUMNS, "extras").with_columns(
        rows["identity"].str.extract("^([^|]*)").alias("document_type"),
        tokened,
        pl.Series("name_token", _name_tokens(identity, whole["name"]), dtype=pl.Binary),
        pl.Series("natural_token", _tokens("natural", whole["natural"]), dtype=pl.Binary),
        pl.Series("content_token", _tokens("content", whole["content"]), dtype=pl.Binary),
        _few_tokens("extras", rows["extras"]).alias("extras_token"),
        pl.Series("shard", _shards(_under(identity_key, whole["identity"], tokened), shards)),
    )
    return with_earlier(made, lambda: whole | {"extras": rows["extras"].cast(pl.Binary).to_list()})


def _under(key_number: int, messages: list[bytes | None], current: pl.Series) -> pl.Series:
    """The tokens by which the file is divided: as it was when it was opened, though the key was changed since."""
    if key_number == keys().current("identity"):
        return current
    return pl.Series(_tokens("identity", messages, key_number), dtype=pl.Binary)


def _shards(identity: pl.Series, shards: int) -> npt.NDArray[np.uint8]:
    """To which shard each row belongs: a shard is a range of tokens, so that its rows lie together in their index.

    Rows whose number is not sound meet nobody, and are dealt out.
    """
    first = _word(identity, 0) >> np.uint64(_BITS_OF_A_WORD - _BITS_OF_A_RANGE)
    of_range = (first * np.uint64(shards)) >> np.uint64(_BITS_OF_A_RANGE)
    return np.where(identity.is_null().to_numpy(), np.arange(len(identity)) % shards, of_range).astype(np.uint8)


def _tokens(kind: TokenKind, messages: list[bytes | None], number: int | None = None) -> list[bytes | None]:
    """Tokens of the messages that are there, under key `number` (the current one where None); None stays None."""
    there = [message for message in messages if message is not None]
    made = tokens.tokens(kind, there, number)
    return _spread(made, messages) if len(there) < len(messages) else list(made)


def _spread(made: list[bytes], over: Sequence[object | None]) -> list[bytes | None]:
    rest = iter(made)
    return [None if one is None else next(rest) for one in over]


def _few_tokens(kind: TokenKind, messages: pl.Series) -> pl.Series:
    """`_tokens` where many messages are equal: a file without OX_ columns has one value for all."""
    distinct = messages.drop_nulls().unique()
    made = pl.Series(tokens.tokens(kind, distinct.cast(pl.Binary).to_list()), dtype=pl.Binary)
    return messages.replace_strict(distinct, made, default=None, return_dtype=pl.Binary)


def _name_tokens(identity: list[bytes | None], names: list[bytes | None]) -> list[bytes | None]:
    both = [
        token + name if token is not None and name is not None else None
        for token, name in zip(identity, names, strict=True)
    ]
    return _tokens("name", both)


def marks_of(rows: pl.DataFrame) -> npt.NDArray[np.void]:
    """Marks of rows that carry tokens and know their place."""
    marks = np.zeros(rows.height, MARKS)
    marks["sheet"], marks["row"] = rows["sheet"].to_numpy(), rows["row"].to_numpy()
    marks["shard"], marks["at"] = rows["shard"].to_numpy(), rows["at"].to_numpy()
    marks["refused"] = (rows["fate"] == REFUSED).to_numpy()
    marks["past"] = rows["past"].to_numpy()
    marks["sound"] = (rows["fate"] == 0).to_numpy()
    for name in ("identity", "name", "natural", "content"):
        marks[name] = _word(rows[f"{name}_token"], 0)
    marks["identity_rest"] = _word(rows["identity_token"], 1)
    return marks


def _word(column: pl.Series, number: int) -> npt.NDArray[np.uint64]:
    """A 64-bit word of each token's digest (which begins after the key number); 0 for null."""
    cut = column.bin.slice(1 + 8 * number, 8).bin.reinterpret(dtype=pl.UInt64, endianness="big")
    return cut.fill_null(0).to_numpy()
