"""What requests to move money have in common, whatever they move and wherever it is put."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund, VatCode

from .enums import CorrectionState


class MoneyRequest(models.Model):
    """Money that somebody asked to have moved, from the asking to the posting."""

    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(
        _("state"), max_length=10, choices=CorrectionState, default=CorrectionState.WAITING
    )
    funds: models.ManyToManyField = models.ManyToManyField(
        Fund, verbose_name=_("funds"), related_name="+"
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    requested_at = models.DateTimeField(_("asked for at"), db_default=Now())
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        abstract = True


class AccountGive(models.Model):
    """How much is put on which account, under which VAT code."""

    number = models.PositiveSmallIntegerField()
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="+", verbose_name=_("fund"))
    account_reference = models.CharField(_("account reference"), max_length=36)
    vat_code = models.ForeignKey(
        VatCode, models.PROTECT, related_name="+", verbose_name=_("VAT code")
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    narrative = models.CharField(_("narrative"), max_length=200, blank=True)

    class Meta:
        abstract = True
