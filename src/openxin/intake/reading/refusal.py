"""A file that is refused whole: the code, what exactly was met, and words for the one who sent it."""

from openxin.law.catalogue import Words
from openxin.law.loading import catalogue


class FileRefused(Exception):
    """The file as a whole cannot be taken. `detail` names what was met: absent columns, another type's id, a limit."""

    def __init__(self, code: str, words: Words, detail: tuple[str, ...] = ()) -> None:
        super().__init__(code, words, detail)
        self.code = code
        self.words = words
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.words.zh} {self.words.en}"


def refused(code: str, zh: str, en: str, *detail: str) -> FileRefused:
    """A refusal: the cause as met here, one sentence in each language, and the catalogue's remedy for its code."""
    problem = catalogue().problems.get(code)
    if problem is None:
        return FileRefused(code, Words(f"{_ended(zh)}。", f"{_ended(en)}."), detail)
    return FileRefused(code, Words(f"{_ended(zh)}。{problem.remedy.zh}", f"{_ended(en)}. {problem.remedy.en}"), detail)


def too_large(zh: str, en: str, *detail: str) -> FileRefused:
    """One of the limits is passed."""
    return refused("TOO_LARGE", zh, en, *detail)


def unreadable(zh: str, en: str, *detail: str) -> FileRefused:
    """It claims to be a table and cannot be read as one."""
    return refused("UNREADABLE", zh, en, *detail)


def not_a_table(zh: str, en: str, *detail: str) -> FileRefused:
    """Something else altogether."""
    return refused("NOT_A_TABLE", zh, en, *detail)


def empty(zh: str = "文件中没有数据行", en: str = "The file holds no row of data") -> FileRefused:
    """Nothing to judge."""
    return refused("EMPTY", zh, en)


def _ended(sentence: str) -> str:
    return sentence.rstrip("。.")
