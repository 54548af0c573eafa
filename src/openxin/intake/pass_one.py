"""Pass 1: each chunk is read, judged row by row for what the row itself says, and reduced to tokens.

Runs in worker processes. What pass 2 needs is spooled, sealed; what goes back to the parent is a few numbers a row, enough to
see which rows of the file speak of the same person and the same decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
_MESSAGES = ("identity", "name", "natural", "content", "extras")


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
    frames = _by_shard(rows, of_rows, at_rows, context.shards)
    spool.write(context.spool, context.spool_key, chunk.number, source_of(chunk, layout), frames)
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
) -> dict[str, spool.Sorted]:
    """The frames, shard by shard. `at_rows`: what says `at` which row of the chunk it stands; then, at which of the shard."""
    shard = rows["shard"].to_numpy()
    cut = {name: _cut(frame, shard, shards) for name, frame in of_rows.items()}
    for name, found in at_rows.items():
        cut[name] = _cut(found.with_columns(rows["at"].gather(found["at"])), shard[found["at"].to_numpy()], shards)
    return cut


def _cut(frame: pl.DataFrame, shard: npt.NDArray[np.uint8], shards: int) -> spool.Sorted:
    """The lines of each shard, in their order."""
    ends = np.cumsum(np.bincount(shard, minlength=shards)).tolist()
    return spool.Sorted(frame if shards == 1 else frame[np.argsort(shard, kind="stable")], ends)


def with_tokens(judged: Judged, shards: int, identity_key: int) -> pl.DataFrame:
    """The judged rows, messages replaced by their tokens, with the shard to which each belongs under key `identity_key`."""
    rows = judged.rows
    identity = _tokens("identity", rows["identity"])
    made = rows.drop(*_MESSAGES).with_columns(
        rows["identity"].str.extract("^([^|]*)").alias("document_type"),
        identity.alias("identity_token"),
        _name_tokens(identity, rows["name"]).alias("name_token"),
        _tokens("natural", rows["natural"]).alias("natural_token"),
        _tokens("content", rows["content"]).alias("content_token"),
        _few_tokens("extras", rows["extras"]).alias("extras_token"),
        pl.Series("shard", _shards(_under(identity_key, rows["identity"], identity), shards)),
    )
    return with_earlier(made, lambda: {name: rows[name].cast(pl.Binary).to_list() for name in _MESSAGES})


def _under(key_number: int, messages: pl.Series, current: pl.Series) -> pl.Series:
    """The tokens by which the file is divided: as it was when it was opened, though the key was changed since."""
    return current if key_number == keys().current("identity") else _tokens("identity", messages, key_number)


def _shards(identity: pl.Series, shards: int) -> npt.NDArray[np.uint8]:
    """To which shard each row belongs: a shard is a range of tokens, so that its rows lie together in their index.

    Rows whose number is not sound meet nobody, and are dealt out.
    """
    first = _word(identity, 0) >> np.uint64(_BITS_OF_A_WORD - _BITS_OF_A_RANGE)
    of_range = (first * np.uint64(shards)) >> np.uint64(_BITS_OF_A_RANGE)
    return np.where(identity.is_null().to_numpy(), np.arange(len(identity)) % shards, of_range).astype(np.uint8)


def _tokens(kind: TokenKind, messages: pl.Series, number: int | None = None) -> pl.Series:
    """Tokens of the messages that are there, under key `number` (the current one where None); null stays null."""
    made = tokens.tokens(kind, messages.drop_nulls().cast(pl.Binary).to_list(), number)
    return _spread(made, messages.is_not_null())


def _spread(made: Sequence[bytes], over: pl.Series) -> pl.Series:
    """What was made for the rows `over`, one after the other; null in the others."""
    found = pl.Series(made, dtype=pl.Binary)
    return found if len(found) == len(over) else found.gather((over.cum_sum() - 1).set(~over, None))


def _few_tokens(kind: TokenKind, messages: pl.Series) -> pl.Series:
    """`_tokens` where many messages are equal: a file without OX_ columns has one value for all."""
    distinct = messages.drop_nulls().unique()
    made = pl.Series(tokens.tokens(kind, distinct.cast(pl.Binary).to_list()), dtype=pl.Binary)
    return messages.replace_strict(distinct, made, default=None, return_dtype=pl.Binary)


def _name_tokens(identity: pl.Series, names: pl.Series) -> pl.Series:
    """A name is compared within one identity: its message begins with the token of that."""
    both = identity.is_not_null() & names.is_not_null()
    pairs = zip(identity.filter(both).to_list(), names.filter(both).cast(pl.Binary).to_list(), strict=True)
    return _spread(tokens.tokens("name", [token + name for token, name in pairs]), both)


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
