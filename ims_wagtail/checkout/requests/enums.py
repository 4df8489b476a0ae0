"""Choices of requests to pay."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RequestState(TextChoices):
    """How a request stands: worked out from what happened to it, never stored."""

    WAITING = "waiting", _("Waiting for approval")
    UNOPENED = "unopened", _("Not opened")
    OPENED = "opened", _("Opened, not paid")
    PAID = "paid", _("Paid")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Closed(TextChoices):
    """Why nothing can be paid by a link."""

    UNKNOWN = "unknown", _("Not one of our links, or not copied whole")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    PAID = "paid", _("Paid already")
    PAYING = "paying", _("Being paid by somebody at the moment")
