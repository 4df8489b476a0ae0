"""A resident reads every step in Welsh; translators are shown every string there is."""

import ast
import gettext
import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from django.core import mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from ims_wagtail.checkout.enums import Outcome
from ims_wagtail.funds.models import MethodOfPayment, PaymentType
from ims_wagtail.notifications.services import send_due
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from tests.checkout.conftest import council, resident  # noqa: F401
from tests.checkout.resident import Page, Resident
from tools import messages


WELSH = messages.LOCALES / "cy" / "LC_MESSAGES" / "django.po"

#: What residents read comes from these files and folders ...
RESIDENT = (
    "ims_wagtail/accounts/checks.py",
    "ims_wagtail/accounts/limits.py",
    "ims_wagtail/backoffice/templates/ims_wagtail/backoffice/requests/letter.html",
    "ims_wagtail/backoffice/templates/ims_wagtail/backoffice/taking/email/",
    "ims_wagtail/checkout/",
    "ims_wagtail/funds/reference_messages.py",
    "ims_wagtail/money.py",
    "ims_wagtail/pages/feedback/",
    "ims_wagtail/pages/opening.py",
    "ims_wagtail/pages/questions.py",
    "ims_wagtail/pages/templates/ims_wagtail/pages/",
    "ims_wagtail/payments/providers/smartpay_fuse/templates/",
    "ims_wagtail/payments/templates/ims_wagtail/payments/email/",
    "ims_wagtail/suspense/templates/ims_wagtail/suspense/email/",
    "ims_wagtail/ui/",
)
#: ... except these, which only staff read.
STAFF = (
    "ims_wagtail/checkout/copies.py",
    "ims_wagtail/checkout/copy_screens.py",
    "ims_wagtail/checkout/enums.py",
    "ims_wagtail/checkout/models.py",
    "ims_wagtail/checkout/requests/applications/deciding.py",
    "ims_wagtail/checkout/requests/applications/enums.py",
    "ims_wagtail/checkout/requests/applications/models.py",
    "ims_wagtail/checkout/requests/enums.py",
    "ims_wagtail/checkout/requests/files/",
    "ims_wagtail/checkout/requests/making.py",
    "ims_wagtail/checkout/requests/models.py",
    "ims_wagtail/checkout/requests/probes.py",
    "ims_wagtail/checkout/telling.py",
    "ims_wagtail/checkout/templates/ims_wagtail/checkout/staff/",
    "ims_wagtail/pages/feedback/models.py",
    "ims_wagtail/pages/feedback/screens.py",
    "ims_wagtail/pages/templates/ims_wagtail/pages/admin/",
    "ims_wagtail/ui/charts.py",
    "ims_wagtail/ui/colour.py",
    "ims_wagtail/ui/models.py",
    "ims_wagtail/ui/templatetags/ims_charts.py",
    "ims_wagtail/ui/wagtail_hooks.py",
)

SUCCESS = BY_NUMBER["4242424242424242"]
DECLINED = BY_NUMBER["4000000000000002"]

PLACEHOLDER = re.compile(r"%%|%\(\w+\)[a-z]")

#: No Welsh sentence has these, and every English page of the journey has several.
ENGLISH = {
    "account", "amount", "and", "back", "basket", "card", "change", "check", "continue", "enter",
    "for", "language", "money", "payment", "receipt", "reference", "the", "this", "to", "total",
    "with", "you", "your",
}  # fmt: skip


def is_for_residents(path: str) -> bool:
    """Say whether residents read what a file says."""
    return path.startswith(RESIDENT) and not path.startswith(STAFF)


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    """Return the Welsh catalogue."""
    with WELSH.open("rb") as file:
        return read_po(file, locale="cy")


@pytest.fixture(scope="module")
def strings() -> list[messages.Marked]:
    """Return every string that is marked for translation now."""
    return list(messages.marked_strings())


def test_every_string_residents_read_is_in_welsh(strings, catalogue):
    resident_facing = [marked for marked in strings if is_for_residents(marked.path)]
    missing = []
    for marked in resident_facing:
        found = catalogue.get(marked.message, marked.context)
        if found is None or not messages.is_translated(found.string):
            missing.append(f"{marked.path}:{marked.line}: {marked.message}")

    assert len(resident_facing) > 200
    assert missing == [], "run 'make messages' and translate these"


def test_every_path_residents_read_from_is_there(strings):
    paths = {marked.path for marked in strings}

    assert [path for path in RESIDENT if not any(p.startswith(path) for p in paths)] == []
    assert [path for path in STAFF if not (messages.ROOT / path).exists()] == []


