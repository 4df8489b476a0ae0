"""Public forms: safe from their own words, clear about what is wrong."""

import datetime as dt
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from crispy_forms.utils import render_crispy_form
from django import forms
from django.test.signals import template_rendered

from ims_wagtail.ui.components import content
from ims_wagtail.ui.forms import AmountField, DateField, GovukForm, LongTextField
from ims_wagtail.ui.layout import Choices, Field, Fieldset, Layout
from tests.ui.samples import EveryQuestion


NASTY = "<script>alert('1')</script>"


def drawn(form: forms.Form) -> BeautifulSoup:
    return BeautifulSoup(render_crispy_form(form, context={"csrf_token": "c"}), "html.parser")


class NastyForm(GovukForm):
    text = forms.CharField(label=NASTY, help_text=NASTY, error_messages={"required": NASTY})
    one = forms.ChoiceField(
        label=NASTY, help_text=NASTY, choices=[("a", NASTY)], widget=forms.RadioSelect
    )
    many = forms.MultipleChoiceField(
        label=NASTY, choices=[(NASTY, NASTY)], widget=forms.CheckboxSelectMultiple
    )
    pick = forms.ChoiceField(label=NASTY, choices=[(NASTY, [("a", NASTY)])])
    tick = forms.BooleanField(label=NASTY, help_text=NASTY)
    day = DateField(label=NASTY, help_text=NASTY)
    note = LongTextField(label=NASTY, max_length=9)
    file = forms.FileField(label=NASTY)

    def layout(self):
        return Layout(
            Fieldset(NASTY, Field("text", suffix=NASTY)),
            Choices("one", hints={"a": NASTY}),
            *("many", "pick", "tick", "day", "note", "file"),
        )


@pytest.mark.parametrize("data", [None, {}, {"text": NASTY, "note": NASTY, "day-day": NASTY}])
def test_markup_in_labels_hints_errors_legends_and_answers_is_shown_as_text(data):
    form = NastyForm(data)

    page = drawn(form)
    summary = content.error_summary(form.error_list())

    assert page.find("script") is None
    assert "<script" not in summary
    assert page.find("legend", string=NASTY)
    assert page.find("label", string=NASTY)
    assert page.find(class_="govuk-hint", string=NASTY)


def test_a_label_marked_as_safe_is_escaped_all_the_same():
    from django.utils.safestring import mark_safe

    class Form(GovukForm):
        name = forms.CharField(label=mark_safe("<b>Name</b>"))

    assert drawn(Form()).label.string == "<b>Name</b>"


def test_template_code_in_a_legend_is_not_run():
    class Form(GovukForm):
        name = forms.CharField()

        def layout(self):
            return Layout(Fieldset("{{ 7|add:5 }}", "name"))

    assert drawn(Form()).legend.string == "{{ 7|add:5 }}"


def test_every_error_link_lands_on_a_control_that_takes_the_focus():
    form = EveryQuestion({"moved-day": "3", "moved-year": "2026"})

    links = {href: words for words, href in form.error_list()}

    page = drawn(form)
    for href in links:
        target = page.find(id=href.removeprefix("#"))
        assert target.name in ("input", "select", "textarea"), href
    assert len(links) == 14
    assert links["#id_moved-month"] == "Date must include a month"


def test_a_hint_and_an_error_are_read_out_with_their_control():
    page = drawn(EveryQuestion({}))

    reference = page.find(id="id_reference")
    assert reference["aria-describedby"] == "id_reference-hint id_reference-error"
    assert page.find(id="id_reference-hint").string == "On your bill"
    assert page.find(id="id_reference-error").get_text() == "Error: Enter reference"
    assert page.find(id="id_contact").find_parent("fieldset")["aria-describedby"] == (
        "id_contact-error"
    )


