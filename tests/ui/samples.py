"""A form with every kind of question, and a page around it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from example_site.urls import urlpatterns as site_urls
from ims_wagtail.ui.components.content import Action, Cell, Row
from ims_wagtail.ui.forms import AmountField, DateField, GovukForm, LongTextField
from ims_wagtail.ui.languages import answer_in_chosen_language
from ims_wagtail.ui.layout import (
    Button,
    ButtonGroup,
    Choices,
    Field,
    Fieldset,
    Layout,
)


class EveryQuestion(GovukForm):
    autocomplete = {"street": "address-line1", "postcode": "postal-code"}

    reference = forms.CharField(label="Reference", help_text="On your bill", max_length=12)
    amount = AmountField(label="Amount")
    metres = forms.IntegerField(label="Length")
    email = forms.EmailField(label="Email address")
    contact = forms.ChoiceField(
        label="How should we contact you?",
        choices=[("phone", "Phone"), ("post", "Post")],
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(label="Phone number", required=False)
    services = forms.MultipleChoiceField(
        label="Services",
        choices=[("bins", "Bins"), ("books", "Books")],
        widget=forms.CheckboxSelectMultiple,
    )
    agree = forms.BooleanField(label="I agree to the terms", help_text="Read them first")
    moved = DateField(label="When did you move in?")
    note = LongTextField(label="Note", max_length=20)
    story = forms.CharField(label="Story", widget=forms.Textarea)
    band = forms.ChoiceField(label="Band", choices=[("", "Choose"), ("a", "A")])
    photo = forms.FileField(label="Photo")
    street = forms.CharField(label="Address line 1")
    postcode = forms.CharField(label="Postcode")
    token = forms.CharField(widget=forms.HiddenInput, initial="t", required=False)

    def layout(self) -> Layout:
        return Layout(
            Field("reference", width=20, size="m"),
            "amount",
            Field("metres", suffix="m", width=4),
            "email",
            Choices("contact", reveal={"phone": "phone"}, hints={"post": "Takes a week"}),
            "services",
            "agree",
            "moved",
            "note",
            "story",
            "band",
            "photo",
            Fieldset("Your address", "street", Field("postcode", width=10)),
            ButtonGroup(Button("Pay"), Button("Save", kind="secondary", name="save", value="1")),
        )


PAGE = """{% extends "ims_wagtail/ui/base.html" %}{% load crispy_forms_tags ims_govuk %}
{% block title %}Every question{% endblock %}
{% block before_content %}{% govuk_back_link "/" %}{% endblock %}
{% block content %}<h1 class="govuk-heading-l">Every question</h1>
{% govuk_panel title="Payment complete" level=2 %}Your reference<br>ABCD{% endgovuk_panel %}
{% govuk_notification_banner %}<p>Pay by Friday</p>{% endgovuk_notification_banner %}
{% govuk_inset_text %}An inset{% endgovuk_inset_text %}
{% govuk_warning_text %}You can be fined{% endgovuk_warning_text %}
{% govuk_details "Where to find it" %}On the bill{% endgovuk_details %}
<p>{% govuk_tag "Paid" "green" %} {% govuk_tag "Checking" "yellow" %}</p>
{% govuk_summary_list rows title="Council tax" %}
{% govuk_table cells caption="VAT by rate" head=head %}
{% crispy form %}{% govuk_button_link "Start" href="/" start=True %}{% govuk_print_button "Print" %}
{% endblock %}"""


def every_question(request: HttpRequest) -> HttpResponse:
    answer_in_chosen_language(request)
    form = EveryQuestion(request.POST if request.method == "POST" else None)
    money = [Cell("£1,000.00", numeric=True)] * 3
    context = {
        "form": form,
        "rows": [
            Row("Amount", "£45.50", [Action("Change", "#", "the amount")]),
            Row("Reference", "7" * 60),
        ],
        "cells": [[Cell("20%"), *money]],
        "head": [Cell("Rate"), Cell("Net", True), Cell("VAT", True), Cell("Gross", True)],
    }
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("pay/every-question/", every_question), *site_urls]
