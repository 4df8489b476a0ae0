"""Account holders, imported from the systems that own them, and messages that stop payments."""

from datetime import datetime

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Trim, Upper
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund

from .enums import StopEffect


class StopMessage(models.Model):
    """Why an account may not, or had better not, be paid; staff and residents read other words."""

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="stop_messages")
    code = models.CharField(_("code"), max_length=10)
    staff_effect = models.CharField(_("for staff"), max_length=5, choices=StopEffect)
    staff_text = models.CharField(_("what staff read"), max_length=200)
    public_effect = models.CharField(_("for residents"), max_length=5, choices=StopEffect)
    public_text = models.CharField(
        _("what residents read"),
        max_length=200,
        blank=True,
        help_text=_(
            "Never give an internal reason: anybody who types the reference reads this. Without "
            "words, a refusal reads like that of an account we don't have"
        ),
    )

    refuses_cheques = models.BooleanField(
        _("refuse cheques"),
        default=False,
        help_text=_("Whatever it does otherwise: a cheque was returned, say"),
    )

    class Meta:
        verbose_name = _("stop message")
        verbose_name_plural = _("stop messages")
        constraints = [
            models.UniqueConstraint(fields=["fund", "code"], name="ims_one_stop_message_a_code"),
            models.CheckConstraint(
                condition=~Q(public_effect="warn") | ~Q(public_text=""),
                name="ims_public_warning_has_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.staff_text}"

    def clean(self) -> None:
        if self.public_effect == StopEffect.WARN and not self.public_text:
            raise ValidationError({"public_text": _("Enter what residents are to read")})
        # The database refuses this too, with a foreign key over both columns.
        if self.pk and self.account_holders.exclude(fund=self.fund_id).exists():
            raise ValidationError(
                {"fund": _("Accounts of its fund carry this message; make another for this fund")}
            )


class ToldBalances(models.Model):
    """When a file last told all balances of a fund. Those it found right are not written again."""

    fund = models.OneToOneField(
        Fund, models.CASCADE, primary_key=True, related_name="told_balances"
    )
    at = models.DateTimeField(_("balances as at"))

    class Meta:
        verbose_name = _("balances of a fund")
        verbose_name_plural = _("balances of funds")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.fund_id} {self.at}"


class AccountHolder(models.Model):
    """One account of one fund, as the line-of-business system last told it."""

    fund = models.ForeignKey(Fund, models.PROTECT, db_index=False, related_name="account_holders")
    reference = models.CharField(_("account reference"), max_length=36)
    title = models.CharField(_("title"), max_length=10, blank=True)
    forename = models.CharField(_("forename"), max_length=50, blank=True)
    surname = models.CharField(_("surname"), max_length=80, blank=True)
    address_line_1 = models.CharField(_("address line 1"), max_length=80, blank=True)
    address_line_2 = models.CharField(_("address line 2"), max_length=80, blank=True)
    address_line_3 = models.CharField(_("address line 3"), max_length=80, blank=True)
    address_line_4 = models.CharField(_("address line 4"), max_length=80, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    balance = models.DecimalField(
        _("balance"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("What the account owes; never changed by hand"),
    )
    balance_at = models.DateTimeField(_("balance as at"), null=True, blank=True)
    stop_message = models.ForeignKey(
        StopMessage,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="account_holders",
        verbose_name=_("stop message"),
        help_text=_(
            "What staff and residents meet from the moment you save. The next import from the "
            "system that owns the account may set it again"
        ),
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("account holder")
        verbose_name_plural = _("account holders")
        indexes = [
            models.Index(fields=["reference", "-id"], name="ims_account_by_reference"),
            models.Index(
                fields=["stop_message"],
                condition=Q(stop_message__isnull=False),
                name="ims_account_by_stop",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "reference"], name="ims_one_account_a_fund_and_reference"
            ),
            models.CheckConstraint(
                condition=Q(balance__isnull=True) | Q(balance_at__isnull=False),
                name="ims_balance_has_a_time",
            ),
            # References are looked up as they are normalised; one in small letters is never found.
            models.CheckConstraint(
                condition=Q(reference=Upper(Trim("reference"))) & ~Q(reference=""),
                name="ims_account_reference_is_normalised",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def balance_as_at(self) -> datetime | None:
        """When the balance was last told, be it alone or with all others of its fund."""
        if self.balance_at is None:
            return None
        told: ToldBalances | None = getattr(self.fund, "told_balances", None)
        return max(self.balance_at, told.at) if told else self.balance_at

    def clean(self) -> None:
        # The database refuses this too, with a foreign key over both columns.
        if self.stop_message and self.stop_message.fund_id != self.fund_id:
            raise ValidationError({"stop_message": _("This message belongs to another fund")})


class AccountWords(models.Model):
    """What an account is found by: see ``search``. Only triggers on accounts write it.

    Apart from the account, so that its balance is written without them.
    """

    account = models.OneToOneField(
        AccountHolder, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )
    words = SearchVectorField()

    class Meta:
        verbose_name = _("words of an account")
        verbose_name_plural = _("words of accounts")
        default_permissions = ()
        indexes = [GinIndex(fields=["words"], name="ims_account_words")]

    def __str__(self) -> str:
        return str(self.account_id)
