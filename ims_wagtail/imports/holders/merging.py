"""A checked file becomes our accounts, and what it did is undone: in one transaction, or not.

Only rows that differ are written, by row locks alone, so that nobody who looks an account up waits.
Two files about the same fund are merged one after the other.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ims_wagtail.accounts.indexing import delay_words, settling_words
from ims_wagtail.imports.enums import HolderOutcome, ImportState
from ims_wagtail.imports.leases import Lease
from ims_wagtail.imports.models import HolderFile, Import, ImportHolder
from ims_wagtail.imports.posting import give_back

from .differences import columns_written, count_holders, difference, funds_replaced, mark
from .telling import keep_told, put_told_back
from .verdicts import TEXTS


#: So many accounts are named that stand in the way of undoing.
_NAMED = 10
_OF_TEXT = list(TEXTS)


def post_holders(lease: Lease) -> None:
    """Merge a file that was confirmed into our accounts. Raises ``LeaseLost``.

    When accounts changed since its differences were looked at, nothing is written and it waits for
    a person again, with the differences as they are now.
    """
    with settling_words(), transaction.atomic():
        file = lease.lock(state=ImportState.POSTING)
        about = HolderFile.objects.get(of_import=file)
        _lock(file)
        if mark(file, about):
            count_holders(file)
            give_back(
                file,
                ImportState.PREVIEWED,
                _(
                    "Accounts were changed since the file was checked: nothing was loaded. "
                    "Look at the differences again."
                ),
            )
            return
        now = timezone.now()
        delay_words()
        _merge(file, columns_written(about.tells), now)
        keep_told(file, about)
        file.state = ImportState.POSTED
        file.posted_at = now
        file.lease = file.leased_until = None
        file.save()


def undo_holders(lease: Lease) -> None:
    """Put accounts back to what they were before a file. Raises ``LeaseLost``.

    Refused, with accounts named, when what the file wrote was written over since.
    """
    with settling_words(), transaction.atomic():
        file = lease.lock(state=ImportState.UNDOING)
        about = HolderFile.objects.get(of_import=file)
        _lock(file)
        if file.row_count and not ImportHolder.objects.filter(of_import=file).exists():
            give_back(
                file,
                ImportState.POSTED,
                _("It can't be undone: what accounts were before is not kept any more."),
            )
            return
        if accounts := _changed_since(file, about):
            give_back(
                file,
                ImportState.POSTED,
                _("It can't be undone: accounts changed since, such as %(accounts)s.")
                % {"accounts": ", ".join(accounts)},
            )
            return
        now = timezone.now()
        delay_words()
        _put_back(file, columns_written(about.tells), now)
        put_told_back(file)
        file.state = ImportState.UNDONE
        file.undone_at = now
        file.lease = file.leased_until = None
        file.save()


def _lock(file: Import) -> None:
    """Keep other files about the same funds out, and people from what is about to be written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('ims account holders'), fund::int)"
            " FROM unnest(%s::bigint[]) fund",
            [funds_replaced(file)],
        )
        cursor.execute(
            """
            SELECT count(*) FROM (
                SELECT FROM ims_accounts_accountholder a
                WHERE a.id IN (SELECT account_id FROM ims_imports_importholder
                    WHERE of_import_id = %s AND outcome = ANY(%s))
                ORDER BY a.id FOR NO KEY UPDATE
            ) locked
            """,
            [file.pk, [HolderOutcome.GONE, HolderOutcome.CHANGED]],
        )


