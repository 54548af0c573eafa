"""Shapes that several resources share. Every field says what it is in both languages: the description is made of them."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from openxin.intake.quarantine import ProblemRow
from openxin.law.catalogue import Words
from openxin.web.api import paging


def told(zh: str, en: str) -> str:
    """Both languages, as the description has them."""
    return f"{zh} · {en}"


class Shape(BaseModel):
    """What is sent: every member that there is, none beside them."""

    model_config = ConfigDict(extra="forbid")


class Said(Shape):
    """A word of ours, Chinese first."""

    zh: str
    en: str


def said(words: Words) -> Said:
    """The shape of `words`."""
    return Said(zh=words.zh, en=words.en)


def said_if(words: Words | None) -> Said | None:
    """The same, where there are any."""
    return None if words is None else said(words)


class Fault(Shape):
    """One place of a request that is not as it must be."""

    in_: str = Field(..., alias="in", description=told("在请求的哪一部分", "In which part of the request"))
    pointer: str = Field(..., description=told("位置，JSON Pointer", "Where, a JSON Pointer"))
    code: str
    detail: str
    detail_en: str


class ProblemDocument(BaseModel):
    """RFC 9457, in both languages."""

    model_config = ConfigDict(extra="allow")
    type: str = Field(..., description=told("问题类型的地址", "Where the kind of problem is described"))
    title: str
    title_en: str
    status: int
    detail: str
    detail_en: str
    instance: str = Field(
        ..., description=told("这一次的编号，可以向平台引用", "A number for this occurrence, to quote")
    )
    code: str
    errors: list[Fault] | None = None


class RowProblem(Shape):
    """One problem of a row."""

    field: str = Field(..., description=told("栏目代码", "Code of the column"))
    code: str = Field(..., description=told("问题代码，见 docs/codes.md", "Code of the problem, see docs/codes.md"))
    message: str
    message_en: str


class Row(Shape):
    """A row that waits or was refused, as docs/contract.md words it. Values are masked."""

    sheet: str | None
    row: int = Field(
        ..., description=told("电子表格程序显示的行号", "The number that a spreadsheet program shows for it")
    )
    fate: str = Field(..., json_schema_extra={"enum": ["quarantined", "refused"]})
    reference: str | None = Field(
        ..., description=told("补正的行在 OX_HH 中写它", "What the mended row carries in OX_HH")
    )
    problems: list[RowProblem]


def row(one: ProblemRow) -> Row:
    """The shape of a row that waits or was refused."""
    return Row.model_validate(one.as_json())


def _written_out(given: Any) -> Any:
    """Only a day that is written as one: a number is not taken for the seconds since 1970."""
    if isinstance(given, str) and not _DAY.fullmatch(given):
        raise PydanticCustomError("date_parsing", "a day")
    return given


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
Day = Annotated[date, BeforeValidator(_written_out)]


class Page(Shape):
    """Which page of a list."""

    cursor: str | None = Field(
        None, max_length=paging.LONGEST, description=told("上一页的 next", "next of the page before")
    )
    limit: int = Field(paging.PAGE_ROWS, ge=1, le=paging.MOST_ROWS, description=told("一页几项", "How many of a page"))


FROM_LAW = "x-catalogue"  # the description says here what the catalogue does
TYPES: dict[str, Any] = {FROM_LAW: "types"}
NEXT = told("下一页的 cursor；没有下一页时为 null", "The cursor of the next page; null where this is the last")
