"""Looking into narratives: any part of them, with ``*`` for whatever stands between parts."""

from django.db.models import CharField, Q
from django.db.models.lookups import BuiltinLookup


@CharField.register_lookup
class ILike(BuiltinLookup):
    """SQL's own ``ILIKE``: the one form of a search for parts that a trigram index answers."""

    lookup_name = "ims_ilike"

    def get_rhs_op(self, connection: object, rhs: str) -> str:
        return f"ILIKE {rhs}"


def containing(field: str, typed: str) -> Q:
    """Return the condition that a field holds what was typed; ``*`` stands for anything between."""
    parts = (part for part in typed.split("*") if part)
    pattern = "%".join(_escaped(part) for part in parts)
    return Q(**{f"{field}__ims_ilike": f"%{pattern}%"}) if pattern else Q()


def _escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
