"""Headings that divide the questions of a page into steps."""

from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue


#: The kind of block that begins another step.
STEP = "step"


def headings_of(stream: StreamValue) -> list[str]:
    """Return for every block the heading of its step: empty before the first heading."""
    heading = ""
    found = []
    for block in stream:
        if block.block_type == STEP:
            heading = block.value["heading"] or _("Next step")
        found.append(heading)
    return found


def step_problems(stream: StreamValue) -> dict[int, str]:
    """Return what is wrong with a step, by the place of its heading counted from 0."""
    blocks = list(stream)
    headings = [place for place, block in enumerate(blocks) if block.block_type == STEP]
    said = [blocks[place].value["heading"].strip().casefold() for place in headings]
    wrong = {}
    for number, place in enumerate(headings):
        if place + 1 == len(blocks) or place + 1 in headings:
            wrong[place] = _("There is no question in this step")
        elif said[number] in said[:number]:
            wrong[place] = _("Another step has this heading already")
    return wrong
