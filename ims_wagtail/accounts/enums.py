"""Choices of the accounts room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class StopEffect(TextChoices):
    """What a stop message does to a payment."""

    NONE = "none", _("Nothing")
    WARN = "warn", _("Show the message")
    BLOCK = "block", _("Refuse the payment")


class Audience(TextChoices):
    """Who is looking at an account."""

    STAFF = "staff", _("Staff")
    PUBLIC = "public", _("Residents")
