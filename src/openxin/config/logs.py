"""Logs: one JSON object a line in `OPENXIN_HOME/logs`, and no value of a person in any of them.

What a library logs is kept as its *template*, without the values that would be filled in; of an exception its type and the
places in the code, never its message: "Key (number)=(...) already exists" is a message too. Our own events carry what the
caller names, and callers name counts, codes and ids of submissions.
"""

import logging
import logging.handlers
import traceback
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

LOGGING_CONFIGURATION: dict[str, Any] = {"level": "INFO", "file": "openxin.log"}


def configure(configuration: dict[str, Any]) -> None:
    """Set up logging; Django calls it with `settings.LOGGING`."""
    handler = _LogFile(configuration["folder"] / configuration["file"])
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_template_only, *_COMMON],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            use_get_message=False,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(configuration["level"])
    logging.getLogger("fido2").setLevel(logging.WARNING)  # writes ids of passkeys into its messages
    structlog.configure(
        processors=[*_COMMON, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class _LogFile(logging.handlers.WatchedFileHandler):
    """A log file that is made, with its folder, when the first line comes: reading the settings writes nothing."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, encoding="utf-8", delay=True)

    def _open(self) -> Any:
        folder = Path(self.baseFilename).parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return super()._open()


def _template_only(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    record = event["_record"]
    event["event"] = str(record.msg) if isinstance(record.msg, str) else type(record.msg).__name__
    return event


def _places_only(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    fault = event.pop("exc_info", None)
    if isinstance(fault, BaseException):
        fault = (type(fault), fault, fault.__traceback__)
    if isinstance(fault, tuple) and fault[0] is not None:
        event["exception"] = fault[0].__qualname__
        event["at"] = [f"{place.filename}:{place.lineno}:{place.name}" for place in traceback.extract_tb(fault[2])]
    return event


_COMMON: list[Any] = [
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _places_only,
]
