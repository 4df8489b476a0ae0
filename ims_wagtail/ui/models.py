"""What a council calls itself, how its pages look, and what it has to say today; by site."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.images import get_image_model_string
from wagtail.models import Site

from .colour import validate_readable_on_white


@register_setting(icon="home")
class CouncilDetails(BaseSiteSetting):
    """The council's name, contact details and colours, shown on every public page and receipt."""

    #: Settings and logo come in one query, once per request.
    select_related = ("logo",)

    name = models.CharField(
        _("name"), max_length=120, blank=True, help_text=_("In full, like “Anyborough Council”.")
    )
    short_name = models.CharField(
        _("short name"),
        max_length=40,
        blank=True,
        help_text=_("As residents say it, like “Anyborough”."),
    )
    logo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown on the brand colour, so a light logo with no background works best."),
    )
    brand_colour = models.CharField(
        _("brand colour"),
        max_length=7,
        blank=True,
        validators=[
            RegexValidator(
                r"^#[0-9a-fA-F]{6}\Z",
                message=_("Enter a colour as # and six figures or letters a to f, like #1d4f7c"),
            ),
            validate_readable_on_white,
        ],
        help_text=_("Behind the council's name at the top of each page, like #1d4f7c."),
    )
    vat_number = models.CharField(
        _("VAT registration number"),
        max_length=20,
        blank=True,
        help_text=_("Printed on receipts, like GB 123 4567 89."),
    )
    address = models.TextField(_("address"), blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)

    panels = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("short_name"), FieldPanel("vat_number")],
            heading=_("Who you are"),
        ),
        MultiFieldPanel(
            [FieldPanel("logo"), FieldPanel("brand_colour")], heading=_("How pages look")
        ),
        MultiFieldPanel(
            [
                FieldPanel("address"),
                FieldPanel("contact_email"),
                FieldPanel("contact_phone"),
                FieldPanel("website"),
            ],
            heading=_("How residents reach you"),
        ),
    ]

    class Meta:
        verbose_name = _("council details")
        verbose_name_plural = _("council details")

    def __str__(self) -> str:
        return self.name or str(self._meta.verbose_name)


class Severity(models.TextChoices):
    """How much a message matters; the worse ones stand above the others."""

    INFORMATION = "information", _("Information")
    WARNING = "warning", _("Warning")
    ERROR = "error", _("Error")


class Audience(models.TextChoices):
    """Who reads a message."""

    RESIDENTS = "residents", _("Residents")
    STAFF = "staff", _("Staff")


class Notice(models.Model):
    """A message of the day: on every public page of a site, or to staff where they start."""

    site = models.ForeignKey(Site, models.CASCADE, verbose_name=_("site"), related_name="+")
    audience = models.CharField(
        _("for"), max_length=10, choices=Audience.choices, default=Audience.RESIDENTS
    )
    severity = models.CharField(
        _("severity"), max_length=12, choices=Severity.choices, default=Severity.INFORMATION
    )
    text = models.TextField(
        _("message"), max_length=500, help_text=_("At most 500 characters, without links.")
    )
    text_cy = models.TextField(
        _("message in Welsh"),
        max_length=500,
        blank=True,
        help_text=_("For Welsh pages. Without it they show the English message."),
    )
    starts = models.DateTimeField(_("starts"), help_text=_("The time on clocks in the UK."))
    ends = models.DateTimeField(
        _("ends"), null=True, blank=True, help_text=_("Leave empty to show it until it is changed.")
    )

    class Meta:
        verbose_name = _("message of the day")
        verbose_name_plural = _("messages of the day")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gt=F("starts")),
                name="ims_notice_ends_after_it_starts",
                violation_error_message=_("The end must be later than the start."),
            ),
            models.CheckConstraint(condition=~Q(text=""), name="ims_notice_says_something"),
        ]

    def __str__(self) -> str:
        return self.text[:50]
