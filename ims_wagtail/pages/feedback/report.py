"""What people answered, added up by page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Avg, Count

from .forms import SCORES
from .models import Feedback


MOST_WORDS = 50


@dataclass(frozen=True, slots=True)
class PageAnswers:
    """How many answered on a page, and what they answered in the middle, 1 to 5."""

    number: int
    average: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """How many gave one of the answers; ``share`` is a whole number of per cent."""

    words: str
    number: int
    share: int


def answers_by_page(page_ids: Collection[int]) -> Mapping[int, PageAnswers]:
    """Return what was answered, by page; one query."""
    rows = Feedback.objects.filter(page_id__in=page_ids).order_by().values("page_id")
    return {
        row["page_id"]: PageAnswers(row["number"], round(Decimal(row["average"]), 1))
        for row in rows.annotate(number=Count("pk"), average=Avg("score"))
    }


def shares(page_id: int) -> Sequence[Share]:
    """Return how many gave each answer on a page, the easiest first."""
    rows = Feedback.objects.filter(page_id=page_id).order_by().values_list("score")
    counted = dict(rows.annotate(number=Count("pk")))
    total = sum(counted.values()) or 1
    return [
        Share(str(words), counted.get(score, 0), round(100 * counted.get(score, 0) / total))
        for score, words in SCORES
    ]


def newest_words(page_id: int) -> Sequence[tuple[date, int, str]]:
    """Return the newest answers in words: day, score and words."""
    said = Feedback.objects.filter(page_id=page_id).exclude(words="").order_by("-day", "pk")
    return list(said.values_list("day", "score", "words")[:MOST_WORDS])
