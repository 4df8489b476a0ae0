"""Accounting months that are closed, and what the book said when they were."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund, MethodOfPayment

from .enums import PostingKind


class ClosedPeriod(models.Model):
    """A month that was closed: nothing is dated in it any more, unless it was opened again.

    Rows stay. Triggers let a month be closed only in its turn and once it is over, and opened again
    only while it is the latest.
    """

    month = models.DateField(_("month"), help_text=_("Its first day"))
    closed_at = models.DateTimeField(_("closed at"), db_default=Now())
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("closed by"),
    )
    reopened_at = models.DateTimeField(_("opened again at"), null=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("opened again by"),
    )
    reason = models.CharField(_("why it was opened again"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("closed month")
        verbose_name_plural = _("closed months")
        default_permissions = ("view",)
        permissions = [
            ("close_period", "Can close an accounting month"),
            ("reopen_period", "Can open the latest closed month again"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["month"],
                condition=Q(reopened_at__isnull=True),
                name="ims_a_month_is_closed_once",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="ims_a_month_has_a_first_day"),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True, reopened_by__isnull=True, reason="")
                | Q(reopened_at__isnull=False, reopened_by__isnull=False) & ~Q(reason=""),
                name="ims_reopening_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(reopened_by=F("closed_by")), name="ims_reopening_takes_another_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class PeriodTotal(models.Model):
    """The figures of a month as they were when it was closed; written by the database itself."""

    period = models.ForeignKey(ClosedPeriod, models.PROTECT, related_name="totals")
    fund = models.ForeignKey(
        Fund, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    method = models.ForeignKey(
        MethodOfPayment, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=PostingKind)
    line_count = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    vat_amount = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = _("total of a closed month")
        verbose_name_plural = _("totals of closed months")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["period", "fund", "method", "kind"], name="ims_one_total_a_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.fund_id} {self.method_id} {self.kind}"
