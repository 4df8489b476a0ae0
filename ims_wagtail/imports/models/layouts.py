"""Layouts that finance draws up for files of their own."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ims_wagtail.imports.enums import (
    OF_HOLDERS,
    AmountSign,
    ColumnField,
    DateFormat,
    ImportKind,
    LayoutShape,
    LinePart,
)
from ims_wagtail.imports.formats.layouts import ColumnFacts, LayoutFacts


class Layout(models.Model):
    """How the lines of a file are cut into columns."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    shape = models.CharField(
        _("columns are"), max_length=10, choices=LayoutShape, default=LayoutShape.DELIMITED
    )
    delimiter = models.CharField(
        _("character between columns"),
        max_length=1,
        default=",",
        choices=[
            (",", _("Comma")),
            (";", _("Semicolon")),
            ("|", _("Vertical bar")),
            ("\t", _("Tab")),
        ],
    )
    quoted = models.BooleanField(
        _("text may stand in double quotes"),
        default=True,
        help_text=_("Then it may hold the character between columns"),
    )
    has_headings = models.BooleanField(
        _("the first line holds headings"),
        default=False,
        help_text=_(
            "Columns are then found by their headings, wherever they stand; a file whose headings "
            "changed is refused"
        ),
    )
    skip_first = models.PositiveSmallIntegerField(
        _("lines to leave out at the start"), default=0, validators=[MaxValueValidator(100)]
    )
    skip_starting = models.TextField(
        _("leave out lines that begin with"),
        blank=True,
        help_text=_("One beginning a line. Blank lines are always left out"),
    )
    header_starts = models.CharField(
        _("the header line begins with"),
        max_length=20,
        blank=True,
        help_text=_("Leave empty when there is none"),
    )
    trailer_starts = models.CharField(
        _("the trailer line begins with"),
        max_length=20,
        blank=True,
        help_text=_(
            "Leave empty when there is none. A file without its trailer was cut off, and is refused"
        ),
    )
    date_format = models.CharField(
        _("days are written"), max_length=10, choices=DateFormat, default=DateFormat.SLASHES
    )
    decimals = models.PositiveSmallIntegerField(
        _("implied decimals"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(4)],
        help_text=_("2 when 1234 is £12.34; leave empty when amounts have a decimal point"),
    )
    sign = models.CharField(
        _("signs of amounts"),
        max_length=10,
        choices=AmountSign,
        default=AmountSign.AS_WRITTEN,
    )
    negative_signs = models.CharField(
        _("the sign column holds, for money out"),
        max_length=60,
        blank=True,
        help_text=_("Such as D, DR or -; with commas between them. Other values are money in"),
    )
    sample = models.TextField(
        _("sample"),
        blank=True,
        help_text=_("A few lines of such a file, with made-up names. It is read when you save"),
    )

    class Meta:
        verbose_name = _("layout of a file")
        verbose_name_plural = _("layouts of files")

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> ImportKind:
        """What the rows are: its columns tell; one query."""
        of_holders = self.columns.filter(field__in=OF_HOLDERS).exists()
        return ImportKind.ACCOUNT_HOLDERS if of_holders else ImportKind.TRANSACTIONS

    def facts(self) -> LayoutFacts:
        """Return the layout as readers take it; one query."""
        return LayoutFacts(
            shape=LayoutShape(self.shape),
            columns=tuple(column.facts() for column in self.columns.all()),
            # A sheet is read as what is copied out of it: with tabs between cells.
            delimiter="\t" if self.shape == LayoutShape.SPREADSHEET else self.delimiter,
            quoted=self.quoted or self.shape == LayoutShape.SPREADSHEET,
            has_headings=self.has_headings,
            skip_first=self.skip_first,
            skip_starting=tuple(line for line in self.skip_starting.splitlines() if line),
            header_starts=self.header_starts,
            trailer_starts=self.trailer_starts,
            date_format=self.date_format,
            decimals=self.decimals,
            sign=AmountSign(self.sign),
            negative_signs=tuple(
                sign.strip().upper() for sign in self.negative_signs.split(",") if sign.strip()
            ),
        )


class LayoutColumn(models.Model):
    """One column of a layout."""

    layout = models.ForeignKey(Layout, models.CASCADE, related_name="columns")
    field = models.CharField(_("what it holds"), max_length=12, choices=ColumnField)
    part = models.CharField(
        _("where it stands"), max_length=7, choices=LinePart, default=LinePart.ROW
    )
    heading = models.CharField(
        _("heading"),
        max_length=60,
        blank=True,
        help_text=_("Only where the first line holds headings"),
    )
    place = models.PositiveSmallIntegerField(
        _("number of the column, or of its first character"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(2000)],
    )
    length = models.PositiveSmallIntegerField(
        _("characters"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text=_("Only in lines of fixed places"),
    )
    required = models.BooleanField(_("never blank"), default=False)

    class Meta:
        verbose_name = _("column of a layout")
        verbose_name_plural = _("columns of layouts")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["layout", "part", "field"],
                condition=~Q(field__in=(ColumnField.NARRATIVE, ColumnField.IGNORED)),
                name="ims_a_layout_holds_a_field_once",
                violation_error_message=_("Another column of this layout holds this already"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.facts().name)

    def facts(self) -> ColumnFacts:
        """Return the column as readers take it."""
        return ColumnFacts(
            field=ColumnField(self.field),
            part=LinePart(self.part),
            heading=self.heading,
            place=self.place or 0,
            length=self.length or 0,
            required=self.required,
        )

    def clean(self) -> None:
        layout = self.layout
        if layout.shape == LayoutShape.FIXED and not (self.place and self.length):
            raise ValidationError(_("Say at which character it begins and how many it takes"))
        by_heading = layout.has_headings and self.part == LinePart.ROW
        if layout.shape != LayoutShape.FIXED and by_heading and not self.heading:
            raise ValidationError({"heading": _("Enter the heading above this column")})
        if layout.shape != LayoutShape.FIXED and not by_heading and not self.place:
            raise ValidationError({"place": _("Enter the number of the column, from 1")})