def _merge(file: Import, columns: Collection[str], now: datetime) -> None:
    """Write what is new, changed and gone. Texts are apart: they are what accounts are found by."""
    few = [name for name in columns if name not in TEXTS]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM ims_accounts_accountholder a USING ims_imports_importholder r
            WHERE r.of_import_id = %s AND r.outcome = %s AND a.id = r.account_id
            """,
            [file.pk, HolderOutcome.GONE],
        )
        for written, only in ((columns, "jsonb_exists_any"), (few, "NOT jsonb_exists_any")):
            if not written:
                continue
            cursor.execute(
                f"""
                UPDATE ims_accounts_accountholder a
                SET updated_at = %s, {", ".join(f"{name} = r.{name}" for name in written)}
                FROM ims_imports_importholder r
                WHERE r.of_import_id = %s AND r.outcome = %s
                  AND {only}(r.before, %s) AND a.id = r.account_id
                """,  # noqa: S608
                [now, file.pk, HolderOutcome.CHANGED, _OF_TEXT],
            )
        named = [*TEXTS, "balance", "balance_at", "stop_message_id"]
        cursor.execute(
            f"""
            INSERT INTO ims_accounts_accountholder
                (fund_id, reference, {", ".join(named)}, updated_at)
            SELECT fund_id, reference, {", ".join(named)}, %s
            FROM ims_imports_importholder
            WHERE of_import_id = %s AND outcome = %s ORDER BY ordinal
            """,  # noqa: S608
            [now, file.pk, HolderOutcome.NEW],
        )


def _changed_since(file: Import, about: HolderFile) -> list[str]:
    """Return references of accounts that are not as the file left them, in what it wrote."""
    differs = difference(columns_written(about.tells))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT r.reference FROM ims_imports_importholder r
            LEFT JOIN ims_accounts_accountholder a
                ON a.fund_id = r.fund_id AND a.reference = r.reference
            WHERE r.of_import_id = %s AND CASE r.outcome
                WHEN 'gone' THEN a.id IS NOT NULL
                WHEN 'new' THEN a.id IS NULL OR {differs} <> '{{}}'
                WHEN 'changed' THEN a.id IS DISTINCT FROM r.account_id
                    OR jsonb_exists_any({differs}, ARRAY(SELECT jsonb_object_keys(r.before)))
                ELSE false END
            UNION ALL
            SELECT r.reference FROM ims_imports_importholder r
            WHERE r.of_import_id = %s AND r.before ->> 'stop_message_id' IS NOT NULL
              AND NOT EXISTS (SELECT FROM ims_accounts_stopmessage s
                  WHERE s.id = (r.before ->> 'stop_message_id')::bigint)
            LIMIT %s
            """,  # noqa: S608
            [file.pk, file.pk, _NAMED],
        )
        return [reference for (reference,) in cursor.fetchall()]


def _put_back(file: Import, columns: Collection[str], now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM ims_accounts_accountholder a USING ims_imports_importholder r
            WHERE r.of_import_id = %s AND r.outcome = %s
              AND a.fund_id = r.fund_id AND a.reference = r.reference
            """,
            [file.pk, HolderOutcome.NEW],
        )
        few = [name for name in columns if name not in TEXTS]
        for written, only in ((columns, "jsonb_exists_any"), (few, "NOT jsonb_exists_any")):
            if not written:
                continue
            cursor.execute(
                f"""
                UPDATE ims_accounts_accountholder a
                SET updated_at = %s, {", ".join(f"{name} = was.{name}" for name in written)}
                FROM ims_imports_importholder r
                JOIN ims_accounts_accountholder old ON old.id = r.account_id
                CROSS JOIN LATERAL jsonb_populate_record(old, r.before) was
                WHERE r.of_import_id = %s AND r.outcome = %s
                  AND {only}(r.before, %s) AND a.id = old.id
                """,  # noqa: S608
                [now, file.pk, HolderOutcome.CHANGED, _OF_TEXT],
            )
        whole = ["id", "fund_id", "reference", *TEXTS, "balance", "balance_at", "stop_message_id"]
        cursor.execute(
            f"""
            INSERT INTO ims_accounts_accountholder ({", ".join(whole)}, updated_at)
            SELECT {", ".join(f"was.{name}" for name in whole)}, %s
            FROM ims_imports_importholder r
            CROSS JOIN LATERAL
                jsonb_populate_record(NULL::ims_accounts_accountholder, r.before) was
            WHERE r.of_import_id = %s AND r.outcome = %s
            """,  # noqa: S608
            [now, file.pk, HolderOutcome.GONE],
        )
