"""Files seen on other servers, those refused as they arrived, and those that did not arrive."""

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


class RemoteFile(models.Model):
    """A file on a server that files of a type are fetched from: fetched once as it stands there."""

    import_type = models.ForeignKey(
        ImportType, models.CASCADE, related_name="remote_files", verbose_name=_("import type")
    )
    #: The server's name in the settings and the file's place there.
    path = models.CharField(_("place"), max_length=500)
    size = models.PositiveBigIntegerField(_("bytes"))
    #: As the server's own clock has it, in seconds; only compared with itself.
    modified = models.BigIntegerField(default=0)
    #: Since when it is as it is now. One that is still written changes from round to round.
    unchanged_since = models.DateTimeField()
    fetched_at = models.DateTimeField(_("fetched at"), null=True)
    taken = models.BooleanField(_("taken"), default=False)

    class Meta:
        verbose_name = _("file on another server")
        verbose_name_plural = _("files on other servers")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["import_type", "path"], name="ims_a_remote_file_is_known_once"
            ),
            models.CheckConstraint(
                condition=models.Q(taken=False) | models.Q(fetched_at__isnull=False),
                name="ims_what_was_taken_was_fetched",
            ),
        ]

    def __str__(self) -> str:
        return self.path


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
