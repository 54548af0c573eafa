"""Judge a chunk: every row's problems, its days, and the texts by which it will be matched, compared and kept."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from openxin.intake.judging import cells, payload, rules, text
from openxin.intake.judging.sheet import Finding, Sheet, cleaned
from openxin.intake.judging.windows import Windows, windows
from openxin.law.bases import BasisIndex
from openxin.law.catalogue import Authority, Catalogue, RecordType
from openxin.law.loading import catalogue
from openxin.people import documents, names

SUBMITTABLE = ("penalty", "permit")
SOUND, QUARANTINED, REFUSED = range(3)
_FOUND = {"at": pl.UInt32, "field": pl.String, "code": pl.String}


@dataclass(frozen=True, slots=True)
class Judged:
    """What a chunk's rows are by themselves.

    `rows`: one line a data row, in order: row, sheet, fate (0 sound, 1 quarantined, 2 refused; `past` apart), identity, name, natural,
    content, extras, payload, name_written, number_written, the days, state, mends. `problems` and `notes`: (at, field, code).
    """

    rows: pl.DataFrame
    problems: pl.DataFrame
    notes: pl.DataFrame


def judge(
    frame: pl.DataFrame,
    *,
    type: RecordType,
    authority: Authority,
    law: Catalogue,
    day: date,
    synthetic: bool,  # noqa: A002
) -> Judged:
    """Judge `frame` (cells as text, by column code) as handed in by `authority` on `day`."""
    sheet = Sheet(frame, type)
    cells.read_all(sheet, law)  # 1 what each cell says
    born = _read_numbers(sheet, law, day, synthetic)  # 2 whose document it is
    cells.require_conditional(sheet)  # 3 what another cell makes necessary
    rules.subject(sheet, law)  # 4 may such a row be held at all
    rules.remedied(sheet)
    rules.nothing_but_the_template(sheet)
    rules.bodies(sheet, authority, law)  # 5 who sends it, who decided
    rules.date_order(sheet, day)
    rules.basis(sheet, authority, law, _index(law))  # 6 on which law it rests
    class_ = rules.breach_class(sheet, law)
    rules.minors(sheet, law, born)
    own = sheet.values[_number_column(type)]
    text.other_people(sheet, own, own.is_not_null())  # 7 nobody else in its words
    return _judged(sheet, law, authority, windows(sheet, law, day, class_, born))


def _index(law: Catalogue) -> BasisIndex:
    return _own_index() if law is catalogue() else BasisIndex(law)


@cache
def _own_index() -> BasisIndex:
    return BasisIndex(catalogue())


def _number_column(type_: RecordType) -> str:
    return type_.roles["document_number"]


def _read_numbers(sheet: Sheet, law: Catalogue, day: date, synthetic: bool) -> pl.Series:
    """Read the numbers of the documents; their birth dates."""
    code = _number_column(sheet.type)
    column = sheet.column(code)
    written = documents.written_alike(cleaned(sheet.raw(code)))
    sheet.filled[code] = written.is_not_null()
    sheet.fail(code, written.is_null(), "MISSING")
    kinds = sheet.value("document_type")
    forms = {
        value.code: value.extra.get("form")
        for value in law.lists[sheet.column(sheet.type.roles["document_type"]).list or ""].values
    }
    form = kinds.replace_strict(list(forms), list(forms.values()), default=None, return_dtype=pl.String)
    known = form.is_in(documents.FORMS).fill_null(False)
    lost = documents.digits_lost(written, sheet.number_cells(code)) & (known | form.is_null())
    sheet.fail(code, lost, "ID_DIGITS_LOST")
    if column.length is not None:
        sheet.fail(code, (written.str.len_chars() > column.length) & ~sheet.has_failed(code), "TOO_LONG")
    numbers = documents.resident_numbers(
        written, (form == "residence_permit").fill_null(False), day=day, synthetic=synthetic
    )
    judged = known & ~sheet.has_failed(code)
    for problem in ("ID_FORMAT", "ID_CHECKSUM"):
        sheet.fail(code, judged & (numbers.code == problem), problem)
    sound = known & ~sheet.has_failed(code)
    sheet.note(code, sound & numbers.upgraded, "ID_UPGRADED")
    sheet.values[code] = numbers.number.set(~sound, None)
    return numbers.born.set(~sound, None)


def _judged(sheet: Sheet, law: Catalogue, authority: Authority, days: Windows) -> Judged:
    problems = _listed(sheet.findings)
    refusing = [code for code, words in law.problems.items() if words.fate == "refused"]
    is_refusing = problems["code"].is_in(refusing)
    refused = _rows_of(sheet, problems.filter(is_refusing))
    fate = pl.select(
        pl.when(refused).then(REFUSED).when(_rows_of(sheet, problems)).then(QUARANTINED).otherwise(SOUND).cast(pl.UInt8)
    ).to_series()
    # Of a refused row only the refusing codes are told.
    problems = problems.filter(is_refusing | ~problems["at"].is_in(refused.arg_true().implode()))
    return Judged(_rows(sheet, authority, fate, days), problems, _listed(sheet.notes))


def _rows(sheet: Sheet, authority: Authority, fate: pl.Series, days: Windows) -> pl.DataFrame:
    roles = sheet.type.roles
    number, kind, name = (sheet.values[roles[role]] for role in ("document_number", "document_type", "name"))
    state = sheet.value("passport_state")
    stated = pl.repeat("", sheet.height, eager=True) if state is None else state.fill_null("")
    decided = sheet.value("decided_on")
    mends = sheet.value("mends")
    return pl.DataFrame(
        {
            "row": sheet.frame["row"],
            "sheet": sheet.frame["sheet"],
            "fate": fate,
            "past": days.past,
            "identity": pl.select(pl.concat_str([kind, stated, number], separator="|")).to_series(),
            "name": names.folded_all(name),
            "name_written": name,
            "number_written": number,
            "natural": payload.naturals(sheet, authority.id),
            "content": payload.contents(sheet),
            "extras": payload.extras(sheet),
            "payload": payload.payloads(sheet),
            "decided_on": decided,
            "final_on": days.final_on,
            "opens": days.opens,
            "closes": days.closes,
            "erase_on": days.erase_on,
            "notice_until": days.notice_until,
            "state": days.state,
            "mends": pl.repeat(None, sheet.height, dtype=pl.String, eager=True) if mends is None else mends,
        }
    )


def _rows_of(sheet: Sheet, problems: pl.DataFrame) -> pl.Series:
    at = problems["at"].unique()
    return sheet.nowhere.clone().scatter(at, True) if len(at) else sheet.nowhere


def _listed(findings: list[Finding]) -> pl.DataFrame:
    frames = [
        pl.DataFrame({"at": one.at}, schema={"at": pl.UInt32}).with_columns(
            pl.lit(one.field).alias("field"), pl.lit(one.code).alias("code")
        )
        for one in findings
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=_FOUND)
