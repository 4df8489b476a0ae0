"""Forms that save a row together with what belongs to it: dated codes, the council's own facts."""

from typing import Any

from django import forms
from django.db.models import Model
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import Panel

from ims_wagtail.access.filters import NativeDateInput
from ims_wagtail.funds.attributes import field_for, stored
from ims_wagtail.funds.enums import AmountSource, AttributeOwner
from ims_wagtail.funds.models import Attribute, AttributeValue, Fund, LedgerCode, PaymentType


class _LedgerCodes(BaseInlineFormSet):
    def save_to(self, owner: Model) -> None:
        """Keep the codes of a fund that has just been saved."""
        self.instance = owner
        self.save()


LedgerCodeFormSet = inlineformset_factory(
    Fund,
    LedgerCode,
    formset=_LedgerCodes,
    fields=["starts", "code"],
    widgets={"starts": NativeDateInput},
    extra=2,
    can_delete=True,
)


class AttributesForm(forms.Form):
    """What the council's own attributes say about one fund or payment type."""

    def __init__(self, data: Any, *, kind: AttributeOwner, source: Model | None) -> None:
        super().__init__(data, prefix="attributes")
        self.kind = kind
        self.attributes = list(
            Attribute.objects.filter(applies_to=kind).order_by("position", "label")
        )
        kept = (
            dict(source.attribute_values.values_list("attribute", "value"))  # type: ignore[attr-defined]
            if source and self.attributes
            else {}
        )
        for attribute in self.attributes:
            self.fields[attribute.name] = field_for(attribute)
            self.fields[attribute.name].initial = kept.get(attribute.pk, "")

    def save_to(self, owner: Model) -> None:
        """Keep the values of a row that has just been saved."""
        for attribute in self.attributes:
            whose: dict[str, Any] = {"attribute": attribute, self.kind.value: owner}
            value = stored(self.cleaned_data[attribute.name])
            if value:
                AttributeValue.objects.update_or_create(**whose, defaults={"value": value})
            else:
                AttributeValue.objects.filter(**whose).delete()


class PartsForm(WagtailAdminModelForm):
    """Saves the row and its parts together, or neither.

    A part whose section was not sent stays as it is.
    """

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.parts: list[Any] = []

    def add_attributes(self, data: Any, kind: AttributeOwner) -> AttributesForm:
        """Return the part with the council's attributes: of the row, or of the row it copies."""
        source = self.instance if self.instance.pk else self.initial.get("copied")
        sent = data if data and "attributes" in data else None
        return AttributesForm(sent, kind=kind, source=source)

    def is_valid(self) -> bool:
        # Every part is looked at, so that all mistakes are shown at once.
        return all([super().is_valid(), *(part.is_valid() for part in self._sent())])

    def has_changed(self) -> bool:
        return super().has_changed() or any(part.has_changed() for part in self._sent())

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit)
        for part in self._sent():
            part.save_to(saved)
        return saved

    def _sent(self) -> list[Any]:
        return [part for part in self.parts if part.is_bound]


class FundForm(PartsForm):
    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        sent = data if data and "ledger_codes-TOTAL_FORMS" in data else None
        self.ledger_codes = LedgerCodeFormSet(sent, instance=self.instance, prefix="ledger_codes")
        self.attributes = self.add_attributes(data, AttributeOwner.FUND)
        self.parts = [self.ledger_codes, self.attributes]


class PaymentTypeForm(PartsForm):
    """Asks for prices where pages lay them out."""

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        self.attributes = self.add_attributes(data, AttributeOwner.PAYMENT_TYPE)
        self.parts = [self.attributes]

    def clean(self) -> dict[str, Any]:
        """Look at the prices: the row itself can't, they are kept after it."""
        cleaned = super().clean() or self.cleaned_data
        prices = cleaned.get("prices")
        if cleaned.get("amount_source") == AmountSource.PRICES and "prices" in self.fields:
            if not prices:
                self.add_error("prices", _("Choose the prices that pages may charge"))
            elif closed := [price.name for price in prices if not price.enabled]:
                self.add_error(
                    "prices",
                    _("Choose prices that are enabled, not %(names)s")
                    % {"names": ", ".join(closed)},
                )
        return cleaned


class AttributesPanel(Panel):
    """The council's own attributes, where it has defined some."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "ims_wagtail/backoffice/staff/attributes.html"

        def is_shown(self) -> bool:
            return bool(self.form.attributes.fields)


def parts_of(obj: Fund | PaymentType) -> dict[str, Any]:
    """Return what belongs to a row, for the audit log and for people who look at it."""
    details: dict[str, Any] = {}
    if isinstance(obj, Fund):
        details["ledger_codes"] = [
            f"{code.code} from {code.starts}" for code in obj.ledger_codes.order_by("starts")
        ]
    kept = obj.attribute_values.select_related("attribute").order_by("attribute__position")
    details["attributes"] = [f"{value.attribute.label}: {value.value}" for value in kept]
    return details