def test_messages_name_the_field_they_are_about():
    words = [words for words, _href in EveryQuestion({}).error_list()]

    assert words[:8] == [
        "Enter reference",
        "Enter an amount, like 45.50",
        "Enter length",
        "Enter email address",
        "Answer the question “How should we contact you?”",
        "Select services",
        "Select “I agree to the terms” to continue",
        "Enter a date, like 27 3 2026",
    ]


def test_a_field_keeps_the_message_it_was_given():
    class Form(GovukForm):
        name = forms.CharField(error_messages={"required": "Enter your full name"})

    assert Form({}).error_list() == [("Enter your full name", "#id_name")]


def test_a_per_cent_sign_in_a_label_does_not_break_its_messages():
    class Form(GovukForm):
        share = forms.CharField(label="Share in %", max_length=2)

    assert Form({}).error_list()[0][0] == "Enter share in %"
    assert Form({"share": "123"}).error_list()[0][0] == "Share in % must be 2 characters or fewer"


def test_what_concerns_the_whole_form_comes_first_and_has_no_link():
    class Form(GovukForm):
        name = forms.CharField()

        def clean(self):
            raise forms.ValidationError("These don't go together")

    assert Form({}).error_list() == [("These don't go together", ""), ("Enter name", "#id_name")]


def test_the_form_carries_its_token_and_leaves_checking_to_the_server():
    form = drawn(EveryQuestion()).form

    assert form["method"] == "post"
    assert form["enctype"] == "multipart/form-data"
    assert form.has_attr("novalidate")
    assert not form.find(required=True)
    assert form.find("input", {"name": "csrfmiddlewaretoken"})["value"] == "c"
    assert form.find("input", {"name": "token"})["type"] == "hidden"


def test_browsers_may_fill_in_address_and_email():
    page = drawn(EveryQuestion())

    assert page.find(id="id_street")["autocomplete"] == "address-line1"
    assert page.find(id="id_email")["autocomplete"] == "email"


def test_a_box_never_cuts_a_pasted_reference_short():
    page = drawn(EveryQuestion())

    assert not page.find(id="id_reference").has_attr("maxlength")


def test_an_amount_has_a_pound_sign_and_a_keyboard_of_figures():
    box = drawn(EveryQuestion()).find(id="id_amount")

    assert (box["type"], box["inputmode"], box["spellcheck"]) == ("text", "decimal", "false")
    assert box.find_previous_sibling(class_="govuk-input__prefix").string == "£"


def test_a_number_is_typed_into_a_text_box():
    box = drawn(EveryQuestion()).find(id="id_metres")

    assert (box["type"], box["inputmode"]) == ("text", "numeric")
    assert box.find_next_sibling(class_="govuk-input__suffix").string == "m"


class Amount(GovukForm):
    amount = AmountField()


@pytest.mark.parametrize("typed", ["£1,234.50", " 1234.50 ", "1 234.50"])
def test_an_amount_is_read_as_people_write_it(typed):
    form = Amount({"amount": typed})

    assert form.is_valid()
    assert form.cleaned_data["amount"] == Decimal("1234.50")


@pytest.mark.parametrize("typed", ["-5", "0", "1E3", "1.005", "１２", "abc", "1,23"])
def test_an_amount_that_can_not_be_read_is_refused_and_shown_as_typed(typed):
    form = Amount({"amount": typed})

    assert not form.is_valid()
    assert len(form.errors["amount"]) == 1
    assert drawn(form).find(id="id_amount")["value"] == typed


def test_a_known_amount_is_shown_with_its_pence():
    form = Amount(initial={"amount": Decimal("45.5")})

    assert drawn(form).find(id="id_amount")["value"] == "45.50"


class Day(GovukForm):
    day = DateField(label="Date of birth", required=False)


def parts(day: str, month: str, year: str) -> dict[str, str]:
    return {"day-day": day, "day-month": month, "day-year": year}


