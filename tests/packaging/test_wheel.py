"""The wheel holds what a site needs, and a site that has nothing else of ours starts with it."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

import ims_wagtail


ROOT = Path(__file__).resolve().parent.parent.parent

SETTINGS = """
import ims_wagtail
from example_database import DATABASES

INSTALLED_APPS = [
    *ims_wagtail.INSTALLED_APPS,
    "wagtail.contrib.settings",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
SECRET_KEY = "a site of one test"
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "site_urls"
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
TIME_ZONE = "Europe/London"
USE_TZ = True
STATIC_URL = "/static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
CRISPY_ALLOWED_TEMPLATE_PACKS = ["ims_govuk"]
CRISPY_TEMPLATE_PACK = "ims_govuk"
WAGTAIL_SITE_NAME = "Another Council"
WAGTAILADMIN_BASE_URL = "http://testserver"
IMS = {"BASE_URL": WAGTAILADMIN_BASE_URL}
"""

URLS = """
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("", include("ims_wagtail.urls")),
    path("", include(wagtail_urls)),
]
"""

VISIT = """
import django
django.setup()
from django.contrib.staticfiles import finders
from django.test import Client
import ims_wagtail

assert Client().get("/").status_code == 200
assert Client().get("/admin/login/").status_code == 200
assert finders.find("ims_wagtail/govuk/ims.css")
print(ims_wagtail.__file__)
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Return the wheel, built from this folder as ``make wheel`` builds it."""
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, cwd=ROOT)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def files(wheel) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture
def database(settings):
    """Return a Django setting for a new, empty database on the server of the tests."""
    server = settings.DATABASES["default"]
    address = make_conninfo(
        dbname="postgres",
        **{
            name: server[key]
            for name, key in (
                ("host", "HOST"),
                ("port", "PORT"),
                ("user", "USER"),
                ("password", "PASSWORD"),
            )
            if server[key]
        },
    )
    name = f"test_wheel_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        parts = {key.upper(): value for key, value in conninfo_to_dict(address).items()}
        yield {**parts, "ENGINE": "django.db.backends.postgresql", "NAME": name}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(*command: object, cwd: Path, **environment: str) -> str:
    hidden = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "PYTHONPATH"}
    inherited = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_wheel_holds_every_migration_template_and_static_file_of_the_rooms(files):
    package = ROOT / "ims_wagtail"
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in ("migrations", "templates", "static", "locale")
        for path in package.glob(f"**/{folder}/**/*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert wanted - set(files) == set()
    assert "ims_wagtail/ui/static/ims_wagtail/govuk/ims.css" in files


def test_wheel_holds_a_compiled_catalogue_beside_every_translation(files):
    catalogues = [name for name in files if name.endswith(".po")]

    assert [name for name in catalogues if f"{name[:-3]}.mo" not in files] == []


def test_wheel_holds_nothing_but_the_package(files):
    metadata = f"ims_wagtail-{ims_wagtail.__version__}.dist-info"

    assert {name.split("/")[0] for name in files} == {"ims_wagtail", metadata}
    assert [name for name in files if "node_modules" in name or "/tests/" in name] == []


def test_new_site_starts_with_nothing_but_the_wheel(wheel, database, tmp_path):
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--no-index", "--no-deps", "--quiet", wheel, cwd=tmp_path)
    # The dependencies are those of this environment: installing them again would prove nothing.
    packages = Path(
        run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=tmp_path).strip()
    )
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    site = tmp_path / "site"
    site.mkdir()
    (site / "example_database.py").write_text(f"DATABASES = {{'default': {database!r}}}\n")
    (site / "site_settings.py").write_text(SETTINGS)
    (site / "site_urls.py").write_text(URLS)
    (site / "visit.py").write_text(VISIT)
    django = (python, "-m", "django")
    chosen = {"DJANGO_SETTINGS_MODULE": "site_settings", "PYTHONPATH": str(site)}

    run(*django, "check", "--fail-level", "ERROR", cwd=site, **chosen)
    run(*django, "migrate", "--verbosity", "0", cwd=site, **chosen)
    visited = run(python, "visit.py", cwd=site, **chosen)

    assert Path(visited.strip()).is_relative_to(tmp_path / "venv")
