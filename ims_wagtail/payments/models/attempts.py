"""Attempts to pay an order, and everything a provider ever told us of them."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.payments.enums import UNFINISHED_STATES, AttemptState, EventSource

from .accounts import MerchantAccount
from .orders import Order


class Attempt(models.Model):
    """One payment at a provider, made to pay an order."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    reference = models.CharField(
        _("our reference"), max_length=40, unique=True, help_text=_("What the provider knows it by")
    )
    account = models.ForeignKey(MerchantAccount, models.PROTECT, related_name="attempts")
    token_hash = models.CharField(max_length=64, unique=True)
    provider_id = models.CharField(_("PSP reference"), max_length=64, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=AttemptState, default=AttemptState.CREATING
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    problem = models.CharField(
        _("problem"), max_length=200, blank=True, help_text=_("Why it needs a person")
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    finished_at = models.DateTimeField(_("finished at"), null=True)
    captured = models.BooleanField(
        _("captured"), default=False, help_text=_("The provider has confirmed the money is ours")
    )
    surcharge = models.DecimalField(
        _("card surcharge"),
        max_digits=12,
        decimal_places=2,
        default=Decimal("0.00"),
        help_text=_("What the provider added for a corporate card, on top of the amount"),
    )
    fee = models.DecimalField(
        _("provider's fee"),
        max_digits=12,
        decimal_places=2,
        null=True,
        help_text=_("What the provider keeps; not known from every provider"),
    )
    captured_on = models.DateField(_("captured on"), null=True)
    settled_on = models.DateField(_("paid out on"), null=True)
    checks = models.PositiveSmallIntegerField(_("checks"), default=0)
    next_check_at = models.DateTimeField(_("next check"), null=True)

    class Meta:
        verbose_name = _("attempt to pay")
        verbose_name_plural = _("attempts to pay")
        default_permissions = ("view",)
        permissions = [("check_attempt", "Can ask the provider about an attempt")]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="ims_one_attempt_a_number"),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=UNFINISHED_STATES),
                name="ims_one_unfinished_attempt_an_order",
            ),
            models.UniqueConstraint(
                fields=["account", "provider_id"],
                condition=~Q(provider_id=""),
                name="ims_one_attempt_a_provider_payment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="ims_attempts_to_check",
            ),
            models.Index(
                fields=["created_at"], condition=~Q(problem=""), name="ims_attempt_problem"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ProviderEvent(models.Model):
    """One observation of a provider: what was said, when, and how it reached us. Insert-mostly."""

    account = models.ForeignKey(MerchantAccount, models.PROTECT, related_name="events")
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="events")
    source = models.CharField(_("seen by"), max_length=10, choices=EventSource)
    message_id = models.CharField(max_length=80, blank=True)
    provider_id = models.CharField(_("PSP reference"), max_length=64, blank=True)
    raw_state = models.CharField(_("provider's word"), max_length=60, blank=True)
    detail = models.JSONField(default=dict, help_text=_("Codes and amounts, no personal data"))
    received_at = models.DateTimeField(_("received at"), db_default=Now())
    handled_at = models.DateTimeField(_("handled at"), null=True)

    class Meta:
        verbose_name = _("provider event")
        verbose_name_plural = _("provider events")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["account", "message_id"],
                condition=~Q(message_id=""),
                name="ims_one_event_a_message",
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(handled_at__isnull=True),
                name="ims_events_to_handle",
            ),
            models.Index(
                fields=["account", "-received_at"],
                condition=Q(source=EventSource.WEBHOOK),
                name="ims_newest_message",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.provider_id} {self.raw_state}"
