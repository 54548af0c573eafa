"""The empty workbook that a body fills in, made from the catalogue, so that no template can disagree with the door.

One sheet for the data, with drop-downs from the code lists. One example, written downwards, so that its header can never be
taken for that of a table: an untouched template holds no row. One sheet of notes.
"""

from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from openxin.intake.template_sheets import (
    CODES,
    Styles,
    offered,
    ordinary,
    sheet_name,
    text_book,
    write_head,
    write_lists,
)
from openxin.law.catalogue import Authority, Catalogue, CodeList, Column, RecordType, Words

DATA_ROWS = 10_000
"""Rows that have drop-downs; more may be filled in."""

_EXAMPLE, _NOTES = "示例", "填写说明"
_SYNTHETIC_NUMBER = "999999199001010016"
_SYNTHETIC_NAME = "张示例"

_KINDS = {
    "text": Words("文字", "text"),
    "name": Words("本人姓名", "the person's name"),
    "document_type": Words("从下拉列表选择", "choose from the list"),
    "document_number": Words("文本格式，不得为数字格式", "as text, never as a number"),
    "list": Words("从下拉列表选择", "choose from the list"),
    "lists": Words("从下拉列表选择，多项用“；”分隔", "choose from the list, several separated by “；”"),
    "date": Words("日期，如 2026-04-11", "a day, as 2026-04-11"),
    "time": Words("日期或时间，如 2026-04-11 09:00", "a day or a time, as 2026-04-11 09:00"),
    "amount": Words("金额，单位万元；也可写“2000元”", "money in 10,000 yuan; or with 元"),
    "decimal": Words("数字", "a number"),
    "yes_no": Words("Y 或 N", "Y or N"),
    "uscc": Words("18 位统一社会信用代码", "unified social credit code, 18 characters"),
    "basis": Words("法律名称或目录编号", "title of a law, or its id in the catalogue"),
    "area": Words("6 位行政区划代码，不写具体地点", "6-digit code of the area, never an exact place"),
    "state_code": Words("ISO 3166-1 三位国家代码", "ISO 3166-1 alpha-3"),
    "reference": Words("补正时填写，取自待补正清单", "only when mending: from the list of waiting rows"),
}


def write_template(out: Path, record_type: RecordType, law: Catalogue) -> None:
    """Write the template of `record_type` to `out`."""
    columns = [column for column in record_type.columns if ordinary(column)]
    with text_book(out) as book:
        styles = Styles.of(book)
        sheet = book.add_worksheet(sheet_name(record_type.title.zh))
        example = book.add_worksheet(_EXAMPLE)
        notes = book.add_worksheet(_NOTES)
        lists = write_lists(book.add_worksheet(CODES), columns, law)
        write_head(sheet, columns, lists, styles, rows=DATA_ROWS)
        _write_example(example, columns, record_type, law, styles)
        _write_notes(notes, columns, record_type, law, styles)


def _write_example(
    sheet: Worksheet, columns: list[Column], record_type: RecordType, law: Catalogue, styles: Styles
) -> None:
    """One synthetic record, a line for each column: read downwards it is no table of this type."""
    sheet.set_column(0, 0, 40, styles.text)
    sheet.set_column(1, 1, 16, styles.code)
    sheet.set_column(2, 2, 60, styles.text)
    for place, words in enumerate(("栏目 / Column", "代码 / Code", "示例（虚构）/ Example (made up)")):
        sheet.write_string(0, place, words, styles.optional)
    values = _example(columns, record_type, law)
    for row, column in enumerate(columns, start=1):
        sheet.write_string(row, 0, column.title.zh, styles.title(column))
        sheet.write_string(row, 1, column.code, styles.code)
        sheet.write_string(row, 2, values.get(column.code, ""), styles.text)


