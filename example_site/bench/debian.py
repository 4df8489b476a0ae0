"""A PostgreSQL of its own from Debian's package, which has ``pg_trgm``; thrown away afterwards."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg.conninfo import make_conninfo

from example_site.postgres import DATA_DIR


#: A quarter of the machine's memory for PostgreSQL's own cache, as its manual advises.
_MEMORY_MB = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
#: What a council's own server would be given on a machine of this size, as far as reading goes.
#: It need not survive a power cut.
SETTINGS = f"""
listen_addresses = ''
shared_buffers = {_MEMORY_MB // 4}MB
effective_cache_size = {_MEMORY_MB // 2}MB
work_mem = 64MB
maintenance_work_mem = 1GB
max_wal_size = 8GB
random_page_cost = 1.1
fsync = off
full_page_writes = off
synchronous_commit = off
"""
_USER = "postgres"
_FOLDER = "bench-postgres"
_INSTALL = ["apt-get", "install", "--yes", "--no-install-recommends", "postgresql"]


class NoPrograms(RuntimeError):
    """There is no such PostgreSQL on this machine; the message says how to install one."""


@contextmanager
def running(*, keep: bool, say: Callable[[str], None]) -> Iterator[str]:
    """Start a server under ``.data``, yield its address and stop it.

    Its data is thrown away at the end unless it is to be kept, and what was kept is used again.
    """
    programs, data = _programs(say), DATA_DIR / _FOLDER
    DATA_DIR.mkdir(exist_ok=True)
    if (data / "postmaster.pid").exists():  # left behind by a run that was killed
        _run([programs / "pg_ctl", "stop", "-m", "immediate", "-D", data], check=False)
    if not keep:
        shutil.rmtree(data, ignore_errors=True)
    if not (data / "PG_VERSION").exists():
        _make(programs, data)
    (data / "postgresql.auto.conf").write_text(
        f"{SETTINGS}unix_socket_directories = '{data}'\n", encoding="utf-8"
    )
    _run([programs / "pg_ctl", "start", "-w", "-D", data, "-l", data / "log"])
    try:
        yield make_conninfo(dbname="postgres", user=_USER, host=str(data))
    finally:
        _run([programs / "pg_ctl", "stop", "-m", "fast", "-D", data])
        if not keep:
            shutil.rmtree(data)


def _make(programs: Path, data: Path) -> None:
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(data, _USER, _USER)
    make = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", f"--username={_USER}"]
    _run([programs / "initdb", *make, "--no-sync", "-D", data])


def _programs(say: Callable[[str], None]) -> Path:
    """Return the folder of the newest Debian PostgreSQL; as root, install it when there is none."""
    if found := _newest():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Debian's PostgreSQL ...")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], _INSTALL):
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        if found := _newest():
            return found
    raise NoPrograms(
        "Searching is measured on Debian's PostgreSQL, because the embedded one has no pg_trgm.\n"
        f"Install it: {' '.join(_INSTALL)}"
    )


def _newest() -> Path | None:
    folders = [
        control.parents[4] / "lib/postgresql" / control.parents[1].name / "bin"
        for control in Path("/usr/share/postgresql").glob("*/extension/pg_trgm.control")
    ]
    servers = [folder for folder in folders if (folder / "initdb").exists()]
    return max(servers, key=lambda folder: int(folder.parent.name), default=None)


def _run(command: Sequence[Any], *, check: bool = True) -> None:
    """Run one of its programs, never as root, which PostgreSQL refuses."""
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        account = pwd.getpwnam(_USER)
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    done = subprocess.run(  # noqa: S603
        [str(part) for part in command],
        check=False,
        cwd="/",
        # Not the server's own: it would keep a pipe open for as long as it runs.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if "start" in command else subprocess.PIPE,
        text=True,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        **identity,
    )
    if check and done.returncode:
        raise RuntimeError(f"{command[0]} failed: {(done.stderr or 'see its log').strip()}")
