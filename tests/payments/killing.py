"""Doing something in a process of its own and killing it, as a machine that loses power would."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.utils.module_loading import import_string
from pytest import MonkeyPatch


def child(work: Callable[[], None]) -> int:
    """Start ``work`` in a forked process with its own connection; return the process's id."""
    connections.close_all()  # a connection must not be shared between two processes
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    finally:
        os._exit(0)


def ended_by(pid: int, *, seconds: float = 30) -> int:
    """Wait for a process; return the signal that ended it, or 0 when it ended by itself."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError(f"process {pid} did not end in {seconds} s")


def killed_while(work: Callable[[], Any], *, at: str, after: bool) -> None:
    """Do ``work`` in a process that is killed when it reaches a function, or just after it."""

    def run() -> None:
        patch = MonkeyPatch()
        original = import_string(at)

        def last_step(*args: Any, **kwargs: Any) -> None:
            if after:
                original(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)

        patch.setattr(at, last_step)
        work()

    assert ended_by(child(run)) == signal.SIGKILL, f"{at} was never reached"
