//! The channels' own words for money, and the ledger line each of them means.
//!
//! This is the simulator's own reading of `knowledge/channels/*/…fees.csv`: two independent
//! readings that must agree are what the proof is made of.

/// A column of the date-range transactions report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Column {
    ProductSales,
    ProductSalesTax,
    ShippingCredits,
    ShippingCreditsTax,
    GiftWrapCredits,
    GiftWrapCreditsTax,
    Points,
    PromotionalRebates,
    PromotionalRebatesTax,
    WithheldTax,
    SellingFees,
    FbaFees,
    OtherTransactionFees,
    Other,
}

/// One kind of money as the settlement report names it.
pub(crate) struct Words {
    pub(crate) transaction: &'static str,
    pub(crate) amount_type: &'static str,
    pub(crate) description: &'static str,
    /// The ledger line when the settlement report tells it.
    pub(crate) line: &'static str,
    /// Where the date-range report shows it; `None` = not at all.
    pub(crate) wide: Option<Wide>,
}

pub(crate) struct Wide {
    /// The English type and, for rows without an order, the description.
    pub(crate) kind: &'static str,
    pub(crate) description: &'static str,
    pub(crate) column: Column,
    /// The line when only the date-range report tells it; `None` = the column is too coarse to
    /// know, so such money is never made where no settlement report tells it.
    pub(crate) line: Option<&'static str>,
}

const fn words(
    transaction: &'static str,
    amount_type: &'static str,
    description: &'static str,
    line: &'static str,
) -> Words {
    Words { transaction, amount_type, description, line, wide: None }
}

impl Words {
    const fn wide(self, kind: &'static str, column: Column, line: Option<&'static str>) -> Self {
        Self { wide: Some(Wide { kind, description: "", column, line }), ..self }
    }

    const fn described(
        self,
        kind: &'static str,
        description: &'static str,
        column: Column,
        line: Option<&'static str>,
    ) -> Self {
        Self { wide: Some(Wide { kind, description, column, line }), ..self }
    }

    /// Whether the line carries units sold (+) or given back (−).
    pub(crate) fn units_sign(&self) -> i64 {
        match self.line {
            "product_sales" => 1,
            "product_refunds" => -1,
            _ => 0,
        }
    }
}

