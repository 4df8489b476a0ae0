"""Disputes: payers who ask their card issuer for the money back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.payments.enums import DisputeStatus

from .accounts import MerchantAccount
from .attempts import Attempt


class Dispute(models.Model):
    """One dispute as the provider last told it. A lost one posts its own entries, once."""

    account = models.ForeignKey(MerchantAccount, models.PROTECT, related_name="disputes")
    provider_id = models.CharField(_("provider's dispute number"), max_length=64)
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="disputes")
    payment_provider_id = models.CharField(_("PSP reference"), max_length=64)
    status = models.CharField(_("status"), max_length=16, choices=DisputeStatus)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    fee = models.DecimalField(_("fee"), max_digits=12, decimal_places=2, null=True)
    opened_at = models.DateTimeField(_("opened at"))
    evidence_due_at = models.DateTimeField(_("evidence due"), null=True)
    settled_on = models.DateField(_("settled on"), null=True)
    seen_at = models.DateTimeField(_("last seen"), db_default=Now())
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("looked after by"),
    )
    problem = models.CharField(_("problem"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "provider_id"], name="ims_one_row_a_dispute"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ims_dispute_is_of_money"),
        ]
        indexes = [
            models.Index(
                fields=["evidence_due_at"],
                condition=Q(status__in=(DisputeStatus.NEEDS_RESPONSE, DisputeStatus.UNDER_REVIEW)),
                name="ims_disputes_open",
            ),
        ]

    def __str__(self) -> str:
        return self.provider_id
