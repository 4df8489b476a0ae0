"""VAT codes and their dated rates."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.codes import code_validator


class VatCode(models.Model):
    """A VAT treatment such as standard, zero or exempt; its percentage lives in dated rates."""

    code = models.CharField(_("code"), max_length=2, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=50)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("VAT code")
        verbose_name_plural = _("VAT codes")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class VatRate(models.Model):
    """The rate of a VAT code from a day on, as a fraction: 0.2 is 20 %."""

    vat_code = models.ForeignKey(VatCode, models.CASCADE, related_name="rates")
    starts = models.DateField(_("from"))
    rate = models.DecimalField(
        _("rate"),
        max_digits=5,
        decimal_places=4,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
        help_text=_("A fraction: 0.2 is 20 %"),
    )

    class Meta:
        verbose_name = _("VAT rate")
        verbose_name_plural = _("VAT rates")
        constraints = [
            models.UniqueConstraint(fields=["vat_code", "starts"], name="ims_one_vat_rate_a_day"),
            models.CheckConstraint(
                condition=Q(rate__gte=0, rate__lte=1), name="ims_vat_rate_is_a_fraction"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vat_code.code}: {self.rate:.2%} from {self.starts}"
