"""What the law asks of a row: whose it is, who sent it, on which law it rests, what may not be held.

Each rule reads sound values only: where a cell failed by itself its value is null, and no rule says anything of it. The numbers
and lists are the catalogue's.
"""

from collections.abc import Callable
from datetime import date

import polars as pl

from openxin.intake.judging.sheet import Sheet, by_distinct
from openxin.law.bases import BasisIndex, in_force
from openxin.law.catalogue import Authority, Catalogue, LegalBasis

_YES, _NO = "Y", "N"
_MONTHS_A_YEAR = 12


def subject(sheet: Sheet, law: Catalogue) -> None:
    """Values of lists that are themselves a problem: an organisation as counterpart, a summary procedure."""
    for column in sheet.type.columns:
        if column.list is None:
            continue
        problems = {
            value.code: value.extra["problem"] for value in law.lists[column.list].values if "problem" in value.extra
        }
        for code, problem in problems.items():
            sheet.find(column.code, sheet.values[column.code] == code, problem)


def nothing_but_the_template(sheet: Sheet) -> None:
    """Columns of organisations, and free text, must be empty for a person."""
    for column in sheet.type.columns:
        if not sheet.has(column.code):
            continue
        sound = sheet.filled[column.code] & ~sheet.has_failed(column.code)
        if column.empty_for_persons:
            sheet.find(column.code, sound, "NOT_ORDINARY_FIELD")
        elif column.forbidden:
            sheet.find(column.code, sound, column.forbidden)


def bodies(sheet: Sheet, authority: Authority, law: Catalogue) -> None:
    """The submitter is the body that sends; the decider is itself or one for which it submits."""
    others = [law.authorities[other].uscc for other in authority.submits_for]
    for role, allowed in (("submitter_code", [authority.uscc]), ("decider_code", [authority.uscc, *others])):
        code = sheet.type.column(role)
        if code is not None:
            sheet.find(code, ~sheet.values[code].is_in(allowed), "NOT_SUBMITTER")


def date_order(sheet: Sheet, day: date) -> None:
    """No day in the future where none may be, and no pair of days in the wrong order."""
    for column in sheet.type.columns:
        if column.kind == "date" and not column.may_be_future:
            late = sheet.values[column.code] > day
            if late.fill_null(False).any():
                sheet.fail(column.code, late, "FUTURE_DATE")
                sheet.values[column.code] = sheet.values[column.code].set(late.fill_null(False), None)
    for first, second in sheet.type.date_order:
        sheet.find(second, sheet.values[first] > sheet.values[second], "DATE_ORDER")


def basis(sheet: Sheet, authority: Authority, law: Catalogue, index: BasisIndex) -> None:
    """First what the law seals, at any date; then whether a catalogued law in force that day carries the decision."""
    text, stated = sheet.type.column("basis_text"), sheet.type.column("basis_id")
    for code in filter(None, (text, stated)):
        sealed = by_distinct(
            sheet.values[code], lambda said: rule.code if (rule := index.sealed_by(said)) else None, pl.String
        )
        for problem in sealed.unique().drop_nulls().to_list():
            sheet.find(code, sealed == problem, problem)
    decided = sheet.value("decided_on")
    if decided is None:
        return
    without = ~sheet.nowhere
    if stated is not None:
        named = sheet.values[stated]
        without = ~sheet.filled[stated]
        if named.null_count() < sheet.height:
            carried = _carried(named, decided, lambda cell: tuple(filter(None, (index.basis(cell),))))
            sheet.find(stated, named.is_not_null() & ~carried, "NO_LEGAL_BASIS")
    if text is not None:
        carried = _carried(sheet.values[text], decided, index.named_in)
        sheet.find(text, without & sheet.values[text].is_not_null() & ~carried, "NO_LEGAL_BASIS")
    elif sheet.type.competence_basis:
        permit = law.bases[authority.permit_basis]
        holds = by_distinct(decided, lambda on: in_force(permit, on), pl.Boolean)
        sheet.find(stated or "", without & ~holds, "NO_LEGAL_BASIS")


def _carried(texts: pl.Series, decided: pl.Series, laws_of: Callable[[str], tuple[LegalBasis, ...]]) -> pl.Series:
    """Does a law that a text names carry the decision of that day? True where text or day is not known: nothing is said then."""
    known = {text: laws_of(text) for text in texts.unique().drop_nulls().to_list()}
    first, last = decided.min(), decided.max()
    if not isinstance(first, date) or not isinstance(last, date):
        return pl.repeat(True, len(texts), dtype=pl.Boolean, eager=True)
    # Most laws were in force on every day of the file: then the text alone decides.
    always = (
        by_distinct(
            texts, lambda text: any(_always_in_force(one, first, last) for one in known[text]), pl.Boolean
        ).fill_null(True)
        | decided.is_null()
    )
    for at in (~always).arg_true().to_list():
        if any(in_force(one, decided[at]) for one in known[texts[at]]):
            always[at] = True
    return always


