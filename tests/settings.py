"""Settings of the test-suite: the example site on a throw-away database of its own server."""

import os

from example_site.postgres import NoServer, database_url


try:
    os.environ["DATABASE_URL"] = database_url("test-postgres", throw_away=True)
except NoServer as error:
    raise SystemExit(str(error)) from error
os.environ["IMS_DEMO"] = "1"
os.environ.setdefault("DJANGO_SECRET_KEY", "tests-only")

from example_site.settings import *  # noqa: F403


DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("IMS_TEST_DATABASE", "test_ims")}  # noqa: F405
STORAGES["ims_private"]["OPTIONS"]["location"] = DATA_DIR / "test-private"  # noqa: F405
