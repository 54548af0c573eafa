"""`openxin`: the commands together, and the one place where an exception becomes an exit code and a sentence.

Inner errors are not outer errors: what is known says its cause and remedy, in both languages; what is not becomes a number to
quote, and only its type and the places in the code go into the log (`config/logs.py`).
"""

import importlib
import secrets
import signal
import sys
from types import FrameType

import typer

from openxin.cli import output

# One module for each group of commands; each has `register(app)`, and imports what it calls when it is called.
_GROUPS = (
    "init",
    "administrator",
    "demo",
    "serve",
    "template",
    "ingest",
    "population",
    "quarantine",
    "show",
    "catalogue",
    "law",
    "ledger",
    "expire",
    "doctor",
    "synth",
    "bench.command",
)

_HELP = "OpenXin:以人为本的公共信用信息登记系统。 / A rights-first public register of credit records."


def build() -> typer.Typer:
    """The whole command line."""
    app = typer.Typer(
        help=_HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    for group in _GROUPS:
        name = f"openxin.cli.{group}"
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name != name:
                raise
            continue
        module.register(app)
    return app


def run() -> None:
    """The entry of the installed command."""
    # Unhandled, SIGTERM would leave the embedded server to the next command; as an exit, the last user stops it.
    signal.signal(signal.SIGTERM, _leave)
    try:
        build()()
    except (KeyboardInterrupt, BrokenPipeError):
        raise SystemExit(130) from None
    except Exception as fault:
        _translate(fault)


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


# By name, since importing them all would make every command pay for all others: (module, exception) -> remedy.
_KNOWN = {
    ("openxin.config.environment", "EnvironmentUnsound"): ("环境变量有误：", "the environment is not sound:"),
    ("openxin.vault.keyring", "KeysMissing"): (
        "尚未建立登记系统，请先运行 openxin init：",
        "run `openxin init` first:",
    ),
    ("openxin.intake.admission", "KeyGone"): (
        "这次被打断的报送所用的查找密钥已不在密钥文件夹里；请从备份放回，再报一次同一个文件：",
        "the look-up key of this interrupted submission is missing in the folder of keys; put it back, hand the file in again:",
    ),
    ("openxin.ledger.signing", "SigningKeyMissing"): ("缺少台账签名密钥：", "the ledger's key is missing:"),
    ("openxin.ledger.stored", "LedgerUnsound"): (
        "台账与数据库不符，停止签署；请运行 openxin ledger reconcile：",
        "the ledger does not fit the database, nothing more is signed; run `openxin ledger reconcile`:",
    ),
    ("openxin.operations.embedded", "ServerFailed"): ("嵌入式数据库无法启动：", "the embedded server does not start:"),
    ("openxin.operations.setup", "ServerUnfit"): ("数据库服务器不合要求：", "the server cannot hold a register:"),
    ("openxin.law.loading", "CatalogueUnsound"): ("法规目录有误：", "the catalogue is not sound:"),
}


def _translate(fault: Exception) -> None:
    kind = type(fault)
    if known := _KNOWN.get((kind.__module__, kind.__name__)):
        zh, en = known
        output.fail(zh, f"{en}\n{fault}")
    if _names_the_database(fault):
        output.fail(
            "无法连接数据库；若尚未建立，请运行 openxin init，否则运行 openxin doctor。",
            "the database cannot be reached; run `openxin init` if it was never made, else `openxin doctor`.",
        )
    number = secrets.token_hex(4)
    _write_down(number, fault)
    output.fail(
        f"程序出错，已记录，编号 {number}。",
        f"a fault of the program, written down as {number} ({kind.__name__}).",
        output.EXIT_FAULT,
    )


def _names_the_database(fault: Exception) -> bool:
    return type(fault).__name__ == "OperationalError" and type(fault).__module__.split(".")[0] in ("django", "psycopg")


def _write_down(number: str, fault: Exception) -> None:
    """Types, its own and that of its cause, and places; never the message: a message may hold a value of a person."""
    import traceback

    from openxin.cli.session import installation

    places = [f"{place.filename}:{place.lineno}:{place.name}" for place in traceback.extract_tb(fault.__traceback__)]
    kinds = [type(one) for one in (fault, fault.__cause__) if one is not None]
    types = " < ".join(f"{kind.__module__}.{kind.__qualname__}" for kind in kinds)
    line = f"{number} {types} {' > '.join(places)}\n"
    try:
        folder = installation().home / "logs"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (folder / "faults.log").open("a", encoding="utf-8") as log:
            log.write(line)
    except Exception:  # nowhere to write; then the terminal is better than nothing
        sys.stderr.write(line)


if __name__ == "__main__":
    run()
