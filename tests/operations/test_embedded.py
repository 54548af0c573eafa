"""The embedded server: started by the first, stopped by the last, whoever is killed in between; and closed to everybody else."""

import os
import signal
import socket
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from openxin.operations import embedded
from openxin.operations.installation import Installation
from openxin.operations.sockets import socket_folder

AS_ROOT = os.geteuid() == 0


def installation(home: Path) -> Installation:
    return Installation(
        home=home, keys=home / "keys", synthetic=True, partitions=0, catalogue=None, database_url="",
        owner_database_url="", intake_database_url="", app_role="openxin_app", intake_role="openxin_intake",
    )  # fmt: skip


@pytest.fixture
def mine(tmp_path: Path) -> Iterator[Installation]:
    """An installation with a server of its own; whatever still runs afterwards is stopped."""
    made = installation(tmp_path / "home")
    yield made
    if made.home.exists() and server_of(made):
        with embedded.running(made):
            pass


def server_of(made: Installation) -> int | None:
    """The number of the running postmaster."""
    file = made.data / "postmaster.pid"
    number = int(file.read_text().split()[0]) if file.exists() else None
    return number if number and is_alive(number) else None


def is_alive(number: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ask(made: Installation, query: str) -> object:
    with psycopg.connect(**made.address("owner") | {"dbname": "postgres"}, autocommit=True) as server:
        cursor = server.execute(query)
        return cursor.fetchone() if cursor.description else None


@contextmanager
def another_command(made: Installation) -> Iterator["subprocess.Popen[str]"]:
    """Another process that uses the same server until its standard input closes, or until it is killed."""
    program = f"""
        import sys
        from pathlib import Path
        from openxin.operations import embedded
        from tests.operations.test_embedded import installation
        with embedded.running(installation(Path({str(made.home)!r}))):
            print("up", flush=True)
            sys.stdin.read()
    """
    words = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdout.readline() == "up\n"
        try:
            yield process
        finally:
            process.kill()


def test_it_runs_while_somebody_needs_it_and_not_longer(mine):
    with embedded.running(mine):
        number = server_of(mine)
        assert ask(mine, "select 1") == (1,)
        assert ask(mine, "show data_checksums") == ("on",)
        assert ask(mine, "select datlocprovider, datcollate from pg_database where datname = 'template0'") == ("b", "C")
        assert (
            ask(mine, "show fsync")
            == ask(mine, "show synchronous_commit")
            == ask(mine, "show full_page_writes")
            == ("on",)
        )
    assert number and not is_alive(number)
    assert not socket_folder(mine.home).exists()


def test_two_commands_share_one_server_and_the_last_stops_it(mine):
    with another_command(mine) as other:
        with embedded.running(mine):
            number = server_of(mine)
        assert server_of(mine) == number, "the first to leave stopped the other's server"
        other.communicate("", timeout=60)
    assert number and not is_alive(number)


def test_a_killed_starter_leaves_an_orphan_that_the_next_command_adopts_and_stops(mine):
    with another_command(mine) as starter:
        orphan = server_of(mine)
        starter.send_signal(signal.SIGKILL)
    assert orphan and server_of(mine) == orphan
    with embedded.running(mine):
        assert server_of(mine) == orphan
        assert ask(mine, "select 1") == (1,)
    assert not is_alive(orphan)


def test_a_killed_server_is_started_again_and_what_was_committed_is_there(mine):
    with embedded.running(mine):
        ask(mine, "create table kept as select 7 as number")
        number = server_of(mine)
        assert number
        os.kill(number, signal.SIGKILL)
    with embedded.running(mine):
        assert ask(mine, "select number from kept") == (7,)


def test_starter_and_server_killed_at_once_recover(mine):
    with another_command(mine) as starter:
        ask(mine, "create table kept as select 7 as number")
        number = server_of(mine)
        assert number
        os.kill(number, signal.SIGKILL)
        starter.send_signal(signal.SIGKILL)
    with embedded.running(mine):
        assert ask(mine, "select number from kept") == (7,)


def test_a_cluster_that_was_half_made_is_made_anew(mine):
    """Killed in `initdb`: what lies there has another name and is thrown away."""
    half = mine.data.with_suffix(".new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with embedded.running(mine):
        assert ask(mine, "select 1") == (1,)
    assert not half.exists()


def test_the_number_of_a_dead_server_may_belong_to_somebody_else_now(mine):
    """After a container restarts, `postmaster.pid` often names another program."""
    with embedded.running(mine):
        pass
    file = mine.data / "postmaster.pid"
    file.write_text(f"{os.getpid()}\n{mine.data}\n1795563200\n5432\n{socket_folder(mine.home)}\n\n")
    os.chown(file, mine.data.stat().st_uid, mine.data.stat().st_gid)
    with embedded.running(mine):
        assert ask(mine, "select 1") == (1,)


def test_a_long_home_works(tmp_path):
    """A socket's path may have 107 bytes; the home may have as many as the system allows."""
    deep = tmp_path.joinpath(*["a-folder-with-a-rather-long-name-数据"] * 12)
    made = installation(deep)
    assert len(os.fsencode(deep)) > 400
    with embedded.running(made):
        assert ask(made, "select 1") == (1,)


def test_no_mode_of_any_folder_above_changes(tmp_path):
    """Also where the server's user could not walk to the data: a home below a folder that is closed to it."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    home.mkdir(mode=0o700)
    above = [home, *home.parents]
    before = [(path.stat().st_mode, path.stat().st_uid) for path in above]
    made = installation(home)
    with embedded.running(made):
        assert ask(made, "select 1") == (1,)
        ask(made, "create table t as select generate_series(1, 100000)")
        ask(made, "checkpoint")
        assert [(path.stat().st_mode, path.stat().st_uid) for path in above] == before
    assert [(path.stat().st_mode, path.stat().st_uid) for path in above] == before


def test_the_data_stay_in_the_home(mine):
    """Whoever deletes OPENXIN_HOME has deleted everything."""
    with embedded.running(mine):
        assert (mine.data / "base").is_dir()
    assert stat.S_IMODE(mine.data.stat().st_mode) == 0o700


def test_the_server_runs_as_nobody_in_particular(mine):
    with embedded.running(mine):
        number = server_of(mine)
        owner = Path(f"/proc/{number}").stat().st_uid
        assert owner == mine.data.stat().st_uid
        assert owner != 0
        groups = Path(f"/proc/{number}/status").read_text().split("Groups:")[1].splitlines()[0].split()
        assert not AS_ROOT or groups == []


def test_another_user_of_the_machine_cannot_connect(mine):
    """The folder of the socket is closed, no port is open, and whoever stood inside would still need the password."""
    with embedded.running(mine):
        folder = socket_folder(mine.home)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert ask(mine, "show listen_addresses") == ("",)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(**mine.address("owner") | {"dbname": "postgres", "password": "guess"})
        if AS_ROOT:
            assert connecting_as_nobody(folder / ".s.PGSQL.5432") == "PermissionError"


def connecting_as_nobody(path: Path) -> str:
    """What happens to user `nobody` at the socket. Only a child changes its user."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        try:
            socket.socket(socket.AF_UNIX).connect(str(path))
            os.write(writing, b"connected")
        except OSError as refused:
            os.write(writing, type(refused).__name__.encode())
        os._exit(0)
    os.waitpid(child, 0)
    return os.read(reading, 100).decode()


def test_a_name_that_somebody_else_took_is_not_used(mine):
    """Anybody may make a folder in /tmp under our name; we look at what we find there."""
    taken = socket_folder(mine.home)
    taken.mkdir(mode=0o777)
    taken.chmod(0o777)
    try:
        assert socket_folder(mine.home) != taken
        with embedded.running(mine):
            assert ask(mine, "select 1") == (1,)
    finally:
        taken.rmdir()


def test_its_log_holds_no_value(mine):
    """No statement and no detail of one: "Key (number)=(...) already exists" names a person."""
    with embedded.running(mine):
        ask(mine, "create table t (number text primary key)")
        ask(mine, "insert into t values ('999999199001010016')")
        for bad in ("insert into t values ('999999199001010016')", "selct '999999199001010016'"):
            with pytest.raises(psycopg.Error):
                ask(mine, bad)
    log = (mine.data / "server.log").read_text()
    assert "duplicate key" in log
    assert "999999199001010016" not in log


def test_other_keys_are_told_from_other_faults(mine):
    with embedded.running(mine):
        pass
    (mine.keys / "role-owner.password").write_text("of another installation")
    with pytest.raises(embedded.ServerFailed, match="OPENXIN_KEYS"), embedded.running(mine):
        pass
    assert server_of(mine) is None, "whoever failed to use it stops it all the same"
