"""A site whose pages have a base of their own can still take payments on them."""

import os
import subprocess
import sys
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent.parent

MODELS = """
from django.db import models
from wagtail.models import AbstractPage

from ims_wagtail.pages.index_mixin import PaymentIndexMixin
from ims_wagtail.pages.mixins import PayablePageMixin


class BasePage(AbstractPage):
    owner = models.CharField(max_length=20, blank=True)


class OurPaymentPage(PayablePageMixin, BasePage):
    template = "ims_wagtail/pages/payment_page.html"


class OurPaymentList(PaymentIndexMixin, BasePage):
    template = "ims_wagtail/pages/payment_index_page.html"
"""

SETTINGS = """
from tests.settings import *

INSTALLED_APPS = ["own_site", *(app for app in INSTALLED_APPS if app != "example_site")]
WAGTAIL_PAGE_MODEL = "own_site.BasePage"
ROOT_URLCONF = "own_site.urls"
"""


def _manage(folder: Path, *arguments: str) -> str:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "own_site.settings",
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
    }
    command = [sys.executable, "-m", "django", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


SUMMARIES = """
from types import SimpleNamespace

from own_site.models import OurPaymentList, OurPaymentPage

for model in (OurPaymentPage, OurPaymentList):
    page = SimpleNamespace(introduction="<p>Pay for your bin.</p>")
    print(hasattr(model, "search_description"), model.summary.fget(page))
"""

LOCALIZED = """
from own_site.models import OurPaymentPage
from wagtail_localize.fields import get_translatable_fields

for field in get_translatable_fields(OurPaymentPage):
    print(type(field).__name__, field.field_name, getattr(field, "overridable", ""))
"""


def _make_site(folder: Path, settings: str = SETTINGS) -> None:
    site = folder / "own_site"
    site.mkdir()
    for name, text in {
        "__init__.py": "",
        "models.py": MODELS,
        "settings.py": settings,
        "urls.py": "urlpatterns = []\n",
    }.items():
        (site / name).write_text(text)


def test_a_site_with_its_own_base_page_needs_three_lines(tmp_path):
    _make_site(tmp_path)

    assert "no issues" in _manage(tmp_path, "check")
    planned = _manage(tmp_path, "makemigrations", "--dry-run", "own_site", "ims_pages")
    assert "OurPaymentPage" in planned
    assert "OurPaymentList" in planned
    assert "ims_pages" not in planned


def test_a_base_page_without_a_search_description_is_listed_by_its_introduction(tmp_path):
    _make_site(tmp_path)

    told = _manage(tmp_path, "shell", "--no-imports", "--command", SUMMARIES)

    assert told.splitlines() == ["False Pay for your bin."] * 2


def test_wagtail_localize_lets_translators_write_words_and_set_no_money(tmp_path):
    _make_site(tmp_path, SETTINGS + "\nINSTALLED_APPS.insert(0, 'wagtail_localize')\n")

    told = _manage(tmp_path, "shell", "--no-imports", "--command", LOCALIZED).splitlines()

    for name in ("payment_type", "paused", "opens_at", "closes_at"):
        assert f"SynchronizedField {name} False" in told
    for name in ("title", "introduction", "questions", "confirmation"):
        assert any(line.startswith(f"TranslatableField {name}") for line in told), told
