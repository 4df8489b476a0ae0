"""Files that answer a question: what is taken, where it is kept, who gets it, when it goes."""

import io
import zipfile
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from crispy_forms.utils import render_crispy_form
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from ims_wagtail.access.models import ReadEntry
from ims_wagtail.checkout.answer_files import clean_name, forget_files, private_storage
from ims_wagtail.checkout.entry import handle_entry
from ims_wagtail.checkout.enums import QuestionKind
from ims_wagtail.checkout.file_types import known_format
from ims_wagtail.checkout.forgetting import forget_old_answers
from ims_wagtail.checkout.models import AnswerFile, Basket, BasketLine
from ims_wagtail.checkout.questions import Question
from ims_wagtail.checkout.scanning import FileRefused
from ims_wagtail.checkout.selectors import payable_type
from ims_wagtail.checkout.services import purge_baskets
from ims_wagtail.payments.models import Order, OrderLine
from ims_wagtail.payments.providers.sandbox.cards import BY_NUMBER
from tests.checkout.resident import Resident
from tests.staff.people import logged_in, make_person


SUCCESS = BY_NUMBER["4242424242424242"]
PDF = b"%PDF-1.7 what the resident sent"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
PHOTO = Question(
    key="photo", label="Photo", kind=QuestionKind.FILE, types=("pdf", "picture"), megabytes=1
)
NAME = Question(key="name", label="Your name")


@pytest.fixture(autouse=True)
def private_files(settings) -> None:
    """Keep files in memory."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "ims_private": memory}


def word(*names: str) -> bytes:
    """A file as word processors write them, with these parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "x")
    return content.getvalue()


def send(
    content: bytes | None, *, name="plan.pdf", cookie="", path="/a-page/", question=PHOTO, **typed
):
    """Post a page that asks for a file and a name."""
    files = {"question-photo": SimpleUploadedFile(name, content)} if content is not None else {}
    request = RequestFactory().post(path, {"question-name": "Ada", **typed, **files})
    if cookie:
        request.COOKIES["ims_basket"] = cookie
    return handle_entry(
        request, payment_type=payable_type("garden-bin"), questions=(question, NAME)
    )


def drawn(result) -> BeautifulSoup:
    """The form as a browser gets it."""
    return BeautifulSoup(render_crispy_form(result.form), "html.parser")


def stored() -> list[str]:
    """The files in private storage."""
    folder = private_storage()
    return folder.listdir("answers")[1] if folder.exists("answers") else []


def said(result) -> list[str]:
    """What is wrong with the file."""
    return result.form.errors["question-photo"]


def test_a_file_is_kept_out_of_reach_and_shown_by_its_name(council):
    result = send(PDF, name="../../my plan.pdf")
    resident = Resident()
    resident.client.cookies = result.response.cookies

    basket = resident.visit("/pay/basket/")

    assert basket.rows()[0][1].startswith("my plan.pdf")
    file = AnswerFile.objects.get()
    assert (file.name, file.content_type) == ("my plan.pdf", "application/pdf")
    assert file.stored_as == f"answers/{file.pk.hex}"
    assert private_storage().open(file.stored_as).read() == PDF
    assert BasketLine.objects.get().pk == file.basket_line
    assert Basket.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<script>alert(1)</script>", "photo.png"),
        (b"MZ\x90\x00", "plan.pdf"),
        (word("word/document.xml"), "letter.docx"),
        (b"GIF89a" + bytes(10), "photo.jpg"),
    ],
)
def test_what_stands_in_a_file_counts_and_not_its_name(council, content, name):
    result = send(content, name=name)

    assert result.response is None
    assert said(result) == [
        "The file for “Photo” must be one of these: PDF, photo or picture (JPEG, PNG or HEIC)"
    ]
    assert stored() == []


def test_word_processors_files_are_taken_without_programs_in_them(council):
    letter = Question(key="photo", label="Letter", kind=QuestionKind.FILE, types=("document",))

    assert send(word("word/document.xml"), question=letter).response.status_code == 303
    macros = word("word/document.xml", "word/vbaProject.bin")
    assert send(macros, name="a.docx", question=letter).response is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file for “Photo” is empty"),
        (PDF + bytes(1024 * 1024), "The file for “Photo” must be 1 MB or smaller"),
        (None, "Choose a file to answer “Photo”"),
    ],
)
def test_no_file_an_empty_one_and_a_big_one_are_refused(council, content, message):
    assert said(send(content)) == [message]
    assert stored() == []


