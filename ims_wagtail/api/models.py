"""Who may use the API, and for what."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ims_wagtail.imports.models import ImportType


class ApiToken(models.Model):
    """A system that may bring files of some import types. Its token is kept as a hash only."""

    name = models.CharField(_("system"), max_length=60, unique=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    import_types: models.ManyToManyField = models.ManyToManyField(
        ImportType, related_name="api_tokens", verbose_name=_("import types")
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    #: When the minute began in which requests are counted now, and how many there were in it.
    counted_from = models.DateTimeField(db_default=Now(), editable=False)
    count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
