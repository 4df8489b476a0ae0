"""The editor's forms of the page types."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from ims_wagtail.funds.models import PaymentType

from .checks import Version, stops_for
from .choices import may_see, types_for
from .ready import in_words
from .slugs import refuse_taken_slug
from .translations import SHARED, follow, leading_page


class IndexPageForm(WagtailAdminPageForm):
    """Refuses an address that the package answers itself."""

    def clean(self) -> dict[str, Any]:
        """Look at the address: a new page doesn't know its parent yet, but its form does."""
        cleaned = super().clean()
        try:
            refuse_taken_slug(slug=cleaned.get("slug", ""), parent=self.parent_page)
        except ValidationError as error:
            self.add_error(None, error)
        return cleaned


class PayablePageForm(IndexPageForm):
    """Offers only the payment types of funds this editor may use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        page = kwargs.get("instance")
        leading = leading_page(page) if page is not None else None
        if page is not None and leading is not None:
            follow(page, leading)
        super().__init__(*args, **kwargs)
        if field := self.fields.get("payment_type"):
            self._offer_types(field)
        if leading is not None:
            self._leave_to(leading)

    def clean(self) -> dict[str, Any]:
        """Ask for words in place of the picture once the page is to be published."""
        cleaned = super().clean()
        if (
            cleaned.get("reference_image")
            and not cleaned.get("reference_image_alt")
            and not self.is_deferred_validation
        ):
            self.add_error(
                "reference_image_alt",
                _("Say what the picture shows, for people who can’t see it"),
            )
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("The page must close later than it opens"))
        return cleaned

    def _post_clean(self) -> None:
        """Look at the page as filled in, once Django has put the values on it."""
        super()._post_clean()
        if self.is_deferred_validation:
            return
        for finding in stops_for(Version(self.instance, parent=self.parent_page)):
            field = finding.field if finding.field in self.fields else None
            if field is None or field not in self.errors:
                self.add_error(field, in_words(finding))

    def _leave_to(self, leading: Any) -> None:
        """Show what the page in the site's first language says, for that to be changed there."""
        for name in SHARED:
            if field := self.fields.get(name):
                field.disabled = True
                field.help_text = _("Set on “%(title)s”, for all languages") % {
                    "title": leading.title
                }

    def _offer_types(self, field: forms.ModelChoiceField) -> None:
        field.queryset = types_for(user=self.for_user, chosen_id=self.instance.payment_type_id)
        field.label_from_instance = self._label  # type: ignore[method-assign]
        field.empty_label = _("Choose a payment type")
        field.error_messages["required"] = _(
            "Choose what this page takes payments for before you publish it"
        )
        field.error_messages["invalid_choice"] = _("Choose a payment type you may use")

    def _label(self, obj: PaymentType) -> str:
        if may_see(user=self.for_user, payment_type=obj):
            return f"{obj.name} – {obj.fund}"
        return obj.name
