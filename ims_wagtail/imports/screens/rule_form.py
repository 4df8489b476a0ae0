"""The form of a rule: its conditions and actions as rows, each judged where it stands."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, ModelForm, inlineformset_factory, model_to_dict
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from ims_wagtail.access.policy import funds_for
from ims_wagtail.imports.models import ImportRule, RuleAction, RuleCondition
from ims_wagtail.imports.rules.reading import check_action, value_of


#: So many empty rows end each table.
_EMPTY_CONDITIONS, _EMPTY_ACTIONS = 4, 3
FROZEN = _("This rule is on, or asked for. Switch it off, or withdraw the request, to change it.")


class ConditionForm(ModelForm):
    """One comparison."""

    group = forms.IntegerField(label=_("Group"), min_value=1, max_value=9, initial=1)

    class Meta:
        model = RuleCondition
        fields = ("group", "field", "operator", "value")
        widgets = {"value": forms.Textarea(attrs={"rows": 2, "cols": 30})}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                value_of(_of(RuleCondition, cleaned, self._meta.fields))
            except ValidationError as error:
                self.add_error("value", error)
        return cleaned


class ActionForm(ModelForm):
    """One thing done."""

    class Meta:
        model = RuleAction
        fields = ("kind", "value", "amount", "fund")

    def __init__(self, *args: Any, funds: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["fund"]
        chosen.queryset = funds

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                check_action(_of(RuleAction, cleaned, self._meta.fields))
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned


def _of(model: Any, cleaned: dict[str, Any], names: Any) -> Any:
    return model(**{name: cleaned[name] for name in names if name in cleaned})


class _Rows(BaseInlineFormSet):
    def save_to(self, rule: ImportRule) -> None:
        """Keep the rows of a rule that has just been saved."""
        self.instance = rule
        self.save()


ConditionFormSet: Any = inlineformset_factory(
    ImportRule,
    RuleCondition,
    form=ConditionForm,
    formset=_Rows,
    extra=_EMPTY_CONDITIONS,
    can_delete=True,
)
ActionFormSet: Any = inlineformset_factory(
    ImportRule,
    RuleAction,
    form=ActionForm,
    formset=_Rows,
    extra=_EMPTY_ACTIONS,
    can_delete=True,
)


class RuleForm(WagtailAdminModelForm):
    """Saves a rule together with its conditions and actions, or none of them."""

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        verb = "change" if self.instance.pk else "add"
        own = funds_for(self.for_user, f"ims_imports.{verb}_importrule")
        funds = own.filter(is_suspense=False).order_by("code")
        self.conditions = self._rows(ConditionFormSet, data, "conditions")
        self.actions = self._rows(ActionFormSet, data, "actions", form_kwargs={"funds": funds})

    def _rows(self, formset: Any, data: Any, prefix: str, **kwargs: Any) -> Any:
        sent = data if data and f"{prefix}-TOTAL_FORMS" in data else None
        rows = formset(sent, instance=self.instance, prefix=prefix, **kwargs)
        if not data and (begun := self._begun(prefix, formset.form._meta.fields)):
            rows.initial_extra = begun
            rows.extra += len(begun)
        return rows

    def _begun(self, prefix: str, names: Any) -> list[dict[str, Any]]:
        """Return the rows that a new rule's form begins with: a copied rule's, or others'."""
        copied = self.initial.get("copied")
        if copied:
            return [model_to_dict(one, fields=names) for one in getattr(copied, prefix).all()]
        return list(self.initial.get(prefix, ()))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        # The row is locked by now, so that nobody asks for it meanwhile.
        if self.instance.asked_by_id:
            raise ValidationError(FROZEN)
        return cleaned

    def is_valid(self) -> bool:
        # All are looked at, so that all mistakes are shown at once.
        return all([super().is_valid(), *(rows.is_valid() for rows in self._sent())])

    def has_changed(self) -> bool:
        return super().has_changed() or any(rows.has_changed() for rows in self._sent())

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit)
        for rows in self._sent():
            rows.save_to(saved)
        return saved

    def _sent(self) -> list[Any]:
        return [rows for rows in (self.conditions, self.actions) if rows.is_bound]
