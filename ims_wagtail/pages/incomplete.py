"""Which blocks of a draft are not finished: Wagtail keeps drafts without what has to be there."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue

from .checks import Finding, Severity


def incomplete_blocks(stream: StreamValue, *, field: str) -> Iterator[Finding]:
    """Yield what says that blocks of this field are not finished, once for each kind of block."""
    kinds: dict[str, None] = {}
    for child in stream:
        try:
            child.block.clean(child.value)
        except ValidationError:
            kinds[str(child.block.label)] = None
    for kind in kinds:
        yield Finding(
            code=f"{field}-incomplete",
            severity=Severity.STOP,
            message=_("Something is missing or can’t be right in “%(block)s”") % {"block": kind},
            remedy=_("Choose “Publish”: it is marked where it stands. Or take the block away."),
            field=field,
        )
