"""What Anyborough's payment pages say."""

from dataclasses import dataclass
from typing import Any

from .amounts import HOW_MANY, SUPPORT


HAVE_BIN = "Do you have a brown bin already?"
BROKEN = "I have one, but it is broken"


@dataclass(frozen=True, slots=True)
class PageWords:
    """One payment page. ``picture`` names a picture of the reference and says what it shows."""

    slug: str
    title: str
    summary: str
    introduction: str
    reference_help: str = ""
    picture: tuple[str, str] = ("", "")
    questions: tuple[dict[str, Any], ...] = ()
    confirmation: str = ""


def _question(key: str, kind: str, label: str, **more: Any) -> dict[str, Any]:
    value = {"label": label, "hint": "", "required": True, **more}
    return {"type": kind, "id": f"5d1c6f0e-0000-4000-8000-{key:0>12}", "value": value}


def _step(key: str, heading: str) -> dict[str, Any]:
    return {
        "type": "step",
        "id": f"5d1c6f0e-0000-4000-8000-{key:0>12}",
        "value": {"heading": heading},
    }


def _answered(question: str, *answers: str) -> dict[str, Any]:
    return {"question": question, "answers": "\n".join(answers)}


PAYMENT_PAGES = (
    PageWords(
        slug="council-tax",
        title="Pay your council tax",
        summary="Pay this year’s council tax or what you owe from earlier years.",
        introduction=(
            "<p>You can pay the whole bill, an instalment or any amount from £1.</p>"
            "<p>You need your council tax account number. It has 9 digits.</p>"
            "<h2>If you pay by Direct Debit</h2>"
            "<p>Don’t pay here as well: we collect your instalments on the 1st, 15th or 28th.</p>"
        ),
        reference_help="<p>Your account number is at the top right of your bill.</p>",
        picture=(
            "council-tax",
            "A council tax bill. The account number, 9 digits long, stands at the top right under "
            "the words “Account number”.",
        ),
        confirmation=(
            "<p>Your payment will be on your council tax account in 2 working days.</p>"
            "<p>If you have had a reminder, paying the amount on it stops the next one.</p>"
        ),
    ),
    PageWords(
        slug="business-rates",
        title="Pay your business rates",
        summary="Pay a business rates bill or an instalment.",
        introduction=(
            "<p>You can pay the whole bill, an instalment or any amount from £1.</p>"
            "<p>You need your business rates account number. It has 9 digits.</p>"
        ),
        reference_help="<p>Your account number is at the top right of your bill.</p>",
        picture=(
            "business-rates",
            "A business rates bill. The account number, 9 digits long, stands at the top right "
            "under the words “Account number”.",
        ),
        confirmation="<p>Your payment will be on your account in 2 working days.</p>",
    ),
    PageWords(
        slug="council-rent",
        title="Pay your council rent",
        summary="Pay rent for a council home or garage.",
        introduction=(
            "<p>You need your rent account number. It has 11 digits.</p>"
            "<p>If you are worried about paying your rent, call our housing team on 01632 960140. "
            "The earlier you call, the more we can do.</p>"
        ),
        reference_help="<p>Your account number is on your rent card and on every statement.</p>",
        picture=(
            "rent",
            "A rent statement. The rent account number, 11 digits long, stands at the top right.",
        ),
        confirmation="<p>Your rent account shows the payment tomorrow.</p>",
    ),
    PageWords(
        slug="heating",
        title="Pay for district heating",
        summary="Pay heating charges for homes on the Foundry Street network.",
        introduction=(
            "<p>Homes on the Foundry Street network pay the council for heat and hot water. The "
            "price includes VAT at the reduced rate of 5%.</p>"
            "<p>You need your rent account number. It has 11 digits.</p>"
        ),
        confirmation="<p>Your heating account shows the payment tomorrow.</p>",
    ),
    PageWords(
        slug="benefit-overpayment",
        title="Pay back housing benefit",
        summary="Pay back housing benefit that you were paid too much of.",
        introduction=(
            "<p>You can pay all you owe or part of it, from £1, but not more than you owe.</p>"
            "<p>You need the reference on our letter about the overpayment. It has 8 digits.</p>"
        ),
        confirmation="<p>We will send you a letter when everything is paid.</p>",
    ),
    PageWords(
        slug="parking-fine",
        title="Pay a parking fine",
        summary="Pay a penalty charge notice from one of our civil enforcement officers.",
        introduction=(
            "<p>If you pay within 14 days of getting the notice, you pay half. The notice says how "
            "much and until when.</p>"
            "<p>If you think the notice is wrong, challenge it before you pay. Paying closes the "
            "case.</p>"
        ),
        reference_help=(
            "<p>The number is on the front of the notice. It starts with BJ.</p>"
            "<p>Notices that start with other letters come from private companies and can’t be "
            "paid here.</p>"
        ),
        picture=(
            "parking-fine",
            "A penalty charge notice. The notice number, BJ and 8 more characters, stands at the "
            "top right.",
        ),
        questions=(
            _question(
                "1",
                "short_text",
                "Vehicle registration number",
                hint="As on the notice, like AB12 CDE",
                required=False,
            ),
        ),
        confirmation="<p>The case is closed. You don’t need to do anything else.</p>",
    ),
    PageWords(
        slug="fixed-penalty",
        title="Pay a fixed penalty notice",
        summary="Pay a fixed penalty for littering, fly-tipping, dog fouling or graffiti.",
        introduction=(
            "<p>Paying a fixed penalty notice in time means you will not be taken to court.</p>"
            "<p>You need the number of the notice. It starts with FP.</p>"
        ),
        confirmation="<p>You will not be prosecuted for this offence.</p>",
    ),
    PageWords(
        slug="invoice",
        title="Pay an invoice",
        summary="Pay an invoice from the council that starts with 3 or 9.",
        introduction=(
            "<p>You need the invoice number. It has 10 digits and starts with 3 or 9.</p>"
            "<p>Pay each invoice on its own, so that we know which are paid. You can pay several "
            "at once with the basket.</p>"
        ),
        picture=(
            "invoice",
            "An invoice. The invoice number, 10 digits long, stands at the top right.",
        ),
        confirmation="<p>VAT on this payment was accounted for when the invoice was sent.</p>",
    ),
    PageWords(
        slug="library-charges",
        title="Pay library charges",
        summary="Pay for overdue, lost or damaged library items.",
        introduction=(
            "<p>You need your library card. You can pay part of what you owe, from 10p.</p>"
            "<p>You can borrow again once you owe less than £5.</p>"
        ),
        reference_help="<p>The number has 14 digits and is under the bar code on your card.</p>",
        picture=(
            "library",
            "A library card. The card number, 14 digits long, stands under the bar code.",
        ),
        confirmation="<p>You can borrow again straight away.</p>",
    ),
    PageWords(
        slug="garden-waste",
        title="Garden waste collection",
        summary="Have a brown bin emptied every two weeks for a year.",
        introduction=(
            "<p>A brown bin costs £46 a year, each further one £30. We empty them every 2 weeks, "
            "except over Christmas.</p>"
        ),
        questions=(
            _step("21", "Your bins"),
            _question(
                "2",
                "choice",
                HAVE_BIN,
                choices=["Yes", "No, please bring one", BROKEN],
            ),
            _question("22", "short_text", "What is broken?", only_when=_answered(HAVE_BIN, BROKEN)),
            _question(
                "23",
                "file",
                "A photo of the damage",
                required=False,
                types=["picture"],
                megabytes=5,
                only_when=_answered(HAVE_BIN, BROKEN),
            ),
            _step("24", "The collection"),
            _question(
                "3",
                "long_text",
                "Is there anything the crew should know?",
                hint="Such as a locked gate. Don’t tell us about your health here.",
                required=False,
            ),
        ),
        confirmation=(
            "<p>We will send you a sticker for your bin within 10 days. Collections start in the "
            "week after you get it.</p>"
        ),
    ),
    PageWords(
        slug="bulky-waste",
        title="Bulky waste collection",
        summary="Have large items collected from your home.",
        introduction=(
            "<p>We collect furniture, white goods and other large items from outside your home."
            "</p><p>It costs half as much if you get Council Tax Support.</p>"
        ),
        questions=(
            _question("6", "number", HOW_MANY, least=1, most=6),
            _question("7", "yes_no", SUPPORT),
            _question("8", "long_text", "Which items?", hint="Such as a sofa and a fridge."),
        ),
        confirmation="<p>We will write within 3 working days to agree a day with you.</p>",
    ),
    PageWords(
        slug="council-tax-owed",
        title="See and pay what you owe in council tax",
        summary="Look up what is due on your council tax account and pay all or part of it.",
        introduction=(
            "<p>You need your council tax account number and the postcode on your bill.</p>"
        ),
        reference_help="<p>Your account number is at the top right of your bill.</p>",
        confirmation="<p>Your payment will be on your council tax account in 2 working days.</p>",
    ),
    PageWords(
        slug="museum-donation",
        title="Give to Anyborough Museum",
        summary="Help the museum look after its collection.",
        introduction="<p>The museum is free. Your gift keeps it so.</p>",
        confirmation="<p>Thank you. Your gift goes to the museum’s collection.</p>",
    ),
    PageWords(
        slug="planning-fee",
        title="Pay a planning application fee",
        summary="Pay the fee for a planning application you have sent us.",
        introduction=(
            "<p>Apply first. We look at your application once the fee is paid.</p>"
            "<p>You need the application number on our letter, like 24/00312/FUL, and the amount "
            "the letter asks for.</p>"
        ),
        confirmation="<p>We will check your application and write within 5 working days.</p>",
    ),
    PageWords(
        slug="market-stall",
        title="Pay market stall rent",
        summary="Pay rent for a stall on Market Square.",
        introduction=(
            "<p>Pay before Thursday for the coming week, so that we can keep your stall.</p>"
            "<p>You need the stall number on your licence, like 1-ROW-A.</p>"
        ),
        questions=(_question("4", "date", "First market day you are paying for"),),
        confirmation="<p>Bring your receipt, on paper or on your phone, to the market office.</p>",
    ),
    PageWords(
        slug="building-control",
        title="Pay building control charges",
        summary="Pay a plan, inspection or building notice charge.",
        introduction=(
            "<p>Charges include VAT at 20%. Your receipt shows how much of it is VAT.</p>"
            "<p>You need the reference on our letter, like 24/00312/FUL.</p>"
        ),
        confirmation="<p>Call 01632 960170 to book your next inspection.</p>",
    ),
    PageWords(
        slug="landlord-licence",
        title="Pay for a landlord licence",
        summary="Pay for the landlord accreditation scheme.",
        introduction=(
            "<p>Accredited landlords get training, a helpline and a place on our list.</p>"
            "<p>You need your licence number. It looks like ALS/2021/1207.</p>"
        ),
        questions=(_question("5", "yes_no", "Do you let more than one home?", required=False),),
        confirmation="<p>We will send your certificate within 10 working days.</p>",
    ),
)
