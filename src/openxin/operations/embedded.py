"""The server that comes with the package, for trying and testing: started by the first command that needs it, stopped by the
last, never reachable for another user of the machine.

Two lock files. Whoever uses the server holds `server.users` shared, for as long as it uses it; whoever starts or stops it holds
`server.gate` alone. The kernel lets go of both when a process dies, however it dies. So:

- starter killed: its lock is gone, the server runs on as an orphan; the next command adopts it and, leaving last, stops it;
- server killed: the next command finds nobody listening and starts it; PostgreSQL recovers from its log;
- killed while the cluster was being made: it was made under another name; the next command begins afresh.

As root, the server runs as an unprivileged user (`account.py`). Where that user cannot walk to the data folder (a home below
/root), we open the folder first and hand it over as an open descriptor, `/proc/self/fd/N`: no mode of any folder is changed and
the data stay in `OPENXIN_HOME`.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from openxin.operations.account import Account, as_user, can_reach, make_account
from openxin.operations.installation import EMBEDDED_OWNER, PORT, Installation, make_passwords, password
from openxin.operations.programs import programs
from openxin.operations.sockets import socket_folder

_PATIENCE_S = 600  # recovery after a crash may read a long log
_LEFTOVERS_S = 30  # server processes that outlive a killed postmaster end by themselves, soon
_LEFTOVERS = ("is still in use", "already exists")  # shared memory, or the lock file of a server that is just ending

# Two cores, a few hundred MB. Durability is PostgreSQL's own (fsync, synchronous commit, full pages: untouched).
# The log may hold no value of a person: no statement, no parameter, no DETAIL line ("Key (number)=(...) already exists").
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": PORT,
    "max_connections": "60",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    # In 200 ms a file writes more than 16 MB of log. With no room left, whoever writes a row writes the log itself, page by page,
    # and the others wait.
    "wal_buffers": "64MB",
    "wal_writer_delay": "20ms",
    # A page that is changed for the first time after a checkpoint is logged whole, and new document tokens change nearly every
    # page of their index: with 2 GB that was so in every second file of two hundred thousand rows; with 4 GB, in every fifth.
    "max_wal_size": "4GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    # The tables of a register only grow. Such a table is swept to freeze it, which can wait until it has doubled.
    "autovacuum_vacuum_insert_scale_factor": "1",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}

_MIB = 1024 * 1024
_BUFFERS_AT_LEAST, _BUFFERS_AT_MOST = 128, 2048  # MiB


class ServerFailed(Exception):
    """The embedded server could not be made or started; the message ends with the last lines of its own log."""


@contextmanager
def running(installation: Installation, settings: dict[str, str] | None = None) -> Iterator[None]:
    """Run the body with the server up. `settings` are added to ours when this command is the one that starts it."""
    home = installation.home
    # 0711: the server's user may pass through, nobody may look. An existing folder keeps its mode.
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    users = _open_lock(home / "server.users")
    try:
        with _gate(home):
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                _bring_up(installation, settings or {})
            except BaseException:
                _stop_if_last(installation, users)
                raise
        try:
            yield
        finally:
            with _gate(home):
                _stop_if_last(installation, users)
    finally:
        os.close(users)


@contextmanager
def _gate(home: Path) -> Iterator[None]:
    gate = _open_lock(home / "server.gate")
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
    finally:
        os.close(gate)


def _open_lock(file: Path) -> int:
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _bring_up(installation: Installation, settings: dict[str, str]) -> None:
    make_passwords(installation.keys)
    if not installation.data.exists():
        _make_cluster(installation)
    if _is_ready(installation):
        return  # shared with other commands, or an orphan: ours now
    give_up = time.monotonic() + _LEFTOVERS_S
    while True:
        _forget_stranger(installation.data)
        started = _start(installation, settings)
        if started.returncode == 0 and _is_ready(installation):
            return
        told = _told(started, installation.data)
        if time.monotonic() > give_up or not any(words in told for words in _LEFTOVERS):
            raise ServerFailed(told)
        time.sleep(0.5)


def _make_cluster(installation: Installation) -> None:
    """Make the cluster under another name, then give it its own: it is there whole or not at all."""
    fresh = installation.data.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    who = make_account(installation.data)
    fresh.mkdir(mode=0o700)
    os.chown(fresh, who.uid, who.gid)
    with tempfile.NamedTemporaryFile(prefix="openxin-", suffix=".password") as secret:
        secret.write(password(installation.keys, "owner").encode())
        secret.flush()
        os.chown(secret.name, who.uid, who.gid)
        made = _call(
            who, fresh, "initdb", f"--username={EMBEDDED_OWNER}", f"--pwfile={secret.name}",
            "--auth-local=scram-sha-256", "--auth-host=reject", "--encoding=UTF8", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--data-checksums", "--no-instructions",
        )  # fmt: skip
    if made.returncode != 0:
        raise ServerFailed(_told(made, fresh))
    fresh.rename(installation.data)


def _start(installation: Installation, settings: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    data = installation.data
    who = make_account(data)
    sockets = socket_folder(installation.home)
    with suppress(FileExistsError):
        sockets.mkdir(mode=0o700)
    os.chown(sockets, who.uid, who.gid)
    chosen = _SETTINGS | {"shared_buffers": _buffers()} | settings | {"unix_socket_directories": str(sockets)}
    words = " ".join(f"-c {name}='{value}'" for name, value in chosen.items())
    return _call(
        who, data, "pg_ctl", "start", "--wait", f"--timeout={_PATIENCE_S}", "--log=server.log", f"--options={words}"
    )


def _buffers() -> str:
    """A quarter of the machine, as PostgreSQL's manual advises. In a register of millions the index of document tokens, which
    every new number touches at random, has to fit; what is not used is not taken.
    """
    share = psutil.virtual_memory().total // 4 // _MIB
    return f"{min(max(share, _BUFFERS_AT_LEAST), _BUFFERS_AT_MOST)}MB"


def _stop_if_last(installation: Installation, users: int) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # somebody else still uses it, and will stop it
    if installation.data.exists() and (installation.data / "postmaster.pid").exists():
        who = make_account(installation.data)
        _call(who, installation.data, "pg_ctl", "stop", "--wait", f"--timeout={_PATIENCE_S}", "--mode=fast")
    shutil.rmtree(socket_folder(installation.home), ignore_errors=True)


def _call(who: Account, data: Path, program: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a program of PostgreSQL on the cluster `data`, as `who`."""
    folder = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # The kernel takes an open descriptor for the permission to walk to it; see the docstring of this module.
        address = str(data) if can_reach(who, data) else f"/proc/self/fd/{folder}"
        given = [word.replace("--log=", f"--log={address}/") for word in words]
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as told:
            # A file and not a pipe: the server inherits it, and a pipe would stay open as long as the server runs.
            done = subprocess.run(
                [programs(who) / program, f"--pgdata={address}", *given],
                check=False, stdin=subprocess.DEVNULL, stdout=told, stderr=told, pass_fds=[folder], **as_user(who),
            )  # fmt: skip
            told.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, told.read())
    finally:
        os.close(folder)


