"""Choices of applications."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ApplicationState(TextChoices):
    """How an application stands. Whether it is paid, its request to pay says."""

    WAITING = "waiting", _("Waiting for an officer")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
