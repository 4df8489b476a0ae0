"""Which postings belong together: what one corrects, and what corrects it, however far away."""

from collections.abc import Collection

from django.db import connection


#: How many corrections of corrections are followed, and how many postings at most.
DEPTH = 12
MOST = 60

# Upwards to what was corrected, downwards to what corrects; never up and down again, or a transfer
# out of many payments would make one family of them all.
_FAMILY = """
WITH RECURSIVE older(root, posting, depth) AS (
    SELECT id, id, 0 FROM ims_ledger_posting WHERE id = ANY(%(roots)s)
    UNION
    SELECT o.root, parent.posting_id, o.depth + 1 FROM older o
        JOIN ims_ledger_transaction line ON line.posting_id = o.posting
        JOIN ims_ledger_transaction parent ON parent.id = line.corrects_id
        WHERE o.depth < %(depth)s
), newer(root, posting, depth) AS (
    SELECT id, id, 0 FROM ims_ledger_posting WHERE id = ANY(%(roots)s)
    UNION
    SELECT n.root, child.posting_id, n.depth + 1 FROM newer n
        JOIN ims_ledger_transaction line ON line.posting_id = n.posting
        JOIN ims_ledger_transaction child ON child.corrects_id = line.id
        WHERE n.depth < %(depth)s
), family AS (
    SELECT root, posting, min(depth) AS depth
    FROM (SELECT * FROM older UNION ALL SELECT * FROM newer) both_ways GROUP BY 1, 2
)
SELECT root, posting FROM (
    SELECT root, posting, row_number() OVER (PARTITION BY root ORDER BY depth, posting) AS place
    FROM family
) placed WHERE place <= %(most)s + 1
"""


def families_of(posting_ids: Collection[int]) -> dict[int, list[int]]:
    """Return each posting's family by its id, itself among them; one query for them all.

    The nearest come first. A family has ``MOST`` members; one more says that there are others.
    """
    families: dict[int, list[int]] = {pk: [] for pk in posting_ids}
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, {"roots": list(posting_ids), "depth": DEPTH, "most": MOST})
        for root, posting in cursor.fetchall():
            families[root].append(posting)
    return families
