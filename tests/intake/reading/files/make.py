"""Write the workbooks of this folder anew. Needs LibreOffice Calc."""

import subprocess
import tempfile
from datetime import date
from pathlib import Path

import xlsxwriter

from tests.intake.reading.sheets import CODES, NUMBER, TITLES, row

HERE = Path(__file__).parent
DAYS = [at for at, code in enumerate(CODES) if code in {"CF_JDRQ", "CF_YXQ"}]


def penalties(book: xlsxwriter.Workbook) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    book.add_worksheet("封面").write_string(0, 0, "示例市市场监督管理局")
    sheet = book.add_worksheet("处罚")
    sheet.write_string(0, 0, "行政处罚信息（自然人）报送表")
    sheet.write_string(1, 0, "报送单位：示例市市场监督管理局")
    sheet.write_row(2, 0, TITLES)
    for at, name in ((3, "张示例"), (4, "𠮷𬀩·阿布都"), (6, "\ue81e示例")):
        sheet.write_row(at, 0, row(CF_XDR_MC=name))
        for place in DAYS:
            sheet.write_datetime(at, place, date(2026, 4, 11), day)
    sheet.write_number(6, CODES.index(NUMBER), 999999199001010016)
    sheet.set_row(4, None, None, {"hidden": True})
    sheet.write_row(7, 0, ["合计", "3条"])
    sheet.write_row(8, 0, ["填报人：（签字）", "", "", "审核人：（签字）"])
    hidden = book.add_worksheet("二月")
    hidden.write_row(0, 0, CODES)
    hidden.write_row(1, 0, row(CF_XDR_MC="李示例"))
    hidden.write_number(1, DAYS[0], 46123)
    hidden.hide()


def epoch(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, CODES)
    sheet.write_row(1, 0, row())
    sheet.write_datetime(1, DAYS[0], date(2026, 4, 11), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_number(1, DAYS[1], (date(2026, 4, 11) - date(1904, 1, 1)).days)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, fill, options in (("penalties", penalties, {}), ("epoch-1904", epoch, {"date_1904": True})):
            with xlsxwriter.Workbook(f"{folder}/{name}.xlsx", options) as book:
                fill(book)
            command = ["soffice", "--headless", "--convert-to", "xls", "--outdir", str(HERE), f"{folder}/{name}.xlsx"]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
