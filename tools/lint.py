"""Run every check of the code at once and say which one found what. Run by ``make lint``."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BIN = Path(PYTHON).parent

#: The slowest first, so that the two that share the machine end together.
CHECKS: dict[str, Sequence[str]] = {
    "types (mypy)": (str(BIN / "mypy"), "--no-error-summary"),
    "templates (djlint)": (str(BIN / "djlint"), "--lint", "--quiet", "ims_wagtail", "templates"),
    "migrations are complete": (
        PYTHON,
        "example_site/manage.py",
        "makemigrations",
        "--check",
        "--dry-run",
    ),
    "order of the rooms (import-linter)": (str(BIN / "lint-imports"), "--no-cache"),
    "style (ruff)": (str(BIN / "ruff"), "check", "--quiet"),
    "format (ruff)": (str(BIN / "ruff"), "format", "--check", "--quiet"),
    "tracked files": (PYTHON, "tools/tracked_files.py"),
}

#: The checks import the settings but need no database: name one that is not there.
NO_DATABASE = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "DJANGO_SECRET_KEY": "lint-only",
    "PYTHONWARNINGS": "ignore::RuntimeWarning",
}


def run(command: Sequence[str]) -> tuple[int, str, float]:
    """Run one check; return its exit code, what it printed and the seconds it took."""
    began = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **NO_DATABASE},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout.strip(), time.monotonic() - began


def main() -> int:
    """Run all checks, two at a time. Returns 1 if any of them found something."""
    failed = False
    with ThreadPoolExecutor(max_workers=2) as pool:
        results = pool.map(run, CHECKS.values())
        for name, (code, output, seconds) in zip(CHECKS, results, strict=True):
            print(f"{'ok    ' if code == 0 else 'FAILED'} {name} ({seconds:.1f} s)", flush=True)
            if code:
                failed = True
                print(output, flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
