"""The rows of files as they were received, and what became of each."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund, MethodOfPayment, Office, VatCode
from ims_wagtail.imports.enums import RowOutcome

from .runs import Import
from .types import ImportType


class ImportRow(models.Model):
    """One row, as it was received and as rules and checks left it.

    Rows are loaded by ``COPY`` while a file is checked, and posted from here: the line of the book
    that a row became belongs to one of the import's postings and has the row's ``ordinal`` as its
    number. Keys to other tables carry no constraint, as on ledger lines, which check them.
    """

    of_import = models.ForeignKey(
        Import, models.PROTECT, related_name="rows", db_constraint=False, db_index=False
    )
    #: Counts the rows of a file and what they were split into, from 1.
    ordinal = models.PositiveIntegerField()
    number = models.PositiveIntegerField(_("line"))
    outcome = models.CharField(_("outcome"), max_length=9, choices=RowOutcome)
    raw = models.TextField(_("text"), blank=True)
    account_reference = models.CharField(_("account reference"), max_length=36, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True)
    date = models.DateField(_("date"), null=True)
    narrative = models.CharField(_("narrative"), max_length=200, blank=True)
    payer = models.CharField(_("payer"), max_length=140, blank=True)
    external_id = models.CharField(_("sender's number"), max_length=100, blank=True)
    psp_reference = models.CharField(_("PSP reference"), max_length=64, blank=True)
    fund = models.ForeignKey(
        Fund, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    method = models.ForeignKey(
        MethodOfPayment,
        models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    vat_code = models.ForeignKey(
        VatCode, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    vat_rate = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    vat_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    #: By what it is known again when it comes a second time.
    key = models.UUIDField(null=True)
    #: The rules that acted on it, in their order, and less than nothing for a known payer.
    rules = ArrayField(models.BigIntegerField(), null=True)
    #: What is not as it was received, by the names of ``Row``: what rules changed, and the codes a
    #: row named that goes to suspense. Of a row that was split also its amount.
    received = models.JSONField(null=True)
    #: Why it is not to go to its account, in words.
    why = models.CharField(_("why"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["of_import", "ordinal"], name="ims_one_import_row_an_ordinal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_import_id}/{self.ordinal}"


class ImportKey(models.Model):
    """The keys of rows that are in the book by one import type: a row comes once.

    Written with the posting and removed when that is undone.
    """

    pk = models.CompositePrimaryKey("import_type_id", "key")
    import_type = models.ForeignKey(
        ImportType, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    key = models.UUIDField()
    of_import = models.ForeignKey(
        Import, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        verbose_name = _("key of a row")
        verbose_name_plural = _("keys of rows")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.import_type_id}/{self.key}"


class ImportProblem(models.Model):
    """One thing wrong with a file, by its place; the first thousand of a file are kept."""

    of_import = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField(_("line"), help_text=_("0 is the file as a whole"))
    column = models.CharField(_("column"), max_length=80, blank=True)
    found = models.CharField(_("found"), max_length=300, blank=True)
    expected = models.CharField(_("expected"), max_length=300, blank=True)
    remedy = models.CharField(_("what to do"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("problem of an import")
        verbose_name_plural = _("problems of imports")
        default_permissions = ()
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"{self.of_import_id}/{self.line}"


class ImportTotal(models.Model):
    """What the rows of a file come to, by outcome and fund."""

    of_import = models.ForeignKey(Import, models.CASCADE, related_name="totals")
    outcome = models.CharField(_("outcome"), max_length=9, choices=RowOutcome)
    fund = models.ForeignKey(
        Fund, models.PROTECT, null=True, related_name="+", verbose_name=_("fund")
    )
    count = models.PositiveIntegerField(_("rows"))
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = _("total of an import")
        verbose_name_plural = _("totals of imports")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["of_import", "outcome", "fund"],
                nulls_distinct=False,
                name="ims_one_import_total",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_import_id} {self.outcome}"
