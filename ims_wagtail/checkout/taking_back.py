"""Files that were taken back or replaced: erased as soon as they answer nothing any more."""

from collections.abc import Iterable
from uuid import UUID

from ims_wagtail.payments.models import OrderLine

from .answer_files import file_key, private_storage
from .models import AnswerFile, Basket, BasketLine, UnfinishedEntry
from .unfinished import FILES


def erase_unanswered(*, basket: Basket, answers: Iterable[str]) -> None:
    """Erase the files in these answers, but not what still answers a question.

    That may be in the basket, on a page that is being filled in, in an order, which was made of
    what the basket held then, or in an application.
    """
    keys = [key for key in map(file_key, answers) if key]
    if not keys:
        return
    for file in AnswerFile.objects.filter(pk__in=keys, basket=basket, application=None):
        if not _is_answer(file):
            private_storage().delete(file.stored_as)
            file.delete()


def _is_answer(file: AnswerFile) -> bool:
    value = f"{file.pk} {file.name}"
    lines = BasketLine.objects.filter(basket=file.basket_id, answers__contains=[{"value": value}])
    if lines.exists() or (file.basket_line and _is_ordered(file.pk, file.basket_line)):
        return True
    typed = UnfinishedEntry.objects.filter(basket=file.basket_id).values_list("typed", flat=True)
    return any([value] in each.get(FILES, {}).values() for each in typed)


def _is_ordered(file: UUID, line: UUID) -> bool:
    named = [{"file": str(file)}]
    return OrderLine.objects.filter(basket_line=line, answers__contains=named).exists()
