"""The accounts of the council that money is paid into."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.codes import CODE_TAKEN, code_validator

from .reference_rules import ReferenceRule
from .vat import VatCode


class Fund(models.Model):
    """An account of the council that money is paid into."""

    code = models.CharField(
        _("code"),
        max_length=5,
        unique=True,
        validators=[code_validator],
        error_messages={"unique": CODE_TAKEN},
    )
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
        validators=[MinValueValidator(Decimal("0.01"), _("Enter an amount of 1p or more"))],
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
    credit_notes_enabled = models.BooleanField(
        _("credit notes"),
        default=False,
        help_text=_(
            "When suspense is matched, a negative line on an account of this fund may add to what "
            "there is to match"
        ),
    )
    is_ereturn_default = models.BooleanField(
        _("fund of eReturns"),
        default=False,
        help_text=_("The lines of banking returns go to this fund; only one fund can be it"),
    )
    export_to_ledger = models.BooleanField(
        _("export to the general ledger"),
        default=True,
        help_text=_("Its lines are part of the files for the general ledger"),
    )
    position = models.PositiveSmallIntegerField(
        _("place in lists"),
        default=0,
        blank=True,
        help_text=_("Smaller numbers come first; funds with the same number go by their code"),
    )
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        constraints = [
            models.UniqueConstraint(
                fields=["is_ereturn_default"],
                condition=Q(is_ereturn_default=True),
                name="ims_one_ereturn_fund",
                violation_error_message=_(
                    "Another fund is the fund of eReturns: take the tick away there first"
                ),
            ),
            models.UniqueConstraint(
                fields=["is_suspense"],
                condition=Q(is_suspense=True),
                name="ims_one_suspense_fund",
                violation_error_message=_(
                    "Another fund is the suspense fund: take the tick away there first"
                ),
            ),
            models.CheckConstraint(
                condition=Q(maximum_amount__gt=0), name="ims_fund_maximum_above_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def clean(self) -> None:
        self.position = self.position or 0
