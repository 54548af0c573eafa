"""The law as frozen values: what `catalogue/*.toml` says, in the words of the code.

Everything here is plain data. It is loaded once (`loading.catalogue()`), never changed, and its hash is a leaf of the
ledger, so that one can prove under which law a row was admitted. Every entry carries `Source`: the citation and how far
it was verified ("V" read in a stored source, "K" general knowledge that a lawyer must confirm, "D" our own design).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from openxin.law.rights import (
    AlertRule,
    Budget,
    Check,
    Form,
    GrantPurpose,
    NeverPurpose,
    OrganisationKind,
    Purpose,
    RefusalRule,
    Right,
    Role,
)
from openxin.law.words import Source, Term, Verified, Words

__all__ = [
    "Source",
    "Term",
    "Verified",
    "Words",
]  # made in `words`, so that `rights` can use them; everybody takes them here

RecordTypeId = str  # penalty permit qualification disqualification honour service, and what a city adds
AuthorityId = str  # the id inside authorities.toml; the outside speaks USCC
BasisId = str
ListId = str

ColumnKind = Literal[
    "text",  # free wording
    "name",  # name of the person
    "document_type",  # code list CL_ZJLX
    "document_number",  # number of the person's identity document
    "list",  # one value of a code list
    "lists",  # several values of a code list, separated by ; ； 、 ,
    "time",  # a day, or a day with hours and minutes
    "date",  # a calendar day; 长期 and 2099-12-31 mean "no end" where `no_end` is true
    "amount",  # money; stored as integer fen (分)
    "decimal",  # any other decimal
    "yes_no",  # Y / N (是 / 否)
    "uscc",  # unified social credit code of a body, GB 32100
    "basis",  # catalogue id or title of a law
    "state_code",  # ISO 3166-1 alpha-3
    "area",  # six digits of an administrative division, GB/T 2260
    "reference",  # OX_HH: reference of a waiting row
]
Keeping = Literal["sealed", "token", "harmless"]
# sealed: exists only encrypted; token: encrypted, and found again by a keyed token; harmless: may stand in clear beside them
Part = Literal["content", "status", "supplement", "other"]
# content: counts for "same content"; status and supplement: may be supplied later by a duplicate;
# other: neither (CF_GSJZQ, titles of bodies, the remaining OX_ columns)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a national template, or one of our own (OX_)."""

    code: str
    title: Words
    kind: ColumnKind
    length: int | None  # characters
    required: bool  # an empty cell is MISSING, an absent column HEADER_UNKNOWN
    required_when: str | None  # the id of a condition of the record type (see RecordType.conditions)
    empty_for_persons: bool  # an organisation's column: NOT_ORDINARY_FIELD where filled
    forbidden: str | None  # problem code when filled (BZ: FREE_TEXT_NOT_ALLOWED)
    list: ListId | None
    no_end: bool  # dates: 长期 / 2099-12-31 is "no end", kept as None
    may_be_future: bool  # dates: false is FUTURE_DATE where the day lies after today
    absent_means: str | None  # the whole column may be absent from the header; then every row means this value
    aliases: tuple[str, ...]  # other codes (2016 edition) and titles that a header may use
    keeping: Keeping
    natural_key: bool
    part: Part
    editions: tuple[str, ...]  # sgs-2018, sgs-2019, ox: where the column occurs
    shown_to_person: bool
    shown_to_others: Form | None  # from which form on a recipient sees it; None: never
    source: Source

    def shown_in(self, form: Form) -> bool:
        """Does a recipient who gets this form see the column? The extract holds everything that the statement holds."""
        return self.shown_to_others in ("statement", form)


@dataclass(frozen=True, slots=True)
class Condition:
    """Why a conditional column is required: `column` holds one of `contains` (none named: it holds anything)."""

    id: str
    column: str
    contains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """An article of one of the acts on which the register itself rests."""

    ground: str
    article: str


@dataclass(frozen=True, slots=True)
class Ground:
    """An act on which the register itself rests (PIPL, 河南省社会信用条例 ...); no basis of a single decision."""

    id: str
    title: str
    title_en: str
    in_force_from: date
    in_force_until: date | None
    says: Words
    source: Source


