"""The page of an item: what is known, whose money it may be, and what can be done with it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages

from ims_wagtail.access.naming import name_of
from ims_wagtail.access.policy import scope_of
from ims_wagtail.access.views import ScopedInspectView
from ims_wagtail.corrections.enums import CorrectionState
from ims_wagtail.corrections.forms import MOST_ROWS
from ims_wagtail.ledger.models import PayerDetails

from .bulk import reason_of
from .exceptions import SuspenseRefused
from .forms import DueForm, NoteForm, QuestionForm
from .kinds import ALLOCATE, CHANGE, PROPOSE_PAYER
from .models import Allocation, AllocationGive
from .notes import ask_payer, write_note
from .ownership import release, set_due, take
from .remaining import with_remaining
from .selectors import days_in_suspense
from .suggesting.suggestions import Suggestion, suggest


#: Rooms above suspense offer what can be done about an item: ``fn(item, request)`` returns an
#: ``Action`` or None. It must itself ask what the reader may do.
ITEM_ACTIONS = "register_ims_suspense_action"


class ItemView(ScopedInspectView):
    """One item. What is done about it is done on this page, but for allocating it."""

    any_permission_required = ["view"]
    template_name = "ims_wagtail/suspense/item.html"
    page_title = _("Suspense item")
    shows_person = True

    def related(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_remaining(rows).select_related("transaction__posting", "fund", "owner")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what was asked for about the item; a refusal comes back with what was typed."""
        if self.object.fund_id not in scope_of(request.user, CHANGE):
            messages.error(request, gettext("You may look at suspense, not work on it."))
            return redirect("ims_suspense:inspect", self.object.pk)
        does: dict[str, Callable[[], str]] = {
            "take": self._take,
            "release": self._release,
            "due": self._due,
            "note": self._note,
            "ask": self._ask,
        }
        do = does.get(request.POST.get("do", ""))
        try:
            if do and (said := do()):
                messages.success(request, said)
        except SuspenseRefused as refused:
            messages.error(request, str(refused))
            return self.render_to_response(self.get_context_data(), status=422)
        return redirect("ims_suspense:inspect", self.object.pk)

    def _take(self) -> str:
        over = self.request.POST.get("from", "")
        take(
            item_id=self.object.pk,
            by=self.request.user,
            over_from=int(over) if over.isdecimal() else None,
        )
        return gettext("You look after this now.")

    def _release(self) -> str:
        release(item_id=self.object.pk, by=self.request.user)
        return gettext("You don't look after this any more.")

    def _due(self) -> str:
        cleaned = self._read("due", DueForm)
        set_due(item_id=self.object.pk, due=cleaned["due"], by=self.request.user)
        return gettext("Due date saved.")

    def _note(self) -> str:
        text = self._read("note", NoteForm)["text"]
        write_note(item=self.object, text=text, by=self.request.user)
        return gettext("Note added.")

    def _ask(self) -> str:
        cleaned = self._read("ask", QuestionForm)
        ask_payer(
            item=self.object,
            question=cleaned["question"],
            email=cleaned["email"].strip(),
            by=self.request.user,
        )
        return gettext("The payer is asked by e-mail.")

    def _read(self, do: str, form_class: type[forms.Form]) -> dict[str, Any]:
        form = self.forms[do] = form_class(self.request.POST)
        if not form.is_valid():
            raise SuspenseRefused(gettext("Look at what is marked below."))
        return form.cleaned_data

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.forms: dict[str, forms.Form] = {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item, user = self.object, self.request.user
        payer = self._payer()
        allocates = item.fund_id in scope_of(user, ALLOCATE)
        found = suggest([item], reader=user).get(item.pk, []) if allocates else []
        allocate = f"{reverse('ims_suspense:allocate')}?item={item.pk}"
        offered = [fn(item, self.request) for fn in hooks.get_hooks(ITEM_ACTIONS)]
        return {
            **super().get_context_data(**kwargs),
            "item": item,
            "line": item.transaction,
            "days": days_in_suspense(item),
            "owner": name_of(item.owner),
            "payer": payer,
            "notes": item.notes.select_related("written_by").order_by("-pk"),
            "allocations": self._allocations(),
            "may_change": item.fund_id in scope_of(user, CHANGE),
            "allocate_url": allocate if allocates and item.remaining else "",
            "suggestions": [(one, f"{allocate}&{_account_of(one)}") for one in found],
            "actions": [action for action in offered if action is not None],
            "known_payer_url": self._known_payer_url(payer),
            "due_form": self.forms.get("due", DueForm(initial={"due": item.due})),
            "note_form": self.forms.get("note", NoteForm()),
            "question_form": self.forms.get(
                "ask", QuestionForm(initial={"email": payer.email if payer else ""})
            ),
        }

    def _payer(self) -> PayerDetails | None:
        """Return who paid, for readers who may know."""
        knows = scope_of(self.request.user, "ims_ledger.view_payerdetails")
        if self.object.fund_id not in knows:
            return None
        return PayerDetails.objects.filter(posting=self.object.transaction.posting_id).first()

    def _allocations(self) -> QuerySet[Allocation]:
        taken = Allocation.objects.filter(takes__item=self.object)
        return taken.select_related("requested_by").order_by("-pk")

    def _known_payer_url(self, payer: PayerDetails | None) -> str:
        mine = scope_of(self.request.user, PROPOSE_PAYER)
        if not mine:
            return ""
        begun = {"name": payer.name} if payer and payer.name else {}
        # Where all of it went to one account, the name may well mean that.
        gives = AllocationGive.objects.filter(
            allocation__takes__item=self.object, allocation__state=CorrectionState.POSTED
        ).exclude(allocation__undone_by__state=CorrectionState.POSTED)
        accounts = {(give.fund_id, give.account_reference) for give in gives[:MOST_ROWS]}
        if len(accounts) == 1:
            [(fund_id, reference)] = accounts
            if fund_id in mine:
                begun |= {"fund": str(fund_id), "reference": reference}
        return f"{reverse('ims_known_payers:propose')}?{urlencode(begun)}"


def _account_of(suggestion: Suggestion) -> str:
    """Return what the form of allocating begins with."""
    return urlencode(
        {
            "fund": suggestion.fund.pk,
            "reference": suggestion.reference,
            "reason": reason_of(suggestion),
        }
    )
