"""The stage that publishes the council's pages."""

from datetime import date

from django.core.files.base import ContentFile
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.models import Page, Site

from example_site.models import HomePage, StandardPage
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.pages.models import PaymentIndexPage, PaymentPage

from . import amounts, council, council_words, pictures
from .page_words import PAYMENT_PAGES, PageWords


#: Pages whose payment type has another short name.
_TYPES = {"council-rent": "housing-rent", "library-charges": "library-charge"}

_LETTER = ("This is about your account with us. You can pay online, by", "telephone or by post.")


def is_done() -> bool:
    """Tell whether the council has its home page."""
    return HomePage.objects.exists()


def build() -> str:
    """Publish the home page, the payment pages and the small print."""
    site = Site.objects.get(is_default_site=True)
    welcome = site.root_page
    home = HomePage(
        title=council.NAME,
        slug="anyborough",
        introduction=council_words.HOME_INTRODUCTION,
        locale=welcome.locale,
    )
    _publish(home, under=Page.get_first_root_node())
    site.root_page = home
    site.save()
    # The page that a new Wagtail site comes with.
    welcome.delete()

    index = PaymentIndexPage(
        title="Pay for it",
        slug="pay-for-it",
        search_description="Pay council tax, rent, fines, invoices and more, with a card.",
        introduction=council_words.PAY_INTRODUCTION,
    )
    _publish(index, under=home)
    types = PaymentType.objects.select_related("fund__reference_rule").in_bulk(field_name="slug")
    for words in PAYMENT_PAGES:
        _publish(_payment_page(words, types), under=index)
    for title, slug, body in (
        ("Contact us", "contact", council_words.CONTACT),
        ("Accessibility statement", "accessibility", council_words.ACCESSIBILITY),
        ("Privacy notice", "privacy", council_words.PRIVACY),
    ):
        page = StandardPage(title=title, slug=slug, body=body, updated=date(2025, 10, 1))
        _publish(page, under=home)
    return f"{Page.objects.descendant_of(home, inclusive=True).live().count()} pages"


def _publish(page: Page, *, under: Page) -> None:
    page.full_clean(exclude=["path", "depth"])
    under.add_child(instance=page)
    page.save_revision().publish()


def _payment_page(words: PageWords, types: dict[str, PaymentType]) -> PaymentPage:
    payment_type = types[_TYPES.get(words.slug, words.slug)]
    name, in_words = words.picture
    return PaymentPage(
        title=words.title,
        slug=words.slug,
        search_description=words.summary,
        payment_type=payment_type,
        introduction=words.introduction,
        reference_help=words.reference_help,
        reference_image=_picture(name, payment_type) if name else None,
        reference_image_alt=in_words,
        amount=amounts.block_of(words.slug),
        questions=list(words.questions),
        confirmation=words.confirmation,
    )


def _picture(name: str, payment_type: PaymentType) -> AbstractImage:
    rule = payment_type.fund.reference_rule
    reference = rule.example if rule else ""
    if name == "library":
        content = pictures.card(heading="Library card", reference=reference)
    else:
        content = pictures.letter(
            heading=payment_type.name,
            label=payment_type.reference_label,
            reference=reference,
            lines=_LETTER,
        )
    label = payment_type.reference_label.lower()
    return get_image_model().objects.create(
        title=f"Where the {label} is",
        file=ContentFile(content, f"reference-{name}.png"),
        description=f"Where to find the {label}",
    )
