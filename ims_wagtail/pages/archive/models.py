"""Which pages are put away."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ArchivedPage(models.Model):
    """That a page is put away. No field of the page, as older versions of it know nothing of it."""

    page_id = models.PositiveBigIntegerField(primary_key=True)
    archived_at = models.DateTimeField(_("archived at"), db_default=Now())

    class Meta:
        verbose_name = _("archived page")
        verbose_name_plural = _("archived pages")
        default_permissions = ()

    def __str__(self) -> str:
        return f"page {self.page_id}"
