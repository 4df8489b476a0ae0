"""What makes the site under chaos another than a live one: it is impatient."""

from django.apps import AppConfig


class ChaosConfig(AppConfig):
    name = "tests.chaos"
    label = "chaos"

    def ready(self) -> None:
        """Wait two seconds for GOV.UK Pay, not twelve, or a run is mostly waiting."""
        from ims_wagtail.payments.providers.govukpay import client

        client.TIMEOUT = (3.05, 2)
        client.PAUSE = (0.1, 0.3)
