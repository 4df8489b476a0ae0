"""A site to measure: its own database with the demo's data, and two web workers."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
from psycopg.conninfo import make_conninfo

from .bare import CREATE_TABLE


DATABASE = "ims_bench"
#: What the pretend provider signs with while the site is measured.
WEBHOOK_SECRET = "bench-only"  # noqa: S105
_MANAGE = Path(__file__).resolve().parent.parent / "manage.py"


@contextmanager
def serving(server: dict[str, str]) -> Iterator[str]:
    """Make the database afresh on a PostgreSQL server, serve the site, yield its address."""
    url = _url(server)
    with psycopg.connect(make_conninfo(**server), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = _environment(url, address)
    for command in (("migrate", "--verbosity=0"), ("ims_demo",)):
        subprocess.run(  # noqa: S603
            [sys.executable, str(_MANAGE), *command],
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    with psycopg.connect(url) as connection:
        connection.execute(CREATE_TABLE)
        connection.execute("ANALYZE")
    web = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", "2"]
        + ["--blocking-threads", "4", "--log-level", "error", "--host", "127.0.0.1"]
        + ["--port", str(port), "example_site.wsgi:application"],
        env=environment,
    )
    try:
        _wait(address, web)
        yield address
    finally:
        web.terminate()
        web.wait()


@contextmanager
def background_worker(server: dict[str, str], address: str) -> Iterator[None]:
    """Run the queue's worker beside the site, as every live site does."""
    worker = subprocess.Popen(  # noqa: S603
        [sys.executable, str(_MANAGE), "db_worker"],
        env=_environment(_url(server), address),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def payments_of(server: dict[str, str], *, count: int) -> list[tuple[str, str]]:
    """Return PSP reference and our reference of so many payments of the site that is served."""
    with psycopg.connect(_url(server)) as connection:
        return connection.execute(
            "SELECT provider_id, reference FROM ims_payments_attempt WHERE provider_id <> ''"
            " ORDER BY id DESC LIMIT %s",
            [count],
        ).fetchall()


def _url(server: dict[str, str]) -> str:
    return make_conninfo(**{**server, "dbname": DATABASE})


def _environment(url: str, address: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "example_site.bench.settings",
        "DJANGO_SECRET_KEY": "bench-only",
        "IMS_BASE_URL": address,
        "IMS_DEMO": "1",
        "IMS_SANDBOX_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "PYTHONPATH": str(_MANAGE.parent.parent),
    }


def _wait(address: str, web: "subprocess.Popen[bytes]") -> None:
    for _second in range(300):
        if web.poll() is not None:
            raise RuntimeError("the web server did not start")
        try:
            urlopen(f"{address}/bench/bare/").close()  # noqa: S310 (our own address)
        except URLError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the web server did not answer within a minute")
