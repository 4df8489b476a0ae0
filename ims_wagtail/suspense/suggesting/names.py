"""Are these names near? Words as banks shorten and misspell them, against an account's name."""

from difflib import SequenceMatcher

from ims_wagtail.accounts.models import AccountHolder

from .cases import plain


#: Words that name nobody, though many payers write them.
_COMMON_WORDS = frozenset(
    "AND THE FOR MR MRS MISS MS DR REV LTD LIMITED PLC LLP INC REF REFERENCE PAYMENT PAYMENTS PAID "
    "PAY COUNCIL TAX CTAX RENT RENTS BILL INVOICE INV ACCOUNT ACC NUMBER BANK TRANSFER FASTER FPI "
    "BACS CHAPS STANDING ORDER DIRECT CREDIT CASH CHEQUE CARD FROM BUSINESS RATES NNDR HOUSING "
    "GARAGE PARKING FINE PENALTY NOTICE LETTER UNKNOWN STREET ROAD LANE AVENUE CLOSE HIGH DRIVE "
    "WAY HOUSE FLAT".split()
)
#: So many words or pairs of words are looked up for one item.
_PHRASES = 4
#: Two words are the same name, misspelt, from this likeness on (of 1).
_ALIKE = 0.84


def phrases(text: str) -> list[str]:
    """Return what to look accounts up by: pairs of words that may be names, then single ones."""
    words = [
        word
        for word in plain(text).split()
        if len(word) > 2 and word.isalpha() and word not in _COMMON_WORDS
    ]
    pairs = [" ".join(pair) for pair in zip(words, words[1:], strict=False)]
    return list(dict.fromkeys([*pairs, *words]))[:_PHRASES]


def nearness(words: str, account: AccountHolder) -> int:
    """Return how near an account's name is to words in their plain form: 0, 30 or 55 of 100.

    30 when the surname is there, 55 when the forename or its initial stands beside it as well.
    """
    texts = words.split()
    surname = plain(account.surname).split()
    if not surname or not all(_among(part, texts) for part in surname if len(part) > 2):
        return 0
    if all(len(part) <= 2 for part in surname):
        return 0
    forename = plain(account.forename)
    others = [word for word in texts if word not in _COMMON_WORDS and word not in surname]
    # A word that is one letter can only be an initial.
    if forename and any(word == forename[: len(word)] for word in others if word.isalpha()):
        return 55
    return 30


def _among(name: str, texts: list[str]) -> bool:
    return any(
        abs(len(word) - len(name)) <= 2 and SequenceMatcher(None, word, name).ratio() >= _ALIKE
        for word in texts
    )