def test_the_site_may_take_less_than_the_page_says(council, settings):
    settings.IMS = {**settings.IMS, "ANSWER_FILE_MEGABYTES": 0}

    assert said(send(PDF)) == ["The file for “Photo” must be 0 MB or smaller"]


def refusing_scanner(file, *, name, content_type):
    """A scanner that finds something in every file."""
    assert file.read() == PDF and name == "plan.pdf" and content_type == "application/pdf"
    raise FileRefused("This file may harm computers. Send another one")


def content_scanner(file, *, name, content_type):
    """A scanner that reads to the end and finds nothing."""
    file.read()


def test_the_sites_scanner_looks_first_and_its_words_are_shown(council, settings):
    settings.IMS = {**settings.IMS, "FILE_SCANNER": f"{__name__}.refusing_scanner"}
    assert said(send(PDF)) == ["This file may harm computers. Send another one"]
    assert stored() == []

    settings.IMS = {**settings.IMS, "FILE_SCANNER": f"{__name__}.content_scanner"}
    assert send(PDF).response.status_code == 303
    assert private_storage().open(AnswerFile.objects.get().stored_as).read() == PDF


def test_a_mistake_elsewhere_loses_neither_the_file_nor_what_was_typed(council):
    result = send(PDF, **{"question-name": ""})
    assert list(result.form.errors) == ["question-name"]
    assert "We have “plan.pdf”" in drawn(result).get_text()
    token = str(result.form.basket_token)

    again = send(None, path=result.form.helper.form_action, cookie=token)

    assert again.response.status_code == 303
    line = BasketLine.objects.get()
    assert [answer["value"].partition(" ")[2] for answer in line.answers][0] == "plan.pdf"
    assert str(line.basket.token) == token


def test_a_wrong_file_loses_nothing_that_was_typed(council):
    result = send(b"MZ", **{"question-name": "Ada"})

    assert result.form["question-name"].value() == "Ada"


def test_nobody_answers_with_the_key_of_somebody_elses_file(council):
    send(PDF)
    file = AnswerFile.objects.get()

    result = send(None, **{"question-photo": f"{file.pk} plan.pdf"})

    assert said(result) == ["Choose a file to answer “Photo”"]


def paid():
    """A payment with a file."""
    result = send(PNG, name="photo.png")
    resident = Resident()
    resident.client.cookies = result.response.cookies
    person = {"name": "A", "address_line_1": "1", "town": "T", "postcode": "AN1 2BC"}
    resident.pay(SUCCESS, resident.go_to_check(email="ada@example.com", **person))
    return AnswerFile.objects.get()


def test_staff_of_the_fund_take_the_file_and_others_do_not(transactional_db, council):
    file = paid()
    order = Order.objects.get()
    address = reverse("ims_answer_file_download", args=[file.pk])
    mine = logged_in(make_person("ims_payments.view_order", funds=(council.bin.fund,)))
    other = logged_in(make_person("ims_payments.view_order", funds=(council.room.fund,)))

    page = mine.get(reverse("ims_orders:inspect", args=[order.pk]))
    assert address in page.content.decode()
    taken = mine.get(address)

    assert b"".join(taken.streaming_content) == PNG
    assert taken["Content-Disposition"] == 'attachment; filename="photo.png"'
    assert taken["Content-Type"] == "image/png"
    assert taken["Content-Security-Policy"].startswith("sandbox")
    assert ReadEntry.objects.filter(object_id=str(file.pk), what="file").count() == 1
    assert other.get(address).status_code == 404
    assert Resident().client.get(address).status_code == 302


def test_files_go_with_the_answers_and_the_order_stays(transactional_db, council):
    paid()
    assert stored()
    Order.objects.update(paid_at=timezone.now() - timedelta(days=1000))

    assert forget_old_answers() == 1

    assert stored() == [] and not AnswerFile.objects.exists()
    assert OrderLine.objects.get().answers == []


