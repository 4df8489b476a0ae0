"""The daily comparison of our payments and refunds with a provider's."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.payments.enums import DifferenceKind

from .accounts import MerchantAccount
from .attempts import Attempt
from .refunds import Refund


class Comparison(models.Model):
    """One day of one account, compared; doing it again renews it."""

    account = models.ForeignKey(MerchantAccount, models.PROTECT, related_name="comparisons")
    day = models.DateField(_("day"))
    compared_at = models.DateTimeField(_("compared at"), db_default=Now())
    their_count = models.PositiveIntegerField(_("their payments and refunds"))
    their_total = models.DecimalField(_("their total"), max_digits=14, decimal_places=2)
    our_count = models.PositiveIntegerField(_("our payments and refunds"))
    our_total = models.DecimalField(_("our total"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("comparison with a provider")
        verbose_name_plural = _("comparisons with providers")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["account", "day"], name="ims_one_comparison_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.day}"


class Difference(models.Model):
    """Something a provider tells otherwise than we do, until a person has explained it."""

    comparison = models.ForeignKey(Comparison, models.PROTECT, related_name="differences")
    account = models.ForeignKey(MerchantAccount, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=DifferenceKind)
    is_refund = models.BooleanField(_("refund"), default=False)
    provider_id = models.CharField(_("provider's number"), max_length=64)
    reference = models.CharField(_("our reference"), max_length=40, blank=True)
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="differences")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="differences")
    their_amount = models.DecimalField(
        _("their amount"), max_digits=12, decimal_places=2, null=True
    )
    our_amount = models.DecimalField(_("our amount"), max_digits=12, decimal_places=2, null=True)
    their_state = models.CharField(_("their state"), max_length=60, blank=True)
    our_state = models.CharField(_("our state"), max_length=20, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("looked after by"),
    )
    explanation = models.CharField(_("explanation"), max_length=400, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("closed by"),
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("difference with a provider")
        verbose_name_plural = _("differences with providers")
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "is_refund", "provider_id"],
                condition=Q(closed_at__isnull=True),
                name="ims_one_open_difference_a_thing",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | (Q(closed_at__isnull=False) & ~Q(explanation="")),
                name="ims_closed_difference_is_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.provider_id}"
