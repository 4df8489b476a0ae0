"""Looking into narratives: any part of them, with ``*`` for whatever stands between parts."""

import re

from django.core.exceptions import ValidationError
from django.db.models import CharField, Q
from django.db.models.lookups import BuiltinLookup
from django.utils.translation import gettext as _


#: Fewer letters or digits in a row lead nowhere in a trigram index: the whole book would be read.
_TOGETHER = re.compile(r"[^\W_]{3}")


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


def is_long_enough(typed: str) -> bool:
    """Say whether an index leads to what was typed: three letters or digits stand together."""
    return _TOGETHER.search(typed) is not None


def check_long_enough(typed: str) -> None:
    """Raise ``ValidationError`` when what was typed would be looked for in every line."""
    if typed.strip() and not is_long_enough(typed):
        raise ValidationError(_("Enter at least three letters or digits that stand together"))


def _escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