/// A word of an order or a refund.
const fn item(
    [transaction, amount_type, description]: [&'static str; 3],
    line: &'static str,
    column: Column,
    wide_line: Option<&'static str>,
) -> Words {
    words(transaction, amount_type, description, line).wide(transaction, column, wide_line)
}

macro_rules! table {
    ($($name:ident = $words:expr;)*) => { $(pub(crate) static $name: Words = $words;)* };
}

use Column as C;

table! {
    PRINCIPAL = item(["Order", "ItemPrice", "Principal"], "product_sales", C::ProductSales,
        Some("product_sales"));
    SHIPPING = item(["Order", "ItemPrice", "Shipping"], "shipping_credits", C::ShippingCredits,
        Some("shipping_credits"));
    GIFT_WRAP = item(["Order", "ItemPrice", "GiftWrap"], "gift_wrap_credits", C::GiftWrapCredits,
        Some("gift_wrap_credits"));
    TAX = item(["Order", "ItemPrice", "Tax"], "tax_collected", C::ProductSalesTax,
        Some("tax_collected"));
    SHIPPING_TAX = item(["Order", "ItemPrice", "ShippingTax"], "tax_collected",
        C::ShippingCreditsTax, Some("tax_collected"));
    WITHHELD = item(["Order", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal"],
        "tax_withheld", C::WithheldTax, Some("tax_withheld"));
    WITHHELD_SHIPPING = item(["Order", "ItemWithheldTax", "MarketplaceFacilitatorTax-Shipping"],
        "tax_withheld", C::WithheldTax, Some("tax_withheld"));
    WITHHELD_VAT = item(["Order", "ItemFees", "MarketplaceFacilitatorVAT-Principal"],
        "tax_withheld", C::WithheldTax, Some("tax_withheld"));
    COMMISSION = item(["Order", "ItemFees", "Commission"], "referral_fee", C::SellingFees,
        Some("referral_fee"));
    SHIPPING_HB = item(["Order", "ItemFees", "ShippingHB"], "referral_fee", C::SellingFees,
        Some("referral_fee"));
    FBA_UNIT = item(["Order", "ItemFees", "FBAPerUnitFulfillmentFee"], "fulfilment_fee",
        C::FbaFees, Some("fulfilment_fee"));
    // Of orders that Amazon ships for another channel.
    FBA_UNIT_ELSEWHERE = item(["Order", "ItemFees", "FBAPerUnitFulfillmentFee"],
        "multichannel_fee", C::FbaFees, Some("multichannel_fee"));
    FBA_WEIGHT = item(["Order", "ItemFees", "FBAWeightBasedFee"], "fulfilment_fee", C::FbaFees,
        Some("fulfilment_fee"));
    FBA_ORDER = item(["Order", "Shipment-Fees", "FBAPerOrderFulfillmentFee"], "multichannel_fee",
        C::FbaFees, Some("multichannel_fee"));
    SHIPPING_CHARGEBACK = item(["Order", "ItemFees", "ShippingChargeback"], "shipping_chargeback",
        C::OtherTransactionFees, Some("other_channel_fee"));
    GIFT_WRAP_CHARGEBACK = item(["Order", "ItemFees", "GiftwrapChargeback"],
        "gift_wrap_chargeback", C::OtherTransactionFees, Some("other_channel_fee"));
    DIGITAL_SERVICES = item(["Order", "ItemFees", "DigitalServicesFee"], "digital_services_fee",
        C::OtherTransactionFees, Some("other_channel_fee"));
    PROMOTION = item(["Order", "Promotion", "Principal"], "promotion_rebates",
        C::PromotionalRebates, Some("promotion_rebates"));
    // The date-range report shows both promotions in one column.
    PROMOTION_SHIPPING = item(["Order", "Promotion", "Shipping"], "shipping_promotion",
        C::PromotionalRebates, None);
    POINTS = item(["Order", "Amazon points", "CostOfPointsGranted"], "points_cost", C::Points,
        Some("points_cost"));

    REFUND_PRINCIPAL = item(["Refund", "ItemPrice", "Principal"], "product_refunds",
        C::ProductSales, Some("product_refunds"));
    REFUND_SHIPPING = item(["Refund", "ItemPrice", "Shipping"], "shipping_refunds",
        C::ShippingCredits, Some("shipping_refunds"));
    REFUND_TAX = item(["Refund", "ItemPrice", "Tax"], "tax_collected", C::ProductSalesTax,
        Some("tax_collected"));
    REFUND_WITHHELD = item(["Refund", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal"],
        "tax_withheld", C::WithheldTax, Some("tax_withheld"));
    REFUND_WITHHELD_VAT = item(["Refund", "ItemFees", "MarketplaceFacilitatorVAT-Principal"],
        "tax_withheld", C::WithheldTax, Some("tax_withheld"));
    REFUND_COMMISSION_BACK = item(["Refund", "ItemFees", "Commission"], "referral_fee",
        C::SellingFees, Some("referral_fee"));
    REFUND_COMMISSION = item(["Refund", "ItemFees", "RefundCommission"], "refund_admin_fee",
        C::SellingFees, Some("referral_fee"));
    REFUND_SHIPPING_CHARGEBACK = item(["Refund", "ItemFees", "ShippingChargeback"],
        "shipping_chargeback", C::OtherTransactionFees, Some("other_channel_fee"));
    REFUND_PROMOTION = item(["Refund", "Promotion", "Principal"], "promotion_rebates",
        C::PromotionalRebates, Some("promotion_rebates"));
    REFUND_POINTS = item(["Refund", "Amazon points", "CostOfPointsReturned"], "points_cost",
        C::Points, Some("points_cost"));
    REFUND_GOODWILL = item(["Refund", "ItemPrice", "Goodwill"], "goodwill", C::Other, None);
    REFUND_RESTOCKING = item(["Refund", "ItemPrice", "RestockingFee"], "restocking_fee_income",
        C::Other, None);
    CHARGEBACK_PRINCIPAL = item(["Chargeback Refund", "ItemPrice", "Principal"],
        "product_refunds", C::ProductSales, None);
    CHARGEBACK_COMMISSION = item(["Chargeback Refund", "ItemFees", "Commission"], "referral_fee",
        C::SellingFees, None);
    CLAIM_PRINCIPAL = item(["A-to-z Guarantee Refund", "ItemPrice", "Principal"],
        "product_refunds", C::ProductSales, None);

    ADVERTISING = words("ServiceFee", "Cost of Advertising", "TransactionTotalAmount", "ad_cost")
        .described("Service Fee", "Cost of Advertising", C::Other, Some("ad_cost"));
    STORAGE = words("other-transaction", "other-transaction", "Storage Fee", "storage_fee")
        .described("FBA Inventory Fee", "FBA storage fee", C::Other, Some("storage_fee"));
    AGED_INVENTORY = words("other-transaction", "other-transaction", "StorageRenewalBilling",
        "aged_inventory_fee")
        .described("FBA Inventory Fee", "FBA Long-Term Storage Fee", C::Other, None);
    SUBSCRIPTION = words("other-transaction", "other-transaction", "Subscription Fee",
        "subscription_fee")
        .described("Service Fee", "Subscription", C::Other, Some("subscription_fee"));
    REMOVAL = words("other-transaction", "other-transaction", "RemovalComplete", "removal_fee")
        .described("FBA Inventory Fee", "FBA Removal Order: Return Fee", C::Other, None);
    DISPOSAL = words("other-transaction", "other-transaction", "DisposalComplete", "disposal_fee")
        .described("FBA Inventory Fee", "FBA Removal Order: Disposal Fee", C::Other, None);
    RETURN_PROCESSING = words("other-transaction", "other-transaction",
        "FBACustomerReturnPerUnitFee", "return_processing_fee")
        .described("FBA Customer Return Fee", "", C::Other, None);
    INBOUND_TRANSPORT = words("other-transaction", "other-transaction",
        "FBAInboundTransportationFee", "inbound_freight")
        .described("FBA Inventory Fee", "FBA Inbound Transportation Fee", C::Other, None);
    GLOBAL_FREIGHT = words("other-transaction", "other-transaction",
        "FBA International Freight Shipping Charge", "inbound_freight")
        .described("Service Fee", "FBA International Freight Shipping Charge", C::Other, None);
    DEAL = words("other-transaction", "other-transaction", "RunLightningDealFee", "deal_fee")
        .described("Deal Fee", "Lightning Deal", C::Other, None);
    VINE = words("other-transaction", "other-transaction", "Vine enrolment fee",
        "review_programme_fee")
        .described("Service Fee", "Vine Enrollment Fee", C::Other, None);
    FEE_ADJUSTMENT = words("other-transaction", "other-transaction", "Fee Adjustment",
        "fee_adjustment").described("Fee Adjustment", "", C::Other, None);
    COUPON = words("CouponRedemptionFee", "CouponRedemptionFee", "", "coupon_fee")
        .described("Amazon Fees", "Coupon Redemption Fee", C::OtherTransactionFees, None);
    INBOUND_DEFECT = words("FBAFees", "Inbound Defect Fee", "Base fee", "inbound_defect_fee")
        .described("Amazon Fees", "Inbound Defect Fee", C::OtherTransactionFees, None);
    LIQUIDATION = words("Liquidations", "Liquidations", "Principal", "other_sales")
        .described("Liquidations", "", C::ProductSales, None);
    LIQUIDATION_FEE = words("Liquidations", "LiquidationsFees", "LiquidationsBrokerageFee",
        "liquidation_fee").described("Liquidations", "", C::OtherTransactionFees, None);

    WAREHOUSE_DAMAGE = reimbursement("WAREHOUSE_DAMAGE",
        "FBA Inventory Reimbursement - Damaged:Warehouse");
    WAREHOUSE_LOST = reimbursement("WAREHOUSE_LOST",
        "FBA Inventory Reimbursement - Lost:Warehouse");
    CUSTOMER_RETURN = reimbursement("REVERSAL_REIMBURSEMENT",
        "FBA Inventory Reimbursement - Customer Return");
    CS_ERROR = reimbursement("CS_ERROR_ITEMS",
        "FBA Inventory Reimbursement - Customer Service Issue");
    MISSING_INBOUND = reimbursement("MISSING_FROM_INBOUND",
        "FBA Inventory Reimbursement - Lost:Inbound");
    CLAWBACK = reimbursement("COMPENSATED_CLAWBACK",
        "FBA Inventory Reimbursement - General Adjustment");

    UNKNOWN_US = unknown("Hazmat Photo Re-Inspection Charge");
    UNKNOWN_EU = unknown("Verpackungsregister Sammelpauschale");
    UNKNOWN_JP = unknown("Seasonal Dock Appointment Surcharge");

    PREVIOUS_RESERVE = words("other-transaction", "other-transaction",
        "Previous Reserve Amount Balance", "reserve_released");
    CURRENT_RESERVE = words("other-transaction", "other-transaction", "Current Reserve Amount",
        "reserve_held");
    PAYABLE = words("other-transaction", "other-transaction", "Payable to Amazon", "debt");
    SUCCESSFUL_CHARGE = words("other-transaction", "other-transaction", "Successful charge",
        "debt_collected");
    // The settlement report has no payout row; the date-range report has.
    TRANSFER = words("Transfer", "", "", "payout")
        .described("Transfer", "To your account ending in: 123", C::Other, Some("payout"));
}

const fn reimbursement(reason: &'static str, described: &'static str) -> Words {
    words("other-transaction", "FBA Inventory Reimbursement", reason, "reimbursement").described(
        "Adjustment",
        described,
        C::Other,
        Some("reimbursement"),
    )
}

const fn unknown(name: &'static str) -> Words {
    words("other-transaction", "other-transaction", name, "unclassified").described(
        "Amazon Fees",
        name,
        C::OtherTransactionFees,
        None,
    )
}

/// The words of the Shopify store; they never meet a settlement report.
pub(crate) mod shop {
    use super::{Words, words};

    table! {
        SALE = words("order", "Lineitem price", "", "product_sales");
        LINE_DISCOUNT = words("order", "Lineitem discount", "", "order_discounts");
        ORDER_DISCOUNT = words("order", "Discount Amount", "", "order_discounts");
        SHIPPING = words("order", "Shipping", "", "shipping_credits");
        TAX = words("order", "Taxes", "", "tax_collected");
        CHARGE = words("charge", "Amount", "", "sales_clearing");
        CHARGE_FEE = words("charge", "Fee", "", "payment_fee");
        REFUND = words("refund", "Amount", "", "product_refunds");
        CHARGEBACK = words("chargeback", "Amount", "", "chargebacks");
        CHARGEBACK_FEE = words("chargeback", "Fee", "", "payment_fee");
        ADJUSTMENT = words("adjustment", "Amount", "", "fee_adjustment");
        PAYOUT = words("payout", "Amount", "", "payout");
    }
}

/// The words of eBay's transaction report: its columns, and the description of other fees.
pub(crate) mod ebay {
    use super::{Words, words};

    table! {
        ITEM = words("Order", "Item subtotal", "", "product_sales");
        SHIPPING = words("Order", "Shipping and handling", "", "shipping_credits");
        FIXED_FEE = words("Order", "Final Value Fee - fixed", "", "referral_fee");
        VARIABLE_FEE = words("Order", "Final Value Fee - variable", "", "referral_fee");
        REGULATORY_FEE = words("Order", "Regulatory operating fee", "", "digital_services_fee");
        REFUND_ITEM = words("Refund", "Item subtotal", "", "product_refunds");
        REFUND_SHIPPING = words("Refund", "Shipping and handling", "", "shipping_refunds");
        PROMOTED = words("Other fee", "", "Promoted Listings - General fee", "ad_cost");
        LABEL = words("Shipping label", "", "", "outbound_shipping");
        PAYOUT = words("Payout", "", "", "payout");
    }
}

/// The words of Walmart's reconciliation file.
pub(crate) mod walmart {
    use super::{Words, words};

    table! {
        PRICE = words("Sale", "Product Price", "Purchase", "product_sales");
        SHIPPING = words("Sale", "Shipping", "Purchase", "shipping_credits");
        TAX = words("Sale", "Product tax", "Purchase", "tax_collected");
        TAX_WITHHELD = words("Sale", "Product tax withheld", "Purchase", "tax_withheld");
        COMMISSION = words("Sale", "Commission on Product", "Purchase", "referral_fee");
        COMMISSION_SHIPPING = words("Sale", "Commission on Shipping", "Purchase", "referral_fee");
        REFUND_PRICE = words("Refund", "Product Price", "Return", "product_refunds");
        REFUND_COMMISSION = words("Refund", "Commission on Product", "Return", "referral_fee");
        LABEL = words("Adjustment", "Fee/Reimbursement", "Walmart Shipping Label Service Charge",
            "outbound_shipping");
    }
}

/// The words of Etsy's monthly statement: type and title.
pub(crate) mod etsy {
    use super::{Words, words};

    table! {
        SALE = words("Sale", "", "Payment for Order #", "product_sales");
        TAX = words("Sale", "", "Payment for Order #", "tax_collected");
        TAX_OUT = words("Tax", "", "Sales tax paid by buyer", "tax_withheld");
        TRANSACTION_FEE = words("Fee", "", "Transaction fee: ", "referral_fee");
        TRANSACTION_FEE_SHIPPING = words("Fee", "", "Transaction fee: Shipping", "referral_fee");
        PROCESSING_FEE = words("Fee", "", "Processing fee", "payment_fee");
        LISTING_FEE = words("Fee", "", "Listing fee", "listing_fee");
        REFUND = words("Refund", "", "Refund to buyer for Order #", "product_refunds");
        LABEL = words("Shipping", "", "USPS shipping label", "outbound_shipping");
        ADS = words("Marketing", "", "Etsy Ads", "ad_cost");
        DEPOSIT = words("Deposit", "", "sent to your bank account", "payout");
    }
}

/// The words of TikTok Shop's settlement: type and column.
pub(crate) mod tiktok {
    use super::{Words, words};

    table! {
        SALES = words("Order", "Subtotal before discounts", "", "product_sales");
        DISCOUNT = words("Order", "Seller discounts", "", "promotion_rebates");
        COMMISSION = words("Order", "TikTok Shop commission fee", "", "referral_fee");
        FEE_TAX = words("Order", "Sales tax on referral fees", "", "tax_on_fees");
        AFFILIATE = words("Order", "Affiliate commission", "", "affiliate_commission");
        SHIPPING = words("Order", "Seller shipping fee", "", "outbound_shipping");
        REFUND = words("Refund", "Refund subtotal before seller discounts", "",
            "product_refunds");
        REFUND_COMMISSION = words("Refund", "TikTok Shop commission fee", "", "referral_fee");
        REFUND_ADMIN = words("Refund", "Refund administration fee", "", "refund_admin_fee");
        ADS = words("GMV Payment for TikTok Ads", "Adjustment amount", "", "ad_cost");
    }
}

/// The words of a WooCommerce order.
pub(crate) mod woo {
    use super::{Words, words};

    table! {
        SALES = words("order", "line_items.subtotal", "", "product_sales");
        COUPON = words("order", "line_items.total", "", "order_discounts");
        SHIPPING = words("order", "shipping_total", "", "shipping_credits");
        FEE_LINE = words("order", "fee_lines.total", "", "other_sales");
        TAX = words("order", "total_tax", "", "tax_collected");
        REFUND = words("order", "refunds.total", "", "product_refunds");
        // Told in one amount with the refund.
        REFUND_TAX = words("order", "refunds.total", "tax", "tax_collected");
        PAYMENT_FEE = words("order", "meta_data", "_stripe_fee", "payment_fee");
    }
}