def _example(columns: list[Column], record_type: RecordType, law: Catalogue) -> dict[str, str]:
    body = next(one for one in law.authorities.values() if record_type.id in one.submits)
    roles = {code: role for role, code in record_type.roles.items()}
    values = {
        column.code: _example_value(column, roles.get(column.code, ""), body, law)
        for column in columns
        if column.required
    }
    for condition in record_type.conditions:
        if any(word in values.get(condition.column, "") for word in condition.contains):
            for column in columns:
                if column.required_when == condition.id:
                    values[column.code] = _example_value(column, roles.get(column.code, ""), body, law)
    return values


def _example_value(column: Column, role: str, body: Authority, law: Catalogue) -> str:
    if role in {"decider", "submitter"}:
        return body.title.zh
    if role == "basis_text":
        return f"《{next(iter(law.bases.values())).title}》第一条（请填写实际依据的法律和条款）"
    if role == "document":
        return "示例〔2026〕1号"
    if column.absent_means:
        return column.absent_means
    if column.list:
        value = law.lists[column.list].values[0]
        return offered(value.code, value.title)
    by_kind = {
        "name": _SYNTHETIC_NAME,
        "document_number": _SYNTHETIC_NUMBER,
        "date": law.parameters.no_end.isoformat() if column.no_end else "2026-04-11",
        "time": "2026-04-11 09:00",
        "amount": "0.2",
        "decimal": "2.5",
        "uscc": body.uscc,
        "area": body.uscc[2:8],
        "basis": next(iter(law.bases)),
    }
    return by_kind.get(column.kind, f"（{column.title.zh}）")


def _write_notes(
    sheet: Worksheet, columns: list[Column], record_type: RecordType, law: Catalogue, styles: Styles
) -> None:
    general = (
        Words(
            f"{record_type.title.zh}：只报送自然人。深色表头的栏目必填。前两行表头不要删除，从第三行起填写。",
            f"{record_type.title.en}: natural persons only. Columns with a dark header are required."
            " Keep the two header lines and fill in from the third.",
        ),
        Words(
            "证件号码和统一社会信用代码须为文本格式；数字格式会丢失末几位，这样的行会被退回补正。",
            "Document numbers and credit codes must be text; as numbers they lose digits, and such rows come back.",
        ),
        Words(
            "只读取表头符合的工作表；本页和“示例”不会被读取。", "Only sheets with this header are read, not this one."
        ),
    )
    for place, width in enumerate((40, 16, 10, 8, 44, 44)):
        sheet.set_column(place, place, width, styles.text)
    row = 0
    for words in general:
        sheet.write_string(row, 0, words.zh)
        sheet.write_string(row + 1, 0, words.en)
        row += 2
    heads = ("栏目 / Column", "代码 / Code", "必填 / Required", "字数 / Length", "怎样填写", "How to fill it in")
    for place, head in enumerate(heads):
        sheet.write_string(row + 1, place, head, styles.optional)
    for at, column in enumerate(columns, start=row + 2):
        how = hint(column, law)
        cells = (
            f"{column.title.zh} / {column.title.en}",
            column.code,
            "是 / yes" if column.required else ("视情况 / depends" if column.required_when else ""),
            "" if column.length is None else str(column.length),
            how.zh,
            how.en,
        )
        for place, cell in enumerate(cells):
            sheet.write_string(at, place, cell, styles.text)


_FEW = 20


def hint(column: Column, law: Catalogue) -> Words:
    """How a column is filled in; the values of a short list are named."""
    how, listed = _KINDS[column.kind], law.lists[column.list] if column.list else None
    return Words(how.zh + _listed(listed, "zh"), how.en + _listed(listed, "en"))


def _listed(values: CodeList | None, language: str) -> str:
    """The values of a short list; a long one is in its drop-down."""
    if values is None or len(values.values) > _FEW:
        return ""
    colon, comma = ("：", "；") if language == "zh" else (": ", "; ")
    return colon + comma.join(getattr(value.title, language) for value in values.values)
