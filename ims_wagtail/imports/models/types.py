"""Import types: the kinds of files that a council gets, as finance sets them up."""

from datetime import time

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.codes import CODE_TAKEN
from ims_wagtail.funds.models import Fund, MethodOfPayment, Office
from ims_wagtail.imports import formats
from ims_wagtail.imports.enums import (
    ArrivesBy,
    Encoding,
    ExpectedOn,
    HolderMode,
    ImportKind,
    OnProblems,
)
from ims_wagtail.imports.formats.contract import Format, Reading

from .layouts import Layout


class ImportType(models.Model):
    """A kind of file: how it is read, and what its rows become."""

    code = models.SlugField(
        _("code"),
        max_length=30,
        unique=True,
        error_messages={"unique": CODE_TAKEN},
        help_text=_("Small letters, digits and hyphens, such as bank-statement"),
    )
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(
        _("rows are"), max_length=15, choices=ImportKind, default=ImportKind.TRANSACTIONS
    )
    format = models.CharField(_("format"), max_length=40)
    layout = models.ForeignKey(
        Layout,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="import_types",
        verbose_name=_("layout"),
        help_text=_("For files with columns of the sender's own"),
    )
    encoding = models.CharField(
        _("encoding"), max_length=10, choices=Encoding, default=Encoding.UTF_8
    )
    funds: models.ManyToManyField = models.ManyToManyField(
        Fund,
        blank=True,
        related_name="import_types",
        verbose_name=_("funds its money may go to"),
        help_text=_(
            "Who runs it must work in every one of them. Leave empty for every fund, which takes "
            "somebody who works in all"
        ),
    )
    default_fund = models.ForeignKey(
        Fund,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("fund of rows that name none"),
        help_text=_("Without one they go to suspense"),
    )
    method = models.ForeignKey(
        MethodOfPayment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("method of payment of rows that name none"),
    )
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("office of rows that name none"),
    )
    on_problems = models.CharField(
        _("when rows have problems"),
        max_length=10,
        choices=OnProblems,
        default=OnProblems.REFUSE,
        help_text=_("Who posts a file may decide otherwise about that file"),
    )
    holder_mode = models.CharField(
        _("files of account holders are"),
        max_length=7,
        choices=HolderMode,
        default=HolderMode.CHANGES,
    )
    most_gone = models.PositiveSmallIntegerField(
        _("most accounts that may go, per cent of a fund's"),
        default=10,
        validators=[MaxValueValidator(100)],
        help_text=_("A full replacement that would remove more waits until somebody says why"),
    )
    post_at_once = models.BooleanField(
        _("post at once when nothing is wrong"),
        default=False,
        help_text=_(
            "Files that arrive by themselves are posted without a preview. One with a problem waits"
            " for a person, unless the rest is to go into suspense"
        ),
    )
    arrives_by = models.CharField(
        _("files arrive by"),
        max_length=10,
        choices=ArrivesBy,
        default=ArrivesBy.UPLOAD,
        help_text=_("The folder is called as the code; whoever runs the server says where it is"),
    )
    server = models.CharField(
        _("server they are fetched from"),
        max_length=40,
        blank=True,
        help_text=_("Whoever runs this site adds servers, with their keys, to the settings"),
    )
    remote_folder = models.CharField(
        _("folder on that server"),
        max_length=200,
        blank=True,
        help_text=_("Such as /outgoing/payments; leave empty for where the login leads"),
    )
    remote_names = models.CharField(
        _("names of the files there"),
        max_length=100,
        blank=True,
        help_text=_("Such as BACS*.txt; leave empty when every file in the folder is of this type"),
    )
    remove_fetched = models.BooleanField(
        _("remove files there once they are taken"),
        default=False,
        help_text=_("A file is fetched once either way. One that is refused is always left there"),
    )
    #: Since when the folder or server can't be read, and why; told by each round of collecting.
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    failing_why = models.CharField(max_length=300, blank=True, editable=False)
    expected_on = models.CharField(
        _("a file is expected"), max_length=10, choices=ExpectedOn, blank=True, default=""
    )
    expected_by = models.TimeField(
        _("by"),
        default=time(8),
        help_text=_("When none has come by then, the people who may run this type get an e-mail"),
    )
    reversible = models.BooleanField(
        _("can be undone"),
        default=True,
        help_text=_("By opposite lines, as long as none of its lines was moved or refunded"),
    )
    run_by: models.ManyToManyField = models.ManyToManyField(
        Group,
        blank=True,
        related_name="+",
        verbose_name=_("brought in and posted by"),
        help_text=_("Leave empty for whoever may run imports in its funds"),
    )
    undone_by: models.ManyToManyField = models.ManyToManyField(
        Group,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
        help_text=_("Leave empty for whoever may undo imports in its funds"),
    )
    enabled = models.BooleanField(_("enabled"), default=True)

    class Meta:
        verbose_name = _("import type")
        verbose_name_plural = _("import types")

    def __str__(self) -> str:
        return self.name

    def get_expected_by_display(self) -> str:
        """The time as the twenty-four hours have it; none where no file is expected."""
        return self.expected_by.strftime("%H:%M") if self.expected_on else ""

    @property
    def rules_in_order(self) -> str:
        """The rules for its rows and whether each is on, in words."""
        rules = self.rules.model._default_manager.filter(
            models.Q(import_types=self) | models.Q(import_types=None)
        )
        on, off = _("%(name)s (on)"), _("%(name)s (off)")
        return ", ".join(
            str(on if enabled else off) % {"name": name}
            for name, enabled in rules.distinct().values_list("name", "enabled")
        ) or str(_("None"))

    @property
    def lately(self) -> str:
        """What went wrong as files arrived, in words: now, and with the last three refused."""
        failing = [self.failing] if self.failing else []
        refused = self.refused_files.order_by("-at")[:3]
        told = [
            str(_("%(name)s was refused: %(why)s")) % {"name": one.file_name, "why": one.why}
            for one in refused
        ]
        return " ".join([*failing, *told]) or str(_("Nothing was refused"))

    @property
    def failing(self) -> str:
        """Why no file can arrive by itself just now, in words; empty when they can."""
        if self.failing_since is None:
            return ""
        return str(_("Failing since %(since)s: %(why)s")) % {
            "since": date_format(localtime(self.failing_since), "j F Y, H:i"),
            "why": self.failing_why,
        }

    def the_format(self) -> Format:
        """Return the format. Raises ``LookupError`` when nothing installed reads it."""
        return formats.get(self.format)

    def reading(self) -> Reading:
        """Return how its files are to be read."""
        layout = self.layout.facts() if self.layout else None
        return Reading(encoding=self.encoding, layout=layout)

    def clean(self) -> None:
        problems: dict[str, str] = {}
        try:
            known = self.the_format()
        except LookupError:
            problems["format"] = str(_("Choose one of the formats"))
        else:
            if known.kind != self.kind:
                problems["format"] = str(_("Files of this format hold rows of the other kind"))
            if known.needs_layout and not self.layout:
                problems["layout"] = str(_("Choose the layout of these files"))
            if known.settles and self.default_fund:
                problems["default_fund"] = str(
                    _("Leave it empty: money of these reports is in the book already, or unknown")
                )
            if self.layout and not known.needs_layout:
                problems["layout"] = str(_("This format has its own columns: leave it empty"))
            elif self.layout and self.layout.kind != self.kind:
                problems["layout"] = str(_("The columns of this layout are of the other kind"))
        if self.kind == ImportKind.TRANSACTIONS and not self.method:
            problems["method"] = str(_("Choose how money of these files comes in"))
        if self.arrives_by == ArrivesBy.SFTP and not self.server:
            problems["server"] = str(_("Choose the server that has these files"))
        if problems:
            raise ValidationError(problems)
