"""Checks of days: versions of a law that contradict each other, a calendar that cannot be."""

from collections.abc import Iterator
from datetime import date

from openxin.law.files import Folder
from openxin.law.findings import Finding, finding

_FIRST, _LAST = date.min, date.max
_SATURDAY = 5


def version_findings(folder: Folder) -> Iterator[Finding]:
    """Versions of a law follow each other, inside the time in which the law is in force."""
    for entry in folder.entries("basis"):
        start, end = entry.table["in_force_from"], entry.table.get("in_force_until", _LAST)
        if end < start:
            yield finding(entry, ("in_force_until",), "失效早于施行", "It ends before it begins", *_DATE_REMEDY)
        before: tuple[date, str] = (_FIRST, "")
        for version in entry.below("version"):
            label, first = version.table["label"], version.table.get("from")
            if first is None:
                continue
            last = version.table.get("until", end)
            if last < first:
                yield finding(
                    version, (), f"{label} 版失效早于施行", f"Version {label} ends before it begins", *_DATE_REMEDY
                )
            if first <= before[0] and before[1]:
                yield finding(
                    version,
                    (),
                    f"{entry.table['title']}：{label} 版与 {before[1]} 版重叠",
                    f"Versions {before[1]} and {label} of {entry.table['title_en']} overlap",
                    "前一版的 until 须早于后一版的 from；按时间先后排列。",
                    "The earlier one must end before the later one begins; list them in order of time.",
                )
            if first < start or last > end:
                yield finding(
                    version,
                    (),
                    f"{label} 版超出本法有效期",
                    f"Version {label} lies outside the law's time",
                    *_DATE_REMEDY,
                )
            before = max(before, (last, label))


_DATE_REMEDY = ("核对施行日和失效日。", "Check the first and the last day.")


def calendar_findings(folder: Folder) -> Iterator[Finding]:
    """Days off lie in their year; working weekends are weekends and not off."""
    for entry in folder.entries("year"):
        year, off = entry.table["year"], entry.table["off"]
        for at, span in enumerate(off):
            if not span["from"] <= span["until"] or {span["from"].year, span["until"].year} != {year}:
                yield finding(
                    entry,
                    ("off", at),
                    "放假日期不在本年内，或者先后颠倒",
                    "Days off outside the year, or out of order",
                    *_DATE_REMEDY,
                )
        for at, day in enumerate(entry.table["working_weekends"]):
            if (
                day.year != year
                or day.weekday() < _SATURDAY
                or any(span["from"] <= day <= span["until"] for span in off)
            ):
                yield finding(
                    entry,
                    ("working_weekends", at),
                    f"{day} 不是本年内调休上班的周末",
                    f"{day} is no working weekend of the year",
                    "核对国务院办公厅的通知。",
                    "Compare it with the State Council's notice.",
                )
