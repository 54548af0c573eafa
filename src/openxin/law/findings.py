"""What is wrong in a catalogue, where, and what to do about it; and the few questions that every check asks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from openxin.law.catalogue import Words
from openxin.law.files import Entry, Folder


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: file, line, what is wrong, the remedy."""

    file: str
    line: int
    message: Words
    remedy: Words

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message.zh} {self.message.en}\n    {self.remedy.zh} {self.remedy.en}"


def finding(entry: Entry, inside: tuple[str | int, ...], zh: str, en: str, remedy_zh: str, remedy_en: str) -> Finding:
    """A fault of `entry`, or of what stands `inside` it."""
    return Finding(entry.file.name, entry.line(*inside), Words(zh, en), Words(remedy_zh, remedy_en))


def unknown(entry: Entry, field: str, known: Iterable[object], where: str) -> Iterator[Finding]:
    """`field` names something that is not among what is `known`."""
    value = entry.table.get(field, [])
    for one in value if isinstance(value, list) else [value]:
        if one not in known:
            yield finding(
                entry,
                (field,),
                f"{field} 所指的「{one}」不存在（{where}）",
                f"{field} names “{one}”, which does not exist ({where})",
                "改正名称，或者先把它写进目录。",
                "Mend the name, or write what it names into the catalogue first.",
            )


def twice(entries: Iterable[Entry], name: str) -> Iterator[Finding]:
    """Two entries say the same `name`."""
    met: dict[object, Entry] = {}
    for entry in entries:
        value = entry.table[name]
        first = met.setdefault(value, entry)
        if first is not entry:
            place = f"{first.file.name}:{first.line(name)}"
            yield finding(
                entry,
                (name,),
                f"{name} 重复：{value}（已见于 {place}）",
                f"{name} {value} stands twice (first at {place})",
                "改用另一个，或者删去其中一条。",
                "Choose another, or remove one of the two.",
            )


def columns_of(entry: Entry) -> Iterator[Entry]:
    """The columns of a record type that stand in its own file."""
    for at, table in enumerate(entry.file.table["column"]):
        yield Entry(entry.file, ("column", at), table, entry.inherited)


def own_columns_of(folder: Folder, entry: Entry) -> Iterator[Entry]:
    """The columns that it takes from own-columns.toml."""
    return (one for one in folder.entries("own_column") if one.table["code"] in entry.table["own_columns"])


def ids(folder: Folder, key: str) -> set[str]:
    """The ids of all entries of one table."""
    return {one.table["id"] for one in folder.entries(key)}


def values_of(folder: Folder, list_id: str) -> set[str]:
    """The codes of one code list."""
    return {
        value.table["code"]
        for one in folder.entries("list")
        if one.table["id"] == list_id
        for value in one.below("value")
    }