def test_a_file_of_a_forgotten_basket_goes_and_a_paid_one_stays(transactional_db, council):
    kept = paid()
    send(PDF)
    assert len(stored()) == 2
    assert forget_files() == 0
    Basket.objects.update(updated_at=timezone.now() - timedelta(days=30))

    purge_baskets()

    assert stored() == [kept.pk.hex]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("C:\\Users\\ada\\plan.pdf", "plan.pdf"),
        ("a\r\nb\u202e.pdf", "ab.pdf"),
        ("x" * 200 + ".pdf", "x" * 96 + ".pdf"),
        ("..", ".."),
    ],
)
def test_names_are_made_plain(sent, shown):
    assert clean_name(sent) == shown


def test_an_open_document_is_taken_when_it_can_be_looked_into_and_holds_no_macros():
    def text(*more, cut=0):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            for name in ("content.xml", *more):
                archive.writestr(name, "<x/>")
        whole = content.getvalue()
        return known_format(io.BytesIO(whole[: len(whole) - cut]))

    assert text() is not None
    assert text("Basic/script-lc.xml") is None
    assert text(cut=30) is None


OPTIONAL = Question(
    key="photo", label="Photo", kind=QuestionKind.FILE, types=("pdf", "picture"), required=False
)


def sent_with_a_mistake(question=OPTIONAL):
    """A page sent with a file and without a name, so that it is shown again; and the way back."""
    result = send(PDF, question=question, **{"question-name": ""})
    return result, {
        "path": result.form.helper.form_action,
        "cookie": str(result.form.basket_token),
        "question": question,
    }


def box(result):
    """The box that takes the file back, where there is one."""
    return drawn(result).find("input", attrs={"name": "question-photo-remove"})


def test_a_file_nobody_has_to_send_is_taken_back_and_erased_at_once(council):
    result, again = sent_with_a_mistake()
    assert box(result).find_next("label").get_text(strip=True) == "Remove “plan.pdf”"

    result = send(None, **again, **{"question-name": "", "question-photo-remove": "on"})

    assert stored() == [] and not AnswerFile.objects.exists()
    assert box(result) is None
    assert "plan.pdf" not in drawn(result).get_text()
    assert send(None, **again).response.status_code == 303
    assert BasketLine.objects.get().answers[0]["value"] == ""


def test_a_file_that_has_to_be_sent_is_only_replaced(council):
    result, again = sent_with_a_mistake(PHOTO)
    assert box(result) is None
    first = stored()

    assert send(None, **again, **{"question-photo-remove": "on"}).response.status_code == 303
    assert stored() == first


def test_a_file_that_comes_with_the_box_ticked_takes_the_place_of_the_other(council):
    _result, again = sent_with_a_mistake()

    assert send(PNG, name="new.png", **again, **{"question-photo-remove": "on"}).response

    file = AnswerFile.objects.get()
    assert (file.name, stored()) == ("new.png", [file.pk.hex])


def in_the_basket():
    """A line with a file, and the browser of who sent it."""
    resident = Resident()
    resident.client.cookies = send(PDF, question=OPTIONAL).response.cookies
    return resident, reverse("ims_checkout:change", args=[BasketLine.objects.get().pk])


CHANGED = {"reference": "", "question-name": "Ada", "question-photo-remove": "on"}


def test_a_file_is_taken_back_from_the_basket_once_the_change_is_finished(
    transactional_db, council
):
    resident, change = in_the_basket()
    assert "Remove “plan.pdf”" in resident.visit(change).text

    resident.client.post(change, CHANGED | {"question-name": ""})
    assert stored()

    resident.client.post(change, CHANGED)
    assert BasketLine.objects.get().answers[0]["value"] == ""
    assert stored() == [] and not AnswerFile.objects.exists()


def test_what_is_being_paid_keeps_its_file_when_the_basket_loses_it(transactional_db, council):
    resident, change = in_the_basket()
    person = {"name": "A", "address_line_1": "1", "town": "T", "postcode": "AN1 2BC"}
    resident.go_to_check(email="ada@example.com", **person)
    resident.begin_payment()

    resident.client.post(change, CHANGED)

    assert BasketLine.objects.get().answers[0]["value"] == ""
    assert stored() == [AnswerFile.objects.get().pk.hex]
