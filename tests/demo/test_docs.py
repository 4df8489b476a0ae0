"""The manual says what is true: its references hold and its tables are those of the code."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from example_site.demo_data import staff, working_references
from ims_wagtail.access.roles import ROLES
from ims_wagtail.accounts.checks import check_reference
from ims_wagtail.accounts.enums import Audience
from ims_wagtail.conf import ImsSettings
from ims_wagtail.funds import rule_library
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.references import ReferenceInvalid, compile_rule
from ims_wagtail.payments.providers.sandbox.cards import AMOUNTS, CARDS, REFUND_AMOUNTS


ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def table(text: str, first_heading: str) -> list[list[str]]:
    """Return the cells of the first table that begins with a heading."""
    lines = text[text.index(f"| {first_heading} |") :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[2:]]


@pytest.mark.django_db
def test_references_of_the_manual_are_those_of_the_data(anyborough):
    assert working_references.as_markdown() in read("reference/references-that-work.md")


@pytest.mark.django_db
def test_every_reference_the_manual_calls_working_can_be_paid(anyborough):
    rows = table(read("reference/references-that-work.md"), "Pay for")

    assert len(rows) >= 30
    for _name, slug, reference, _whose in rows:
        payment_type = PaymentType.objects.get(slug=slug.strip("`"))
        check_reference(
            payment_type=payment_type, reference=reference.strip("`"), audience=Audience.PUBLIC
        )


def test_sandbox_cards_of_the_manual_are_those_of_the_sandbox():
    text = read("reference/sandbox-cards.md")

    assert table(text, "Card number") == [
        [f"`{card.spaced}`", card.name, card.meaning] for card in CARDS
    ]
    assert table(text, "Total") == [
        [f"£{amount.amount}", amount.name, amount.meaning] for amount in AMOUNTS
    ]
    assert table(text, "Refund") == [
        [f"£{fault.amount}", fault.name, fault.meaning] for fault in REFUND_AMOUNTS
    ]


def test_demo_people_of_the_manual_are_those_who_can_log_in():
    text = read("reference/demo-people.md")

    assert table(text, "Log in as") == [
        [f"`{username}`", name, group or "Administrator", duties]
        for username, name, group, _office, duties in staff.PEOPLE
    ]
    assert f"`{staff.PASSWORD}`" in text


def test_manual_names_every_setting_and_its_default():
    rows = {
        key.strip("`"): default for key, default, _ in table(read("reference/settings.md"), "Key")
    }

    assert set(rows) == {field.name.upper() for field in fields(ImsSettings)}
    for field in fields(ImsSettings):
        if isinstance(field.default, int):
            assert rows[field.name.upper()] == str(field.default)


def test_manual_names_every_command():
    commands = {
        path.stem
        for path in ROOT.glob("*/**/management/commands/ims_*.py")
        if path.parts[len(ROOT.parts)] in ("ims_wagtail", "example_site")
    }
    named = {
        row[0].strip("`").split()[0] for row in table(read("reference/commands.md"), "Command")
    }

    assert commands <= named
    assert named - {"db_worker"} <= commands


def test_manual_says_what_each_role_may_do():
    text = read("reference/permissions.md")
    named = {row[0] for row in table(text, "Role")}

    assert {role.name for role in ROLES} - named == {"eReturn preparer", "eReturn authoriser"}
    rows = [row[0] for row in table(text, "Permission")]
    for permission in {permission for role in ROLES for permission in role.permissions}:
        app, codename = permission.split(".")
        verb, model = codename.split("_", 1)
        # One row says that every list that can be seen can be exported.
        exported = verb == "export" and any(row.startswith("`export_`") for row in rows)
        assert any(
            f"`{permission}`" in row
            or (f"`{app}.view_{model}`" in row and (exported or f"`{verb}`" in row))
            for row in rows
        ), permission


def test_manual_names_every_colour_a_council_may_change():
    defined = set(
        re.findall(r"(--ims-[a-z-]+):", (ROOT / "ims_wagtail/ui/scss/_council.scss").read_text())
    )
    named = {row[0].strip("`") for row in table(read("how-to/look-and-feel.md"), "Property")}

    assert named == defined


def test_manual_names_every_block_of_the_page():
    base = (ROOT / "ims_wagtail/ui/templates/ims_wagtail/ui/base.html").read_text()
    named = {row[0].strip("`") for row in table(read("how-to/look-and-feel.md"), "Block")}

    assert named == set(re.findall(r"{% block (\w+)", base))


def test_site_of_the_tutorial_is_accepted_by_django(tmp_path):
    settings, urls = re.findall(r"```python\n(.*?)```", read("tutorial.md"), re.DOTALL)
    package = tmp_path / "ourcouncil"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "settings.py").write_text(settings)
    (package / "urls.py").write_text(urls)
    chosen = {"DJANGO_SETTINGS_MODULE": "ourcouncil.settings", "PYTHONPATH": f"{tmp_path}:{ROOT}"}

    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--fail-level", "WARNING"],
        cwd=tmp_path,
        env={**os.environ, **chosen},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr


def test_council_tax_reference_of_the_tutorial_holds_under_the_rule_it_takes_from_the_library():
    text = read("tutorial.md")
    rule = rule_library.rule(re.search(r'Tick "([^"]+)" and press "Add these rules"', text)[1])

    assert "`100000007` holds" in text
    assert compile_rule(rule)("100000007") == "100000007"
    with pytest.raises(ReferenceInvalid, match="one of its characters is wrong"):
        compile_rule(rule)("100000008")


def test_every_link_and_picture_of_the_manual_leads_somewhere():
    missing = []
    for page in (*DOCS.rglob("*.md"), ROOT / "README.md"):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                missing.append(f"{page.name}: {target}")

    assert missing == []
