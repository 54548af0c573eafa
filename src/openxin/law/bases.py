"""Which laws does the text of a decision rest on, were they in force that day, and does one of them seal?

Made for distinct strings: a file of 200,000 rows holds a few hundred wordings of its legal basis, so the index is asked once
for each of them, and everything here may be plain Python.

Titles between 《》 are looked up whole. Only where there are none is the text searched, for the longest title at each place:
河南省志愿服务条例 must not be found as 志愿服务条例, nor 执业医师法 as 医师法.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from openxin.law.catalogue import Catalogue, LegalBasis, SealingRule

_STATE = "中华人民共和国"
_UNSEEN = re.compile(r"[\s\u3000\u200b-\u200f\u2060\ufeff]+")
_ANGLES = str.maketrans("〈〉＜＞<>«»", "《》《》《》《》")
# What may follow a title and is no part of it: everything from the article on, and the year of its version in brackets.
_ARTICLE = re.compile(r"第?[0-9０-９一二三四五六七八九十百千零〇两]+(?:条|款|项|章|节).*$")
_VERSION = re.compile(r"[（(〔\[【][^（）()〔〕\[\]【】]*[）)〕\]】]$")
# Right before a title these make it a province's own regulation; right after it, other rules or another word (法律, 法院).
_NOT_AFTER = ("省", "市", "区", "州", "县")
_NOT_BEFORE = re.compile(r"实施|施行|细则|司法解释|律|院|官|规(?!定)")
_SHORTEST_SEARCHED = (
    3  # 消法 stands in 取消法人资格 too: names of two characters are understood only where they stand alone
)


class BasisIndex:
    """The laws of a catalogue by every name that they have."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._by_name: dict[str, LegalBasis] = {}
        for basis in catalogue.bases.values():
            for name in (basis.id, basis.title, *basis.aliases):
                self._by_name.setdefault(_folded(name), basis)
        searched = (name for name in self._by_name if not name.isascii() and len(name) >= _SHORTEST_SEARCHED)
        # A regular expression takes the first alternative that fits: the longest name must stand first.
        self._titles = _any_of(sorted(searched, key=len, reverse=True))
        self._sealing = tuple((rule, _searching(rule)) for rule in catalogue.sealing)

    def sealed_by(self, text: str) -> SealingRule | None:
        """The rule under which a row with this basis may not be held at all; at any date, with or without 《》."""
        folded = _folded(text)
        return next((rule for rule, titles in self._sealing if titles.search(folded)), None)

    def named_in(self, text: str) -> tuple[LegalBasis, ...]:
        """The catalogued laws that the basis text of a decision names, each once, in order. Others are ignored."""
        folded = _folded(text)
        quoted = tuple(_quoted(folded))
        found = map(self._look_up, quoted) if quoted else self._searched(folded)
        return tuple(dict.fromkeys(basis for basis in found if basis is not None))

    def basis(self, cell: str) -> LegalBasis | None:
        """What a `*_YJID` cell means: a catalogue id, or a title with or without 《》, 中华人民共和国 and an article."""
        folded = _folded(cell)
        quoted = next(_quoted(folded), None)
        return self._look_up(folded if quoted is None else quoted)

    def rests_on(self, text: str, day: date) -> LegalBasis | None:
        """The first law named in `text` that is catalogued and was in force on `day`; None is NO_LEGAL_BASIS."""
        return next((basis for basis in self.named_in(text) if in_force(basis, day)), None)

    def _look_up(self, title: str) -> LegalBasis | None:
        whole = title.replace("《", "").replace("》", "")
        without_article = _ARTICLE.sub("", whole)
        names = (whole, _VERSION.sub("", whole), without_article, _VERSION.sub("", without_article))
        return next(
            (self._by_name[bare] for name in names if (bare := name.removeprefix(_STATE)) in self._by_name), None
        )

    def _searched(self, folded: str) -> Iterator[LegalBasis]:
        for match in self._titles.finditer(folded):
            before, after = folded[: match.start()], folded[match.end() :]
            if before.endswith(_NOT_AFTER) or _NOT_BEFORE.match(after):
                continue
            yield self._by_name[match.group()]


def in_force(basis: LegalBasis, day: date) -> bool:
    """Was the law in force on `day`, and one of its versions where the catalogue has the days of all of them?"""
    if not _holds(day, basis.in_force_from, basis.in_force_until):
        return False
    dated = [version for version in basis.versions if version.from_ is not None]
    # A version whose first day is not known may have been the one in force: then the law alone decides.
    if not dated or len(dated) < len(basis.versions):
        return True
    return any(_holds(day, version.from_, version.until) for version in dated)


def _holds(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def _folded(text: str) -> str:
    return _UNSEEN.sub("", text).translate(_ANGLES).casefold()


def _quoted(folded: str) -> Iterator[str]:
    """What stands between outermost 《》; a mark that is never closed quotes nothing."""
    depth, start = 0, 0
    for place, letter in enumerate(folded):
        if letter == "《":
            start = start if depth else place + 1
            depth += 1
        elif letter == "》" and depth:
            depth -= 1
            if not depth:
                yield folded[start:place]


def _searching(rule: SealingRule) -> re.Pattern[str]:
    before = "".join(f"(?<!{re.escape(word)})" for word in rule.not_after)
    after = "".join(f"(?!{re.escape(word)})" for word in rule.not_before)
    return re.compile(f"{before}(?:{_any_of(rule.titles).pattern}){after}")


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, names)) or r"(?!)")
