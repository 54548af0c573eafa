"""A million rows with namesakes, exchanged numbers and changed names: whose record did each row become?

    .venv/bin/python benchmarks/no_wrong_match.py [ROWS]

The first two fifths make everybody known. Of the rest one row in twenty is about a namesake (another person, another number, the
same name), one in twenty has somebody else's number, one in twenty another name than the number belongs to. Afterwards every
record is held against its row: it must lie with the person whose document carries that row's number, under that row's name; and
every row whose name is another than its number's must wait.
"""

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

MARKET, TITLE = "119999990000010039", "示例市市场监督管理局"
SHARE = 0.05
ROW = {
    "CF_XDR_LB": "自然人", "CF_XDR_ZJLX": "01", "CF_WFXW": "销售超过保质期的食品", "CF_SY": "货架上摆放过期食品三袋。",
    "CF_YJ": "《中华人民共和国食品安全法》第一百二十四条", "CF_CFLB": "罚款", "CF_NR": "罚款人民币五千元整", "CF_NR_FK": "0.5",
    "CF_JDRQ": "2026-10-11", "CF_YXQ": "2099-12-31", "CF_CFJG": TITLE, "CF_CFJGDM": MARKET, "CF_SJLY": TITLE,
    "CF_SJLYDM": MARKET,
}  # fmt: skip


def main(rows: int) -> None:
    """Hand in both files and compare every row."""
    with tempfile.TemporaryDirectory(prefix="openxin-bench-") as folder:
        for name in [name for name in os.environ if name.startswith("OPENXIN_")]:
            del os.environ[name]
        os.environ |= {"OPENXIN_HOME": folder, "OPENXIN_SYNTHETIC": "1"}
        compare(Path(folder), rows)


def compare(folder: Path, rows: int) -> None:
    """Both files through the door; then row by row. Raises SystemExit where one is with the wrong person."""
    from openxin.cli.bench.fresh import fresh_register

    known, later = files(rows)
    with fresh_register():
        for name, frame in (("known", known), ("later", later)):
            receipt = handed_in(folder / f"{name}.csv", frame)
            wrong = wrong_records(frame, receipt.submission)
            fates = receipt.tally
            waiting = int((frame["owner"] != frame["name"]).sum())
            print(
                f"{name}: {fates.rows:,} rows, {fates.admitted:,} admitted, {fates.quarantined:,} wait"
                f" ({waiting:,} have another's name or number), {wrong} with the wrong person"
            )
            if wrong or fates.quarantined != waiting or fates.admitted != fates.rows - waiting:
                raise SystemExit("a row is not where it belongs")


def files(rows: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Per row `name`, `number`, and `owner`: the name under which the number is known."""
    from openxin.people.names import fold
    from openxin.synth.cast import ELDER, citizens

    chance = np.random.default_rng(26)
    count = rows * 2 // 5
    drawn = citizens(5, 2 * count)
    # Adults with a resident ID: what could keep a row waiting is its name and number alone.
    people = drawn.only(np.flatnonzero((drawn.document_types() == "01") & (drawn.births <= ELDER[1])))
    names = fold(pl.Series(list(people.names))).to_numpy()
    numbers = np.array(list(people.numbers), dtype=object)
    known = pl.DataFrame({"name": names[:count], "number": numbers[:count], "owner": names[:count]})

    rest = rows - count
    who = chance.integers(0, count, rest)
    kind = chance.random(rest)
    namesake, exchanged = kind < SHARE, (kind >= SHARE) & (kind < 2 * SHARE)
    renamed = (kind >= 2 * SHARE) & (kind < 3 * SHARE)
    name, number, owner = names[who].copy(), numbers[who].copy(), names[who].copy()
    fresh = count + np.arange(int(namesake.sum()))
    number[namesake] = numbers[fresh]  # another person of the same name
    other = chance.integers(0, count, rest)
    number[exchanged], owner[exchanged] = numbers[other[exchanged]], names[other[exchanged]]
    name[renamed] = names[other[renamed]]
    return known, pl.DataFrame({"name": name, "number": number, "owner": owner})


def handed_in(file: Path, frame: pl.DataFrame) -> Any:
    """The receipt of the file."""
    from openxin.cli.ingest import place, today
    from openxin.intake import admission
    from openxin.law.loading import catalogue

    documents = pl.Series([f"示市监罚〔2026〕{file.stem}{n}号" for n in range(frame.height)])
    written = frame.select(pl.col("name").alias("CF_XDR_MC"), pl.col("number").alias("CF_XDR_ZJHM"))
    written.with_columns(documents.alias("CF_WSH"), **{code: pl.lit(said) for code, said in ROW.items()}).write_csv(
        file
    )
    law = catalogue()
    return admission.admit(
        file, type_id="penalty", authority=law.authorities["market"], law=law, today=today(), place=place()
    )


def wrong_records(frame: pl.DataFrame, submission: Any) -> int:
    """How many records of the submission do not lie with the person of their row's number, under their row's name."""
    from openxin.people.matching import identity_message, name_tokens
    from openxin.store.connection import open_plain
    from openxin.vault import tokens

    with open_plain("intake") as reader:
        found = reader.execute(
            """select r.row, i.token, i.name_token from records_record r join people_identity i using (person_id)
               where r.submission_id = %s order by r.row""",
            (submission,),
            binary=True,
        ).fetchall()
    at = [row - 2 for row, _, _ in found]  # the first row of data is the second of the file
    chosen = frame[at]
    identity = tokens.tokens("identity", [identity_message("01", "", number) for number in chosen["number"]])
    named = name_tokens(identity, [name.encode() for name in chosen["name"]])
    return sum(
        token != bytes(held) or name != bytes(under)
        for token, name, (_, held, under) in zip(identity, named, found, strict=True)
    )


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("rows", nargs="?", type=int, default=1_000_000)
    main(asked.parse_args().rows)
