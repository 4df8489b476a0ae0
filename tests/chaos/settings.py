"""The example site, paid through the GOV.UK Pay of ``pay``, with errors on the console only."""

import os

from example_site.settings import *  # noqa: F403
from tests.providers.govukpay.stub import KEY, WEBHOOK_SECRET


INSTALLED_APPS = ["tests.chaos", *INSTALLED_APPS]  # noqa: F405
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "ERROR"}}


def credentials(pay: str) -> dict[str, dict[str, object]]:
    """Return what a GOV.UK Pay at an address wants to know of us."""
    return {
        "govukpay": {
            "api_key": KEY,
            "webhook_secrets": [WEBHOOK_SECRET],
            "extra": {"base_url": pay},
        }
    }


IMS = {
    "BASE_URL": os.environ.get("IMS_BASE_URL", "http://127.0.0.1:8000"),
    "CREDENTIALS": credentials(os.environ.get("IMS_CHAOS_PAY", "http://127.0.0.1:9")),
}
