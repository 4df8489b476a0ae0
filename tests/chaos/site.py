"""The site's processes: two web workers, the queue's worker and the schedule. All may be killed."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import psutil
import requests

from example_site.postgres import DATA_DIR


ROOT = Path(__file__).resolve().parent.parent.parent
LOGS = DATA_DIR / "chaos"
MANAGE = (sys.executable, str(ROOT / "example_site" / "manage.py"))
START_SECONDS = 90


class Site:
    """What serves, sends and checks, and the hand that kills it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        self.killed = 0
        shutil.rmtree(LOGS, ignore_errors=True)
        self._environment = {**environment, "IMS_BASE_URL": self.address}
        web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", "2"]
        web += ["--blocking-threads", "4", "--respawn-failed-workers", "--respawn-interval", "0.5"]
        web += ["--log-level", "critical", "--host", "127.0.0.1", "--port", port]
        self._commands = {
            "web": [*web, "example_site.wsgi:application"],
            "worker": [*MANAGE, "db_worker", "--interval", "0.5", "--queue-name", "*"],
            "schedule": [*MANAGE, "ims_check_payments", "--every", "1"],
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._over = threading.Event()
        self._killer: threading.Thread | None = None

    def start(self) -> None:
        """Start everything and wait for the first page."""
        for name in self._commands:
            self._start(name)
        self._wait_for_page()

    def kill_now_and_then(self, *, dice: random.Random, seconds: tuple[float, float]) -> None:
        """Kill something every few seconds, and start it again, until ``stop``."""

        def work() -> None:
            while not self._over.wait(dice.uniform(*seconds)):
                self._kill(dice)
                self._wait_for_page()

        self._killer = threading.Thread(target=work)
        self._killer.start()

    def spare(self) -> None:
        """Kill no more."""
        self._over.set()
        if self._killer:
            self._killer.join()

    def stop(self) -> None:
        """End everything."""
        self.spare()
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                pass
            _kill_group(process.pid)
            process.wait()

    def _wait_for_page(self) -> None:
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up:
            try:
                requests.get(f"{self.address}/pay/basket/", timeout=30)
                return
            except requests.RequestException:
                time.sleep(0.2)
        raise RuntimeError(f"the site does not answer; its log is {LOGS / 'web.log'}")

    def _kill(self, dice: random.Random) -> None:
        name = dice.choice(["a web worker", "a web worker", "web", "worker", "schedule"])
        if name == "a web worker":
            # Its own server starts another in its place.
            workers = psutil.Process(self._running["web"].pid).children(recursive=True)
            workers = [process for process in workers if "granian" in " ".join(process.cmdline())]
            if workers:
                dice.choice(workers).kill()
        else:
            _kill_group(self._running[name].pid)
            self._running[name].wait()
            self._start(name)
        self.killed += 1

    def _start(self, name: str) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        with (LOGS / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                self._commands[name],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def environment(*, database: str, pay: str) -> dict[str, str]:
    """Return what every process of the site is told."""
    return {
        **os.environ,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
        "DJANGO_SECRET_KEY": "chaos-only",
        "IMS_CHAOS_PAY": pay,
        "PYTHONPATH": str(ROOT),
    }


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass
