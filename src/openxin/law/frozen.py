"""A mapping that cannot be changed and can be sent to another process (`MappingProxyType` cannot)."""

from collections.abc import Iterator, Mapping
from typing import TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


class Frozen(Mapping[K, V]):
    """A read-only view of a dictionary that nobody else holds."""

    __slots__ = ("_held",)

    def __init__(self, held: Mapping[K, V]) -> None:
        self._held = dict(held)

    def __getitem__(self, key: K) -> V:
        return self._held[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._held)

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, /, default: V | T) -> V | T: ...
    def get(self, key: K, /, default: V | T | None = None) -> V | T | None:
        """As of a dictionary. What is inherited does the same in three calls."""
        return self._held.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._held

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return f"Frozen({self._held!r})"

    def __reduce__(self) -> tuple[type["Frozen[K, V]"], tuple[dict[K, V]]]:
        return (Frozen, (self._held,))
