"""Files that come with a step of a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ims_wagtail.ui.widgets import KeptFileInput

from .answer_files import file_name, keep_file
from .enums import QuestionKind
from .forms.shown import keys_asked
from .models import Basket
from .questions import Question
from .scanning import FileRefused


if TYPE_CHECKING:
    from .forms.entry import EntryForm


@dataclass(slots=True)
class Sent:
    """The files of one step: kept ones as answers by the names of their fields, and refusals.

    ``taken_back`` are the names of fields whose earlier file is to go.
    """

    basket: Basket | None
    kept: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    taken_back: set[str] = field(default_factory=set)

    def files(self, before: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """Return the files there are now, where these were there before."""
        now = {**before, **self.kept}
        return {name: answers for name, answers in now.items() if name not in self.taken_back}

    def tell(self, form: "EntryForm") -> None:
        """Put what was refused beside its question."""
        asked = keys_asked(form)
        for question in form.questions:
            name = question.field_name
            if name in self.refused and question.key in asked:
                form.errors.pop(name, None)
                form.add_error(name, self.refused[name])


def keep_uploads(
    request: HttpRequest, questions: Sequence[Question], *, basket: Basket | None
) -> Sent:
    """Look at the files sent for these questions and keep the good ones, in a basket if need be.

    A file that nobody has to send may be taken back; one that comes at the same time replaces it.
    """
    sent = Sent(basket=basket)
    for question in questions:
        upload = request.FILES.get(question.field_name)
        if question.kind != QuestionKind.FILE:
            continue
        if upload is None:
            box = KeptFileInput.removal_name(question.field_name)
            if not question.required and box in request.POST:
                sent.taken_back.add(question.field_name)
            continue
        sent.basket = sent.basket or Basket.objects.create()
        try:
            answer = keep_file(upload, question=question, basket=sent.basket)
        except FileRefused as refused:
            sent.refused[question.field_name] = str(refused)
        else:
            sent.kept[question.field_name] = [answer]
    return sent


def tell_files(form: "EntryForm") -> None:
    """Say in a form which files are kept already; what nobody has to send may be taken back."""
    for question in form.questions:
        if question.kind != QuestionKind.FILE or question.field_name not in form.fields:
            continue
        bound = form[question.field_name]
        name = file_name(str(bound.value() or ""))
        if name:
            kept = _("We have “%(name)s”. Choose a file only to replace it.") % {"name": name}
            # A field that was looked at has its hint already.
            bound.help_text = f"{kept} {bound.help_text}"
            widget = bound.field.widget
            if isinstance(widget, KeptFileInput) and not question.required:
                widget.kept = name
