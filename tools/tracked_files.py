"""Refuse tracked files that name a package registry or a folder of somebody's machine.

A clone must work behind any council's own registry mirror and on any machine, so that which index
packages come from is the machine's business and never the repository's.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent

REGISTRIES = re.compile(
    r"pythonhosted\.org|pypi\.org/simple|registry\.npmjs|registry\.yarnpkg"
    r"|^\s*(?:--)?(?:index-url|extra-index-url|find-links|trusted-host|registry)\b[ =]",
    re.IGNORECASE,
)
MACHINES = re.compile(r"file:/{3}|(?<![\w.])/(?:home|Users)/[a-z]|(?<![\w.])/[r]oot/|[A-Z]:\\Users")


def offences(*, path: str, text: str, own_folders: tuple[str, ...]) -> list[str]:
    """Return ``path:line: what`` for every line of ``text`` that names a registry or a machine."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if REGISTRIES.search(line):
            found.append(f"{path}:{number}: names a package registry")
        elif MACHINES.search(line) or any(folder in line for folder in own_folders):
            found.append(f"{path}:{number}: names a folder of one machine")
    return found


def main() -> int:
    """Check every tracked text file. Returns the exit code."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        print("Not a git checkout: nothing is tracked, nothing to check")
        return 0
    listed = subprocess.run(
        [git, "-C", str(ROOT), "ls-files", "-z"], check=True, capture_output=True, text=True
    ).stdout
    own_folders = tuple(str(folder) for folder in (ROOT,) if len(folder.parts) > 2)
    found = []
    for path in filter(None, listed.split("\0")):
        file = ROOT / path
        try:
            text = file.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        found += offences(path=path, text=text, own_folders=own_folders)
    print("\n".join(found) or "No tracked file names a registry or a machine")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
