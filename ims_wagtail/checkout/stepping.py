"""Filling in a page that asks in several steps: one step at a time, and a line only at the end.

Every step is checked with all that was typed before it, so that nothing gets in by leaving a step
out. What was typed is kept by ``unfinished``; addresses hold the number of the step and the key of
the entry, which opens nothing without the basket's cookie.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import chain
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from ims_wagtail.ui.widgets import DateInput

from .amounts.layouts import RuleTable
from .cookie import basket_token, remember_basket
from .fields import AnswerFileField
from .forms.entry import EntryForm
from .forms.shown import controls, fields_shown, show_step, steps_shown, what_fields
from .models import BasketLine, UnfinishedEntry
from .responses import see_basket, see_other
from .selectors import basket_by_token, open_basket
from .steps import Step, steps_of
from .taking_back import erase_unanswered
from .throttle import count_refusal, slow_down, too_many_refusals
from .unfinished import FILES, Typed, forget, save_step, together, unfinished_entry
from .uploading import keep_uploads, tell_files


Shown = tuple[EntryForm, HttpResponse | None]

#: Puts a valid form into the basket, or answers nothing and leaves an error on the form.
Finish = Callable[[EntryForm], HttpResponse | None]


@dataclass(frozen=True, slots=True)
class Walk:
    """One request for one step.

    ``make`` makes the form from ``data`` or ``initial``. ``line`` is the line that is changed, from
    ``initial``. What was typed ``stays`` where it is looked at once more after the last step.
    """

    request: HttpRequest
    make: Callable[..., EntryForm]
    finish: Finish
    line: BasketLine | None = None
    initial: Mapping[str, Any] = field(default_factory=dict)
    stays: bool = False

    @property
    def is_change(self) -> bool:
        """Whether it only leads to steps that a change makes necessary."""
        return self.line is not None or (self.stays and self.request.GET.get("then") == "check")

    @property
    def entry(self) -> UnfinishedEntry | None:
        """What was typed in earlier steps; one query where there were any."""
        asked = self.request.GET.get("entry", "")
        token = basket_token(self.request)
        return unfinished_entry(token=token, entry_id=asked, line=self.line) if asked else None

    def address(self, step: Step, entry: UnfinishedEntry | None) -> str:
        """Return where a step is asked."""
        asked = self.request.GET.copy()
        asked["step"] = str(step.number)
        if entry is not None:
            asked["entry"] = str(entry.pk)
        return f"{self.request.path}?{asked.urlencode()}"


def walk(walked: Walk) -> Shown:
    """Show a step, or take what was typed in it and go on. Returns a form unless it answers."""
    blank = walked.make(initial=walked.initial)
    steps = steps_of(blank.questions)
    if walked.request.method == "POST":
        return _take(walked, steps, first=steps_shown(blank, steps)[0])
    return _show(walked, steps)


def _show(walked: Walk, steps: tuple[Step, ...]) -> Shown:
    entry = walked.entry
    initial = dict(walked.initial)
    if entry is not None:
        typed = walked.make(data=together(entry.typed))
        typed.full_clean()
        initial |= typed.cleaned_data
    form = walked.make(initial=initial)
    shown = steps_shown(form, steps)
    step = _chosen(walked, shown, otherwise=shown[0])
    if walked.line is None:
        # No step before the one that has yet to be filled in is left out.
        done = set(entry.typed) if entry else set()
        missing = [each for each in shown if str(each.number) not in done]
        step = min(step, missing[0], key=_number) if missing else step
    return _prepared(walked, form, step, shown, entry), None


def _take(walked: Walk, steps: tuple[Step, ...], *, first: Step) -> Shown:
    request = walked.request
    if too_many_refusals(request):
        return walked.make(initial=walked.initial), slow_down(request)
    entry = walked.entry
    basket = basket_by_token(basket_token(request))
    step = _chosen(walked, steps, otherwise=first)
    if entry is None and walked.line is None and step != first:
        # What was typed before is not there any more: sent twice, it is in the basket by now.
        is_in_basket = bool(open_basket(basket_token(request)).lines)
        return walked.make(), see_basket() if is_in_basket else see_other(request.path)
    before: dict[str, Typed] = dict(entry.typed) if entry else _typed_before(walked, steps)
    typed = dict(before)
    if "duplicate" not in request.POST:
        typed[str(step.number)] = _typed_here(walked, step, typed)
    sent = keep_uploads(request, step.questions, basket=basket)
    files = before.get(FILES, {})
    if files != (now := sent.files(files)):
        # At once, so that a mistake beside it doesn't lose it.
        typed[FILES] = before[FILES] = now
        entry = save_step(entry=entry, basket=sent.basket, line=walked.line, typed=before)
        erase_unanswered(basket=entry.basket, answers=chain(*files.values()))
    form = walked.make(data=together(typed))
    form.step = step
    form.full_clean()
    sent.tell(form)
    shown = steps_shown(form, steps)
    if _is_wrong(form, shown) or set(form.fields) - set(form.base_fields):
        # What comes to be asked after the first look at an answer is asked in the same step.
        if form.reference_refused and step.is_first:
            count_refusal(request)
        return _prepared(walked, form, step, shown, entry), None
    entry = save_step(
        entry=entry, basket=entry.basket if entry else basket, line=walked.line, typed=typed
    )
    if (following := _following(walked, form, shown, step, typed)) is not None:
        response = see_other(walked.address(following, entry))
        remember_basket(response, entry.basket.token)
        return form, response
    form.basket_token, form.entry_id = entry.basket.token, entry.pk
    finished = walked.finish(form) if form.is_valid() and form.checked is not None else None
    if finished is not None and finished.status_code == HTTPStatus.SEE_OTHER and not walked.stays:
        forget(entry)
        erase_unanswered(basket=entry.basket, answers=chain(*typed.get(FILES, {}).values()))
    return _prepared(walked, form, wrong_step(form, shown) or step, shown, entry), finished


def _prepared(
    walked: Walk, form: EntryForm, step: Step, shown: list[Step], entry: UnfinishedEntry | None
) -> EntryForm:
    """Make a form show one step, its errors, where it is sent and the step before it."""
    form.step = step
    show_step(form, step, tells_whole=_is_told(form, shown))
    form.begins = step == shown[0]
    form.basket_token = entry.basket.token if entry else None
    tell_files(form)
    form.helper.form_action = walked.address(step, entry)
    form.helper.render_hidden_fields = step.is_first
    before = [each for each in shown if each.number < step.number]
    form.back_url = walked.address(before[-1], entry) if before and entry else ""
    return form


def _chosen(walked: Walk, steps: Sequence[Step], *, otherwise: Step) -> Step:
    asked = walked.request.GET.get("step", "")
    return next((step for step in steps if str(step.number) == asked), otherwise)


def _number(step: Step) -> int:
    return step.number


def _is_wrong(form: EntryForm, shown: list[Step]) -> bool:
    told = form.non_field_errors() if _is_told(form, shown) else []
    return bool(told) or not fields_shown(form).isdisjoint(form.errors)


def _is_told(form: EntryForm, shown: list[Step]) -> bool:
    """Say whether what is wrong with a form as a whole can be told in its step.

    Answers in later steps may lead to another price.
    """
    is_last = form.step is not None and form.step.number == shown[-1].number
    return is_last or not isinstance(form.amount_part.layout, RuleTable)


def _following(
    walked: Walk, form: EntryForm, shown: list[Step], step: Step, typed: Mapping[str, Typed]
) -> Step | None:
    """Return the step to go on with: the next; after a change only what that made necessary."""
    if not walked.is_change:
        return next((each for each in shown if each.number > step.number), None)
    return next((each for each in shown if str(each.number) not in typed), None) or wrong_step(
        form, shown
    )


def wrong_step(form: EntryForm, shown: list[Step]) -> Step | None:
    """Return the first step in which something is wrong or missing."""
    kept = form.step
    for step in shown:
        form.step = step
        if not fields_shown(form).isdisjoint(form.errors):
            return step
    form.step = kept
    return None


def _typed_here(walked: Walk, step: Step, typed: Mapping[str, Typed]) -> Typed:
    """Return what was posted for the controls of a step, and nothing else."""
    posted = walked.request.POST
    others = {number: each for number, each in typed.items() if number != str(step.number)}
    data = together({**others, "": {name: posted.getlist(name) for name in posted}})
    form = walked.make(data=data)
    own = {question.field_name for question in step.questions}
    names = own | what_fields(form) if step.is_first else own
    return {
        control: posted.getlist(control)
        for name in names
        for control in controls(name, form.fields[name])
        # A file is known by what was kept, never by what a browser says.
        if control in posted and not isinstance(form.fields[name], AnswerFileField)
    }


def _typed_before(walked: Walk, steps: tuple[Step, ...]) -> dict[str, Typed]:
    """Return what a line holds as if it had been typed, for the steps in which it was asked."""
    if walked.line is None:
        return {}
    form = walked.make(initial=walked.initial)
    files: dict[str, list[str]] = {}
    found: dict[str, Typed] = {FILES: files}
    for step in steps_shown(form, steps):
        form.step = step
        own: dict[str, list[str]] = {}
        for name in fields_shown(form):
            place = files if isinstance(form.fields[name], AnswerFileField) else own
            place |= _as_typed(name, form.fields[name], walked.initial.get(name))
        found[str(step.number)] = own
    return found


def _as_typed(name: str, field: forms.Field, value: Any) -> dict[str, list[str]]:
    if isinstance(field.widget, DateInput):
        parts = field.widget.decompress(value)
        names = controls(name, field)
        return {part: [str(each)] for part, each in zip(names, parts, strict=True)}
    if isinstance(value, bool) or value is None:
        return {name: ["on"]} if value else {}
    values = value if isinstance(value, list | tuple) else [value]
    return {name: [str(each) for each in values]}