def test_a_date_is_read_from_its_three_boxes():
    form = Day(parts(" 29", "2", "2024 "))

    assert form.is_valid()
    assert form.cleaned_data["day"] == dt.date(2024, 2, 29)


def test_a_date_that_need_not_be_given_may_be_left_out():
    form = Day(parts("", "", ""))

    assert form.is_valid()
    assert form.cleaned_data["day"] is None


@pytest.mark.parametrize(
    "typed",
    [("29", "2", "2023"), ("1", "13", "2024"), ("1", "1", "24"), ("+1", "1", "2024")]
    + [("١", "1", "2024"), ("1_0", "1", "2024"), ("1", "1", "0000"), ("x", "1", "2024")],
)
def test_a_date_that_is_none_is_refused(typed):
    form = Day(parts(*typed))

    assert form.error_list() == [("Date must be a real date, like 27 3 2026", "#id_day-day")]
    assert [box["value"] for box in drawn(form).select(".govuk-date-input input")] == list(typed)


def test_only_the_missing_parts_of_a_date_are_marked():
    form = Day(parts("1", "", ""))

    page = drawn(form)

    assert form.error_list() == [("Date must include a month and year", "#id_day-month")]
    marked = [box["id"] for box in page.select("input.govuk-input--error")]
    assert marked == ["id_day-month", "id_day-year"]


def test_a_known_date_is_shown_in_its_three_boxes():
    page = drawn(Day(initial={"day": dt.date(2026, 3, 27)}))

    assert [box["value"] for box in page.select(".govuk-date-input input")] == ["27", "3", "2026"]


def test_a_line_break_counts_as_one_character_as_on_the_page():
    class Form(GovukForm):
        note = LongTextField(max_length=5)

    assert Form({"note": "a\r\nb\r\nc"}).is_valid()
    assert not Form({"note": "a\r\nb\r\ncd"}).is_valid()


def test_the_counter_speaks_the_language_of_the_page():
    from django.utils import translation

    with translation.override("cy"):
        group = drawn(EveryQuestion()).find(class_="govuk-character-count")

    assert "%{count}" in group["data-i18n.characters-under-limit.few"]
    assert not drawn(EveryQuestion()).find(attrs={"data-i18n.characters-under-limit.few": True})


def test_part_of_one_answer_hangs_on_that_answer():
    page = drawn(EveryQuestion({"contact": "phone"}))

    phone, post = page.select("input[name=contact]")
    panel = page.find(id=phone["data-aria-controls"])
    assert panel.find(id="id_phone")
    assert "govuk-radios__conditional--hidden" not in panel["class"]
    assert not post.has_attr("data-aria-controls")
    assert page.find(id=post["aria-describedby"]).string == "Takes a week"


def test_four_questions_are_drawn_with_one_template():
    class Form(GovukForm):
        name = forms.CharField()
        email = forms.EmailField()
        amount = AmountField()
        note = LongTextField()

    used = []

    def note(sender, template, **kwargs):
        used.append(template.name)

    template_rendered.connect(note)
    try:
        drawn(Form())
    finally:
        template_rendered.disconnect(note)

    assert used == ["ims_govuk/whole_uni_form.html"]


def test_a_widget_nobody_drew_is_named():
    class Form(GovukForm):
        when = forms.SplitDateTimeField()

    with pytest.raises(TypeError, match="SplitDateTimeWidget"):
        drawn(Form())


def test_a_form_inside_another_has_no_tag_of_its_own():
    form = EveryQuestion()
    form.helper.form_tag = False

    assert drawn(form).form is None


def test_crispys_own_submit_button_and_filter_work_too():
    from crispy_forms.layout import Submit
    from crispy_forms.templatetags.crispy_forms_filters import as_crispy_form

    form = Amount()
    form.helper.add_input(Submit("go", "Go on"))

    button = drawn(form).find("button", {"name": "go"})

    assert button.string == "Go on"
    assert 'id="id_amount"' in as_crispy_form(Amount())
