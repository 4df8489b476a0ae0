"""The screens by which finance defines its own facts about funds and payment types."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column

from ims_wagtail.funds.models import Attribute

from .base import SetupViewSet


class AttributeViewSet(SetupViewSet):
    model = Attribute
    name = "attributes"
    icon = "list-ul"
    menu_order = 50
    ordering = ("applies_to", "position", "label")
    list_display = [
        "label",
        Column("name", label=_("Name in files")),
        Column("get_applies_to_display", label=_("A fact about")),
        Column("get_kind_display", label=_("Kind")),
        BooleanColumn("required", label=_("Required")),
    ]
    form_fields = ["label", "name", "applies_to", "kind", "choices", "required", "position"]
    inspect_view_fields = form_fields
