"""From what a pack says to rows of this site: values read, and names looked up."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model
from django.utils.translation import gettext as _

from .rows import EVERY, Site, hashable, in_words
from .sections import Parts
from .values import read


class Blocked(Exception):
    """A row names another that has a problem of its own."""


class Resolver:
    """Reads the values of a pack's rows; ``failed`` are rows that have a problem of their own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        #: So that those who name them aren't blamed too.
        self.failed: set[tuple[type[Model], str]] = set()

    def give(self, obj: Model, field: Any, value: Any) -> None:
        """Give a row a value of the pack. Raises ``ValidationError``, or ``Blocked``."""
        if isinstance(field, ForeignKey) and value is not None:
            setattr(obj, field.name, self.row(field.related_model, value))
        else:
            setattr(obj, field.attname, read(field, value))

    def parts(self, parts: Parts, value: Any) -> list[Model]:
        """Return what a row consists of, as the pack has it and unsaved."""
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise ValidationError(_("Write a list of objects, in square brackets."))
        fields = {each.name: each for each in parts.fields()}
        made = []
        for place, item in enumerate(value, start=1):
            one = parts.model()
            try:
                for name, cell in item.items():
                    if name not in fields:
                        raise ValidationError(
                            _("This site doesn’t know the field “%(name)s”. Take it out.")
                            % {"name": name[:80]}
                        )
                    self.give(one, fields[name], cell)
            except ValidationError as error:
                raise ValidationError(f"{place}. {' '.join(error.messages)}") from error
            made.append(one)
        return made

    def linked(self, model: type[Model], value: Any) -> list[Model | None]:
        """Return the rows that a list of keys names; ``None`` for every one."""
        if not isinstance(value, list):
            raise ValidationError(_("Write a list, in square brackets."))
        if len({hashable(item) for item in value}) < len(value):
            raise ValidationError(_("The list names something twice. Take one out."))
        return [None if item == EVERY else self.row(model, item) for item in value]

    def row(self, model: type[Model], key: Any) -> Model:
        """Return the row of a key. Raises ``ValidationError``, or ``Blocked``."""
        name = hashable(key)
        if (model, name) in self.failed:
            raise Blocked
        row = self.site.rows[model].get(name)
        if row is None:
            raise ValidationError(
                _(
                    "Neither the pack nor this site has the %(kind)s “%(key)s”. Add it to the pack "
                    "or set it up first."
                )
                % {"kind": model._meta.verbose_name, "key": in_words(key)}
            )
        return row
