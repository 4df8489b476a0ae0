"""From the blocks an editor filled in to the questions the payment form asks."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue

from ims_wagtail.checkout.questions import MOST_NUMBER, Question


def questions_from(stream: StreamValue) -> tuple[Question, ...]:
    """Return the page's questions, whatever a draft has left blank.

    Each is known by the id of its block, which outlives changes to its words and its place. A block
    that was never saved has no id yet, so a preview counts instead.
    """
    return tuple(
        Question(
            key=block.id or f"new-{place}",
            label=block.value["label"] or _("Question %(number)d") % {"number": place},
            hint=block.value["hint"] or "",
            kind=block.block_type,
            required=bool(block.value.get("required", True)),
            choices=_choices(block.value.get("choices") or ()),
            least=_bound(block.value.get("least"), 0),
            most=_bound(block.value.get("most"), MOST_NUMBER),
        )
        for place, block in enumerate(stream, start=1)
    )


def _choices(choices: Iterable[str]) -> tuple[str, ...]:
    return tuple(choice for choice in choices if choice)


def _bound(number: int | None, otherwise: int) -> int:
    return otherwise if number is None else number
