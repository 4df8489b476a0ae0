"""Work a finance officer's day in a running demo: ``python tools/finance_day.py [PORT]``.

Takes the pictures of docs/how-to/a-day-in-finance.md on the way. Meant for a demo just set up: it
adds import types, posts two files, has a third refused, clears suspense and switches a rule on.
"""

import re
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright


sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.browser import FLAGS, find_browser
from tools.screenshots import IMAGES, Camera, logged_in


SCREEN = ViewportSize(width=1280, height=960)
INCOME = "/admin/income"
BANK, SHOPS = "Council tax bank account", "Rents paid in shops"
RULE = "Market pitch paid into the wrong account"

#: Pounds, the reference where the payer gave one in its place, and what was written.
_CREDITS = (
    ("168.00", "770001384", "C HILL"),
    ("142.50", "770002752", "M ELLIS"),
    ("1210.00", "770000013", "T MITCHELL"),
    ("396.40", "", "MARSHALL FLORISTS RATES 776851389"),
    ("250.00", "", "J MORGAN STANDING ORDER"),
    ("72.00", "", "MARKET PITCH HARBOUR CAFE"),
)
#: Reference, pounds, and the letter of where it was paid.
_MORNING = (
    ("61100513680", "98.20", "T"),
    ("61100525138", "104.75", "Z"),
    ("61100527424", "96.40", "P"),
)
_NOON = (("61100513680", "40.00", "T"), ("61100525138", "35.15", "Z"))
_NOW = datetime.now(UTC)


def day(camera: Camera) -> None:
    """Work from the first file to the last report."""
    with logged_in(camera, "manager"):
        _add_type(camera, BANK, "council-tax-bank", "camt053", "23", "30")
        _add_type(camera, SHOPS, "rents-in-shops", "allpay", "5", "22")
    with logged_in(camera, "finance"):
        _three_files(camera)
        _clear(camera)
        _write_rule(camera)
    with logged_in(camera, "approver"):
        _approve(camera, "Suspense", "Allocation", "Known payer", RULE)
    with logged_in(camera, "finance"):
        camera.open(f"{INCOME}/suspense/suggestions/")
        _picture(camera, "suspense-suggestions", height=700)
        camera.press("Allocate what is ticked")
    with logged_in(camera, "approver"):
        _approve(camera, "Suspense", "Allocation")
    with logged_in(camera, "finance"):
        for report in ("Daily takings", "Suspense ageing"):
            camera.open(f"{INCOME}/reports/")
            _follow(camera, report)
            print(camera.page.get_by_text("Reconciles to the book").inner_text())
        _picture(camera, "suspense-ageing", height=800)


def _three_files(camera: Camera) -> None:
    _bring_in(camera, BANK, "statement.xml", _statement())
    _picture(camera, "import-preview", height=1300)
    _press_until(camera, "Post the good rows, the rest to suspense", "Posted")
    _bring_in(camera, SHOPS, "allpay.txt", _allpay(_MORNING))
    _press_until(camera, "Post all of it", "Posted")
    _bring_in(camera, SHOPS, "allpay-2.txt", _allpay(_NOON, missing="0.10"))
    _picture(camera, "import-wrong-total", height=1150)
    camera.press("Cancel the import")


def _clear(camera: Camera) -> None:
    """Give one item to its account, ask about another, and remember who the third is from."""
    _open_item(camera, "FLORISTS")
    camera.press("Look after it")
    _picture(camera, "suspense-item", height=1050)
    _follow(camera, "Allocate to 776851389")
    camera.page.get_by_label("Reason").fill("The account of the business stands in the narrative")
    camera.page.get_by_label("Reason").blur()
    camera.page.get_by_role("heading", name="Balance").first.scroll_into_view_if_needed()
    _picture(camera, "suspense-allocate", height=1250)
    camera.press("Allocate")
    _open_item(camera, "MORGAN")
    camera.press("Look after it")
    camera.page.get_by_label("Payer's e-mail").fill("j.morgan@example.com")
    camera.page.get_by_label("Question").fill("Which bill is this standing order for?")
    camera.press("Send the question")
    _open_item(camera, "HARBOUR")
    _follow(camera, "Remember this payer")
    camera.page.get_by_label("Name at the bank").fill("HARBOUR CAFE")
    _choose(camera, "Fund", "52")
    camera.page.get_by_label("Account reference").fill("3-ROW-C")
    camera.page.get_by_label("How you know").fill("The market office has this pitch under the name")
    camera.press("Propose")


def _write_rule(camera: Camera) -> None:
    _open_item(camera, "HARBOUR")
    _follow(camera, "Write an import rule for money like this")
    form = camera.page
    form.locator("#id_name").fill(RULE)
    for place, value in (
        ("conditions-0-value", "pitch harbour cafe"),
        ("actions-0-value", "52"),
        ("actions-1-value", "3-ROW-C"),
    ):
        form.locator(f"#id_{place}").fill(value)
    form.locator("#id_actions-0-kind").select_option("fund")
    form.locator("#id_actions-1-kind").select_option("reference")
    _picture(camera, "import-rule", height=1750)
    _save(camera)
    _follow(camera, "What it would have changed")
    _picture(camera, "import-rule-tried", height=900)
    _follow(camera, "Back to the rule")
    camera.page.get_by_label("Why it is needed").fill("The stall holder pays into this account")
    camera.press("Ask to switch on")


