"""The screens of reference rules and check digits."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from ims_wagtail.funds.models import CheckDigit, ReferenceRule

from .base import SetupViewSet
from .try_reference import ReferenceRuleInspectView


class ReferenceRuleViewSet(SetupViewSet):
    model = ReferenceRule
    name = "reference-rules"
    inspect_view_class = ReferenceRuleInspectView
    icon = "regex"
    menu_order = 30
    ordering = "name"
    select_related = ("check_digit",)
    list_display = [
        "name",
        Column("mask", label=_("Mask")),
        Column("check_digit", label=_("Check digit")),
        Column("example", label=_("Example")),
    ]
    form_fields = [
        "name",
        "example",
        "minimum_length",
        "maximum_length",
        "character_type",
        "pattern",
        "mask",
        "check_digit",
        "ignore_spaces",
        "ignore_hyphens",
    ]
    inspect_view_fields = form_fields


class CheckDigitViewSet(SetupViewSet):
    model = CheckDigit
    name = "check-digits"
    icon = "order"
    menu_order = 40
    ordering = "name"
    list_display = [
        "name",
        Column("get_algorithm_display", label=_("Algorithm")),
        Column("modulus", label=_("Modulus")),
    ]
    form_fields = [
        "name",
        "algorithm",
        "modulus",
        "weights",
        "source_prefix",
        "substitutions",
        "subtract",
    ]
    inspect_view_fields = form_fields
