"""The permissions of suspense, and what takes two people."""

#: See the items of a suspense fund.
VIEW = "ims_suspense.view_suspenseitem"
#: Own an item, write notes about it and ask its payer.
CHANGE = "ims_suspense.change_suspenseitem"
#: Allocate its money, in the suspense fund and in every fund that it reaches.
ALLOCATE = "ims_suspense.allocate_suspenseitem"
APPROVE = "ims_suspense.approve_allocation"
#: Let payers be known by their names at the bank, in the funds of their accounts.
PROPOSE_PAYER = "ims_suspense.propose_knownpayer"
APPROVE_PAYER = "ims_suspense.approve_knownpayer"

#: What approvals call the two kinds.
ALLOCATION, KNOWN_PAYER = "suspense_allocation", "known_payer"
