"""Importing a set-up pack: one pass that finds the differences, saves them, and tells all faults.

A preview is the import itself, rolled back: what it shows is what the database accepted.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from ims_wagtail.access import audit
from ims_wagtail.access.views import fund_id_of

from .plan import Change, Plan, Problem
from .resolving import Blocked, Resolver
from .rows import Site, hashable, in_words, key_in
from .sections import SECTIONS, Parts, Section


Rows = Mapping[str, list[dict[str, Any]]]


class PackRefused(Exception):
    """Nothing was imported; ``plan.problems`` says why."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("; ".join(map(str, plan.problems)))
        self.plan = plan


class PlanChanged(Exception):
    """Nothing was imported: the import would do something else than was agreed to."""


def preview(rows: Rows, *, by: Any) -> Plan:
    """Return what importing would do. Saves nothing."""
    with transaction.atomic():
        plan = _carry_out(rows, by=by)
        transaction.set_rollback(True)
    return plan


def import_pack(rows: Rows, *, by: Any, agreed: str = "") -> Plan:
    """Import all or nothing, and return what was done. ``by`` is None in the shell.

    ``agreed`` is the fingerprint of the plan a person saw. Raises ``PackRefused`` or
    ``PlanChanged``.
    """
    with transaction.atomic():
        plan = _carry_out(rows, by=by)
        if plan.problems:
            raise PackRefused(plan)
        if agreed and plan.fingerprint != agreed:
            raise PlanChanged
    return plan


def _carry_out(rows: Rows, *, by: Any) -> Plan:
    with connection.cursor() as cursor:
        # One import at a time: two would each miss what the other adds.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ims set-up pack'))")
    run = _Import(by=by)
    for section in SECTIONS:
        if section.name in rows:
            run.section(section, rows[section.name])
    if not run.plan.problems:
        run.check_what_waits()
    return run.plan


