"""What the back office itself keeps: set-up packs on their way in, and who may see health."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ims_wagtail.checkout.models import Basket
from ims_wagtail.funds.models import Office

from .counter.models import (
    CashCount,
    CashierSession,
    ChequeDetails,
    CounterReceipt,
    ReturnedCheque,
    SessionTotal,
    Tender,
    VoidedReceipt,
)


__all__ = [
    "CashCount",
    "CashierSession",
    "ChequeDetails",
    "CounterReceipt",
    "Health",
    "ReturnedCheque",
    "SessionTotal",
    "SetupPack",
    "StaffBasket",
    "Tender",
    "VoidedReceipt",
]


class SetupPack(models.Model):
    """A file that a person uploaded, to look at its differences before they are imported."""

    file_name = models.CharField(_("file"), max_length=255)
    sections = models.JSONField(help_text=_("The rows of each section that is to be imported"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    imported_at = models.DateTimeField(_("imported at"), null=True)

    class Meta:
        verbose_name = _("set-up pack")
        verbose_name_plural = _("set-up packs")
        default_permissions = ()
        permissions = [
            ("export_setuppack", "Can export the whole set-up"),
            ("import_setuppack", "Can import a set-up"),
        ]

    def __str__(self) -> str:
        return self.file_name


class StaffBasket(models.Model):
    """The basket in which a member of staff gathers what somebody on the telephone wants to pay.

    It is emptied and purged as any other basket; no cookie ever holds its token.
    """

    basket = models.OneToOneField(
        Basket, models.CASCADE, primary_key=True, related_name="staff_basket"
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="ims_staff_basket"
    )
    language = models.CharField(_("language of the payer"), max_length=10)
    office = models.ForeignKey(
        Office, models.SET_NULL, null=True, related_name="+", verbose_name=_("office")
    )
    site = models.ForeignKey(
        "wagtailcore.Site",
        models.SET_NULL,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("site"),
    )

    class Meta:
        verbose_name = _("basket of staff")
        verbose_name_plural = _("baskets of staff")
        default_permissions = ()

    def __str__(self) -> str:
        return f"staff basket {self.basket_id}"


class Health(models.Model):
    """No table: it carries the permission to see what is missing or contradictory."""

    class Meta:
        managed = False
        verbose_name = _("health")
        verbose_name_plural = _("health")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
