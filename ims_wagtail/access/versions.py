"""Two people change the same row at once: the second is told, and neither's work is lost.

A form carries a fingerprint of each stored value it was opened with. When it comes back and a
value has changed meanwhile, nothing is saved: the form is shown again. What the person had not
touched takes the new value; what both changed keeps what they typed, with the other's value beside
it. Saving again is then their decision.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import QueryDict
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from .models import AuditEntry


VERSION_FIELD = "ims_version"


def add_version(form: forms.ModelForm, details: Mapping[str, Any]) -> None:
    """Let the form carry what was stored when it was opened (an ``audit.snapshot``)."""
    form.fields[VERSION_FIELD] = forms.CharField(
        required=False, widget=forms.HiddenInput, initial=_version(details)
    )


def tell_clash(form: forms.ModelForm, details: Mapping[str, Any], typed: Mapping[str, Any]) -> bool:
    """Say whether somebody else changed the row since this bound form was opened.

    ``details`` is the snapshot of what is stored now, ``typed`` that of the form's instance. The
    row must be locked. When there is a clash the form holds errors that say what changed, and can
    be shown and sent again.
    """
    # Read what was sent, not what was cleaned: the form's own fields may have errors too.
    opened = _read(form.data.get(form.add_prefix(VERSION_FIELD), ""))
    now = _fingerprints(details)
    theirs = [name for name in now if opened and opened.get(name) != now[name]]
    if not theirs:
        return False
    mine = _fingerprints(typed)
    cleaned = set(getattr(form, "cleaned_data", {}))
    sent = QueryDict(mutable=True)
    sent.update(form.data)
    sent[form.add_prefix(VERSION_FIELD)] = _version(details)
    form.data = sent
    form.add_error(None, _who_was_it(form.instance))
    for name in theirs:
        words = _in_words(form.instance, name, details[name])
        if name not in form.fields:
            form.add_error(None, _("%(what)s: now “%(now)s”.") % _named(form, name, words))
        elif name in cleaned and mine.get(name) == opened.get(name) and _take(form, sent, name):
            form.add_error(name, _("This is now “%(now)s”.") % {"now": words})
        elif mine.get(name) != now[name]:
            form.add_error(
                name,
                _("This is now “%(now)s”. What you typed stands here: save again to replace it.")
                % {"now": words},
            )
    return True


def _version(details: Mapping[str, Any]) -> str:
    return json.dumps(_fingerprints(details), separators=(",", ":"))


def _fingerprints(details: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: hashlib.blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=8).hexdigest()
        for name, value in details.items()
    }


def _read(version: str) -> dict[str, Any]:
    try:
        found = json.loads(version)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _take(form: forms.ModelForm, sent: QueryDict, name: str) -> bool:
    """Put the stored value where the person's untouched old one stood."""
    field, key = form.fields[name], form.add_prefix(name)
    value = form.get_initial_for_field(field, name)
    if isinstance(field.widget, forms.CheckboxInput):
        sent[key] = "on" if value else ""
        if not value:
            del sent[key]
        return True
    if isinstance(field.widget, forms.MultiWidget):
        return False
    shown = field.widget.format_value(field.prepare_value(value))
    if isinstance(shown, (list, tuple)):
        sent.setlist(key, shown)
    else:
        sent[key] = "" if shown is None else shown
    return True


def _who_was_it(obj: Model) -> str:
    entry = (
        AuditEntry.objects.filter(
            object_type=obj._meta.label, object_id=str(obj.pk), action="change"
        )
        .order_by("-at")
        .first()
    )
    kind = obj._meta.verbose_name
    if entry is None:
        return _(
            "Somebody changed this %(kind)s while you were editing it. Nothing you typed is lost: "
            "look at what is marked, then save again."
        ) % {"kind": kind}
    return _(
        "%(who)s changed this %(kind)s at %(when)s, while you were editing it. Nothing you typed "
        "is lost: look at what is marked, then save again."
    ) % {"who": entry.user_name, "kind": kind, "when": localtime(entry.at).strftime("%H:%M")}


def _named(form: forms.ModelForm, name: str, now: str) -> dict[str, str]:
    try:
        label = getattr(form.instance._meta.get_field(name), "verbose_name", name)
    except FieldDoesNotExist:
        label = name
    return {"what": str(label).capitalize(), "now": now}


def _in_words(obj: Model, name: str, value: Any) -> str:
    """Return a stored value as a person would say it."""
    if value is None or value == "" or value == []:
        return _("empty")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    try:
        choices = dict(getattr(obj._meta.get_field(name), "flatchoices", ()))
    except FieldDoesNotExist:
        choices = {}
    return str(choices.get(value, value))
