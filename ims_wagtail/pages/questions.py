"""From the blocks an editor filled in to the questions the payment form asks."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from wagtail.blocks import BoundBlock, StreamValue

from ims_wagtail.checkout.conditions import Condition
from ims_wagtail.checkout.questions import DEFAULT_MEGABYTES, MOST_NUMBER, Question

from .conditions import answers_of, place_of, wanted_of
from .headings import STEP, headings_of


def questions_from(stream: StreamValue) -> tuple[Question, ...]:
    """Return the page's questions, whatever a draft has left blank.

    Each is known by the id of its block, which outlives changes to its words and its place. A block
    that was never saved has no id yet, so a preview counts instead.
    """
    blocks = list(stream)
    keys = {place: block.id or f"new-{place}" for place, block in enumerate(blocks, start=1)}
    headings = headings_of(stream)
    return tuple(
        Question(
            key=keys[place],
            label=block.value["label"] or _("Question %(number)d") % {"number": place},
            hint=block.value["hint"] or "",
            kind=block.block_type,
            required=bool(block.value.get("required", True)),
            choices=_choices(block.value.get("choices") or ()),
            least=_bound(block.value.get("least"), 0),
            most=_bound(block.value.get("most"), MOST_NUMBER),
            when=_condition(blocks[:place], keys),
            step=headings[place - 1],
            types=tuple(block.value.get("types") or ()),
            megabytes=block.value.get("megabytes") or DEFAULT_MEGABYTES,
        )
        for place, block in enumerate(blocks, start=1)
        if block.block_type != STEP
    )


def _condition(blocks: Sequence[BoundBlock], keys: Mapping[int, str]) -> Condition | None:
    """Return the condition of the last block; what a draft has wrong is asked always."""
    *earlier, block = blocks
    wanted = wanted_of(block)
    place = place_of(wanted, earlier) if wanted else None
    if wanted is None or place is None:
        return None
    answers = answers_of(wanted, earlier[place])
    return Condition(key=keys[place + 1], answers=answers) if answers else None


def _choices(choices: Iterable[str]) -> tuple[str, ...]:
    return tuple(choice for choice in choices if choice)


def _bound(number: int | None, otherwise: int) -> int:
    return otherwise if number is None else number
