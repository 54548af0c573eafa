"""People and decisions of the tests. Nobody is real: the area code 999999 is assigned to nobody."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

TODAY = date(2026, 6, 15)
MARKET = "119999990000010039"
MARKET_TITLE = "示例市市场监督管理局"
DRUG = "1199999900000700X5"
CIVIL = "119999990000160022"
CIVIL_TITLE = "示例市精神文明建设办公室"
VOLUNTEERS = "51999999000017005E"
VOLUNTEERS_TITLE = "示例市志愿服务联合会"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    number: str
    document_type: str = "01"


def number(born: str, sequence: int, area: str = "999999") -> str:
    """A resident ID with the right check character (GB 11643)."""
    body = f"{area}{born}{sequence:03}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


LI_NA = Person("李娜", number("19900101", 1))
OTHER_LI_NA = Person("李娜", number("19910203", 2))
WANG_WEI = Person("王伟", number("19850505", 13))
RARE = Person("𠮷𬀩·阿布都", number("19801231", 777))
FROM_HONG_KONG = Person("陳大文", number("19770707", 5, area="810000"), "06")


def person(n: int) -> Person:
    """The n-th of as many unlike people as are wanted, all grown up."""
    surname = "赵钱孙李周吴郑王"[n % 8]
    given = chr(0x4E00 + n % 500) + chr(0x5000 + n // 500 % 500)
    return Person(surname + given, number(f"19{60 + n % 38:02}{1 + n % 12:02}{1 + n % 28:02}", n % 1000))


def penalty(of: Person, document: str = "示市监罚〔2026〕1号", **changes: str) -> dict[str, str]:
    """A sound penalty, in the national columns of the 2019 edition; `changes` by column code, "" empties a cell."""
    return {
        "CF_XDR_MC": of.name,
        "CF_XDR_LB": "自然人",
        "CF_XDR_ZJLX": of.document_type,
        "CF_XDR_ZJHM": of.number,
        "CF_WSH": document,
        "CF_WFXW": "销售超过保质期的食品",
        "CF_SY": f"{document}：当事人于检查时货架上摆放过期食品三袋，已责令改正。",
        "CF_YJ": "《中华人民共和国食品安全法》第一百二十四条",
        "CF_CFLB": "罚款",
        "CF_NR": "罚款人民币五千元整",
        "CF_NR_FK": "0.5",
        "CF_NR_WFFF": "",
        "CF_NR_ZKDX": "",
        "CF_JDRQ": "2026-04-11",
        "CF_YXQ": "2099-12-31",
        "CF_GSJZQ": "2027-04-11",
        "CF_CFJG": MARKET_TITLE,
        "CF_CFJGDM": MARKET,
        "CF_SJLY": MARKET_TITLE,
        "CF_SJLYDM": MARKET,
        "BZ": "",
    } | changes


def permit(of: Person, document: str = "示市监许〔2026〕1号", **changes: str) -> dict[str, str]:
    """A sound permit, in the national columns of the 2019 edition."""
    return {
        "XK_XDR_MC": of.name,
        "XK_XDR_LB": "自然人",
        "XK_XDR_ZJLX": of.document_type,
        "XK_XDR_ZJHM": of.number,
        "XK_XKWS": "食品经营许可决定书",
        "XK_WSH": document,
        "XK_XKLB": "普通",
        "XK_XKZS": "食品经营许可证",
        "XK_XKBH": "JY10000000001",
        "XK_NR": "准予从事预包装食品销售",
        "XK_JDRQ": "2026-03-02",
        "XK_YXQZ": "2026-03-02",
        "XK_YXQZI": "2031-03-01",
        "XK_XKJG": MARKET_TITLE,
        "XK_XKJGDM": MARKET,
        "XK_ZT": "1",
        "XK_LYDW": MARKET_TITLE,
        "XK_LYDWDM": MARKET,
        "BZ": "",
    } | changes


def qualification(of: Person, document: str = "示特作20260001", **changes: str) -> dict[str, str]:
    """A sound qualification, with every column of its template."""
    return {
        "ZG_XM": of.name,
        "ZG_ZJLX": of.document_type,
        "ZG_ZJHM": of.number,
        "ZG_ZGMC": "特种设备安全管理和作业人员",
        "ZG_ZGBM": "special-equip",
        "ZG_LX": "准入类",
        "ZG_JB": "N1",
        "ZG_ZY": "叉车司机",
        "ZG_ZSBH": document,
        "ZG_PZRQ": "2026-03-02",
        "ZG_YXQZ": "2026-03-02",
        "ZG_YXQZI": "2030-03-01",
        "ZG_ZCH": "",
        "ZG_ZT": "有效",
        "ZG_ZTRQ": "",
        "ZG_JG": MARKET_TITLE,
        "ZG_JGDM": MARKET,
        "ZG_SJLY": MARKET_TITLE,
        "ZG_SJLYDM": MARKET,
        "ZG_YJID": "特种设备安全法",
    } | changes


def disqualification(of: Person, document: str = "示市监禁〔2026〕1号", **changes: str) -> dict[str, str]:
    """A sound ban, without our `OX_` columns."""
    return {
        "JR_XM": of.name,
        "JR_ZJLX": of.document_type,
        "JR_ZJHM": of.number,
        "JR_WSH": document,
        "JR_LX": "限制从业",
        "JR_FW": "food",
        "JR_YJ": "《中华人民共和国食品安全法》第一百三十五条第一款",
        "JR_JDRQ": "2026-04-11",
        "JR_QSRQ": "2026-04-11",
        "JR_JZRQ": "2031-04-10",
        "JR_ZS": "否",
        "JR_ZSBH": "",
        "JR_JG": MARKET_TITLE,
        "JR_JGDM": MARKET,
        "JR_SJLY": MARKET_TITLE,
        "JR_SJLYDM": MARKET,
        "JR_YJID": "food-safety-law",
    } | changes


def honour(of: Person, document: str = "示文明办〔2026〕1号", **changes: str) -> dict[str, str]:
    """A sound honour."""
    return {
        "RY_XM": of.name,
        "RY_ZJLX": of.document_type,
        "RY_ZJHM": of.number,
        "RY_MC": "示例市优秀志愿者",
        "RY_JB": "市厅级",
        "RY_LX": "表彰奖励",
        "RY_WH": document,
        "RY_SYRQ": "2026-03-05",
        "RY_ZT": "有效",
        "RY_CXRQ": "",
        "RY_CXWH": "",
        "RY_JG": CIVIL_TITLE,
        "RY_JGDM": CIVIL,
        "RY_SJLY": CIVIL_TITLE,
        "RY_SJLYDM": CIVIL,
        "RY_YJID": "志愿服务条例",
    } | changes


def service(of: Person, project: str = "示例市图书馆周末导读", **changes: str) -> dict[str, str]:
    """A sound record of voluntary service."""
    return {
        "ZY_XM": of.name,
        "ZY_ZJLX": of.document_type,
        "ZY_ZJHM": of.number,
        "ZY_ZYZBH": "99990001",
        "ZY_XMMC": project,
        "ZY_ZZMC": VOLUNTEERS_TITLE,
        "ZY_ZZDM": VOLUNTEERS,
        "ZY_KSSJ": "2026-05-03 09:00",
        "ZY_JSSJ": "2026-05-03 11:30",
        "ZY_SC": "2.5",
        "ZY_DQ": "999999",
        "ZY_ZMBH": "",
        "ZY_SQ": "是",
        "ZY_JG": VOLUNTEERS_TITLE,
        "ZY_JGDM": VOLUNTEERS,
        "ZY_SJLY": VOLUNTEERS_TITLE,
        "ZY_SJLYDM": VOLUNTEERS,
        "ZY_YJID": "volunteer-regulation",
    } | changes


def csv_bytes(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows as a CSV file in UTF-8, headed by the column codes of all of them."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def written(folder: Path, rows: Iterable[Mapping[str, str]], name: str = "file.csv") -> Path:
    """The file that a body hands in."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(csv_bytes(list(rows)))
    return file
