"""What is kept of a row, as canonical JSON (RFC 8785): keys sorted, no spaces, the shortest escapes.

Polars writes exactly that for text, whole numbers and null when the fields of the struct are in order; a test compares it with
the `rfc8785` library. Three texts: `payload` is everything that is kept, `content` what makes two rows the same, `extras` what a
duplicate may say anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from openxin.intake.judging.cells import Cells
from openxin.intake.judging.identity import Person
from openxin.law.catalogue import Column
from openxin.people.folding import decision_numbers


@dataclass(frozen=True, slots=True)
class Texts:
    """`natural` and `content` are null where one of their cells is missing or fails."""

    natural: pl.Series
    content: pl.Series
    extras: pl.Series
    payload: pl.Series


def texts(cells: Cells, person: Person) -> Texts:
    """The texts of each row."""
    rules = cells.rules
    document = _folded_document(cells)
    compared = dict(cells.values) | cells.typed_amounts()
    compared |= {
        rules.column("document"): document,
        rules.column("name"): person.name,
        rules.column("document_number"): person.number,
    }
    kept = [column for column in rules.type.columns if _is_kept(column)]
    content = [column.code for column in kept if column.part == "content"]
    extras = [column.code for column in kept if _is_extra(column)]
    judged = {column.code for column in rules.type.columns if column.part == "content"}
    return Texts(
        natural=_natural(cells, document),
        content=_null_where(_json(content, compared, cells), cells.findings.any_failed(judged)),
        extras=_json(extras, compared, cells),
        payload=_json(
            [column.code for column in kept if column.code in cells.values],
            dict(cells.values) | cells.typed_amounts(),
            cells,
        ),
    )


def _is_kept(column: Column) -> bool:
    """What may stand in a sound row; the reference of a waiting row has done its work."""
    return not column.empty_for_persons and column.forbidden is None and column.kind != "reference"


def _is_extra(column: Column) -> bool:
    return column.part in ("status", "supplement") or (column.part == "other" and "ox" in column.editions)


def _json(codes: list[str], values: Mapping[str, pl.Series], cells: Cells) -> pl.Series:
    """One JSON object for each row, with all of `codes`: an empty cell is null, whether or not its column was in the file."""
    given = [code for code in codes if code in values]
    if not given:
        empty = "{" + ",".join(f'"{code}":null' for code in sorted(codes)) + "}"
        return pl.repeat(empty, cells.height, dtype=pl.String, eager=True)
    nothing = pl.repeat(None, cells.height, dtype=pl.String, eager=True)
    frame = pl.DataFrame({code: values.get(code, nothing) for code in sorted(codes)})
    return frame.select(pl.struct(pl.all()).struct.json_encode()).to_series()


def _natural(cells: Cells, document: pl.Series) -> pl.Series:
    """The natural key but for the person: type and key columns. A line feed parts them, which no folded cell holds."""
    rules = cells.rules
    parts = [pl.lit(rules.type.id)]
    for column in rules.type.columns:
        if column.natural_key and column.kind not in ("name", "document_type", "document_number"):
            value = document if column.code == rules.column("document") else cells.values.get(column.code)
            parts.append(pl.lit(None, pl.String) if value is None else pl.lit(value))
    texts = pl.select(pl.concat_str(parts, separator="\n")).to_series()
    return texts if len(texts) == cells.height else pl.repeat(None, cells.height, dtype=pl.String, eager=True)


def _folded_document(cells: Cells) -> pl.Series:
    """Document numbers as they are compared."""
    written = cells.value("document")
    if written is None:
        return pl.repeat(None, cells.height, dtype=pl.String, eager=True)
    return decision_numbers(written)


def _null_where(texts: pl.Series, failed: pl.Series | None) -> pl.Series:
    return texts if failed is None or not failed.any() else texts.set(failed, None)
