"""A mapping that cannot be changed and can be sent to another process (`MappingProxyType` cannot)."""

from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Frozen(dict[K, V]):
    """A dictionary that refuses to be changed: it is looked into as fast as any."""

    __slots__ = ()

    def _refused(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("this mapping cannot be changed")

    __setitem__ = __delitem__ = __ior__ = _refused
    clear = pop = popitem = setdefault = update = _refused

    def __repr__(self) -> str:
        return f"Frozen({super().__repr__()})"

    def __reduce__(self) -> tuple[type["Frozen[K, V]"], tuple[dict[K, V]]]:
        return (Frozen, (dict(self),))
