"""How and where money is taken."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.codes import code_validator
from ims_wagtail.funds.enums import MethodKind


class Office(models.Model):
    """A place where money is taken, stamped on what its staff enter."""

    code = models.CharField(_("code"), max_length=2, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=50)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class MethodOfPayment(models.Model):
    """How money came in or moved: cash, card, journal and so on."""

    code = models.CharField(_("code"), max_length=5, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=50)
    kind = models.CharField(_("kind"), max_length=24, choices=MethodKind)
    is_default = models.BooleanField(_("used for its kind unless another is chosen"), default=False)
    minimum_amount = models.DecimalField(
        _("least"), max_digits=12, decimal_places=2, default=Decimal("0.00")
    )
    maximum_amount = models.DecimalField(_("most"), max_digits=12, decimal_places=2)
    refundable = models.BooleanField(_("can be refunded"), default=False)
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("method of payment")
        verbose_name_plural = _("methods of payment")
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(is_default=True), name="ims_one_default_method_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(minimum_amount__gte=0, minimum_amount__lte=F("maximum_amount")),
                name="ims_method_limits_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
