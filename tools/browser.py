"""Find the Chromium that the browser tests drive; install it where that needs no question.

Run by ``make test``. Prints the path, or says what to do and exits with 1.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path


NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ELSEWHERE = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
PACKAGES = ("chromium", "fonts-dejavu-core")

#: A browser for tests: no window, no sandbox (it runs as root in containers), no calls home.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_browser() -> str | None:
    """Return the path of ``IMS_BROWSER``, or of the first Chromium or Chrome on this machine."""
    named = os.environ.get("IMS_BROWSER")
    if named:
        return named
    on_path = (shutil.which(name) for name in NAMES)
    elsewhere = (str(path) for path in ELSEWHERE if path.exists())
    return next((path for path in (*on_path, *elsewhere) if path), None)


def install_browser() -> bool:
    """Install Debian's Chromium when this is Debian and we are root; say whether that was done."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("Installing Chromium for the browser tests ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
    ):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True)
        if done.returncode:
            print(done.stdout[-2000:], done.stderr[-2000:], sep="\n", file=sys.stderr)
            return False
    return True


def main() -> int:
    """Print where the browser is, after installing it if need be. Returns the exit code."""
    path = find_browser() or (install_browser() and find_browser()) or None
    if path is None:
        print(
            "The browser tests need Chromium or Chrome and none was found. Install one (Debian: "
            f"apt-get install {' '.join(PACKAGES)}) or set IMS_BROWSER to its path.",
            file=sys.stderr,
        )
        return 1
    print(f"Browser tests use {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
