"""The processes that do a submission's work. A small file is done where it is asked for; a large one is shared out.

Threads do not help small rows (Python objects are what costs); processes do. They come from a fork server, since forking a
process whose libraries already run threads can hang. A worker dies with its parent: nothing goes on behind a killed command.
"""

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from multiprocessing.connection import wait as wait_for_any
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from openxin.store.connection import Connection, open_plain

T = TypeVar("T")

_IN_FLIGHT_PER_WORKER = 2

# One Polars thread a process: the processes already fill the cores. And memory that was freed is used again at once, instead of
# going back to the system and being zeroed anew for every chunk (mallopt(3)); the workers are short-lived.
_ENVIRONMENT = {
    "POLARS_MAX_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 30),
    "MALLOC_TRIM_THRESHOLD_": str(2 << 30),
    "MALLOC_TOP_PAD_": str(64 << 20),
    "_RJEM_MALLOC_CONF": "narenas:1,dirty_decay_ms:-1,muzzy_decay_ms:-1",  # the same for Polars, which brings its own
}

# One for each thread: the web server judges what is mended at the desk, and a transaction belongs to one thread alone.
_own = threading.local()


def connection() -> Connection:
    """This thread's connection as the role `intake`."""
    own: Connection | None = getattr(_own, "connection", None)
    if own is None or own.closed:
        own = open_plain("intake")
        use_connection(own)
    return own


def use_connection(own: Connection | None) -> None:
    """Let this thread work with a connection that exists already."""
    _own.connection = own


def forget_connection() -> None:
    """Close this thread's connection; the next call opens another."""
    own: Connection | None = getattr(_own, "connection", None)
    if own is not None:
        own.close()
    use_connection(None)


class Workers:
    """`count` processes, or none: with 0 every task runs here, in order."""

    def __init__(self, count: int, start: Callable[[], None], preload: Sequence[str] = ()) -> None:
        self._count = count
        self._pool: ProcessPoolExecutor | None = None
        if count:
            os.environ.update(_ENVIRONMENT)
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload(list(preload))
            self._pool = ProcessPoolExecutor(count, context, initializer=_begin, initargs=(start,))
            # They get ready while we look at the file: submitting waits for the fork server, so it is not done here.
            threading.Thread(target=self._call_up, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=kind is not None)

    def _call_up(self) -> None:
        # The pool starts a process when a task finds none idle. A command that is over already has no use for them.
        with suppress(RuntimeError):
            for _ in range(self._count):
                cast(ProcessPoolExecutor, self._pool).submit(_ready)

    def map(self, task: Callable[..., T], calls: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        """Results of `task` for each of `calls`, as they come; calls are drawn only as fast as they are done."""
        if self._pool is None:
            for call in calls:
                yield task(*call)
            return
        running: set[Future[T]] = set()
        for call in calls:
            running.add(self._pool.submit(task, *call))
            if len(running) >= self._count * _IN_FLIGHT_PER_WORKER:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (one.result() for one in done)

    def map_chains(self, task: Callable[..., T], chains: Iterable[list[tuple[Any, ...]]]) -> Iterator[T]:
        """As `map`, but the calls of one chain follow one another; unlike chains run side by side."""
        if self._pool is None:
            for chain in chains:
                for call in chain:
                    yield task(*call)
            return
        rest = {self._pool.submit(task, *chain[0]): chain[1:] for chain in chains if chain}
        while rest:
            done, _ = wait(rest, return_when=FIRST_COMPLETED)
            for one in done:
                chain = rest.pop(one)
                if chain:
                    rest[self._pool.submit(task, *chain[0])] = chain[1:]
                yield one.result()


def _ready() -> None:
    """Nothing to do but to be there."""


def _begin(start: Callable[[], None]) -> None:
    threading.Thread(target=_end_with_the_command, daemon=True).start()
    # Millions of small objects and no cycle among them: the collector would only walk them again and again.
    gc.disable()
    start()


def _end_with_the_command() -> None:
    """A worker waits at a pipe that its siblings hold open too: without this, a killed command's workers would stay for ever."""
    command = multiprocessing.parent_process()
    if command is not None:
        wait_for_any([command.sentinel])
        os.kill(os.getpid(), signal.SIGKILL)
