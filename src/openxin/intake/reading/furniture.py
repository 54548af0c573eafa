"""The lines of a sheet that are no data: empty rows, the header again at a page break, totals, signatures, notes, pages.

A row is only looked at where the number of the person's document is absent or too short to be one; a line with such a
number is always data. What is dropped here is dropped in silence, so every rule asks for more than one sign.
"""

import polars as pl

from openxin.intake.reading.layout import SheetLayout

_SPACES = "[\\s\u00a0\u200b\u3000\ufeff]"
_BLANKS = " \t\r\n\u00a0\u200b\u3000\ufeff"
_TOTAL_WORD = "(?:本页)?(?:合计|总计|小计|共计|累计|总和|总数|合计数|合计金额)"
_AMOUNT = r"共?计?[-+]?[\d,，.]*(?:万元|元|条|人|件|份|个|户|笔|宗|起|%)?"
TOTAL = rf"^{_TOTAL_WORD}(?:[(（][^)）]*[)）])?[:：]?{_AMOUNT}$"
FIGURE = rf"^(?:{_TOTAL_WORD}(?:[(（][^)）]*[)）])?[:：]?)?{_AMOUNT}$|^[-—/]+$"
SIGNATURE = (
    r"^(?:填表|制表|填报|制单|编制|审核|复核|审批|审定|经办|报送|上报|联系|负责|核对|录入|单位负责|部门负责|科室负责|主管负责)"
    r"(?:人|人员|单位|部门|机关|日期|时间|电话|领导)?(?:[(（]?(?:签字|签名|签章|盖章|公章)[)）]?)*(?:[:：].*)?$"
    r"|^(?:单位|部门|机关|主管领导|分管领导|领导|单位领导)[(（]?(?:签字|签名|签章|盖章|公章)[)）]?(?:[:：].*)?$"
    r"|^(?:盖章|公章|签字|签章|日期|联系电话|电话)[:：].*$|^[(（](?:盖章|公章|签字|签章)[)）]$"
)
NOTE = r"^(?:注|备注|附注|说明|填表说明|填报说明|注意事项|注意)\d*[:：].*$"
PAGE = r"^第\d+页(?:[,，/]?共\d+页)?$"

_LIKE_A_NUMBER = "[0-9A-Za-z]{5}"
"""No identity document has a shorter number."""
_MOST_CELLS = 8
"""A total or a signature line has a few filled cells: who filled in, who checked, the seal, the day."""


def data_rows(cells: pl.DataFrame, sheet: SheetLayout) -> pl.DataFrame:
    """`cells` (String columns "0", "1" ..., null where empty) without the lines that are no data."""
    odd = cells.filter(_without_number(sheet)).filter(_is_spare(sheet))
    if odd.height == 0:
        return cells
    return cells.join(odd.filter(_is_furniture(sheet)).select("row"), on="row", how="anti", maintain_order="left")


def _without_number(sheet: SheetLayout) -> pl.Expr:
    if not sheet.number_places:
        return pl.lit(value=True)
    places = [pl.col(str(place)) for place in sheet.number_places]
    return pl.all_horizontal(place.is_null() | ~place.str.contains(_LIKE_A_NUMBER) for place in places)


def _is_spare(sheet: SheetLayout) -> pl.Expr:
    """What is cheap to ask first: few cells, nothing but spaces, or a word of the header where the number should be.

    A body that left out every number has every row looked at; most of them end here.
    """
    every = [pl.col(str(place)) for place in range(sheet.width)]
    few = pl.sum_horizontal(cell.is_not_null().cast(pl.UInt32) for cell in every) <= _MOST_CELLS
    blank = pl.all_horizontal(cell.is_null() | (cell.str.strip_chars(_BLANKS) == "") for cell in every)
    words = {
        _spaceless(header[place]) for header in sheet.headers for place in sheet.number_places if place < len(header)
    }
    header = pl.any_horizontal(
        pl.lit(value=not sheet.number_places),
        *(pl.col(str(place)).str.replace_all(_SPACES, "").is_in(sorted(words)) for place in sheet.number_places),
    )
    return few | blank | header


def _is_furniture(sheet: SheetLayout) -> pl.Expr:
    every = [pl.col(str(place)).str.replace_all(_SPACES, "").fill_null("") for place in range(sheet.width)]
    taken = [every[place] for one in sheet.taken for place in one.places]
    filled = pl.sum_horizontal((cell != "").cast(pl.UInt32) for cell in every)
    figures = pl.sum_horizontal(((cell != "") & cell.str.contains(FIGURE)).cast(pl.UInt32) for cell in every)
    totals = pl.sum_horizontal(cell.str.contains(TOTAL).cast(pl.UInt32) for cell in every)
    # A running number may stand before the word 合计.
    first = pl.coalesce(pl.when((cell != "") & ~cell.str.contains(r"^\d*$")).then(cell) for cell in every).fill_null("")

    empty = pl.all_horizontal(cell == "" for cell in taken)
    total = (totals > 0) & (figures == filled) & first.str.contains(TOTAL)
    signature = first.str.contains(SIGNATURE) & (filled <= _MOST_CELLS)
    note = (filled == 1) & (first.str.contains(NOTE) | first.str.contains(PAGE))
    return empty | total | signature | note | _is_header(every, sheet)


def _is_header(every: list[pl.Expr], sheet: SheetLayout) -> pl.Expr:
    """At least half of the header's own cells stand in the row, in their places, and two of them."""
    alike = []
    for header in sheet.headers:
        texts = {place: _spaceless(cell) for place, cell in enumerate(header) if _spaceless(cell)}
        same = pl.sum_horizontal((every[place] == text).cast(pl.UInt32) for place, text in texts.items())
        alike.append(same >= max(2, (len(texts) + 1) // 2))
    return pl.any_horizontal(alike)


def _spaceless(cell: str) -> str:
    return "".join(mark for mark in cell if not (mark.isspace() or mark in "\u200b\ufeff"))