def test_translations_fill_in_the_same_values(catalogue):
    differing = []
    for message in catalogue:
        if not message.id or not messages.is_translated(message.string):
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        translated = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = sorted(PLACEHOLDER.findall(originals[-1]))
        differing += [
            f"{words} – for {originals[-1]}"
            for words in translated
            if sorted(PLACEHOLDER.findall(words)) != wanted
        ]

    assert differing == []


def test_spaces_and_full_stops_at_the_ends_are_kept(catalogue):
    """Sentences are joined on pages, so an end that is lost runs two of them together."""

    def ends(words: str) -> tuple[bool, bool, bool]:
        return words[:1].isspace(), words[-1:].isspace(), words.rstrip().endswith((".", ":"))

    differing = [
        message.string
        for message in catalogue
        if isinstance(message.id, str) and message.id and message.string
        if ends(message.id) != ends(message.string)
    ]
    assert differing == []


def test_the_catalogue_asks_for_a_welsh_speakers_review(catalogue):
    assert "NEED A WELSH SPEAKER'S REVIEW" in catalogue.header_comment


def test_the_catalogue_compiles_with_the_plural_rule_of_djangos_own_welsh(catalogue):
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    welsh = gettext.GNUTranslations(compiled)

    def left(count: int) -> str:
        one = "You have %(count)s character remaining"
        many = "You have %(count)s characters remaining"
        return welsh.ngettext(one, many, count) % {"count": count}

    assert welsh.gettext("Continue") == "Parhau"
    assert catalogue.num_plurals == 4
    assert left(1) == "Mae gennych 1 cymeriad yn weddill"
    assert left(2) == "Mae gennych 2 gymeriad yn weddill"
    assert left(3) == "Mae gennych 3 o gymeriadau yn weddill"
    assert left(11) == "Mae gennych 11 o gymeriadau yn weddill"


def test_extraction_sees_every_marked_string_of_the_code(strings):
    """Before Python 3.12 a call inside an f-string is hidden from it."""
    found = {
        marked.message if isinstance(marked.message, str) else marked.message[0]
        for marked in strings
    }
    hidden = []
    for path, source in messages.sources():
        for node in ast.walk(ast.parse(source)) if path.endswith(".py") else ():
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in messages.KEYWORDS:
                first = node.args[0]
                if not isinstance(first, ast.Constant) or first.value not in found:
                    hidden.append(f"{path}:{node.lineno}")

    assert hidden == [], "give the string a name of its own, outside the f-string"


@pytest.fixture
def welsh_words() -> None:
    """Compile the catalogue, if that was not done since it changed, and let Django read it."""
    messages.compile_catalogues()
    translation_file_changed(sender=None, file_path=Path("django.mo"))


@pytest.fixture
def welsh_resident(welsh_words, resident) -> Resident:  # noqa: F811
    """A resident who chose Welsh, of a council that wrote its own words in Welsh."""
    PaymentType.objects.update(
        reference_label_cy="Rhif cyfrif",
        reference_hint="On your bill",
        reference_hint_cy="Ar eich bil",
    )
    PaymentType.objects.filter(slug="garden-bin").update(name_cy="Bin gardd")
    MethodOfPayment.objects.update(name_cy="Cerdyn ar-lein")
    resident.client.cookies["django_language"] = "cy"
    return resident


def english(soup: BeautifulSoup) -> set[str]:
    """Return the English words among all that a page says, to eyes and to ears."""
    # Left out: what site and council say in words of their own, and what says it is English.
    for own in soup.select(".ims-notice, .ims-footer__address, [lang^=en]:not(html)"):
        own.extract()
    spoken = [
        element[name]
        for element in soup.find_all(True)
        for name in ("aria-label", "alt", "title", "placeholder")
        if element.has_attr(name)
    ]
    said = " ".join([soup.get_text(" "), *spoken])
    # The council of these tests has an English name.
    said = said.replace("Anyborough Council", "")
    return set(re.findall(r"[a-z]+", said.lower())) & ENGLISH


def assert_welsh(page: Page, *words: str) -> None:
    """Check that a page says it is Welsh, holds these words and no English ones."""
    assert page.status == 200, page.text
    assert page.soup.html["lang"] == "cy"
    assert [said for said in words if said not in page.text] == [], page.text
    assert english(page.soup) == set(), page.text