def _is_ready(installation: Installation) -> bool:
    """Whether our server answers. One that is still starting or already stopping is waited for."""
    address = installation.address("owner") | {"dbname": "postgres", "connect_timeout": "10"}
    give_up = time.monotonic() + _PATIENCE_S
    while time.monotonic() < give_up:
        try:
            psycopg.connect(**address).close()  # type: ignore[arg-type]
        except psycopg.OperationalError as failed:
            if "the database system is" in str(failed):  # starting up, shutting down, in recovery
                time.sleep(0.1)
                continue
            if "password authentication failed" in str(failed):
                raise ServerFailed(
                    "嵌入式数据库不认 OPENXIN_KEYS 中的口令：密钥与数据不属于同一套。 / "
                    "The embedded server does not know the password in OPENXIN_KEYS: these keys are not those of this database."
                ) from failed
            return False
        else:
            return True
    return False


def _forget_stranger(data: Path) -> None:
    """Remove a `postmaster.pid` whose number now belongs to another program: common after a container restarts."""
    file = data / "postmaster.pid"
    try:
        number = int(file.read_text().split("\n", 1)[0])
        running_now = Path(f"/proc/{number}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if b"postgres" not in running_now:
        file.unlink(missing_ok=True)


def _told(done: "subprocess.CompletedProcess[str]", data: Path) -> str:
    log = data / "server.log"
    last = log.read_text("utf-8", "replace").splitlines()[-5:] if log.exists() else []
    return "\n".join([*done.stdout.splitlines()[-5:], *last])