class _Import:
    def __init__(self, *, by: Any) -> None:
        self.by = by
        self.site = Site()
        self.plan = Plan()
        self.resolver = Resolver(self.site)

    def section(self, section: Section, rows: list[dict[str, Any]]) -> None:
        """Save the rows of a section that differ."""
        here = set(self.site.rows[section.model])
        seen: set[str] = set()
        found: list[tuple[dict[str, Any], Model, dict[str, Any], dict[str, Any]]] = []
        for row in rows:
            key = hashable(key_in(section, row))
            if key in seen:
                self._problem(section, row, "", _("It stands twice in the pack. Take one out."))
                continue
            seen.add(key)
            if (read_row := self._read(section, row)) is not None:
                found.append((row, *read_row))
        # A mark that only one may have is taken from the old row before the new one gets it.
        found.sort(key=lambda each: any(each[3].get(mark) for mark in section.only_one))
        for row, obj, before, linked in found:
            self._save(section, row, obj, before, linked)
        if alone := sorted(in_words(json.loads(key)) for key in here - seen):
            self.plan.left_alone.append((section, alone))
        missing = [name for name in section.needs if self.by and not self.by.has_perm(name)]
        if missing and any(change.section is section for change in self.plan.changes):
            self.plan.problems.append(
                Problem(
                    section,
                    "",
                    "",
                    _(
                        "You may not change these (%(names)s). Leave the section out, or ask "
                        "somebody who may."
                    )
                    % {"names": ", ".join(missing)},
                )
            )

    def check_what_waits(self) -> None:
        """Ask the database now for what it would otherwise check when all is saved."""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except DatabaseError as error:
            section = self.plan.changes[-1].section if self.plan.changes else SECTIONS[0]
            self.plan.problems.append(Problem(section, "", "", _first_line(error)))

    def _read(
        self, section: Section, row: dict[str, Any]
    ) -> tuple[Model, dict[str, Any], dict[str, Any]] | None:
        """Return the object with the pack's values, what stood there, and its links to set."""
        faults = len(self.plan.problems)
        known = {each.name: each for each in section.fields()}
        linked = section.linked()
        in_parts = {parts.name: parts for parts in section.parts}
        for name in row.keys() - known.keys() - linked.keys() - in_parts.keys():
            self._problem(section, row, name, _("This site doesn’t know this field. Take it out."))
        for name in section.key:
            if name not in row and name not in section.may_lack:
                self._problem(section, row, name, _("It is missing, and the row is known by it."))
        if len(self.plan.problems) > faults:
            return None
        obj = self.site.rows[section.model].get(hashable(key_in(section, row)))
        before = {} if obj is None else self.site.written(section, obj)
        obj = section.model() if obj is None else obj
        blocked = False
        links: dict[str, Any] = {}
        for name, value in row.items():
            try:
                if name in linked:
                    links[name] = self.resolver.linked(linked[name], value)
                elif name in in_parts:
                    links[name] = self.resolver.parts(in_parts[name], value)
                else:
                    self.resolver.give(obj, known[name], value)
            except ValidationError as error:
                self._problem(section, row, name, " ".join(error.messages))
            except Blocked:
                blocked = True
        if not blocked and len(self.plan.problems) == faults:
            self._refuse_odd_key(section, row, obj)
        if blocked or len(self.plan.problems) > faults:
            self.resolver.failed.add((section.model, hashable(key_in(section, row))))
            return None
        marks = {mark: getattr(obj, mark) for mark in section.only_one}
        return obj, before, links | marks

    def _refuse_odd_key(self, section: Section, row: dict[str, Any], obj: Model) -> None:
        """Refuse 20260401 for 2026-04-01: a row must be found again by the key it came with."""
        key = self.site.key_of(section, obj)
        if hashable(key) != hashable(key_in(section, row)):
            self._problem(section, row, "", _("Write it as “%(key)s”.") % {"key": in_words(key)})

    def _save(
        self,
        section: Section,
        row: dict[str, Any],
        obj: Model,
        before: dict[str, Any],
        linked: dict[str, Any],
    ) -> None:
        after = self._after(section, obj, before, linked)
        changes = audit.changes(before, after)
        if not changes:
            self.plan.unchanged += 1
            return
        try:
            with transaction.atomic():
                self._refuse_second_mark(section, obj)
                if section.prepare:
                    section.prepare(obj, self.by)
                obj.full_clean()
                obj.save()
                for name in section.links:
                    if name in linked:
                        getattr(obj, name).set(linked[name])
                for owned in section.owned:
                    if owned.name in linked:
                        self.site.set_owned(owned, obj, linked[owned.name])
                for parts in section.parts:
                    if parts.name in linked:
                        self._set_parts(parts, obj, linked[parts.name])
                audit.record(
                    user=self.by,
                    action="import set-up",
                    obj=obj,
                    fund=fund_id_of(obj),
                    before=before,
                    after=after,
                )
        except ValidationError as error:
            self.resolver.failed.add((section.model, hashable(key_in(section, row))))
            for name, messages in _by_field(error).items():
                self._problem(section, row, name, " ".join(messages))
            return
        except DatabaseError as error:
            self.resolver.failed.add((section.model, hashable(key_in(section, row))))
            self._problem(section, row, "", _first_line(error))
            return
        self.site.add(section, obj)
        self.plan.changes.append(
            Change(section, in_words(key_in(section, row)), not before, tuple(changes))
        )

    def _after(
        self, section: Section, obj: Model, before: dict[str, Any], linked: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the row as it will be written once it is saved."""
        after = self.site.written_fields(section, obj)
        for name, model in section.linked().items():
            if name in linked:
                pks = [None if each is None else each.pk for each in linked[name]]
                after[name] = self.site.names(model, pks)
            else:
                after[name] = before.get(name, [])
        for parts in section.parts:
            after[parts.name] = (
                self.site.written_parts(parts, linked[parts.name])
                if parts.name in linked
                else before.get(parts.name, [])
            )
        return after

    def _set_parts(self, parts: Parts, obj: Model, made: list[Any]) -> None:
        try:
            self.site.set_parts(parts, obj, made)
        except ValidationError as error:
            raise ValidationError({parts.name: error.messages}) from error

    def _refuse_second_mark(self, section: Section, obj: Model) -> None:
        for mark, within in section.only_one.items():
            if not getattr(obj, mark):
                continue
            same = {name: getattr(obj, name) for name in within}
            others = section.model._default_manager.filter(**{mark: True}, **same)
            if (other := others.exclude(pk=obj.pk).first()) is not None:
                raise ValidationError(
                    {
                        mark: _(
                            "“%(other)s” has this here, and only one may. Take it from that one "
                            "first, or write false in the pack."
                        )
                        % {"other": other}
                    }
                )

    def _problem(self, section: Section, row: dict[str, Any], name: str, message: str) -> None:
        key = in_words(key_in(section, row))
        self.plan.problems.append(Problem(section, key, name, message))


def _by_field(error: ValidationError) -> dict[str, Iterable[str]]:
    if not hasattr(error, "error_dict"):
        return {"": error.messages}
    return {
        "" if name == NON_FIELD_ERRORS else name: messages
        for name, messages in error.message_dict.items()
    }


def _first_line(error: DatabaseError) -> str:
    return _("The database refused it: %(reason)s") % {"reason": str(error).partition("\n")[0]}