def test_paying_from_entry_to_receipt_is_in_welsh(transactional_db, welsh_resident):
    entry = welsh_resident.visit("/pay/council-tax/")
    assert_welsh(entry, "Treth gyngor", "Rhif cyfrif", "Swm", "Parhau")

    wrong = welsh_resident.fill_in(entry, reference="301122332", amount="lots")
    assert wrong.soup.title.get_text(strip=True).startswith("Gwall: ")
    assert_welsh(wrong, "Mae problem wedi codi", "Gwiriwch eich rhif cyfrif", "Rhaid i’r swm fod")

    basket = welsh_resident.fill_in(wrong, reference="301122331", amount="120.50")
    assert_welsh(basket, "Eich basged", "Cyfanswm i’w dalu: £120.50", "Parhau i dalu", "Newid")

    details = welsh_resident.visit("/pay/details/")
    assert_welsh(details, "Eich manylion", "Cyfeiriad e-bost (dewisol)")

    check = welsh_resident.fill_in(details, email="ada@example.org")
    assert_welsh(check, "Gwiriwch eich atebion cyn talu", "Parhau i’r taliad")

    paid = welsh_resident.pay(SUCCESS, check)
    assert_welsh(paid, "Taliad wedi’i gwblhau", "Rydym wedi derbyn eich taliad o £120.50.")

    receipt = welsh_resident.visit(paid.link("Gweld, argraffu"))
    assert_welsh(receipt, "Rhif y dderbynneb", "TAW fesul cyfradd", "Cyfanswm a dalwyd")

    send_due()
    sent = mail.outbox[-1]
    assert "derbynneb" in sent.subject
    assert "Diolch am eich taliad." in sent.body
    assert not set(re.findall(r"[a-z]+", sent.body.lower())) & ENGLISH


def test_an_address_is_asked_for_and_missed_in_welsh(welsh_resident):
    welsh_resident.add("garden-bin")

    missed = welsh_resident.fill_in(welsh_resident.visit("/pay/details/"), email="ada")

    assert_welsh(missed, "Cod post")
    assert missed.errors == [
        "Rhowch gyfeiriad e-bost yn y fformat cywir, fel enw@example.com",
        "Rhowch yr wybodaeth hon: enw llawn",
        "Rhowch yr wybodaeth hon: llinell gyntaf y cyfeiriad",
        "Rhowch yr wybodaeth hon: tref neu ddinas",
        "Rhowch eich cod post, fel AN1 2BC",
    ]


def test_a_declined_card_is_told_in_welsh(transactional_db, welsh_resident):
    welsh_resident.add(reference="301122331", amount="120.50")

    page = welsh_resident.pay(DECLINED)

    assert_welsh(page, "Cafodd eich taliad ei wrthod", "Nid oes arian wedi’i gymryd.")


@pytest.mark.parametrize(
    "name",
    [
        *(f"checkout/result/{outcome.value}" for outcome in Outcome),
        "checkout/amount_not_accepted",
        "checkout/closed",
        "checkout/too_many_tries",
    ],
)
def test_pages_few_residents_see_are_in_welsh_too(name, welsh_words):
    facts = {
        "total": "£12",
        "minimum": "£1",
        "maximum": "£2",
        "service": "Treth",
        "has_email": True,
    }
    urls = {"order_url": "/", "again_url": "/", "receipt_url": "/"}

    with translation.override("cy"):
        html = render_to_string(f"ims_wagtail/{name}.html", facts | urls)

    page = BeautifulSoup(html, "html.parser")
    assert page.html["lang"] == "cy"
    assert page.h1.get_text(strip=True)
    assert english(page) == set()


def test_a_browser_that_asks_for_welsh_gets_it(welsh_words, council):  # noqa: F811
    page = Resident(headers={"Accept-Language": "cy-GB,cy;q=0.9,en;q=0.5"}).visit(
        "/pay/council-tax/"
    )

    assert page.soup.html["lang"] == "cy"
    assert "Parhau" in page.text


def test_the_english_words_are_not_on_welsh_pages_by_accident(council):  # noqa: F811
    """The check above would notice an English page."""
    page = Resident().visit("/pay/council-tax/")

    assert {"account", "amount", "continue", "to"} <= english(page.soup)


def test_staff_strings_without_welsh_stay_english(welsh_words):
    with translation.override("cy"):
        assert translation.gettext("Payments needing attention") == "Payments needing attention"
        assert translation.gettext("Continue") == "Parhau"
