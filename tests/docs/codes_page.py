"""`docs/codes.md`, written from the catalogue and the ledger's own words, so that it cannot lie.

`python -m tests.docs.codes_page` writes it; `test_docs.py` fails while the page says anything else.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from openxin.law.catalogue import Catalogue, ProblemWords
from openxin.law.files import shipped_folder
from openxin.law.loading import load
from openxin.law.rights import RefusalRule
from openxin.ledger import reconciling, verification

PAGE = Path(__file__).parents[2] / "docs" / "codes.md"

_HEAD = """\
# 问题代码 · Problem codes

本页由 `catalogue/problems.toml` 生成（`python -m tests.docs.codes_page`），请勿手改。
每个代码的确切条件、先后次序见 [contract.md](contract.md)。

This page is made from `catalogue/problems.toml` (`python -m tests.docs.codes_page`); do not edit it. When exactly each code
applies, and which comes first, is said in [contract.md](contract.md).

一行有几个问题，一次全部列出；依法不收的行只列出使它不能收的代码，内容不留。
All problems of a row are listed at once; of a refused row only the refusing codes, and its content is not kept.
"""

# By fate: the heading, a sentence in Chinese, one in English.
_FATES: Mapping[str, tuple[str, str, str]] = {
    "quarantined": (
        "待补正 · Quarantined",
        "改好以后重新报送，行就进来了。",
        "Mend the row and hand it in again.",
    ),
    "refused": (
        "依法不收 · Refused",
        "这些行不得保存；没有写错的，不要再报。",
        "These rows may not be held; unless a cell was wrong, there is nothing to mend.",
    ),
    "file": (
        "整个文件不收 · The whole file is refused",
        "文件没有成为一次报送，什么也没有留下。",
        "The file is no submission; nothing of it was kept.",
    ),
    "note": (
        "提示 · Notes",
        "写在回执里，不影响去处。",
        "They stand in the receipt and change no fate.",
    ),
}

_LEDGER = """\
## 台账核验 · The ledger

`openxin ledger verify` 说出第一处不符的原因（`reason`）。
`openxin ledger verify` names the reason of the first misfit (`reason`).
"""

_REFUSALS = """\
## 拒绝查看的规则 · Rules that refuse a reading

由 `catalogue/refusals.toml` 生成。拒绝时说出规则、需要什么、问谁；
打 ✱ 的只在本人的页面说：对提问的人说了，就等于告诉他有这条记录。
Made from `catalogue/refusals.toml`. A refusal names its rule, what would be needed and whom to ask. Those with ✱ are said on the
person's own page only: whoever asked would learn from them that there is such a record.

| 规则 rule | 拒绝了什么 refused | 需要什么 needed | 问谁 ask |
|---|---|---|---|"""

_RECONCILING = (
    "`openxin ledger reconcile` 说出数据库与台账怎样不一致（`code`）。 "
    "`openxin ledger reconcile` names how database and ledger disagree (`code`).\n"
)


def page(law: Catalogue) -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_problems(law.problems.values()), *_refusals(law.refusals.values()), *_ledger()])


def _problems(problems: Iterable[ProblemWords]) -> Iterator[str]:
    listed = list(problems)
    for fate, (heading, zh, en) in _FATES.items():
        yield f"## {heading}\n\n{zh} {en}\n"
        for one in listed:
            if one.fate == fate:
                yield f"### `{one.code}`\n"
                yield f"**{one.title.zh}。** {one.remedy.zh}  \n**{one.title.en}.** {one.remedy.en}\n"


def _refusals(refusals: Iterable[RefusalRule]) -> Iterator[str]:
    yield _REFUSALS
    for one in refusals:
        cells = [f"{words.zh}<br>{words.en}" for words in (one.refused, one.needed, one.ask)]
        yield f"| `{one.id}`{'' if one.said_to_reader else ' ✱'} | {' | '.join(cells)} |"
    yield ""


def _ledger() -> Iterator[str]:
    yield _LEDGER
    yield from _table(verification.WORDS)
    yield _RECONCILING
    yield from _table(reconciling.WORDS)


def _table(words: Mapping[Any, tuple[str, str]]) -> list[str]:
    rows = [f"| `{code}` | {zh} | {en} |" for code, (zh, en) in words.items()]
    return ["| 代码 code | | |\n|---|---|---|", *rows, ""]


if __name__ == "__main__":
    PAGE.write_text(page(load(shipped_folder())), "utf-8")
