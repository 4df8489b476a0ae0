"""The roles a council starts with. A council may change its groups afterwards; that is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """A group: its name, what it may do, and where."""

    name: str
    permissions: tuple[str, ...]
    #: Whether its permissions hold in all funds to begin with; otherwise in none until given.
    all_funds: bool = True
    #: What it may do with pages of every site, from the site's root page down.
    page_permissions: tuple[str, ...] = ()
    #: What it may do with images and documents.
    collection_permissions: tuple[str, ...] = ()


_SEE_PAYMENTS = (
    "wagtailadmin.access_admin",
    "ims_ledger.view_transaction",
    "ims_ledger.view_payerdetails",
    "ims_ledger.view_postingnote",
    "ims_checkout.view_receiptcopy",
    "ims_payments.view_order",
    "ims_payments.view_orderline",
    "ims_payments.view_attempt",
    "ims_payments.view_refund",
    "ims_payments.view_refundbatch",
    "ims_corrections.view_correction",
    "ims_corrections.view_journalupload",
    "ims_payments.view_comparison",
    "ims_payments.view_difference",
    "ims_payments.view_dispute",
    "ims_accounts.view_accountholder",
    "ims_accounts.view_stopmessage",
)
#: Notes on postings and copies of receipts: what everybody does who talks to payers.
_WRITE = ("ims_ledger.add_postingnote", "ims_checkout.add_receiptcopy")
_SEE_SETUP = (
    "ims_funds.view_fund",
    "ims_funds.view_fundgroup",
    "ims_funds.view_attribute",
    "ims_funds.view_paymenttype",
    "ims_funds.view_referencerule",
    "ims_funds.view_checkdigit",
    "ims_funds.view_vatcode",
    "ims_funds.view_methodofpayment",
    "ims_funds.view_office",
    "ims_funds.view_price",
    "ims_imports.view_importtype",
    "ims_imports.view_layout",
    "ims_imports.view_importrule",
    "ims_payments.view_merchantaccount",
    "ims_approvals.view_approvallimit",
    "ims_backoffice.view_health",
)
#: Links by which somebody is asked to pay: whoever talks to payers makes them.
_SEE_REQUESTS = (
    "ims_requests.view_requesttopay",
    "ims_requests.view_requestfile",
    "ims_requests.view_application",
)
_ASK_TO_PAY = (
    *_SEE_REQUESTS,
    "ims_requests.add_requesttopay",
    "ims_requests.change_requesttopay",
    "ims_requests.decide_application",
)
#: Lists that may leave as files. Those of account holders and of staff are given on purpose.
_TAKE_AWAY = (
    "ims_payments.export_order",
    "ims_payments.export_orderline",
    "ims_payments.export_attempt",
    "ims_payments.export_refund",
    "ims_payments.export_refundbatch",
    "ims_payments.export_difference",
    "ims_payments.export_comparison",
    "ims_payments.export_dispute",
    "ims_corrections.export_correction",
    "ims_approvals.export_approval",
    "ims_requests.export_requesttopay",
    "ims_requests.export_requestfile",
    "ims_requests.export_application",
    "ims_imports.export_import",
    "ims_imports.export_importrow",
    "ims_funds.export_fund",
    "ims_funds.export_paymenttype",
    "ims_funds.export_price",
)
_SEE_SUSPENSE = (
    "ims_suspense.view_suspenseitem",
    "ims_suspense.export_suspenseitem",
    "ims_suspense.view_allocation",
    "ims_suspense.export_allocation",
    "ims_suspense.view_knownpayer",
)
_FINANCE = (
    *_SEE_PAYMENTS,
    *_TAKE_AWAY,
    *_SEE_SUSPENSE,
    *_SEE_REQUESTS,
    "ims_backoffice.view_cashiersession",
    "ims_ledger.export_transaction",
    *_WRITE,
    "ims_ledger.view_closedperiod",
    "ims_payments.check_attempt",
    "ims_payments.view_refundpayee",
    "ims_reports.view_report",
    "ims_reports.export_report",
    "ims_payments.view_refundfile",
    "ims_payments.change_difference",
    "ims_payments.change_dispute",
    "ims_approvals.view_approval",
)


def _change(*models: str) -> tuple[str, ...]:
    return tuple(
        f"{app}.{verb}_{model}"
        for app, model in (name.split(".") for name in models)
        for verb in ("add", "change", "delete")
    )


_ASK_FOR_CORRECTIONS = (
    "ims_corrections.request_journal",
    "ims_corrections.request_transfer",
    "ims_corrections.request_write_off",
)
_SEE_IMPORTS = ("ims_imports.view_import", "ims_imports.view_importrow")
_RUN_IMPORTS = (
    "ims_imports.add_import",
    "ims_imports.undo_import",
    "ims_imports.reload_import",
    *_change("ims_imports.importtype", "ims_imports.layout", "ims_imports.importrule"),
    "ims_imports.enable_importrule",
)
_CLEAR_SUSPENSE = (
    "ims_suspense.change_suspenseitem",
    "ims_suspense.allocate_suspenseitem",
    "ims_suspense.propose_knownpayer",
)
_KEEP_STOPS = (*_change("ims_accounts.stopmessage"), "ims_accounts.change_accountholder")

ROLES = (
    Role(
        "Content editor",
        ("wagtailadmin.access_admin", "ims_funds.view_paymenttype"),
        page_permissions=("add_page", "change_page", "publish_page"),
        collection_permissions=(
            "wagtailimages.add_image",
            "wagtailimages.choose_image",
            "wagtaildocs.add_document",
            "wagtaildocs.choose_document",
        ),
    ),
    Role(
        "Cashier",
        (
            *_SEE_PAYMENTS,
            *_WRITE,
            "ims_payments.take_payment",
            "ims_backoffice.take_at_counter",
            "ims_backoffice.view_cashiersession",
        ),
    ),
    Role(
        "Cashier supervisor",
        (
            *_SEE_PAYMENTS,
            *_WRITE,
            "ims_backoffice.view_cashiersession",
            "ims_backoffice.close_cashiersession",
            "ims_backoffice.confirm_cashiersession",
            "ims_backoffice.return_cheque",
            "ims_backoffice.void_receipt",
        ),
    ),
    Role(
        "Contact-centre agent",
        (
            *_SEE_PAYMENTS,
            *_WRITE,
            "ims_payments.check_attempt",
            "ims_payments.take_payment",
            *_ASK_TO_PAY,
        ),
    ),
    Role(
        "Finance officer",
        (
            *_FINANCE,
            *_SEE_SETUP,
            *_SEE_IMPORTS,
            *_RUN_IMPORTS,
            *_KEEP_STOPS,
            *_ASK_FOR_CORRECTIONS,
            *_CLEAR_SUSPENSE,
            *_ASK_TO_PAY,
            "ims_backoffice.return_cheque",
            *_change("ims_funds.price"),
            "ims_funds.add_pricechange",
            "ims_payments.request_refund",
            "ims_payments.add_refundfile",
            "ims_payments.change_refundfile",
        ),
    ),
    Role(
        "Finance approver",
        (
            *_FINANCE,
            *_SEE_SETUP,
            "ims_ledger.reopen_period",
            *_SEE_IMPORTS,
            "ims_imports.approve_reload_import",
            "ims_imports.approve_enable_importrule",
            "ims_funds.approve_pricechange",
            "ims_pages.sign_off_page",
            "ims_payments.approve_refund",
            "ims_corrections.approve_journal",
            "ims_corrections.approve_transfer",
            "ims_corrections.approve_write_off",
            "ims_suspense.approve_allocation",
            "ims_suspense.approve_knownpayer",
            "ims_requests.approve_requesttopay",
        ),
    ),
    Role(
        "Income manager",
        (
            *_FINANCE,
            *_SEE_SETUP,
            *_SEE_IMPORTS,
            *_RUN_IMPORTS,
            *_KEEP_STOPS,
            *_change(
                "ims_funds.fund",
                "ims_funds.fundgroup",
                "ims_funds.attribute",
                "ims_funds.paymenttype",
                "ims_funds.referencerule",
                "ims_funds.checkdigit",
                "ims_funds.vatcode",
                "ims_funds.methodofpayment",
                "ims_funds.office",
                "ims_funds.price",
                "ims_approvals.approvallimit",
            ),
            *_ASK_FOR_CORRECTIONS,
            *_CLEAR_SUSPENSE,
            *_ASK_TO_PAY,
            "ims_backoffice.return_cheque",
            "ims_ledger.close_period",
            "ims_funds.add_pricechange",
            "ims_payments.request_refund",
            *_change("ims_payments.merchantaccount"),
            "ims_backoffice.export_setuppack",
            "ims_backoffice.import_setuppack",
            "ims_ui.change_councildetails",
            "ims_access.view_auditentry",
            "ims_access.view_readentry",
            "ims_access.view_staffprofile",
            "ims_access.change_staffprofile",
            "ims_access.export_staffprofile",
            "ims_ui.view_notice",
            *_change("ims_ui.notice"),
        ),
    ),
    Role("eReturn preparer", ("wagtailadmin.access_admin", "ims_funds.view_fund")),
    Role("eReturn authoriser", ("wagtailadmin.access_admin", "ims_funds.view_fund")),
    Role(
        "Auditor",
        (
            *_SEE_PAYMENTS,
            *_SEE_IMPORTS,
            *_SEE_SUSPENSE,
            *_SEE_SETUP,
            *_SEE_REQUESTS,
            "ims_backoffice.view_cashiersession",
            "ims_ledger.export_transaction",
            "ims_ledger.view_closedperiod",
            "ims_approvals.view_approval",
            "ims_reports.view_report",
            "ims_reports.export_report",
            *_TAKE_AWAY,
            "ims_access.export_auditentry",
            "ims_access.view_auditentry",
            "ims_access.view_readentry",
            "ims_evidence.view_evidencepack",
            "ims_evidence.export_evidencepack",
            "ims_access.view_staffprofile",
            "ims_access.export_staffprofile",
        ),
    ),
)
