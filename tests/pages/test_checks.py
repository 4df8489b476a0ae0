"""A payment page can't be published wrong, whichever way somebody publishes it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import (
    GroupApprovalTask,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.test.utils.form_data import rich_text

from example_site.models import HomePage
from ims_wagtail.funds.enums import AmountSource
from ims_wagtail.funds.models import VatCode
from ims_wagtail.pages.checks import Version, findings_for
from ims_wagtail.pages.models import PaymentPage
from ims_wagtail.pages.probes import waiting
from ims_wagtail.pages.ready import NotReady
from ims_wagtail.payments.models import Route
from ims_wagtail.ui.models import CouncilDetails
from tests.factories import make_fund, make_merchant_account, make_payment_type, make_price
from tests.pages.making import make_editor, make_page, parsed, question, signed_in, words
from tests.pages.test_editing import added, errors_on


TODAY = date.today()
HARD = (
    "<p>Notwithstanding considerations regarding administrative responsibilities, individuals "
    "endeavouring to discharge outstanding liabilities electronically are respectfully requested "
    "to authenticate identification particulars accordingly, immediately preceding commencement "
    "of transactional proceedings, whereupon acknowledgement documentation materialises.</p>"
)


@pytest.fixture
def editor(home, council_tax):
    """An editor who may publish pages about council tax."""
    return signed_in(make_editor(fund=council_tax.fund, on=home))


def codes(page):
    return [finding.code for finding in findings_for(Version(page))]


def draft(home, payment_type, **values):
    return make_page(home, payment_type=payment_type, live=False, **values)


def test_a_page_with_all_it_needs_has_nothing_to_put_right(home, council_tax):
    page = draft(home, council_tax, reference_help="<p>At the top of your bill.</p>")

    assert codes(page) == []


def switch_off(council_tax):
    council_tax.enabled = False


def end(council_tax):
    council_tax.open_until = TODAY - timedelta(days=30)


def begin_later(council_tax):
    council_tax.open_from = TODAY + timedelta(days=30)


def end_soon(council_tax):
    council_tax.open_until = TODAY + timedelta(days=30)


def without_price(council_tax):
    council_tax.amount_source = AmountSource.FIXED
    council_tax.price = make_price(None)


def without_vat(council_tax):
    council_tax.vat_code = VatCode.objects.create(code="Q", name="No rate yet")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (switch_off, "switched-off"),
        (end, "ended"),
        (begin_later, "opens-later"),
        (end_soon, "ends-before-page"),
        (without_price, "no-price"),
        (without_vat, "no-vat-rate"),
    ],
)
def test_what_finance_has_set_up_is_looked_at_unless_the_page_is_paused(
    home, council_tax, change, code
):
    change(council_tax)
    council_tax.save()
    page = draft(home, council_tax, reference_help="<p>On your bill.</p>")
    assert codes(page) == [code]

    page.paused = True
    assert codes(page) == []


def test_the_days_of_the_page_count_and_not_today(home, council_tax):
    council_tax.open_from = TODAY + timedelta(days=30)
    council_tax.open_until = TODAY + timedelta(days=60)
    council_tax.save()
    now = timezone.now()
    values = {"opens_at": now + timedelta(days=31), "closes_at": now + timedelta(days=59)}

    assert codes(draft(home, council_tax, reference_help="<p>Bill</p>", **values)) == []


def test_an_account_has_to_take_it_and_be_ready(home, council_tax, settings):
    page = draft(home, council_tax, reference_help="<p>Bill</p>")

    settings.IMS = {**settings.IMS, "CREDENTIALS": {}}
    assert codes(page) == ["account-not-ready"]
    Route.objects.all().delete()
    assert codes(page) == ["no-account"]


def test_the_account_of_the_site_has_to_be_ready_that_the_page_stands_on(home, council_tax):
    page = draft(home, council_tax, reference_help="<p>Bill</p>")
    other = HomePage(title="Otherton", slug="otherton")
    Page.objects.get(depth=1).add_child(instance=other)
    site = Site.objects.create(hostname="otherton.example", root_page=other)
    elsewhere = draft(other, council_tax, reference_help="<p>Bill</p>")
    make_merchant_account("without-key", takes=()).routes.create(site=site)

    assert codes(page) == []
    assert codes(elsewhere) == ["account-not-ready"]
    # A page that was never saved stands where its parent does.
    new = PaymentPage(title="New", payment_type=council_tax, reference_help="<p>Bill</p>")
    found = findings_for(Version(new, parent=other))
    assert "account-not-ready" in [finding.code for finding in found]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"introduction": "<p>£20 plus VAT</p>"}, ["vat-words"]),
        ({"introduction": "<p>It costs 5% VAT</p>"}, ["vat-words"]),
        ({"confirmation": "<p>The price includes VAT.</p>"}, ["vat-words"]),
        ({"confirmation": "<p>There is no VAT on it.</p>"}, []),
        ({"introduction": HARD}, ["hard-to-read"]),
        ({"questions": [question("short_text", "Why " * 25)]}, ["long-question"]),
        ({"questions": [question("telephone", "Ring you?")]}, ["personal-data"]),
        ({"questions": [question("short_text", "Your name")]}, ["personal-data"]),
        ({"questions": [question("short_text", "Name")]}, ["personal-data"]),
        ({"questions": [question("short_text", "Name of the school")]}, []),
        ({"questions": [question("email", "Where?", hint="To send your permit")]}, []),
        ({"questions": [question("short_text", "Card number")]}, ["card-details"]),
        ({"questions": [question("yes_no", "Are you disabled?")]}, ["special-data"]),
        ({"questions": [question("short_text", "")]}, ["questions-incomplete"]),
        ({"questions": [question("choice", "Which?", choices=[])]}, ["questions-incomplete"]),
        (
            {"amount": [{"type": "suggestions", "value": {"amounts": [None, "5.00"]}}]},
            ["amount-incomplete"],
        ),
        ({"reference_help": ""}, ["no-reference-help"]),
    ],
)
def test_words_and_questions_are_looked_at(home, council_tax, values, found):
    page = draft(home, council_tax, **({"reference_help": "<p>On your bill.</p>"} | values))

    assert codes(page) == found


def test_another_price_in_the_introduction_is_noticed(home, council_tax):
    council_tax.amount_source, council_tax.price = AmountSource.FIXED, make_price("61.20")
    council_tax.save()
    values = {"reference_help": "<p>Bill</p>", "introduction": "<p>A bin is £45.</p>"}
    page = draft(home, council_tax, **values)
    assert codes(page) == ["other-price"]

    page.introduction = "<p>A bin is £61.20, £5 of it for the lid.</p>"
    assert codes(page) == []


def test_a_faint_colour_of_the_council_is_noticed(home, council_tax):
    CouncilDetails.objects.update(brand_colour="#ffee00")

    assert codes(draft(home, council_tax, reference_help="<p>Bill</p>")) == ["contrast"]


def test_where_the_site_is_welsh_too_the_page_is_asked_to_be(home, council_tax):
    page = draft(home, council_tax, reference_help="<p>Bill</p>")
    welsh, _made = Locale.objects.get_or_create(language_code="cy")
    assert codes(page) == []

    home.copy_for_translation(welsh).save_revision().publish()
    assert codes(page) == ["no-translation"]

    translated = page.copy_for_translation(welsh)
    assert "no-welsh-set-up" in codes(translated)
    council_tax.name_cy = council_tax.reference_label_cy = "Treth"
    council_tax.reference_hint_cy = "Naw digid"
    council_tax.save()
    translated.save_revision().publish()
    assert codes(page) == []


def test_a_translation_is_told_which_words_it_still_has_from_the_page_it_follows(home, council_tax):
    asked = [question("yes_no", "Have you moved?")]
    page = draft(home, council_tax, introduction="<p>Pay here.</p>", questions=asked)
    welsh, _made = Locale.objects.get_or_create(language_code="cy")
    home.copy_for_translation(welsh)
    translated = page.copy_for_translation(welsh)

    def told():
        found = findings_for(Version(translated))
        return [each.message for each in found if each.code == "not-translated"]

    assert told() == [
        "These words are still the same as on “Pay your council tax”: title, introduction, "
        "extra questions"
    ]
    translated.title, translated.introduction = "Talu", "<p>Talwch yma.</p>"
    translated.questions = [("yes_no", {"label": "Ydych chi wedi symud?", "hint": ""})]
    assert told() == []
    assert "not-translated" not in codes(page)


def test_the_form_says_at_the_field_what_is_wrong_and_keeps_drafts(editor, home, council_tax):
    values = {"payment_type": council_tax.pk, "introduction": rich_text("<p>£20 plus VAT</p>")}

    answer = added(editor, home, **values)

    assert "VAT comes on top" in errors_on(answer)
    introduction = parsed(answer).select_one("[data-contentpath=introduction] .error-message")
    assert "Put the words right" in introduction.get_text()
    assert not PaymentPage.objects.exists()
    assert added(editor, home, publish=False, **values).status_code == 302


def test_the_side_panel_tells_stops_and_advice_with_what_to_do(editor, home, council_tax):
    council_tax.open_until = TODAY + timedelta(days=30)
    council_tax.save()
    page = draft(home, council_tax, questions=[question("short_text", "Card number")])

    shown = parsed(editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))

    panel = shown.select_one("[data-side-panel=ready] .ims-ready")
    stops, advice = panel.select("ul")
    assert "1 thing to do before" in panel.h3.get_text()
    assert "asks for card or bank details" in stops.get_text()
    assert "Take it out" in stops.get_text()
    assert len(advice.select("li")) == 2
    counter = shown.select_one("[data-side-panel-toggle=ready] [data-side-panel-toggle-counter]")
    assert counter.get_text().strip() == "1"


def test_a_new_page_has_its_list_of_things_to_do(editor, home):
    address = reverse("wagtailadmin_pages:add", args=["ims_pages", "paymentpage", home.pk])

    panel = parsed(editor.get(address)).select_one("[data-side-panel=ready]")

    assert "Nothing is chosen that could be paid for" in panel.get_text()


def test_a_page_is_made_by_its_editor_and_kept_by_itself_from_then_on(editor, home, council_tax):
    new = reverse("wagtailadmin_pages:add", args=["ims_pages", "paymentpage", home.pk])
    edit = reverse("wagtailadmin_pages:edit", args=[draft(home, council_tax).pk])

    kept = ["w-autosave" in controllers(parsed(editor.get(each))) for each in (new, edit)]

    assert kept == [False, True]


def controllers(shown):
    """What acts on the form of a page."""
    return shown.select_one("#page-edit-form")["data-controller"].split()


def test_bulk_publishing_stops_at_what_is_not_ready(editor, home, council_tax):
    page = draft(home, council_tax, introduction="<p>£20 plus VAT</p>")
    page.save_revision()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    answer = editor.post(f"{address}?id={page.pk}", {"next": "/admin/"}, follow=True)

    assert "VAT comes on top" in words(answer)
    page.refresh_from_db()
    assert not page.live


def test_a_question_without_words_is_not_published_in_bulk(editor, home, council_tax):
    unfinished = [question("short_text", ""), question("short_text", "")]
    page = draft(home, council_tax, questions=unfinished)
    page.save_revision()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    answer = editor.post(f"{address}?id={page.pk}", {"next": "/admin/"}, follow=True)

    assert words(answer).count("Something is missing or can’t be right in “Short answer”") == 1
    page.refresh_from_db()
    assert not page.live


def test_a_program_publishes_nothing_that_is_not_ready(home, council_tax):
    page = draft(home, council_tax, introduction="<p>£20 plus VAT</p>")

    with pytest.raises(NotReady, match="VAT comes on top"):
        page.save_revision().publish()


def test_a_workflow_approves_nothing_that_could_not_be_published(home, council_tax):
    person = make_editor(fund=council_tax.fund, on=home)
    task = GroupApprovalTask.objects.create(name="Look")
    task.groups.add(*person.groups.all())
    workflow = Workflow.objects.create(name="Pages")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page=home)
    page = draft(home, council_tax)
    page.save_revision()
    workflow.start(page, person)
    council_tax.enabled = False
    council_tax.save()
    state = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])

    answer = signed_in(person).post(address, follow=True)

    assert "is switched off" in words(answer)
    state.refresh_from_db()
    assert state.status == state.STATUS_IN_PROGRESS
    council_tax.enabled = True
    council_tax.save()
    signed_in(person).post(address)
    page.refresh_from_db()
    assert page.live


def test_the_clock_holds_back_what_is_not_ready_and_brings_it_out_later(home, council_tax):
    tomorrow = timezone.now() + timedelta(days=1)
    held = draft(home, council_tax, go_live_at=tomorrow)
    bins = make_payment_type("bins", fund=make_fund("30"), reference_hint="On your bin")
    other = draft(home, bins, slug="bins", go_live_at=tomorrow)
    for page in (held, other):
        page.save_revision().publish()
    council_tax.enabled = False
    council_tax.save()

    with time_machine.travel(tomorrow + timedelta(hours=1), tick=False):
        call_command("publish_scheduled")
        assert not PaymentPage.objects.get(pk=held.pk).live
        assert PaymentPage.objects.get(pk=other.pk).live
        assert ["ims_pages.E002"] == [finding.code for finding in waiting("default")]

        council_tax.enabled = True
        council_tax.save()
        call_command("publish_scheduled")

        assert PaymentPage.objects.get(pk=held.pk).live
        assert not list(waiting("default"))