@dataclass(frozen=True, slots=True)
class RecordType:
    """`roles` names the columns that the rules speak of, so that no Python names a column of one type:

        name, document_type, document_number, counterpart_kind, document (its number), decided_on, valid_from, valid_until,
        status, submitter_code (*_SJLYDM), decider_code (*_CFJGDM), decider, submitter, basis_text, basis_id (OX_YJID), kinds,
        fine, class, procedure, conduct_on, adult_then, served_on, told_remedies, final_how, final_on, remedied_minor,
    <<<<<<< HEAD
        fulfilled_on, passport_state, mends, facts (never anybody else's). A role that the type does not have is absent.
    =======
        fulfilled_on, passport_state, mends, scope and for_life (of a ban), qualification (its code). A role that the type does
        not have is absent.
    >>>>>>> 205bc6c (Checks, permit decisions, award verification, redeeming, warrants)
    """

    id: RecordTypeId
    title: Words
    columns: tuple[Column, ...]
    roles: Mapping[str, str]
    conditions: tuple[Condition, ...]
    date_order: tuple[tuple[str, str], ...]  # pairs of column codes, first <= second
    needs_finality: bool  # adverse: opens only when final and noticed
    notice: bool  # its person is told at admission, and has days of notice
    closed_until_person_opens: bool  # honours and service
    adult_conduct_only: bool  # MINOR_AT_THE_TIME applies
    closed_for_minors: bool  # a minor's record is shown to nobody but the minor and the guardian
    remedies: tuple[str, ...]  # the ways against the decision itself: ids of procedures
    editions: tuple[str, ...]  # of the template, oldest first
    legal_basis: tuple[Article, ...]  # why this kind of record may be collected at all
    competence_basis: bool  # without OX_YJID rests on the authority's permit_basis
    ignored_aliases: tuple[str, ...]  # columns of older editions without a successor
    source: Source

    def column(self, role: str) -> str | None:
        """The column code that plays `role`, or None where the type has none."""
        return self.roles.get(role)

    @property
    def key_column(self) -> str:
        """The column that names a decision: its number, else the first column of the natural key."""
        key = [column.code for column in self.columns if column.natural_key]
        document = self.roles["document"]
        return document if document in key else key[0]


@dataclass(frozen=True, slots=True)
class ListValue:
    """One value of a code list, and everything that a cell may say for it."""

    code: str  # as stored
    title: Words
    aliases: tuple[str, ...]  # everything else that a cell may say (number, text, old words)
    extra: Mapping[str, str]  # e.g. weight and class of a kind of penalty
    source: Source


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list of values; `separators` are the characters between several of them in one cell."""

    id: ListId
    title: Words
    values: tuple[ListValue, ...]
    separators: str  # "" for single-valued lists
    source: Source


@dataclass(frozen=True, slots=True)
class Authority:
    """A public body: what it may submit, and for which other bodies."""

    id: AuthorityId
    uscc: str
    title: Words
    phone: str
    submits: tuple[RecordTypeId, ...]
    submits_for: tuple[AuthorityId, ...]
    permit_basis: BasisId
    settles_identities: (
        bool  # its officials verify, join and part documents and settle names, with the document in hand
    )
    synthetic: bool  # code of area 999999, assigned to nobody: a body of the made-up city
    source: Source


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a law. `from_` is None where only the year of the version is known (source says which)."""

    label: str
    from_: date | None
    until: date | None
    verified: Verified = "K"


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A law that a decision may rest on."""

    id: BasisId
    title: str  # without 《》 and without 中华人民共和国
    aliases: tuple[str, ...]
    title_en: str
    in_force_from: date
    in_force_until: date | None
    versions: tuple[Version, ...]
    domains: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class SealingRule:
    """What may not be held at all. `titles` are searched in the basis text, at any date.

    Directly after one of `not_after` or directly before one of `not_before` the letters belong to another word.
    """

    id: str
    code: str  # problem code: SEALED_BY_LAW ...
    titles: tuple[str, ...]
    not_after: tuple[str, ...]
    not_before: tuple[str, ...]
    words: Words
    source: Source


@dataclass(frozen=True, slots=True)
class PenaltyClass:
    """A class of breach: whether it is admitted, when it stops being shown, when repair may be asked."""

    id: str  # 轻微 一般 严重
    title: Words
    admitted: bool  # False: TRIVIAL_CLASS
    closes_after: Term  # from the decision
    repair_after: Term | None  # from the decision
    source: Source


@dataclass(frozen=True, slots=True)
class Period:
    """Periods of one record type: how long after closing the person alone sees it, then erasure."""

    type: RecordTypeId
    own_view_after_closing: Term
    ceiling: Term | None  # provincial ceiling for adverse records, from the decision
    review_every: Term | None  # of a ban for life
    kept_until_person_erases: bool  # has no end of its own: honours and service
    source: Source


@dataclass(frozen=True, slots=True)
class Procedure:
    """One row of law.md 5.3: trigger, act, limit. `variants` maps a variant's id to its term."""

    id: str
    title: Words
    trigger: Words
    limits: Mapping[str, Term]  # "" is the plain one; others by variant; empty where the law sets no number
    variants: Mapping[str, Words]
    rolls: bool  # an end on a statutory holiday rolls to the next working day
    source: Source


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The days off and the working weekends of one year."""

    year: int
    off: frozenset[date]  # statutory days off
    working_weekends: frozenset[date]
    source: Source


@dataclass(frozen=True, slots=True)
class StateRule:
    """What a record's state may show to whom (data for the door out)."""

    id: str
    title: Words
    shown_to_person: bool
    shown_to_others: bool
    flag: bool  # stands beside a state, does not replace it
    source: Source


