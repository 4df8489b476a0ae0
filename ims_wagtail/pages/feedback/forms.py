"""The question."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ims_wagtail.checkout.typed_text import refuse_card_number
from ims_wagtail.ui.forms import GovukForm, LongTextField

from .models import LONGEST


#: The easiest first, as people hope.
SCORES = (
    (5, _("Very easy")),
    (4, _("Easy")),
    (3, _("Neither easy nor difficult")),
    (2, _("Difficult")),
    (1, _("Very difficult")),
)


class FeedbackForm(GovukForm):
    """How easy it was, and why if people like to say so."""

    submit_label = _("Send feedback")

    score = forms.TypedChoiceField(
        label=_("How easy was it to pay?"),
        choices=SCORES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how easy it was to pay")},
    )
    words = LongTextField(
        label=_("What could we do better? (optional)"),
        help_text=_("Leave out your name, your address and numbers of accounts or cards."),
        required=False,
        max_length=LONGEST,
    )

    def clean_words(self) -> str:
        """Refuse card numbers."""
        words: str = self.cleaned_data["words"]
        refuse_card_number(words, name=str(self.fields["words"].label))
        return words
