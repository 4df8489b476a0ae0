"""Serve Anyborough Council: database, website and background work, until Ctrl-C. See ``make demo``.

The processes it starts live in sessions of their own, so that Ctrl-C reaches only this one, which
then stops them in order. Their process groups are noted in ``.data/demo.json``: should this process
be killed outright, the next start ends what it left behind.
"""

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from example_site import postgres


ROOT = Path(__file__).resolve().parent.parent
DATA = postgres.DATA_DIR
LOGS = DATA / "logs"
LEFT_BEHIND = DATA / "demo.json"
PEOPLE = DATA / "demo-people.txt"
HOST = "127.0.0.1"
MANAGE = (sys.executable, str(ROOT / "example_site" / "manage.py"))
START_SECONDS = 60
STOP_SECONDS = 10


class DemoError(RuntimeError):
    """The demo cannot go on; the message says why and what to do."""


class Stopped(BaseException):
    """Somebody asked for the end: Ctrl-C, a signal or a closed terminal."""


def main() -> int:
    """Run the demo until it is stopped. Returns the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop_asked)
    try:
        port = _port()
        DATA.mkdir(exist_ok=True)
        with _only_one():
            _end_left_behind()
            _check_port_is_free(port)
            _serve(port)
    except (DemoError, postgres.NoServer) as error:
        print(error, file=sys.stderr)
        return 1
    except Stopped:
        pass
    return 0


def _serve(port: int) -> None:
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        environment = _environment(port)
        _say("Preparing Anyborough Council ...")
        _prepare(environment, children)
        _start_all(port, environment, children)
        _wait_for_page(port, children)
        _say(_welcome(port))
        while True:
            _check_alive(children)
            time.sleep(0.5)
    finally:
        # A second Ctrl-C must not cut the tidying short.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _say("\nStopping ...")
        _stop_all(children)
        postgres.stop("postgres")
        LEFT_BEHIND.unlink(missing_ok=True)


def _environment(port: int) -> dict[str, str]:
    with _uninterrupted():
        url = postgres.database_url()
    try:
        postgres.check_answers(url)
    except ConnectionError as error:
        raise DemoError(f"The server that DATABASE_URL names does not answer: {error}") from error
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SECRET_KEY": os.environ.get("DJANGO_SECRET_KEY") or _secret_key(),
        "DJANGO_SETTINGS_MODULE": "example_site.settings",
        "IMS_BASE_URL": f"http://{HOST}:{port}",
        "IMS_DEMO": "1",
        "PYTHONUNBUFFERED": "1",
    }


def _secret_key() -> str:
    """Keep one key, so that people stay logged in when the demo is started again."""
    path = DATA / "secret_key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


def _prepare(environment: dict[str, str], children: dict[str, subprocess.Popen[bytes]]) -> None:
    child = _start("prepare", (*MANAGE, "prepare", str(PEOPLE)), environment, children, log=None)
    if child.wait() != 0:
        raise DemoError("The site could not be prepared; the lines above say why.")
    del children["prepare"]


def _start_all(
    port: int, environment: dict[str, str], children: dict[str, subprocess.Popen[bytes]]
) -> None:
    LOGS.mkdir(exist_ok=True)
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", "2"]
    web += ["--blocking-threads", "4", "--workers-kill-timeout", "3"]
    web += ["--host", HOST, "--port", str(port), "example_site.wsgi:application"]
    commands: dict[str, Sequence[str]] = {
        "web": web,
        "worker": (*MANAGE, "db_worker", "--interval", "1", "--queue-name", "*"),
        "payments": (*MANAGE, "ims_check_payments", "--every", "30"),
        "files": (*MANAGE, "ims_collect_files", "--every", "30"),
        "imports": (*MANAGE, "ims_run_imports", "--every", "60"),
    }
    for name, command in commands.items():
        with (LOGS / f"{name}.log").open("ab") as log:
            _start(name, command, environment, children, log=log)


def _start(
    name: str,
    command: Sequence[str],
    environment: dict[str, str],
    children: dict[str, subprocess.Popen[bytes]],
    *,
    log: IO[bytes] | None,
) -> subprocess.Popen[bytes]:
    with _uninterrupted():
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        children[name] = child
        LEFT_BEHIND.write_text(json.dumps([child.pid for child in children.values()]))
    return child


def _check_alive(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise DemoError(
                f"The {name} process ended by itself with {child.returncode}, so the demo stops. "
                f"Its log is {LOGS / f'{name}.log'}."
            )


def _wait_for_page(port: int, children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Wait for the first page, so that the address printed is one that answers."""
    direct = build_opener(ProxyHandler({}))
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        _check_alive(children)
        try:
            direct.open(f"http://{HOST}:{port}/", timeout=START_SECONDS).close()
            return
        except HTTPError as error:
            raise DemoError(
                f"The front page answers {error.code}. The log is {LOGS / 'web.log'}."
            ) from error
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise DemoError(f"No page came. The log is {LOGS / 'web.log'}.")


def _stop_all(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    give_up = time.monotonic() + STOP_SECONDS
    for child in children.values():
        try:
            child.wait(max(0.1, give_up - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        _kill_group(child.pid)
        child.wait()


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _end_left_behind() -> None:
    """End what a killed demo has left running; anything of another kind is left alone."""
    import psutil

    try:
        groups = set(json.loads(LEFT_BEHIND.read_text()))
    except (FileNotFoundError, ValueError):
        return
    ended = []
    for process in psutil.process_iter():
        try:
            ours = os.getpgid(process.pid) in groups and process.cwd() == str(ROOT)
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                process.kill()
                ended.append(process)
        except (psutil.Error, OSError):
            continue
    psutil.wait_procs(ended, timeout=STOP_SECONDS)
    if ended:
        _say("Ended what an earlier demo, which was killed, had left running.")
    LEFT_BEHIND.unlink()


@contextmanager
def _only_one() -> Iterator[None]:
    with (DATA / "demo.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoError(
                "The demo of this folder is running already. Stop it with Ctrl-C where it runs."
            ) from error
        yield


def _port() -> int:
    typed = os.environ.get("IMS_DEMO_PORT", "8000")
    if not (typed.isdecimal() and 0 < int(typed) < 65536):
        raise DemoError(f"IMS_DEMO_PORT is {typed!r}, which is not a port. Try IMS_DEMO_PORT=8001.")
    return int(typed)


def _check_port_is_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise DemoError(
                f"Port {port} of {HOST} cannot be used ({error.strerror}). Stop the program that "
                f"uses it, or choose another: IMS_DEMO_PORT={port + 1} make demo"
            ) from error


def _welcome(port: int) -> str:
    address = f"http://{HOST}:{port}"
    return (
        f"\nAnyborough Council is open.\n\n"
        f"  Website      {address}/\n"
        f"  Staff        {address}/admin/\n"
        f"  Logs         {LOGS}\n\n"
        f"{PEOPLE.read_text(encoding='utf-8').rstrip()}\n\n"
        "Ctrl-C stops it; what was done stays for next time."
    )


def _say(text: str) -> None:
    print(text, flush=True)


class _Interruption:
    """Whether a stop was asked for, and whether it has to wait for a moment."""

    asked = False
    held = False


def _stop_asked(number: int, frame: FrameType | None) -> None:
    _Interruption.asked = True
    if not _Interruption.held:
        raise Stopped


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold back a stop until what is being started is known, so that it can be stopped too."""
    _Interruption.held = True
    try:
        yield
    finally:
        _Interruption.held = False
    if _Interruption.asked:
        raise Stopped


if __name__ == "__main__":
    sys.exit(main())
