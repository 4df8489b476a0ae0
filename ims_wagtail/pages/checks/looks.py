"""Whether everybody can see the page, and read it in their language."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from wagtail.models import Locale, Site

from ims_wagtail.pages.questions import questions_from
from ims_wagtail.pages.translations import leading_page
from ims_wagtail.ui.colour import ENOUGH, contrast
from ims_wagtail.ui.models import CouncilDetails

from .findings import Finding, Severity, check
from .version import TEXTS, Version


_WELSH = "cy"


@check
def colours_readable(version: Version) -> Iterator[Finding]:
    """The only colour of the page that anybody chooses is the council's."""
    site = _site(version)
    if site is None:
        return
    details = CouncilDetails.objects.filter(site=site).first()
    if details and details.brand_colour and contrast(details.brand_colour, "#ffffff") < ENOUGH:
        yield Finding(
            code="contrast",
            severity=Severity.STOP,
            message=_("White on the council’s colour %(colour)s is too faint to read")
            % {"colour": details.brand_colour},
            remedy=_("Ask who looks after the council details for a darker colour."),
        )


@check
def other_languages_there(version: Version) -> Iterator[Finding]:
    """Where the site is there in two languages, the page is too."""
    site = _site(version)
    if site is None:
        return
    languages = set(
        site.root_page.get_translations().filter(live=True).values_list("locale", flat=True)
    ) | {site.root_page.locale_id}
    own = version.page.locale_id or getattr(version.parent, "locale_id", None)
    missing = languages - {own}
    if version.page.pk:
        live = version.page.get_translations().filter(live=True)
        missing -= set(live.values_list("locale", flat=True))
    for locale in Locale.objects.filter(pk__in=missing).order_by("pk"):
        yield Finding(
            code="no-translation",
            severity=Severity.ADVISE,
            message=_("There is no published %(language)s version of this page")
            % {"language": locale.get_display_name()},
            remedy=_("Translate it from the menu beside the title, and publish both."),
        )


@check
def words_translated(version: Version) -> Iterator[Finding]:
    """A translation begins as a copy: what still says the same is told."""
    page = version.page
    leading = leading_page(page)
    if leading is None:
        return
    same = [
        page._meta.get_field(name).verbose_name
        for name in ("title", *TEXTS)
        if getattr(page, name) and getattr(page, name) == getattr(leading, name)
    ]
    labels = {question.label for question in questions_from(leading.questions)}
    if any(question.label in labels for question in version.questions):
        same.append(page._meta.get_field("questions").verbose_name)
    if same:
        yield Finding(
            code="not-translated",
            severity=Severity.ADVISE,
            message=_("These words are still the same as on “%(title)s”: %(fields)s")
            % {"title": leading.title, "fields": ", ".join(map(str, same))},
            remedy=_("Translate them, unless they are the same in both languages."),
        )


@check
def finance_wrote_welsh(version: Version) -> Iterator[Finding]:
    """On a Welsh page finance's own words are Welsh as well."""
    payment_type = version.payment_type
    if payment_type is None or not version.language.startswith(_WELSH):
        return
    pairs = (
        (payment_type.name, payment_type.name_cy),
        (payment_type.reference_label, payment_type.reference_label_cy),
        (payment_type.reference_hint, payment_type.reference_hint_cy),
    )
    if any(english and not welsh for english, welsh in pairs):
        yield Finding(
            code="no-welsh-set-up",
            severity=Severity.ADVISE,
            message=_("Some words of “%(type)s” are there in English only")
            % {"type": payment_type},
            remedy=_("Ask finance to fill in the Welsh name, label and hint."),
            field="payment_type",
        )


def _site(version: Version) -> Site | None:
    page = version.page if version.page.path else version.parent
    return page.get_site() if page is not None else None
