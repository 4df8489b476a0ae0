"""What makes the audit log tamper-evident, and who looked at personal data."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund


class AuditLink(models.Model):
    """One link of the chain over the audit log: the hash of an entry and of the link before it.

    Written by the database's own ``ims_seal_audit()``, see ``chain``. Insert-only.
    """

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(
        "ims_access.AuditEntry", models.DO_NOTHING, db_constraint=False, related_name="link"
    )
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("link of the audit log")
        verbose_name_plural = _("links of the audit log")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"


class UnsealedEntry(models.Model):
    """An audit entry that waits for its link: until its transaction is over, a moment later."""

    entry = models.OneToOneField(
        "ims_access.AuditEntry",
        models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("audit entry to be sealed")
        verbose_name_plural = _("audit entries to be sealed")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.entry_id)


class ReadWhat(models.TextChoices):
    """How somebody looked at personal data."""

    PAGE = "page", _("Looked at the page")
    SEARCH = "search", _("Searched")
    FILE = "file", _("Took a file")


class ReadEntry(models.Model):
    """Somebody looked at personal data: who, what of, when; never the data themselves.

    Once for each person, thing and hour. Insert-only.
    """

    at = models.DateTimeField(_("when"))
    hour = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    user_name = models.CharField(_("person"), max_length=150)
    what = models.CharField(_("what they did"), max_length=10, choices=ReadWhat)
    object_type = models.CharField(max_length=100)
    object_id = models.CharField(_("number"), max_length=64, blank=True)
    fund = models.ForeignKey(
        Fund, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("looks at personal data")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-at", "-id"], name="ims_read_newest"),
            models.Index(fields=["object_type", "object_id"], name="ims_read_object"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "what", "object_type", "object_id", "hour"],
                name="ims_one_look_an_hour",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_name} {self.what} {self.object_type} {self.object_id}"
