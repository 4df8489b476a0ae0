"""axe finds nothing to object to on any staff screen of ours, found by walking all addresses."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from ims_wagtail.access.policy import EVERYWHERE
from ims_wagtail.approvals.models import ApprovalLimit
from ims_wagtail.backoffice.evidence.models import EvidencePack
from ims_wagtail.backoffice.models import CashierSession, SetupPack, StaffBasket
from ims_wagtail.backoffice.reports.asking import Asked
from ims_wagtail.backoffice.reports.catalogue import REPORTS
from ims_wagtail.backoffice.reports.keeping import kept
from ims_wagtail.backoffice.reports.models import SavedReport
from ims_wagtail.checkout.models import Basket
from ims_wagtail.checkout.services import add_line
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.enums import MethodKind
from ims_wagtail.funds.models import Fund, Office, ReferenceRule
from ims_wagtail.imports.models import Import
from ims_wagtail.ledger.models import ClosedPeriod, Transaction
from ims_wagtail.ui.models import Audience, Notice, Severity
from tests.factories import (
    make_check_digit,
    make_council_tax_rule,
    make_merchant_account,
    make_method,
    make_office,
    make_payment_type,
    make_price,
    make_price_change,
    make_suspense_fund,
)
from tests.staff.addresses import Address, our_addresses
from tests.staff.council import (
    make_council,
    make_holders_import,
    make_import_rule,
    make_layout,
    make_payment,
)
from tests.staff.counter import make_counter_receipt


pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: What answers with no page of its own: parts of lists, files, and what is only ever posted to.
NO_PAGES = (
    "index_results",
    "ask_rule",
    "cancel_import",
    "check",
    "confirm",
    "deal",
    "disable_rule",
    "download",
    "give_up",
    "png",
    "post_import",
    "results",
    "returned",
    "svg",
    "try_again",
    "undo_import",
    "ims_counter:receipt",
    "ims_packs:export",
    "ims_reference_rules:try",
    "ims_remove_list",
    "ims_remove_report",
    "ims_save_list",
    "ims_save_report",
)

#: Faults of Wagtail's own frame, by rule and exact start of the element.
WAGTAILS_OWN = (
    # The button of the filters of a list: its visible words are the number of filters in use.
    (
        "label-content-name-mismatch",
        '<button type="button" class="w-dropdown__toggle w-dropdown__toggle--icon '
        'w-slim-header-action-button" data-w-dropdown-target="toggle" aria-label="Show filters"',
    ),
)

#: What Wagtail draws round every screen alike, two thirds of all elements: looked at once a test.
FRAME = ("#wagtail-sidebar", "#keyboard-shortcuts-dialog", "[data-sprite]")

#: Messages fade in, and half-way they have too little contrast.
_STAND_STILL = """() => Promise.allSettled(
    document.getAnimations()
        .filter((moving) => moving.effect.getComputedTiming().endTime !== Infinity)
        .map((moving) => moving.finished)
)"""


def screens(kind: str) -> Iterator[tuple[str, str]]:
    """Name and path of every screen of a kind: ``lists``, ``rows`` or empty ``forms``."""
    for address in our_addresses():
        if not address.name.endswith(NO_PAGES) and kind_of(address) == kind:
            yield address.name, path_of(address)


def kind_of(address: Address) -> str:
    if address.takes_key:
        return "rows"
    return "forms" if address.name.endswith((":add", "_create")) else "lists"


def path_of(address: Address) -> str:
    """The path, with the newest row where one is asked for."""
    if not address.takes_key:
        return address.url()
    return address.url(newest(address.model).pk)


def newest(model: type[Model] | None) -> Model:
    """A row that has everything a screen can show."""
    assert model is not None
    found = model._default_manager.order_by("-pk").first()
    assert found is not None, f"this test needs a {model.__name__}"
    return found


def is_wagtails(failure: str) -> bool:
    """Whether Wagtail has to put this right."""
    return any(
        failure.startswith(f"{rule}:") and f": {element}" in failure
        for rule, element in WAGTAILS_OWN
    )


def make_pack(by: User) -> None:
    """A set-up pack with something new, something changed and something wrong."""
    SetupPack.objects.create(
        file_name="theirs.json",
        uploaded_by=by,
        sections={
            "offices": [
                {"code": "NW", "name": "New"},
                {"code": "CS", "name": "Changed"},
                {"code": "?"},
            ]
        },
    )


def make_notice() -> None:
    """A message to staff, which stands on the home page and on the dashboard."""
    Notice.objects.create(
        site=Site.objects.get(is_default_site=True),
        audience=Audience.STAFF,
        severity=Severity.WARNING,
        text="The phones are down.",
        starts=timezone.now(),
    )


@pytest.fixture
def manager(new_page, live_site):
    """Return a page on which an administrator is logged in; there is a row of each kind."""
    alex = _make_rows()
    make_notice()
    client = Client()
    client.force_login(alex)
    page = new_page(reduced_motion="reduce")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_site}]
    )
    return page


def _make_rows() -> User:
    """A row of each kind; returns an administrator."""
    make_holders_import()
    council = make_council()
    make_layout()
    make_import_rule()
    make_suspense_fund()
    make_council_tax_rule()
    make_check_digit()
    make_office()
    make_merchant_account("refused", takes=(), unavailable_since=timezone.now())
    ApprovalLimit.objects.create(kind="refund", group=Group.objects.create(name="Limited"))
    alex = User.objects.create_superuser("alex", password=None)
    make_pack(alex)
    _make_report(alex)
    _make_prices()
    _make_closed_month(council)
    _make_evidence(alex)
    make_counter_receipt(council.alpha)
    _make_till(alex)
    return alex


def _make_till(person: User) -> None:
    """An open session of the person, with something waiting to be paid in cash."""
    make_method(MethodKind.CASH)
    session = CashierSession.objects.create(
        person=person, office=Office.objects.get(code="TH"), opening_float="50.00"
    )
    draft = StaffBasket.objects.create(
        basket=Basket.objects.create(details_given=True),
        user=person,
        language="en-gb",
        office=session.office,
    )
    payment_type = make_payment_type("library", fund=Fund.objects.get(code="AA"))
    add_line(
        basket=draft.basket, payment_type=payment_type, reference="LB1", amount=Decimal("12.50")
    )


def _make_evidence(by: User) -> None:
    """A pack that can be downloaded."""
    today = accounting_date()
    EvidencePack.objects.create(
        wanted=5,
        seed=7,
        since=today,
        until=today,
        requested_by=by,
        state="ready",
        done=2,
        found=2,
        ready_at=timezone.now(),
        sha256="a" * 64,
    )


def _make_closed_month(council: SimpleNamespace) -> None:
    """A month with a payment, closed by somebody who is not the administrator."""
    at = timezone.now() - timedelta(days=70)
    make_payment(council.alpha.fund, council.method, source="long ago", at=at)
    month = accounting_date(at).replace(day=1)
    ClosedPeriod.objects.create(month=month, closed_by=User.objects.create_user("closer"))


def _make_report(owner: User) -> None:
    """A report that was kept for its owner, and could not be sent since."""
    saved = SavedReport.objects.create(
        owner=owner,
        report="by-fund",
        name="Every month",
        frequency="monthly",
        problem="Its owner has no e-mail address.",
    )
    asked = Asked(accounting_date(), accounting_date(), EVERYWHERE)
    saved.results.create(
        due_on=accounting_date(),
        made_at=timezone.now(),
        **kept(REPORTS[saved.report].make(asked), asked),
    )


def _make_prices() -> None:
    """A price in force, one to come, one waiting by hand and two waiting from a spreadsheet."""
    other, today = User.objects.create_user("olive"), accounting_date()
    price, upload = make_price(), uuid4()
    make_price_change(price, starts=today + timedelta(days=1))
    for days, values in ((2, {}), (3, {"upload": upload}), (4, {"upload": upload})):
        make_price_change(price, starts=today + timedelta(days=days), entered_by=other, **values)


@pytest.fixture
def failures_of(axe, manager) -> Callable[[str], list[str]]:
    """Return a function that lists what is wrong with the screen that is open."""
    seen: set[str] = set()

    def check(name: str) -> list[str]:
        manager.evaluate(_STAND_STILL)
        width = str(manager.viewport_size["width"])
        found = axe(manager, besides=FRAME if width in seen else ())
        seen.add(width)
        problems = [f"{name}: {failure}" for failure in found if not is_wagtails(failure)]
        if manager.get_by_role("heading", level=1).count() != 1:
            problems.append(f"{name}: not one heading of level 1")
        return problems

    return check


def test_every_list(manager, live_site, failures_of):
    till = CashierSession.objects.get(person__username="alex")
    others = [
        ("home", reverse("wagtailadmin_home")),
        ("cash up", reverse("ims_counter:cash_up") + f"?session={till.pk}"),
        ("nothing found", reverse("ims_transactions:index") + "?reference=nothing"),
        ("wrong filter", reverse("ims_transactions:index") + "?since=yesterday"),
    ]
    failures = []
    for name, path in [*screens("lists"), *others]:
        response = manager.goto(live_site + path)
        assert response.status == 200, name
        failures += failures_of(name)

    assert not failures, "\n".join(failures)


def test_every_page_about_one_thing(manager, live_site, failures_of):
    holders = Import.objects.get(holder_file__isnull=False).pk
    others = [
        ("council details", reverse("wagtailsettings:edit", args=["ims_ui", "councildetails"])),
        ("account holders", reverse("ims_imports:inspect", args=[holders])),
        ("differences", reverse("ims_imports:holder_rows", args=[holders])),
    ]
    failures = []
    for name, path in [*screens("rows"), *others]:
        response = manager.goto(live_site + path)
        assert response.status == 200, name
        failures += failures_of(name)

    assert not failures, "\n".join(failures)


def test_every_form_empty_and_with_errors(manager, live_site, failures_of):
    failures = []
    for name, path in screens("forms"):
        response = manager.goto(live_site + path)
        assert response.status == 200, name
        failures += failures_of(name)
        send = manager.locator("form[method=post] [type=submit]:visible").last
        if not send.count():
            # What the form is about is chosen before it is filled in.
            manager.locator("main form[method=get] select").select_option(index=1)
            manager.locator("main form[method=get] [type=submit]").click()
            failures += failures_of(f"{name} with a choice")
            # Who pays may be asked for everything, so an empty one is right.
            manager.locator("[name=amount]").fill("nine")
        with manager.expect_navigation():
            send.click()
        assert manager.locator(".error-message:visible, .w-field__errors:visible").count(), name
        failures += failures_of(f"{name} with errors")

    assert not failures, "\n".join(failures)


def test_the_steps_of_an_upload_of_prices(manager, live_site, failures_of):
    url = live_site + reverse("ims_prices:upload")
    failures = []
    for name, text in (
        ("preview", "code,name,amount,from date\nBIN,,9.00,2999-04-01\nNEW,New,1.00,2999-04-01\n"),
        ("wrong rows", "code,name,amount,from date\nBIN,,nine,2999-04-01\n"),
        ("wrong file", "code,name\n"),
    ):
        manager.goto(url)
        manager.locator("input[type=file]").set_input_files(
            {"name": "prices.csv", "mimeType": "text/csv", "buffer": text.encode()}
        )
        with manager.expect_navigation():
            manager.get_by_role("button", name="Show what would change").click()
        failures += failures_of(name)

    assert not failures, "\n".join(failures)


def test_the_preview_of_journals_from_a_file_on_any_screen(manager, live_site, failures_of):
    for kind in (MethodKind.JOURNAL, MethodKind.JOURNAL_REALLOCATION):
        make_method(kind)
    url = live_site + reverse("ims_journal_uploads:upload")
    line = Transaction.objects.filter(posting__kind="payment").earliest("pk")
    headings = "transaction reference,amount,to fund,to account"
    failures = []
    for name, row, says in (
        ("preview", f"{line.reference},1.00,{line.fund.code},OTHER1", "What would be moved"),
        ("faults", f"{line.reference},9999.00,{line.fund.code},OTHER1", "What is wrong"),
    ):
        manager.goto(url)
        manager.locator("input[type=file]").set_input_files(
            {
                "name": "journals.csv",
                "mimeType": "text/csv",
                "buffer": f"{headings}\n{row}\n".encode(),
            }
        )
        manager.get_by_label("Reason").fill("Sorted by hand")
        with manager.expect_navigation():
            manager.get_by_role("button", name="Show what would be moved").click()
        assert manager.get_by_role("region", name=says).is_visible()
        failures += failures_of(name)
        size = manager.viewport_size
        manager.set_viewport_size({"width": 320, "height": 640})
        failures += failures_of(f"{name} at 320 px")
        if manager.evaluate("document.documentElement.scrollWidth > innerWidth"):
            failures.append(f"{name}: wider than 320 px")
        manager.set_viewport_size(size)

    assert not failures, "\n".join(failures)


def test_the_results_of_testing_many_references(manager, live_site, failures_of):
    rule = ReferenceRule.objects.exclude(mask="").latest("pk")
    url = live_site + reverse("ims_reference_rules:test", args=[rule.pk])
    failures = []
    for name, pasted in (("failures", "301122331\n301122332\n1"), ("nothing pasted", "")):
        manager.goto(url)
        manager.get_by_label("Paste references").fill(pasted)
        with manager.expect_navigation():
            manager.get_by_role("button", name="Test them").click()
        failures += failures_of(name)

    assert not failures, "\n".join(failures)


def test_a_library_with_nothing_ticked(manager, live_site, failures_of):
    manager.goto(live_site + reverse("ims_reference_rules:library"))
    with manager.expect_navigation():
        manager.get_by_role("button", name="Add these rules").click()

    assert manager.get_by_text("Tick the rules to add").is_visible()
    assert not failures_of("nothing ticked")


def test_the_walk_finds_screens(db):
    _make_rows()
    make_notice()

    found = {kind: {name for name, _path in screens(kind)} for kind in ("lists", "rows", "forms")}

    assert {"ims_dashboard", "ims_transactions:index"} <= found["lists"]
    assert {"ims_prices:waiting", "ims_prices:upload"} <= found["lists"]
    assert {"ims_postings:inspect", "ims_orders:inspect", "ims_approvals:inspect"} <= found["rows"]
    assert {"ims_prices:inspect", "ims_prices:propose"} <= found["rows"]
    assert "ims_reference_rules:library" in found["lists"]
    assert "ims_reference_rules:test" in found["rows"]
    assert {"ims_payment_types:add", "income_vat-codes_modeladmin_create"} <= found["forms"]
