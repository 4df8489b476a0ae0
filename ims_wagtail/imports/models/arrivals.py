"""Files that were refused as they arrived, and those that did not arrive."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .types import ImportType


class RefusedFile(models.Model):
    """A file that arrived by itself and was not taken."""

    import_type = models.ForeignKey(
        ImportType, models.CASCADE, related_name="refused_files", verbose_name=_("import type")
    )
    file_name = models.CharField(_("file"), max_length=200)
    why = models.CharField(_("why it was refused"), max_length=400)
    at = models.DateTimeField(_("refused at"), db_default=Now())

    class Meta:
        verbose_name = _("refused file")
        verbose_name_plural = _("refused files")
        default_permissions = ()

    def __str__(self) -> str:
        return self.file_name


class LateFile(models.Model):
    """A day on which an expected file had not come in time: people are told of it once."""

    import_type = models.ForeignKey(
        ImportType, models.CASCADE, related_name="late_files", verbose_name=_("import type")
    )
    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("late file")
        verbose_name_plural = _("late files")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["import_type", "day"], name="ims_late_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.import_type_id} {self.day}"
