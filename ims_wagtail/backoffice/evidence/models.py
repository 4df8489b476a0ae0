"""What an auditor asked to see, and the file that was made of it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ims_wagtail.funds.models import Fund


#: More transactions than these are an export, not a sample.
MOST = 500

#: A worker that was not heard of for so long is taken to be dead.
LEASE = timedelta(minutes=3)


class PackState(models.TextChoices):
    """Where a pack stands."""

    PREPARING = "preparing", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Not made")


class EvidencePack(models.Model):
    """A sample of transactions, drawn by a seed so that anybody can draw it again."""

    wanted = models.PositiveSmallIntegerField(_("transactions"))
    seed = models.BigIntegerField(_("seed"))
    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    fund = models.ForeignKey(
        Fund, models.PROTECT, null=True, related_name="+", verbose_name=_("fund")
    )
    with_people = models.BooleanField(_("with personal data"), default=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="ims_evidence_packs",
        verbose_name=_("asked for by"),
    )
    requested_at = models.DateTimeField(_("asked for"), db_default=Now())
    state = models.CharField(
        _("state"), max_length=10, choices=PackState, default=PackState.PREPARING
    )
    done = models.PositiveSmallIntegerField(_("transactions gathered"), default=0)
    found = models.PositiveBigIntegerField(_("transactions there were"), null=True)
    ready_at = models.DateTimeField(_("ready"), null=True)
    #: Whose work it is, and for how long if nothing is heard of them.
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("evidence pack")
        verbose_name_plural = _("evidence packs")
        default_permissions = ("view",)
        permissions = [("export_evidencepack", "Can take packs of evidence")]
        constraints = [
            models.CheckConstraint(
                condition=Q(wanted__gte=1, wanted__lte=MOST), name="ims_pack_is_a_sample"
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="ims_pack_is_of_a_period"
            ),
        ]

    def __str__(self) -> str:
        return f"E{self.pk}"

    @property
    def has_stopped(self) -> bool:
        """Whether it should be in the making and nobody was heard of who makes it."""
        expected = self.leased_until or self.requested_at + LEASE
        return self.state == PackState.PREPARING and expected < timezone.now()

    @property
    def state_in_words(self) -> str:
        """How it stands, for the person who waits."""
        return str(_("Stopped") if self.has_stopped else PackState(self.state).label)


class EvidenceFile(models.Model):
    """The ZIP file of a pack; in the database, where no web server hands it out by itself."""

    pack = models.OneToOneField(EvidencePack, models.CASCADE, primary_key=True, related_name="file")
    content = models.BinaryField()

    class Meta:
        verbose_name = _("file of evidence")
        verbose_name_plural = _("files of evidence")
        default_permissions = ()

    def __str__(self) -> str:
        return f"file of pack {self.pack_id}"
