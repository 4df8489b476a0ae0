"""What uses a row: asked before it is disabled, and the reason why it can't be deleted."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.db.models import PROTECT, Model
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils.translation import gettext as _


#: The form field by which a person says a second time that a row in use is to be disabled.
CONFIRM_FIELD = "ims_disable_all_the_same"

#: Past so many rows the number no longer matters, and counting a whole ledger would take long.
_ENOUGH = 1000


@dataclass(frozen=True, slots=True)
class Use:
    """How many rows of one kind name a row; ``_ENOUGH`` + 1 stands for any number more."""

    label: str
    number: int

    def __str__(self) -> str:
        number = f"{_ENOUGH:,}+" if self.number > _ENOUGH else f"{self.number:,}"
        return f"{number} {self.label}"


def protecting_relations(obj: Model) -> Iterator[ForeignObjectRel]:
    """Yield the relations whose rows keep an object from being deleted, hidden ones included."""
    for relation in obj._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.on_delete is PROTECT:
            yield relation


def usage_of(obj: Model) -> list[Use]:
    """Return what names an object, kind by kind: one query for each kind that could.

    Rooms above need do nothing to be counted: a protecting foreign key is the registration.
    """
    uses = []
    for relation in protecting_relations(obj):
        model = relation.related_model
        rows = model._base_manager.filter(**{relation.field.name: obj.pk})
        if number := rows.order_by()[: _ENOUGH + 1].count():
            names = model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural
            uses.append(Use(str(names), number))
    return uses


def in_words(uses: list[Use]) -> str:
    """Return “14 payment pages, 3 stop messages”, or that nothing uses it."""
    return ", ".join(str(use) for use in uses) or _("nothing")


def add_confirmation(form: forms.ModelForm) -> None:
    """Let a form with an ``enabled`` field carry the answer to ``ask_before_disabling``."""
    if "enabled" in form.fields:
        form.fields[CONFIRM_FIELD] = forms.CharField(required=False, widget=forms.HiddenInput)


def ask_before_disabling(form: forms.ModelForm, *, was_enabled: bool) -> bool:
    """Say whether a bound form that disables a row has to be confirmed first.

    The form then shows what uses the row; sending it once more disables it.
    """
    name = form.add_prefix(CONFIRM_FIELD)
    if not was_enabled or form.data.get(name) or form.cleaned_data.get("enabled", True):
        return False
    uses = usage_of(form.instance)
    if not uses:
        return False
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data[name] = "1"  # type: ignore[index]
    form.add_error(
        "enabled",
        _("Used by %(uses)s. To disable it all the same, save again.") % {"uses": in_words(uses)},
    )
    return True
