"""What stands in the files of the demo: a bank statement, and a day of payments made in shops."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True)
class Entry:
    """Money that moved: pounds as text, money out with a minus, and what the payer wrote."""

    pounds: str
    words: str


def statement(day: date, entries: list[Entry], opening: Decimal) -> bytes:
    """Return a day's statement as the bank writes it, in CAMT.053."""
    closing = opening + sum(Decimal(entry.pounds) for entry in entries)
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_money(amount)}"
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
        for code, amount in (("OPBD", opening), ("CLBD", closing))
    )
    lines = "".join(
        f"<Ntry>{_money(Decimal(entry.pounds))}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>ANYB{day:%y%m%d}{number:04}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><RmtInf><Ustrd>{escape(entry.words)}</Ustrd></RmtInf></TxDtls>"
        "</NtryDtls></Ntry>"
        for number, entry in enumerate(entries, start=1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>ANYB-{day:%Y%m%d}</MsgId><CreDtTm>{day}T22:00:00Z</CreDtTm></GrpHdr>"
        f"<Stmt><Id>ANYB-{day:%Y%m%d}</Id><ElctrncSeqNb>{day:%j}</ElctrncSeqNb>"
        "<Acct><Id><IBAN>GB29NWBK60161331926819</IBAN></Id><Ccy>GBP</Ccy></Acct>"
        f"{balances}{lines}</Stmt></BkToCstmrStmt></Document>\n"
    ).encode()


def _money(amount: Decimal) -> str:
    way = "CRDT" if amount >= 0 else "DBIT"
    return f'<Amt Ccy="GBP">{abs(amount):.2f}</Amt><CdtDbtInd>{way}</CdtDbtInd>'


def paid_in_shops(day: date, payments: list[tuple[str, str]]) -> bytes:
    """Return a file of payments, each an account reference and pounds, with header and trailer."""
    rows = [
        f"D,{reference},{pounds},{day:%d/%m/%Y},{day:%y%m%d}{number:05}"
        for number, (reference, pounds) in enumerate(payments, start=1)
    ]
    total = sum(Decimal(pounds) for _reference, pounds in payments)
    ends = (f"H,{day:%y%j}", f"T,{len(rows)},{total}")
    return ("\r\n".join((ends[0], *rows, ends[1])) + "\r\n").encode()


#: The lines that finance looks at while it draws the layout up.
SHOPS_SAMPLE = (
    "H,26324\nD,770000013,25.00,20/11/2026,26112000001\nD,61100513680,98.20,20/11/2026,26112000002"
    "\nT,2,123.20\n"
)
RENTS_SAMPLE = (
    "Account,Tenant,Address,Postcode,Balance\n"
    "61100513680,Ms A Example,1 High Street,AN1 1AA,98.20\n"
)
