"""How hard English text is to read, by the Flesch-Kincaid formula (Kincaid and others, 1975)."""

import re


#: The formula says nothing about less.
FEWEST_WORDS = 30

_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_SENTENCE_END = re.compile(r"[.!?:;]+\s|\n+")
_VOWELS = re.compile(r"[aeiouy]+")


def reading_age(text: str) -> int | None:
    """Return the age in years at which most can read a text; nothing for a short one."""
    words = _WORD.findall(text.lower())
    if len(words) < FEWEST_WORDS:
        return None
    sentences = len(_sentences(text))
    syllables = sum(map(_syllables, words))
    grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    # American grades begin at five years of age.
    return max(round(grade) + 5, 5)


def words_in_sentences(text: str) -> float:
    """Return how many words a sentence has in the middle, in any language; 0 for a short text."""
    words = _WORD.findall(text)
    return len(words) / len(_sentences(text)) if len(words) >= FEWEST_WORDS else 0


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE_END.split(text) if _WORD.search(part)]


def _syllables(word: str) -> int:
    """Count a word's syllables near enough: groups of vowels, without a silent e."""
    groups = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith("le") and groups > 1:
        groups -= 1
    return max(groups, 1)
