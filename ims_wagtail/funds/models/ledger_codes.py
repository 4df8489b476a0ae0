"""Where in the general ledger a fund's money goes, by date."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.codes import ledger_code_validator

from .funds import Fund


class LedgerCode(models.Model):
    """The general-ledger code of a fund from a day on, until the next one."""

    fund = models.ForeignKey(Fund, models.CASCADE, related_name="ledger_codes")
    starts = models.DateField(_("from"))
    code = models.CharField(_("code"), max_length=30, validators=[ledger_code_validator])

    class Meta:
        verbose_name = _("general-ledger code")
        verbose_name_plural = _("general-ledger codes")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "starts"],
                name="ims_one_ledger_code_a_day",
                violation_error_message=_("Two codes can't begin on the same day"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} from {self.starts}"
