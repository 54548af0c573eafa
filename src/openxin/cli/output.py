"""What a command prints: one JSON object on stdout for programs, Chinese and English for people, progress only on a terminal."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

EXIT_REFUSED = 1  # the file as a whole, or a check that failed
EXIT_WORDS = 2  # the words of the call are off
EXIT_NOT_ALL = 3  # some rows quarantined or refused
EXIT_NOBODY = 4  # name and number do not agree, or nobody is there
EXIT_FAULT = 70  # our own fault; a number to quote stands in the log

Advance = Callable[[int], None]


def print_json(value: object) -> None:
    """Print `value` alone, as one JSON object."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def say(zh: str, en: str) -> None:
    """Tell a person something, on stdout: Chinese first."""
    sys.stdout.write(f"{zh} / {en}\n")
    sys.stdout.flush()


def warn(zh: str, en: str) -> None:
    """Tell a person something that is no result, on stderr."""
    sys.stderr.write(f"{zh} / {en}\n")
    sys.stderr.flush()


def fail(zh: str, en: str, exit_code: int = EXIT_REFUSED, *, code: str = "", as_json: bool = False) -> NoReturn:
    """End the command: cause and remedy on stderr, and with `--json` an error object on stdout."""
    if as_json:
        print_json({"error": {"code": code, "message": {"zh": zh, "en": en}}})
    else:
        warn(zh, en)
    raise SystemExit(exit_code)


@contextmanager
def progress(total: int | None, label: str) -> Iterator[Advance]:
    """A progress bar on a terminal; nothing in a pipe. The body calls `advance(steps)`."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns: list[Any] = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()]
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=total)
        yield lambda steps: bar.advance(task, steps)
