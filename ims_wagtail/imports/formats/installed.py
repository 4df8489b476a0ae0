"""The formats of transactions that come with the package."""

from .adyen_report import ADYEN_REPORT
from .allpay import ALLPAY
from .bai2 import BAI2
from .camt053 import CAMT053
from .dwp import DWP_COUNCIL_TAX
from .govukpay_payout import GOVUKPAY_PAYOUT
from .govukpay_report import GOVUKPAY_REPORT
from .ims_transactions import IMS_TRANSACTIONS
from .laid_out import LAID_OUT
from .mt940 import MT940
from .stripe_report import STRIPE_REPORT


TRANSACTION_FORMATS = (
    LAID_OUT,
    IMS_TRANSACTIONS,
    CAMT053,
    MT940,
    BAI2,
    ALLPAY,
    DWP_COUNCIL_TAX,
    GOVUKPAY_REPORT,
    GOVUKPAY_PAYOUT,
    STRIPE_REPORT,
    ADYEN_REPORT,
)
