"""Files that answer a question: looked at, kept where no browser reaches, and deleted again."""

import unicodedata
import uuid
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO, cast

from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from ims_wagtail.conf import ims_settings
from ims_wagtail.payments.models import OrderLine

from .enums import FileType, QuestionKind
from .file_types import known_format
from .models import AnswerFile, Basket, BasketLine
from .requests.applications.models import Application
from .scanning import FileRefused, scan


if TYPE_CHECKING:
    from .questions import Answer, Question

#: The name in ``STORAGES`` of the storage that no browser may fetch from.
PRIVATE = "ims_private"
#: Nobody needs more for one basket; a script could fill a disc.
MOST_FILES = 30
LONGEST_NAME = 100
MEGABYTE = 1024 * 1024


def private_storage() -> Storage:
    """Return the storage. Raises ``InvalidStorageError`` when the site has not set it up."""
    return storages[PRIVATE]


def check_file(upload: UploadedFile, question: "Question") -> str:
    """Return the content type of a file that may be kept. Raises ``FileRefused``."""
    words = {"question": question.label}
    megabytes = megabytes_of(question)
    if not upload.size:
        raise FileRefused(_("The file for “%(question)s” is empty") % words)
    if upload.size > megabytes * MEGABYTE:
        raise FileRefused(
            _("The file for “%(question)s” must be %(most)d MB or smaller")
            % {**words, "most": megabytes}
        )
    content = cast(BinaryIO, upload.file)
    known = known_format(content)
    if known is None or known.kind not in question.types:
        raise FileRefused(
            _("The file for “%(question)s” must be one of these: %(types)s")
            % {**words, "types": types_in_words(question)}
        )
    scan(content, name=clean_name(upload.name or ""), content_type=known.content_type)
    return known.content_type


def keep_file(upload: UploadedFile, *, question: "Question", basket: Basket) -> str:
    """Keep a file beside a basket; return it as an answer. Raises ``FileRefused``."""
    content_type = check_file(upload, question)
    if AnswerFile.objects.filter(basket=basket).count() >= MOST_FILES:
        raise FileRefused(_("You have sent too many files. Pay for what is in your basket first"))
    key = uuid.uuid4()
    stored_as = private_storage().save(f"answers/{key.hex}", upload)
    file = AnswerFile.objects.create(
        pk=key,
        basket=basket,
        name=clean_name(upload.name or ""),
        content_type=content_type,
        size=upload.size or 0,
        stored_as=stored_as,
    )
    return f"{file.pk} {file.name}"


def file_key(value: str) -> uuid.UUID | None:
    """Return the key of the file in an answer; nothing where there is none."""
    try:
        return uuid.UUID(value.partition(" ")[0])
    except ValueError:
        return None


def file_name(value: str) -> str:
    """Return the name of the file in an answer, as the resident knows it."""
    return value.partition(" ")[2]


def attach_files(*, line: BasketLine, answers: Sequence["Answer"]) -> None:
    """Remember to which line the files of its answers belong."""
    if keys := file_keys(answers):
        AnswerFile.objects.filter(pk__in=keys).update(basket_line=line.pk)


def file_keys(answers: Sequence["Answer"]) -> list[uuid.UUID]:
    """Return the keys of the files among answers."""
    values = [answer["value"] for answer in answers if answer["kind"] == QuestionKind.FILE]
    return [key for key in map(file_key, values) if key]


def forget_files() -> int:
    """Delete files that no basket and no answer holds any more; return how many."""
    answered = OrderLine.objects.filter(basket_line=OuterRef("basket_line")).exclude(answers=[])
    waiting = BasketLine.objects.filter(pk=OuterRef("basket_line")).exclude(answers=[])
    applied = Application.objects.filter(key=OuterRef("application")).exclude(answers=[])
    unfinished = Q(basket_line=None, basket__isnull=False, application=None)
    gone = AnswerFile.objects.exclude(unfinished).filter(
        ~Exists(answered), ~Exists(waiting), ~Exists(applied)
    )
    count = 0
    for file in gone.order_by("pk").iterator():
        private_storage().delete(file.stored_as)
        file.delete()
        count += 1
    return count


def megabytes_of(question: "Question") -> int:
    """Return how big a file may be, within what the site allows now."""
    return min(question.megabytes, ims_settings().answer_file_megabytes)


def types_in_words(question: "Question") -> str:
    """Say which kinds of files are taken."""
    return ", ".join(str(FileType(kind).label) for kind in question.types)


def clean_name(name: str) -> str:
    """Return a name that can be shown and sent: no folders, no characters that can't be seen."""
    plain = PurePath(name.replace("\\", "/")).name
    hidden = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    seen = "".join(each for each in plain if unicodedata.category(each) not in hidden)
    stem, ending = PurePath(seen).stem, PurePath(seen).suffix[:10]
    return f"{stem[: LONGEST_NAME - len(ending)]}{ending}" or "file"
