"""Files of account holders: their rows, and what these do to the accounts we have."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ims_wagtail.accounts.models import StopMessage
from ims_wagtail.funds.models import Fund
from ims_wagtail.imports.enums import HolderMode, HolderOutcome

from .runs import Import


class HolderFile(models.Model):
    """What holds for one file of account holders, from its check to its end."""

    of_import = models.OneToOneField(
        Import, models.CASCADE, primary_key=True, related_name="holder_file"
    )
    mode = models.CharField(_("the file is"), max_length=7, choices=HolderMode)
    #: Per cent of a fund's accounts.
    most_gone = models.PositiveSmallIntegerField()
    #: What its rows tell of an account at all, by the names of ``HolderRow``.
    tells = ArrayField(models.CharField(max_length=20))
    #: Rows that can't be loaded and don't say whose they are: with any of them no account goes.
    nameless = models.PositiveIntegerField(default=0)
    gone_reason = models.CharField(_("why so many accounts go"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("file of account holders")
        verbose_name_plural = _("files of account holders")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.of_import_id)


class ImportHolder(models.Model):
    """A row of a file of account holders; or, without a row, an account that the file removes.

    Rows are loaded by ``COPY`` while a file is checked, and merged into the accounts from here.
    Personal data: removed after ``IMPORT_FILE_DAYS``. Keys to other tables carry no constraint.
    """

    of_import = models.ForeignKey(
        Import, models.PROTECT, related_name="holders", db_constraint=False, db_index=False
    )
    #: Counts the rows of a file from 1, then the accounts that go.
    ordinal = models.PositiveIntegerField()
    #: 0 where no line of the file stands behind it.
    number = models.PositiveIntegerField(_("line"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=HolderOutcome)
    raw = models.TextField(_("text"), blank=True)
    fund = models.ForeignKey(
        Fund, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    reference = models.CharField(_("account reference"), max_length=36, blank=True)
    title = models.CharField(_("title"), max_length=10, blank=True)
    forename = models.CharField(_("forename"), max_length=50, blank=True)
    surname = models.CharField(_("surname"), max_length=80, blank=True)
    address_line_1 = models.CharField(_("address line 1"), max_length=80, blank=True)
    address_line_2 = models.CharField(_("address line 2"), max_length=80, blank=True)
    address_line_3 = models.CharField(_("address line 3"), max_length=80, blank=True)
    address_line_4 = models.CharField(_("address line 4"), max_length=80, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    balance = models.DecimalField(_("balance"), max_digits=12, decimal_places=2, null=True)
    balance_at = models.DateTimeField(_("balance as at"), null=True)
    stop_message = models.ForeignKey(
        StopMessage,
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("stop message"),
    )
    #: The account it changes or removes.
    account_id = models.BigIntegerField(null=True)
    #: What the account was before, by its columns: those that differ, all of one that goes.
    before = models.JSONField(null=True)
    #: Why it can't be loaded, in words.
    why = models.CharField(_("why"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("row of account holders")
        verbose_name_plural = _("rows of account holders")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["of_import", "ordinal"], name="ims_one_import_holder_an_ordinal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_import_id}/{self.ordinal}"


class HolderTotal(models.Model):
    """How many accounts of a fund a file adds, changes and removes. Kept when rows are not."""

    of_import = models.ForeignKey(Import, models.CASCADE, related_name="holder_totals")
    fund = models.ForeignKey(
        Fund, models.PROTECT, null=True, related_name="+", verbose_name=_("fund")
    )
    #: Accounts of the fund before the file.
    known = models.PositiveIntegerField(_("accounts before"))
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    same = models.PositiveIntegerField(_("unchanged"), default=0)
    gone = models.PositiveIntegerField(_("gone"), default=0)
    left_out = models.PositiveIntegerField(_("can't be loaded"), default=0)
    #: Since when all balances of the fund are as at by this file, and were before it.
    told_at = models.DateTimeField(null=True)
    told_before = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("differences of a fund's accounts")
        verbose_name_plural = _("differences of funds' accounts")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["of_import", "fund"],
                nulls_distinct=False,
                name="ims_one_holder_total_a_fund",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_import_id} {self.fund_id}"