@dataclass(frozen=True, slots=True)
class Occupation:
    """A key profession of the plan: only ever the title of a qualification or the scope of a ban, never a label."""

    id: str
    title: Words
    qualification: str | None
    scope: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class ProblemWords:
    """The words of a problem code: what it means and what to do."""

    code: str
    fate: Literal["quarantined", "refused", "file", "note"]
    title: Words
    remedy: Words
    source: Source


@dataclass(frozen=True, slots=True)
class Parameters:
    """Single numbers of the law that rules read (ages, the summary-fine limit ...), each cited in the TOML."""

    adult_age: int
    conduct_date_needed_under_age: int
    summary_fine_limit_fen: int
    finality_lapse: Term  # service + this, where remedies were told
    finality_lapse_untold: Term  # service + this, where they were not
    no_end: date  # 2099-12-31
    credit_office: AuthorityId  # sees the counts of every body
    api_rows: int  # so many rows in one request; more come as a file
    log_ins_kept: Term  # log-ins and ended sessions, then they are deleted
    api_repeats: Term  # for so long the answer to a request with an Idempotency-Key is kept


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything, by id."""

    authorities: Mapping[str, Authority]  # by id
    by_uscc: Mapping[str, Authority]
    types: Mapping[RecordTypeId, RecordType]
    lists: Mapping[ListId, CodeList]
    bases: Mapping[BasisId, LegalBasis]
    grounds: Mapping[str, Ground]
    sealing: tuple[SealingRule, ...]
    classes: Mapping[str, PenaltyClass]
    periods: Mapping[RecordTypeId, Period]
    procedures: Mapping[str, Procedure]
    calendar: Mapping[int, CalendarYear]
    states: Mapping[str, StateRule]
    occupations: Mapping[str, Occupation]
    domains: Mapping[str, Words]
    scopes: Mapping[str, Words]  # of bans: food, teacher, lawyer ...
    problems: Mapping[str, ProblemWords]
    purposes: Mapping[str, Purpose]
    roles: Mapping[str, Role]
    rights: Mapping[str, Right]
    grant_purposes: Mapping[str, GrantPurpose]
    never: Mapping[str, NeverPurpose]  # what no reading and no grant is ever for
    checks: Mapping[str, Check]
    organisation_kinds: Mapping[str, OrganisationKind]
    budgets: tuple[Budget, ...]
    alerts: Mapping[str, AlertRule]
    refusals: Mapping[str, RefusalRule]
    policy: str  # access.cedar, the text
    policy_schema: str  # access.cedarschema, the text
    parameters: Parameters
    hash: bytes  # SHA-256 over the files, names and bytes, in order of name
