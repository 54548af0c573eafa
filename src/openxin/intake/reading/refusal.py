"""A file that is refused whole: the code, what exactly was met, and words for the one who sent it."""

from openxin.law.catalogue import Words

FILE_BYTES = 512 * 1024 * 1024
ROWS = 2_000_000
COLUMNS = 500
FIELD_BYTES = 64 * 1024
UNPACKED_RATIO = 200
"""The limits of docs/contract.md (`TOO_LARGE`)."""


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
    """A refusal with its cause in both languages."""
    return FileRefused(code, Words(zh, en), detail)


def too_large(zh: str, en: str, *detail: str) -> FileRefused:
    """One of the limits is passed; the remedy is always the same."""
    return refused("TOO_LARGE", f"{zh}。请拆分后再报送。", f"{en}. Split the file and send the parts.", *detail)


def unreadable(zh: str, en: str, *detail: str) -> FileRefused:
    """It claims to be a table and cannot be read as one."""
    return refused(
        "UNREADABLE",
        f"{zh}。请用电子表格软件打开核对，另存为 XLSX 或 UTF-8 编码的 CSV 后再报送。",
        f"{en}. Open it in a spreadsheet program, check it, save it as XLSX or as CSV in UTF-8, and send that.",
        *detail,
    )


def not_a_table(zh: str, en: str, *detail: str) -> FileRefused:
    """Something else altogether."""
    return refused("NOT_A_TABLE", f"{zh}。请报送 CSV 或 XLSX 表格。", f"{en}. Send a table as CSV or XLSX.", *detail)


def empty(zh: str = "文件中没有数据行", en: str = "The file holds no row of data") -> FileRefused:
    """Nothing to judge."""
    return refused("EMPTY", f"{zh}。", f"{en}.")
