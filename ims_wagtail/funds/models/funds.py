"""The accounts of the council that money is paid into."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.codes import code_validator

from .reference_rules import ReferenceRule
from .vat import VatCode


class Fund(models.Model):
    """An account of the council that money is paid into."""

    code = models.CharField(_("code"), max_length=5, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=50)
    reference_rule = models.ForeignKey(
        ReferenceRule, models.PROTECT, null=True, blank=True, verbose_name=_("reference rule")
    )
    account_must_exist = models.BooleanField(
        _("account must exist"),
        default=False,
        help_text=_("Refuse a reference that is not among the fund's account holders"),
    )
    maximum_amount = models.DecimalField(
        _("most that may be paid at once"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    allow_overpayment = models.BooleanField(
        _("allow more than the balance"),
        default=True,
        help_text=_("Otherwise an account can't be paid more than it owes"),
    )
    vat_code = models.ForeignKey(VatCode, models.PROTECT, verbose_name=_("VAT code"))
    vat_override = models.BooleanField(
        _("another VAT code may be chosen"), default=False, help_text=_("By staff, line by line")
    )
    is_suspense = models.BooleanField(
        _("suspense fund"), default=False, help_text=_("Holds money nobody has matched yet")
    )
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        constraints = [
            models.UniqueConstraint(
                fields=["is_suspense"], condition=Q(is_suspense=True), name="ims_one_suspense_fund"
            ),
            models.CheckConstraint(
                condition=Q(maximum_amount__gt=0), name="ims_fund_maximum_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
