"""Names of the bits in `Flags` and of the numbers in `SetFlag`: what a node's definitions do not say.

Source: xrpl.org "Transaction Common Fields" and the page of each type; docs.xahau.network for the types of Xahau.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

TRANSACTION_FLAGS: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "AMMClawback": {"tfClawTwoAssets": 0x1},
        "AMMDeposit": {
            "tfLPToken": 0x10000,
            "tfSingleAsset": 0x80000,
            "tfTwoAsset": 0x100000,
            "tfOneAssetLPToken": 0x200000,
            "tfLimitLPToken": 0x400000,
            "tfTwoAssetIfEmpty": 0x800000,
        },
        "AMMWithdraw": {
            "tfLPToken": 0x10000,
            "tfWithdrawAll": 0x20000,
            "tfOneAssetWithdrawAll": 0x40000,
            "tfSingleAsset": 0x80000,
            "tfTwoAsset": 0x100000,
            "tfOneAssetLPToken": 0x200000,
            "tfLimitLPToken": 0x400000,
        },
        "AccountSet": {
            "tfRequireDestTag": 0x10000,
            "tfOptionalDestTag": 0x20000,
            "tfRequireAuth": 0x40000,
            "tfOptionalAuth": 0x80000,
            "tfDisallowXRP": 0x100000,
            "tfAllowXRP": 0x200000,
        },
        "Batch": {"tfAllOrNothing": 0x10000, "tfOnlyOne": 0x20000, "tfUntilFailure": 0x40000, "tfIndependent": 0x80000},
        "ClaimReward": {"tfOptOut": 0x1},
        "LoanPay": {"tfLoanOverpayment": 0x10000, "tfLoanFullPayment": 0x20000, "tfLoanLatePayment": 0x40000},
        "MPTokenAuthorize": {"tfMPTUnauthorize": 0x1},
        "MPTokenIssuanceCreate": {
            "tfMPTCanLock": 0x2,
            "tfMPTRequireAuth": 0x4,
            "tfMPTCanEscrow": 0x8,
            "tfMPTCanTrade": 0x10,
            "tfMPTCanTransfer": 0x20,
            "tfMPTCanClawback": 0x40,
        },
        "MPTokenIssuanceSet": {"tfMPTLock": 0x1, "tfMPTUnlock": 0x2},
        "NFTokenCreateOffer": {"tfSellNFToken": 0x1},
        "NFTokenMint": {
            "tfBurnable": 0x1,
            "tfOnlyXRP": 0x2,
            "tfTrustLine": 0x4,
            "tfTransferable": 0x8,
            "tfMutable": 0x10,
        },
        "OfferCreate": {
            "tfPassive": 0x10000,
            "tfImmediateOrCancel": 0x20000,
            "tfFillOrKill": 0x40000,
            "tfSell": 0x80000,
            "tfHybrid": 0x100000,
        },
        "Payment": {"tfNoRippleDirect": 0x10000, "tfPartialPayment": 0x20000, "tfLimitQuality": 0x40000},
        "PaymentChannelClaim": {"tfRenew": 0x10000, "tfClose": 0x20000},
        "TrustSet": {
            "tfSetfAuth": 0x10000,
            "tfSetNoRipple": 0x20000,
            "tfClearNoRipple": 0x40000,
            "tfSetFreeze": 0x100000,
            "tfClearFreeze": 0x200000,
            "tfSetDeepFreeze": 0x400000,
            "tfClearDeepFreeze": 0x800000,
        },
        "URITokenMint": {"tfBurnable": 0x1},
        "VaultCreate": {"tfVaultPrivate": 0x10000, "tfVaultShareNonTransferable": 0x20000},
        "XChainModifyBridge": {"tfClearAccountCreateAmount": 0x10000},
    }
)
"""By transaction type: bits of `Flags`. The bits that every type has are set by wallets."""

ACCOUNT_FLAGS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "asfRequireDest": 1,
        "asfRequireAuth": 2,
        "asfDisallowXRP": 3,
        "asfDisableMaster": 4,
        "asfAccountTxnID": 5,
        "asfNoFreeze": 6,
        "asfGlobalFreeze": 7,
        "asfDefaultRipple": 8,
        "asfDepositAuth": 9,
        "asfAuthorizedNFTokenMinter": 10,
        "asfDisallowIncomingNFTokenOffer": 12,
        "asfDisallowIncomingCheck": 13,
        "asfDisallowIncomingPayChan": 14,
        "asfDisallowIncomingTrustline": 15,
        "asfAllowTrustLineClawback": 16,
        "asfAllowTrustLineLocking": 17,
    }
)
"""Values of `SetFlag` and `ClearFlag` of an AccountSet."""
