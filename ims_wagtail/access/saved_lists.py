"""Lists kept under a name: saving one as it is narrowed now, opening it, and removing it."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin import messages

from . import audit
from .keyset import PAGE_NAMES
from .models import SavedList


#: What an address says besides how the list is narrowed.
_PASSING = {*PAGE_NAMES, "p", "export", "csrfmiddlewaretoken", "_w_filter_fragment"}


def saved_lists_of(*, user: Any, screen: str) -> QuerySet[SavedList]:
    """Return a person's own lists of a screen and those others share, by name."""
    mine_or_shared = Q(user=user) | Q(shared=True)
    return SavedList.objects.filter(mine_or_shared, screen=screen).order_by("name", "pk")


def question_of(asked: QueryDict) -> str:
    """Return how a list is narrowed, without which page of it is shown."""
    kept = [
        (name, value)
        for name, values in asked.lists()
        if name not in _PASSING
        for value in values
        if value
    ]
    return urlencode(kept)


class SaveForm(forms.ModelForm):
    """A name for the list as it is narrowed now."""

    class Meta:
        model = SavedList
        fields = ("name", "shared", "screen", "query")


class SaveListView(View):
    """Keeps a list under a name; the same name again replaces it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SaveForm(request.POST)
        address = _address(request.POST.get("screen", ""))
        question = question_of(QueryDict(request.POST.get("query", "")))
        if not form.is_valid():
            problem = next(iter(form.errors.values()))[0]
            messages.error(request, _("The list was not saved. %(problem)s") % {"problem": problem})
            return redirect(f"{address}?{question}")
        user: Any = request.user
        with transaction.atomic():
            kept, _new = SavedList.objects.update_or_create(
                user=user,
                screen=form.cleaned_data["screen"],
                name=form.cleaned_data["name"],
                defaults={"query": question, "shared": form.cleaned_data["shared"]},
            )
            # What it asks for may name a person, so it is not written down.
            after = {"screen": kept.screen, "shared": kept.shared}
            audit.record(user=user, action="save list", obj=kept, after=after)
        messages.success(request, _("List saved as “%(name)s”.") % {"name": kept.name})
        return redirect(f"{address}?{question}")


class RemoveListView(View):
    """Removes one of the person's own saved lists."""

    model = SavedList
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.is_authenticated:
            raise PermissionDenied
        kept = get_object_or_404(SavedList, pk=pk, user=request.user)
        address = _address(kept.screen)
        with transaction.atomic():
            audit.record(user=request.user, action="remove saved list", obj=kept)
            kept.delete()
        messages.success(request, _("Saved list removed."))
        return redirect(address)


def _address(screen: str) -> str:
    """Return the address of one of our own lists; nothing else can be led to."""
    if not (screen.startswith("ims_") and screen.endswith(":index")):
        raise Http404
    try:
        return reverse(screen)
    except NoReverseMatch as error:
        raise Http404 from error


urlpatterns = [
    path("income/saved-lists/save/", SaveListView.as_view(), name="ims_save_list"),
    path("income/saved-lists/<int:pk>/remove/", RemoveListView.as_view(), name="ims_remove_list"),
]