def _picture(camera: Camera, name: str, *, height: int) -> None:
    """Take a page in a window so high; the admin scrolls inside its window."""
    camera.page.set_viewport_size({"width": SCREEN["width"], "height": height})
    camera.take(name)
    camera.page.set_viewport_size(SCREEN)


def _approve(camera: Camera, *words: str) -> None:
    """Approve what waits and is called so."""
    camera.open(f"{INCOME}/approvals/")
    links = camera.page.locator("main table.listing tbody a").filter(
        has_text=re.compile("|".join(words))
    )
    for address in {link.get_attribute("href") for link in links.all()}:
        camera.open(str(address))
        camera.press("Approve")


def _save(camera: Camera) -> None:
    camera.page.get_by_role("button", name=re.compile("^(Create|Save)")).first.click()
    camera.page.wait_for_load_state("networkidle")


def _add_type(camera: Camera, name: str, code: str, file_format: str, fund: str, by: str) -> None:
    camera.open(f"{INCOME}/import-types/new/")
    form = camera.page
    form.locator("#id_name").fill(name)
    form.locator("#id_code").fill(code)
    form.locator("#id_format").select_option(file_format)
    _choose(camera, "Fund of rows that name none", fund)
    _choose(camera, "Method of payment of rows that name none", by)
    _save(camera)


def _choose(camera: Camera, label: str, code: str) -> None:
    """Choose what begins with a code."""
    field = camera.page.get_by_label(label, exact=True)
    option = field.locator("option").filter(has_text=re.compile(rf"^\s*{code}\b")).first
    field.select_option(option.get_attribute("value"))


def _bring_in(camera: Camera, import_type: str, name: str, text: str) -> None:
    camera.open(f"{INCOME}/imports/upload/")
    form = camera.page
    form.get_by_label("Import type").select_option(label=import_type)
    form.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": text.encode()}
    )
    _press_until(camera, "Bring it in", "Checked, waiting for you", "Failed")


def _press_until(camera: Camera, button: str, *states: str) -> None:
    """Press a button and look again until the worker has done its part."""
    camera.press(button)
    state = camera.page.locator("dl.ims-facts dd").first
    for _ in range(60):
        if state.inner_text().strip() in states:
            return
        camera.page.wait_for_timeout(500)
        camera.page.reload()
    raise RuntimeError(f"{button}: still {state.inner_text()}. Is the background worker running?")


def _open_item(camera: Camera, words: str) -> None:
    """Open the newest item in suspense whose narrative has these words."""
    camera.open(f"{INCOME}/suspense/?narrative={words}")
    camera.page.locator("main table.listing tbody a").first.click()
    camera.page.wait_for_load_state("networkidle")


def _follow(camera: Camera, name: str) -> None:
    camera.page.get_by_role("link", name=name, exact=True).first.click()
    camera.page.wait_for_load_state("networkidle")


def _statement() -> str:
    """Return today's statement of the bank, as CAMT.053."""
    stamp, today = _NOW.strftime("%y%m%d%H%M%S"), _NOW.strftime("%Y-%m-%d")
    total = sum(Decimal(pounds) for pounds, _reference, _words in _CREDITS)
    entries = "".join(
        f'<Ntry><Amt Ccy="GBP">{pounds}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{today}</Dt></BookgDt><AcctSvcrRef>BK{stamp}{number:03}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><RmtInf><Ustrd>{words}</Ustrd>{_in_its_place(reference)}</RmtInf>"
        "</TxDtls></NtryDtls></Ntry>"
        for number, (pounds, reference, words) in enumerate(_CREDITS, start=1)
    )
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">{amount}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{today}</Dt></Dt></Bal>"
        for code, amount in (("OPBD", Decimal("1250.00")), ("CLBD", Decimal("1250.00") + total))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>ANYB-{stamp}</MsgId><CreDtTm>{today}T06:00:00Z</CreDtTm></GrpHdr>"
        f"<Stmt><Id>STMT-{stamp}</Id><ElctrncSeqNb>{stamp}</ElctrncSeqNb>"
        "<Acct><Id><IBAN>GB33BUKB20201555555555</IBAN></Id><Ccy>GBP</Ccy></Acct>"
        f"{balances}{entries}</Stmt></BkToCstmrStmt></Document>"
    )


def _in_its_place(reference: str) -> str:
    return f"<Strd><CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd>" if reference else ""


def _allpay(payments: tuple[tuple[str, str, str], ...], *, missing: str = "0") -> str:
    """Return a file of allpay, whose total is too small by what is missing."""
    batch, today = f"{_NOW:%H%M%S}", f"{_NOW:%d/%m/%Y}"
    rows = [
        f"{batch:>7}{reference:<16}{pounds:>9}{letter}{today}"
        for reference, pounds, letter in payments
    ]
    total = sum(Decimal(pounds) for _reference, pounds, _letter in payments) - Decimal(missing)
    ends = (
        f"Total Amount Updated onto System: {total}",
        f"Total Transactions updated: {len(rows)}",
    )
    return "\n".join((*rows, "", *ends, ""))


def main() -> int:
    """Work the day. Returns the exit code."""
    port = sys.argv[1] if len(sys.argv) > 1 else "8000"
    browser_path = find_browser()
    if browser_path is None:
        print("Chromium or Chrome was not found.", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(FLAGS))
        context = browser.new_context(
            viewport=SCREEN,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        day(Camera(context.new_page(), f"http://127.0.0.1:{port}"))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
