"""From the tables of a sound folder to frozen values. Only `loading` calls this, after `checking` found nothing.

What an entry may leave out is false, empty or None here, as its schema says.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, cast

from openxin.law import building_rights as rights
from openxin.law.building_rights import source_of, words_of
from openxin.law.catalogue import (
    Article,
    Authority,
    CalendarYear,
    Catalogue,
    CodeList,
    Column,
    Condition,
    Ground,
    LegalBasis,
    ListValue,
    Occupation,
    Parameters,
    PenaltyClass,
    Period,
    ProblemWords,
    Procedure,
    RecordType,
    SealingRule,
    StateRule,
    Term,
    Verified,
    Version,
    Words,
)
from openxin.law.files import POLICY, POLICY_SCHEMA, Entry, Folder, Table
from openxin.law.frozen import Frozen
from openxin.law.library_calendar import library_years

_SYNTHETIC_AREA = "999999"  # GB/T 2260 assigns it to nobody
_SCOPES = "CL_JRFW"


def build(folder: Folder) -> Catalogue:
    """The whole catalogue as frozen values."""
    numbers = {entry.table["id"]: entry.table["value"] for entry in folder.entries("parameter")}
    permit_basis = str(numbers["permit_basis"])
    authorities = {one.id: one for one in (_authority(entry, permit_basis) for entry in folder.entries("authority"))}
    lists = {one.id: one for one in _lists(folder)}
    bases = {one.id: one for one in map(_basis, folder.entries("basis"))}
    return Catalogue(
        authorities=Frozen(authorities),
        by_uscc=Frozen({one.uscc: one for one in authorities.values()}),
        types=Frozen({one.id: one for one in _types(folder)}),
        lists=Frozen(lists),
        bases=Frozen(bases),
        grounds=Frozen({one.id: one for one in map(_ground, folder.entries("ground"))}),
        sealing=tuple(map(_sealing, folder.entries("sealing"))),
        classes=Frozen({one.id: one for one in map(_class, folder.entries("class"))}),
        periods=Frozen({one.type: one for one in map(_period, folder.entries("period"))}),
        procedures=Frozen({one.id: one for one in map(_procedure, folder.entries("procedure"))}),
        calendar=Frozen(dict(library_years()) | {one.year: one for one in map(_year, folder.entries("year"))}),
        states=Frozen({one.id: one for one in map(_state, folder.entries("state"))}),
        occupations=Frozen({one.id: one for one in map(_occupation, folder.entries("occupation"))}),
        domains=Frozen({one.table["id"]: words_of(one.table["title"]) for one in folder.entries("domain")}),
        scopes=Frozen({value.code: value.title for value in lists[_SCOPES].values}),
        problems=Frozen({one.code: one for one in map(_problem, folder.entries("problem"))}),
        purposes=rights.purposes(folder),
        roles=rights.roles(folder),
        rights=rights.rights(folder),
        grant_purposes=rights.grant_purposes(folder),
        never=rights.never(folder),
        checks=rights.checks(folder, bases),
        organisation_kinds=rights.organisation_kinds(folder),
        budgets=rights.budgets(folder),
        alerts=rights.alerts(folder),
        refusals=rights.refusals(folder),
        policy=folder.texts[POLICY],
        policy_schema=folder.texts[POLICY_SCHEMA],
        parameters=_parameters(numbers),
        hash=folder.hash,
    )


def _types(folder: Folder) -> Iterator[RecordType]:
    shared = {entry.table["code"]: _column(entry, ("ox",)) for entry in folder.entries("own_column")}
    for entry in folder.only("type"):
        head, file = entry.table, entry.file.table
        editions = tuple(head["editions"])
        own = (Entry(entry.file, ("column", at), table, entry.inherited) for at, table in enumerate(file["column"]))
        yield RecordType(
            id=head["id"],
            title=words_of(head["title"]),
            columns=(*(_column(one, editions) for one in own), *(shared[code] for code in head["own_columns"])),
            roles=Frozen(dict(file["roles"])),
            conditions=tuple(
                Condition(one["id"], one["column"], tuple(one["contains"])) for one in file.get("condition", ())
            ),
            date_order=tuple((first, second) for first, second in head["date_order"]),
            needs_finality=head["needs_finality"],
            notice=head["notice"],
            closed_until_person_opens=head["closed_until_person_opens"],
            adult_conduct_only=head["adult_conduct_only"],
            closed_for_minors=head["closed_for_minors"],
            remedies=tuple(head["remedies"]),
            editions=editions,
            legal_basis=tuple(Article(one["ground"], one["article"]) for one in head["legal_basis"]),
            competence_basis=head["competence_basis"],
            ignored_aliases=tuple(head.get("ignored_aliases", ())),
            source=source_of(entry),
        )


def _column(entry: Entry, editions: tuple[str, ...]) -> Column:
    table = entry.table
    return Column(
        code=table["code"],
        title=words_of(table["title"]),
        kind=table["kind"],
        length=table.get("length"),
        required=table.get("required", False),
        required_when=table.get("required_when"),
        empty_for_persons=table.get("empty_for_persons", False),
        forbidden=table.get("forbidden"),
        list=table.get("list"),
        no_end=table.get("no_end", False),
        may_be_future=table.get("may_be_future", False),
        absent_means=table.get("absent_means"),
        aliases=tuple(table.get("aliases", ())),
        keeping=table["keeping"],
        natural_key=table.get("natural_key", False),
        part=table["part"],
        editions=tuple(table.get("editions", editions)),
        shown_to_person=table.get("shown_to_person", True),
        shown_to_others=table.get("shown_to_others"),
        source=source_of(entry),
    )


def _lists(folder: Folder) -> Iterator[CodeList]:
    for entry in folder.entries("list"):
        values = tuple(
            ListValue(
                code=one.table["code"],
                title=words_of(one.table["title"]),
                aliases=tuple(one.table.get("aliases", ())),
                extra=Frozen(dict(one.table.get("extra", {}))),
                source=source_of(one),
            )
            for one in entry.below("value")
        )
        table = entry.table
        yield CodeList(table["id"], words_of(table["title"]), values, table.get("separators", ""), source_of(entry))
    for entry in folder.only("table_list"):  # a long list of plain rows: code, Chinese, English, further names
        table, source = entry.table, source_of(entry)
        values = tuple(
            ListValue(code, Words(zh, en), tuple(more), Frozen({}), source) for code, zh, en, *more in table["rows"]
        )
        yield CodeList(table["id"], words_of(table["title"]), values, "", source)


def _authority(entry: Entry, permit_basis: str) -> Authority:
    table = entry.table
    return Authority(
        id=table["id"],
        uscc=table["uscc"],
        title=words_of(table["title"]),
        phone=table["phone"],
        submits=tuple(table["submits"]),
        submits_for=tuple(table.get("submits_for", ())),
        permit_basis=table.get("permit_basis", permit_basis),
        settles_identities=table.get("settles_identities", False),
        synthetic=table["uscc"][2:8] == _SYNTHETIC_AREA,
        source=source_of(entry),
    )


def _basis(entry: Entry) -> LegalBasis:
    table = entry.table
    mark = cast("Verified", entry.inherited.get("versions_verified", entry.verified))
    return LegalBasis(
        id=table["id"],
        title=table["title"],
        aliases=tuple(table.get("aliases", ())),
        title_en=table["title_en"],
        in_force_from=table["in_force_from"],
        in_force_until=table.get("in_force_until"),
        versions=tuple(
            Version(one["label"], one.get("from"), one.get("until"), one.get("verified", mark))
            for one in table["version"]
        ),
        domains=tuple(table["domains"]),
        source=source_of(entry),
    )


def _ground(entry: Entry) -> Ground:
    table = entry.table
    return Ground(
        id=table["id"],
        title=table["title"],
        title_en=table["title_en"],
        in_force_from=table["in_force_from"],
        in_force_until=table.get("in_force_until"),
        says=words_of(table["says"]),
        source=source_of(entry),
    )


def _sealing(entry: Entry) -> SealingRule:
    table = entry.table
    return SealingRule(
        id=table["id"],
        code=table["code"],
        titles=tuple(table["titles"]),
        not_after=tuple(table["not_after"]),
        not_before=tuple(table["not_before"]),
        words=words_of(table["words"]),
        source=source_of(entry),
    )


def _class(entry: Entry) -> PenaltyClass:
    table = entry.table
    return PenaltyClass(
        id=table["id"],
        title=words_of(table["title"]),
        admitted=table["admitted"],
        closes_after=_term(table["closes_after"]),
        repair_after=_some_term(table.get("repair_after")),
        source=source_of(entry),
    )


def _period(entry: Entry) -> Period:
    table = entry.table
    return Period(
        type=table["type"],
        own_view_after_closing=_term(table["own_view_after_closing"]),
        ceiling=_some_term(table.get("ceiling")),
        review_every=_some_term(table.get("review_every")),
        kept_until_person_erases=table.get("kept_until_person_erases", False),
        source=source_of(entry),
    )


def _procedure(entry: Entry) -> Procedure:
    table = entry.table
    variants = table.get("variant", ())
    plain = {"": _term(table["limit"])} if "limit" in table else {}
    return Procedure(
        id=table["id"],
        title=words_of(table["title"]),
        trigger=words_of(table["trigger"]),
        limits=Frozen(plain | {one["id"]: _term(one["limit"]) for one in variants}),
        variants=Frozen({one["id"]: words_of(one["title"]) for one in variants}),
        rolls=table.get("rolls", True),
        source=source_of(entry),
    )


def _year(entry: Entry) -> CalendarYear:
    table = entry.table
    return CalendarYear(
        year=table["year"],
        off=frozenset(day for span in table["off"] for day in _days(span["from"], span["until"])),
        working_weekends=frozenset(table["working_weekends"]),
        source=source_of(entry),
    )


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days) for days in range((last - first).days + 1))


def _state(entry: Entry) -> StateRule:
    table = entry.table
    return StateRule(
        id=table["id"],
        title=words_of(table["title"]),
        shown_to_person=table["shown_to_person"],
        shown_to_others=table["shown_to_others"],
        flag=table.get("flag", False),
        source=source_of(entry),
    )


def _occupation(entry: Entry) -> Occupation:
    table = entry.table
    return Occupation(
        id=table["id"],
        title=words_of(table["title"]),
        qualification=table.get("qualification"),
        scope=table.get("scope"),
        source=source_of(entry),
    )


def _problem(entry: Entry) -> ProblemWords:
    table = entry.table
    return ProblemWords(
        code=table["code"],
        fate=table["fate"],
        title=words_of(table["title"]),
        remedy=words_of(table["remedy"]),
        source=source_of(entry),
    )


def _parameters(numbers: Mapping[str, Any]) -> Parameters:
    return Parameters(
        adult_age=numbers["adult_age"],
        conduct_date_needed_under_age=numbers["conduct_date_needed_under_age"],
        summary_fine_limit_fen=numbers["summary_fine_limit_fen"],
        finality_lapse=_term(numbers["finality_lapse"]),
        finality_lapse_untold=_term(numbers["finality_lapse_untold"]),
        no_end=numbers["no_end"],
        credit_office=numbers["credit_office"],
        api_rows=numbers["api_rows"],
        api_repeats=_term(numbers["api_repeats"]),
        log_ins_kept=_term(numbers["log_ins_kept"]),
    )


def _term(table: Table) -> Term:
    return Term(table["amount"], table["unit"])


def _some_term(table: Table | None) -> Term | None:
    return None if table is None else _term(table)
