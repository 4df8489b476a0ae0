"""Writing a note on a posting."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from ims_wagtail.access.policy import scope_of

from .exceptions import NoteRefused
from .models import Posting
from .notes import ADD, LONGEST, write_note


class NoteForm(forms.Form):
    """A note, and a key by which a second click is known."""

    text = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy(
            "It can't be changed or deleted, and people may ask to see what is kept about them: "
            "write no personal data, and nothing you would not say to them."
        ),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


def note_form() -> NoteForm:
    """Return an empty form."""
    return NoteForm(initial={"key": uuid4()})


class NoteView(WagtailAdminTemplateMixin, View):
    """The form by itself: what is wrong with a note is said here."""

    model = Posting
    template_name = "ims_wagtail/ledger/staff/note.html"
    page_title = gettext_lazy("Write a note")
    header_icon = "edit"

    def dispatch(self, request: HttpRequest, pk: int) -> HttpResponse:
        mine = scope_of(request.user, ADD)
        if not mine:
            raise PermissionDenied
        policy = policy_registry.get_by_type(Posting)
        seen = policy.instances_user_has_any_permission_for(request.user, ["view"])
        if not mine.every:
            seen = seen.filter(lines__fund__in=mine.fund_ids).distinct()
        self.posting = get_object_or_404(seen, pk=pk)
        return super().dispatch(request, pk=pk)  # type: ignore[return-value]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(note_form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = NoteForm(request.POST)
        if form.is_valid():
            try:
                write_note(
                    posting=self.posting,
                    key=form.cleaned_data["key"],
                    text=form.cleaned_data["text"],
                    by=request.user,
                )
            except NoteRefused as refused:
                form.add_error("text", str(refused))
            else:
                messages.success(request, gettext("The note is kept."))
                return redirect("ims_postings:inspect", self.posting.pk)
        return self._show(form)

    def _show(self, form: NoteForm) -> HttpResponse:
        context = self.get_context_data(form=form, posting=self.posting)
        return self.render_to_response(context, status=422 if form.errors else 200)

    def get_page_subtitle(self) -> str:
        return self.posting.in_words

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        posting = reverse("ims_postings:inspect", args=[self.posting.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ims_transactions:index"), "label": gettext("Transactions")},
            {"url": posting, "label": self.posting.get_kind_display()},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]
