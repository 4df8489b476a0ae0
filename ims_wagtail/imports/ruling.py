"""Where the rules of an import type come in, and after them the payers we know."""

from django.db.models import Q, QuerySet

from .models import ImportRule, ImportType
from .payers import with_known_payers
from .rules.compiling import Applied, compile_rules
from .rules.reading import facts_of, finders_of


def enabled_rules(import_type: ImportType) -> QuerySet[ImportRule]:
    """Return the rules that are on for files of a type, in their order."""
    return (
        ImportRule.objects.filter(enabled=True)
        .filter(Q(import_types__isnull=True) | Q(import_types=import_type))
        .distinct()
        .prefetch_related("conditions", "actions__fund")
    )


def rules_of(import_type: ImportType) -> Applied | None:
    """Return rules and known payers of an import type as one function; ``None`` without any."""
    facts = [facts_of(rule) for rule in enabled_rules(import_type)]
    rules = compile_rules(facts, finders=finders_of(facts)) if facts else None
    return with_known_payers(rules, import_type)
