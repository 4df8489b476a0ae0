"""The council's accounts at payment providers, and what is paid through which."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund, PaymentType
from ims_wagtail.payments.enums import CARD_CHANNELS, Channel
from ims_wagtail.payments.keys import key_problem
from ims_wagtail.payments.providers.contract import Can
from ims_wagtail.payments.providers.registry import UnknownProvider, provider_class


class MerchantAccount(models.Model):
    """An account of the council at a payment provider. Its secrets stand in the environment."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    provider = models.CharField(_("provider"), max_length=40)
    minimum_amount = models.DecimalField(_("least"), max_digits=12, decimal_places=2)
    maximum_amount = models.DecimalField(_("most"), max_digits=12, decimal_places=2)
    is_live = models.BooleanField(
        _("takes real money"),
        default=False,
        help_text=_("Compared with the key: a test key never takes real money, nor the reverse"),
    )
    delayed_capture = models.BooleanField(
        _("capture after checking"),
        default=False,
        help_text=_("Money is only reserved until this system has compared it with what was asked"),
    )
    surcharge_fund = models.ForeignKey(
        Fund,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("fund of card surcharges"),
        help_text=_("Leave empty to have surcharges posted to suspense"),
    )
    surcharge_reference = models.CharField(
        _("account of card surcharges"), max_length=36, blank=True
    )
    fee_fund = models.ForeignKey(
        Fund,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("fund of dispute fees"),
        help_text=_("Leave empty to have the fees of lost disputes posted to suspense"),
    )
    fee_reference = models.CharField(_("account of dispute fees"), max_length=36, blank=True)
    unavailable_since = models.DateTimeField(
        _("unavailable since"),
        null=True,
        editable=False,
        help_text=_("The provider refuses this account; nothing is offered through it meanwhile"),
    )
    unavailable_why = models.CharField(max_length=60, blank=True, editable=False)
    paused_until = models.DateTimeField(
        _("checks wait until"),
        null=True,
        editable=False,
        help_text=_("The provider answered that it is asked too much; payers are not kept waiting"),
    )

    class Meta:
        verbose_name = _("merchant account")
        verbose_name_plural = _("merchant accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_amount__gt=0, minimum_amount__lte=F("maximum_amount")),
                name="ims_account_limits_in_order",
                violation_error_message=_("The least must be above nothing and not above the most"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse what the provider can't do, and a key of the other kind than the account."""
        try:
            provider = provider_class(self.provider)
        except UnknownProvider as error:
            raise ValidationError(
                {"provider": _("No provider of this name is installed")}
            ) from error
        if self.delayed_capture and Can.DELAYED_CAPTURE not in provider.can:
            raise ValidationError(
                {"delayed_capture": _("This provider takes money at once: it can’t reserve it")}
            )
        if problem := key_problem(code=self.code, provider=self.provider, is_live=self.is_live):
            raise ValidationError({"is_live": problem})


class Route(models.Model):
    """What is paid through an account: one payment type or everything else, on a site or on all."""

    account = models.ForeignKey(MerchantAccount, models.CASCADE, related_name="routes")
    payment_type = models.ForeignKey(
        PaymentType,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("payment type"),
        help_text=_("Leave empty for everything that no other account takes"),
    )
    site = models.ForeignKey(
        "wagtailcore.Site",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("site"),
        help_text=_("Leave empty for every site that has no route of its own"),
    )
    channel = models.CharField(
        _("taken"),
        max_length=10,
        choices=[(channel, channel.label) for channel in CARD_CHANNELS],
        default=Channel.ONLINE,
    )

    class Meta:
        verbose_name = _("route of payments")
        verbose_name_plural = _("routes of payments")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["payment_type", "site", "channel"],
                nulls_distinct=False,
                name="ims_one_account_a_payment_type",
                violation_error_message=_("Another account takes this already"),
            ),
        ]

    def __str__(self) -> str:
        what = self.payment_type or gettext("everything else")
        if self.site_id:
            what = gettext("%(what)s on %(site)s") % {"what": what, "site": self.site}
        return f"{what}, {self.get_channel_display()}"

    def clean(self) -> None:
        """Refuse the telephone where the provider has no page for staff to type cards on."""
        if self.channel == Channel.TELEPHONE and not _can_take_calls(self.account.provider):
            raise ValidationError(
                {"channel": _("This account’s provider can’t take payments by telephone")}
            )


def _can_take_calls(provider: str) -> bool:
    try:
        return Can.TELEPHONE in provider_class(provider).can
    except UnknownProvider:
        return False
