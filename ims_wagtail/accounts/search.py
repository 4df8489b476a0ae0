"""Finding accounts by what a caller can say: reference, name, address, postcode, in any spelling.

``AccountWords`` holds what each is found by: a text search vector of our own making, so that no
extension is needed. Its functions and triggers are made by the migration ``0006_words_apart``. One
index answers every search, so that half a million accounts are never read through.

- the reference, and its pieces of three characters from the second on, marked with ``#``;
- names, address and postcode, the postcode also as one word and in its two halves;
- how each name sounds, marked with ``~``: a short key like Soundex that also levels ``PH`` and
  ``F``, ``KN`` and ``N``, ``WR`` and ``R``, ``TH`` and ``T``.

The same functions read what somebody typed, so the two sides can't drift apart.
"""

from typing import Any

from django.db.models import BooleanField, Case, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Upper

from .models import AccountHolder


#: Nobody types more into a search box, and each word costs a look into the index.
LONGEST = 100


class _FoundBy(Func):
    """Whether an account has what was typed among its words."""

    output_field = BooleanField()

    def __init__(self, typed: str) -> None:
        # The key only tells under which name the query knows the table.
        super().__init__(F("pk"))
        self.typed = typed

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Any:
        table = connection.ops.quote_name(self.get_source_expressions()[0].alias)
        return (
            f"EXISTS (SELECT FROM ims_accounts_accountwords found"
            f" WHERE found.account_id = {table}.id AND found.words @@ ims_account_query(%s))",
            [self.typed],
        )


def search(*, accounts: QuerySet[AccountHolder], typed: str) -> QuerySet[AccountHolder]:
    """Return the accounts that have every typed word, or its sound, the nearest first.

    First the reference itself, then references that start so, then the postcode or surname itself,
    then surnames that start so, then all else: forenames, addresses, names that sound alike.
    """
    typed = typed.replace("\x00", "").strip().upper()[:LONGEST]
    words = typed.split()
    together = "".join(words)
    if not words:
        return accounts.none()
    starts = Q()
    for word in words:
        starts |= Q(capitals__startswith=word)
    nearness = Case(
        When(reference__in={typed, together}, then=0),
        When(reference__startswith=together, then=1),
        When(Q(capitals__in={typed, *words}) | Q(postcode__in={typed, together}), then=2),
        When(starts, then=3),
        default=Value(4),
        output_field=IntegerField(),
    )
    return (
        accounts.filter(_FoundBy(typed))
        .alias(capitals=Upper("surname"))
        .order_by(nearness, "surname", "forename", "reference", "-pk")
    )
