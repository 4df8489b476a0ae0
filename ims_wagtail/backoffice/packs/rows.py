"""The rows of a site as a set-up pack writes them, and the keys by which they name each other."""

import json
from collections import defaultdict
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import ForeignKey, Model
from wagtail.models import Site as WagtailSite

from .sections import SECTIONS, Owned, Parts, Section
from .values import written


#: How a pack writes a row that names nothing in particular, such as a role's “all funds”.
EVERY = "*"


class Site:
    """Everything a pack can hold or name, as it stands here: loaded once, a query a section."""

    def __init__(self) -> None:
        #: The rows of each model by their written key, made hashable.
        self.rows: dict[type[Model], dict[str, Any]] = defaultdict(dict)
        self._keys: dict[type[Model], dict[int, Any]] = defaultdict(dict)
        self._owned: dict[str, dict[int, list[Any]]] = {}
        self._parts: dict[type[Model], dict[int, list[Any]]] = {}
        for permission in Permission.objects.select_related("content_type"):
            key = f"{permission.content_type.app_label}.{permission.codename}"
            self._learn(permission, key)
        for site in WagtailSite.objects.all():
            self._learn(site, f"{site.hostname}:{site.port}")
        for section in SECTIONS:
            for row in section.queryset():
                self.add(section, row)
            for owned in section.owned:
                self._owned[owned.name] = defaultdict(list)
                for owner_id, link_id in owned.model._default_manager.values_list(
                    f"{owned.owner}_id", f"{owned.link}_id"
                ):
                    self._owned[owned.name][owner_id].append(link_id)
            for parts in section.parts:
                self._parts[parts.model] = defaultdict(list)
                for part in parts.model._default_manager.order_by("pk"):
                    self._parts[parts.model][getattr(part, f"{parts.owner}_id")].append(part)

    def add(self, section: Section, row: Model) -> None:
        """Take in a row, that others may name."""
        self._learn(row, self.key_of(section, row))

    def _learn(self, row: Model, key: Any) -> None:
        self.rows[type(row)][hashable(key)] = row
        self._keys[type(row)][row.pk] = key

    def set_owned(self, owned: Owned, row: Model, links: list[Model | None]) -> None:
        """Replace the rows that a row owns, in the database too."""
        owned.model._default_manager.filter(**{owned.owner: row}).delete()
        owned.model._default_manager.bulk_create(
            owned.model(**{owned.owner: row, owned.link: link}) for link in links
        )
        self._owned[owned.name][row.pk] = [None if link is None else link.pk for link in links]

    def set_parts(self, parts: Parts, row: Model, made: list[Any]) -> None:
        """Replace what a row consists of, in the database too. Raises ``ValidationError``."""
        parts.model._default_manager.filter(**{parts.owner: row}).delete()
        for part in made:
            part.pk = None
            setattr(part, parts.owner, row)
            part.full_clean()
            if parts.check:
                parts.check(part)
            part.save(force_insert=True)
        if parts.check_all:
            parts.check_all(made)
        self._parts[parts.model][row.pk] = made

    def written_parts(self, parts: Parts, made: list[Any]) -> list[dict[str, Any]]:
        """Return what a row consists of as the pack writes it."""
        return [{field.name: self._field(field, one) for field in parts.fields()} for one in made]

    def key_of(self, section: Section, row: Model) -> Any:
        """Return the written key of a row: one value, or a list when it takes several fields."""
        parts = [self._field(section.model._meta.get_field(name), row) for name in section.key]
        return parts[0] if len(parts) == 1 else parts

    def written(self, section: Section, row: Model) -> dict[str, Any]:
        """Return a row as the pack writes it."""
        found = self.written_fields(section, row)
        for name, model in section.linked().items():
            if name in section.links:
                pks = [linked.pk for linked in getattr(row, name).all()]
            else:
                pks = self._owned[name].get(row.pk, [])
            found[name] = self.names(model, pks)
        for parts in section.parts:
            found[parts.name] = self.written_parts(parts, self._parts[parts.model][row.pk])
        return found

    def written_fields(self, section: Section, row: Model) -> dict[str, Any]:
        """Return the row's own fields as the pack writes them."""
        return {field.name: self._field(field, row) for field in section.fields()}

    def names(self, model: type[Model], pks: list[int | None]) -> list[Any]:
        """Return the keys of some rows in order; ``EVERY`` stands for a link to none."""
        return sorted((EVERY if pk is None else self._keys[model][pk] for pk in pks), key=hashable)

    def _field(self, field: Any, row: Model) -> Any:
        if isinstance(field, ForeignKey):
            pk = getattr(row, field.attname)
            return None if pk is None else self._keys[field.related_model][pk]
        return written(field, getattr(row, field.attname))


def hashable(key: Any) -> str:
    """Return a written key as text that two keys share only when they are equal."""
    return json.dumps(key, sort_keys=True)


def in_words(key: Any) -> str:
    """Return a written key for a person to read."""
    if isinstance(key, list):
        return " ".join(in_words(part) for part in key if part is not None)
    return str(key)


def key_in(section: Section, row: dict[str, Any]) -> Any:
    """Return the key of a row of a pack, unchecked."""
    parts = [row.get(name) for name in section.key]
    return parts[0] if len(parts) == 1 else parts
