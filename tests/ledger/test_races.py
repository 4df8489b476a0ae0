"""The book under many hands at once, on real connections."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Posting, Transaction
from ims_wagtail.ledger.services import post
from ims_wagtail.ledger.verification import verify

from .book import line


pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work, times: int) -> list:
    def once(number: int):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(once, range(times)))


def test_fifty_threads_with_one_source_post_once(fund, method):
    def try_to_post(number: int) -> bool:
        with transaction.atomic():
            return post(
                kind=PostingKind.PAYMENT, source="till:1", lines=[line(fund, method)]
            ).created

    created = at_once(try_to_post, 50)

    assert Counter(created) == {True: 1, False: 49}
    assert Posting.objects.count() == Transaction.objects.count() == 1
    assert not [breach for _, breach in verify() if breach]


def test_twenty_threads_refund_one_line_no_further_than_it_goes(fund, method):
    with transaction.atomic():
        paid = post(kind=PostingKind.PAYMENT, source="till:1", lines=[line(fund, method)])
    original = paid.posting.lines.get()

    def try_to_refund(number: int) -> bool:
        back = line(fund, method, "-3.00", corrects_id=original.pk)
        try:
            with transaction.atomic():
                post(kind=PostingKind.REFUND, source=f"till:1:refund:{number}", lines=[back])
        except IntegrityError:
            return False
        return True

    done = at_once(try_to_refund, 20)

    assert Counter(done) == {True: 3, False: 17}
    assert not [breach for _, breach in verify() if breach]
