"""Removing what nothing names."""

from django.db import DatabaseError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from .usage import protecting_relations


class DeletionRefused(Exception):
    """Something still names the object; the message is fit to show to staff."""


def delete_unused(obj: Model) -> None:
    """Delete an object. Raises ``DeletionRefused`` when other rows name it.

    Asks relation by relation whether there is one row, because Django's own way loads every row
    that stands in the way: for a fund, the whole ledger.
    """
    for relation in protecting_relations(obj):
        rows = relation.related_model._base_manager.filter(**{relation.field.name: obj.pk})
        if rows.exists():
            raise DeletionRefused(
                _("“%(label)s” can't be deleted: %(users)s name it. Disable it instead.")
                % {"label": obj, "users": relation.related_model._meta.verbose_name_plural}
            )
    try:
        with transaction.atomic():
            obj.delete()
    except DatabaseError as error:
        raise DeletionRefused(
            _("“%(label)s” can't be deleted: it is in use.") % {"label": obj}
        ) from error
