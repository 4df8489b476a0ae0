"""`make demo` opens the council, stops without a trace and never loses what was done."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest


ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 180

pytestmark = pytest.mark.slow


class Demo:
    """The demo in a data folder of its own, so that a developer's own is left alone."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @property
    def said(self) -> str:
        return (self.data / "said").read_text()

    def start(self, **environment: str) -> subprocess.Popen:
        hidden = {"DATABASE_URL", "DJANGO_SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
        inherited = {name: value for name, value in os.environ.items() if name not in hidden}
        with (self.data / "said").open("w") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "example_site.demo"],
                cwd=ROOT,
                env={
                    **inherited,
                    "IMS_DATA_DIR": str(self.data),
                    "IMS_DEMO_PORT": str(self.port),
                    **environment,
                },
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def open(self) -> subprocess.Popen:
        """Start and wait until the council is open."""
        process = self.start()
        give_up = time.monotonic() + PATIENCE
        while "Ctrl-C stops it" not in self.said:
            assert process.poll() is None, self.said
            assert time.monotonic() < give_up, self.said
            time.sleep(0.1)
        return process

    def processes(self) -> list[psutil.Process]:
        """Return everything that runs for this demo, recognised by its environment."""
        mark = str(self.data)
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() == psutil.STATUS_ZOMBIE:
                    continue
                ours = process.environ().get("IMS_DATA_DIR") == mark
                if ours or any(mark in word for word in process.cmdline()):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def named(self, word: str) -> psutil.Process:
        return next(p for p in self.processes() if word in p.cmdline())


@pytest.fixture
def demo(tmp_path):
    """Return a demo that is not running; whatever a failed test leaves behind is ended."""
    demo = Demo(tmp_path)
    yield demo
    for process in demo.processes():
        process.kill()


def test_demo_serves_pages_stops_without_a_trace_and_starts_again_with_its_data(demo):
    first = demo.open()
    with urlopen(f"http://127.0.0.1:{demo.port}/admin/login/") as page:
        assert page.status == 200
    schedule = {"ims_check_payments", "ims_collect_files", "ims_run_imports"}
    assert {"db_worker", "granian"} | schedule <= {
        word for process in demo.processes() for word in process.cmdline()
    }

    second = demo.start()
    assert second.wait(PATIENCE) == 1
    assert "running already" in demo.said

    os.killpg(first.pid, signal.SIGINT)
    assert first.wait(PATIENCE) == 0
    assert demo.processes() == []

    key = (demo.data / "secret_key").read_text()
    again = demo.open()
    again.terminate()
    assert again.wait(PATIENCE) == 0
    assert demo.processes() == []
    assert (demo.data / "secret_key").read_text() == key
    assert "Preparing the database" not in demo.said


def test_demo_recovers_from_being_killed_and_from_a_child_that_dies(demo):
    killed = demo.open()
    killed.kill()
    killed.wait()
    assert len(demo.processes()) > 3

    again = demo.open()
    assert "Ended what an earlier demo" in demo.said

    demo.named("db_worker").kill()
    assert again.wait(PATIENCE) == 1
    assert "The worker process ended by itself" in demo.said
    assert str(demo.data / "logs" / "worker.log") in demo.said
    assert demo.processes() == []


def test_demo_says_which_port_is_taken_before_anything_starts(demo):
    with socket.socket() as other:
        other.bind(("127.0.0.1", demo.port))
        other.listen()
        process = demo.start()

        assert process.wait(PATIENCE) == 1
    assert f"Port {demo.port}" in demo.said
    assert not (demo.data / "postgres").exists()


def test_demo_says_that_the_named_database_does_not_answer(demo):
    process = demo.start(DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    assert process.wait(PATIENCE) == 1
    assert "The server that DATABASE_URL names does not answer" in demo.said
    assert "Traceback" not in demo.said