def _always_in_force(basis_: LegalBasis, first: date, last: date) -> bool:
    days = [day for version in basis_.versions for day in (version.from_, version.until) if day is not None]
    quiet = not any(first < day <= last for day in (*days, basis_.in_force_from))
    return quiet and in_force(basis_, first) and in_force(basis_, last)


def breach_class(sheet: Sheet, law: Catalogue) -> pl.Series | None:
    """The class of each breach: as the body states it, else from the kinds of penalty. Null where neither is known."""
    kinds, fine, stated = sheet.type.column("kinds"), sheet.value("fine"), sheet.type.column("class")
    if kinds is None or stated is None or fine is None:
        return None
    values = {value.code: value for value in law.lists[sheet.column(kinds).list or ""].values}
    limit = law.parameters.summary_fine_limit_fen
    small = fine <= limit

    def derived(said: str, *, fine_is_small: bool | None) -> str | None:
        classes = []
        for one in said.split(";"):
            extra = values[one].extra
            at_limit = extra.get("class_up_to_limit")
            if at_limit is not None and fine_is_small is None:
                return None
            lighter = at_limit is not None and fine_is_small
            classes.append((0.0 if lighter else float(extra["weight"]), at_limit if lighter else extra["class"]))
        return max(classes, key=lambda pair: pair[0])[1]

    told = sheet.values[kinds]
    from_kinds = pl.select(
        pl.when(small)
        .then(by_distinct(told, lambda said: derived(said, fine_is_small=True), pl.String))
        .when(~small)
        .then(by_distinct(told, lambda said: derived(said, fine_is_small=False), pl.String))
        .otherwise(by_distinct(told, lambda said: derived(said, fine_is_small=None), pl.String))
    ).to_series()
    class_ = sheet.values[stated].fill_null(pl.select(pl.when(~sheet.filled[stated]).then(from_kinds)).to_series())
    trivial = class_.is_in([one.id for one in law.classes.values() if not one.admitted])
    declared = trivial & sheet.filled[stated]
    sheet.find(stated, declared, "TRIVIAL_CLASS")
    sheet.find(kinds, trivial & ~declared.fill_null(False), "TRIVIAL_CLASS")
    _procedure(sheet, law, small, class_)
    return class_


def _procedure(sheet: Sheet, law: Catalogue, small: pl.Series, class_: pl.Series) -> None:
    """A warning or a small fine that is said to weigh more may be a summary penalty after all: the procedure must be told."""
    kinds, stated, procedure = sheet.type.column("kinds"), sheet.type.column("class"), sheet.type.column("procedure")
    if kinds is None or stated is None or procedure is None:
        return
    values = {value.code: value.extra for value in law.lists[sheet.column(kinds).list or ""].values}
    light = by_distinct(
        sheet.values[kinds],
        lambda said: all(values[one].get("summary_possible") == "yes" for one in said.split(";")),
        pl.Boolean,
    )
    fined = by_distinct(
        sheet.values[kinds], lambda said: any("class_up_to_limit" in values[one] for one in said.split(";")), pl.Boolean
    )
    admitted = sheet.values[stated].is_in([one.id for one in law.classes.values() if one.admitted])
    needed = light & (~fined | small) & admitted & ~sheet.filled[procedure]
    sheet.find(procedure, needed, "PROCEDURE_NEEDED")


def remedied(sheet: Sheet) -> None:
    """A minor breach whose harm the person removed may not be reported (河南省社会信用条例 art. 13(3))."""
    code = sheet.type.column("remedied_minor")
    if code is not None:
        sheet.find(code, sheet.values[code] == _YES, "REMEDIED_MINOR_BREACH")


def minors(sheet: Sheet, law: Catalogue, born: pl.Series) -> None:
    """Nothing is held about conduct as a minor; where the number does not rule it out, the day of the conduct is needed.

    Ages count from the day after the birthday (counting of 民法典 201): on the eighteenth birthday itself a person is seventeen.
    """
    if not sheet.type.adult_conduct_only:
        return
    conduct, adult, decided = (
        sheet.type.column("conduct_on"),
        sheet.type.column("adult_then"),
        sheet.type.column("decided_on"),
    )
    if conduct is None or adult is None or decided is None:
        return
    of_age = birthday(born, law.parameters.adult_age)
    young_now = (sheet.values[decided] <= of_age).fill_null(False)
    young_then = (sheet.values[conduct] <= of_age).fill_null(False)
    said_young = (sheet.values[adult] == _NO).fill_null(False)
    sheet.find(decided, young_now, "MINOR_AT_THE_TIME")
    sheet.find(conduct, young_then & ~young_now, "MINOR_AT_THE_TIME")
    sheet.find(adult, said_young & ~young_now & ~young_then, "MINOR_AT_THE_TIME")
    near = sheet.values[decided] <= birthday(born, law.parameters.conduct_date_needed_under_age)
    sheet.find(conduct, near & ~sheet.filled[conduct], "CONDUCT_DATE_NEEDED")


def birthday(born: pl.Series, years: int) -> pl.Series:
    """The day on which each turns `years`; of 29 February the last day of the month."""
    return born.dt.offset_by(f"{years * _MONTHS_A_YEAR}mo")
