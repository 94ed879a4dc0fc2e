//! Words that files use for what facts hold, and fact columns in people's words.

use argosy_facts::arrow::datatypes::DataType;

use super::definition::slug;
use crate::http::dto::TextDto;

/// Fact column → its name in Chinese, and what files call it.
const WORDS: [(&str, &str, &[&str]); 44] = [
    (
        "day",
        "日期",
        &[
            "date",
            "day",
            "booking_date",
            "value_date",
            "buchungstag",
            "valuta",
            "日期",
            "交易日期",
            "order_date",
            "invoice_date",
        ],
    ),
    (
        "at",
        "时间",
        &[
            "time",
            "datetime",
            "timestamp",
            "created_at",
            "purchase_date",
            "invoice_date",
            "order_date",
            "时间",
        ],
    ),
    ("market", "市场", &["market", "marketplace", "country_code"]),
    (
        "order_id",
        "订单号",
        &[
            "order",
            "order_no",
            "order_number",
            "invoice",
            "invoice_no",
            "invoice_number",
            "bestellnummer",
            "订单号",
            "订单编号",
        ],
    ),
    ("order_line", "订单行", &["line", "order_item_id", "line_id"]),
    ("status", "状态", &["state", "order_status", "状态"]),
    (
        "seller_sku",
        "渠道 SKU",
        &[
            "sku",
            "stock_code",
            "item_code",
            "product_code",
            "article",
            "artikelnummer",
            "商品编码",
            "货号",
        ],
    ),
    ("asin", "ASIN", &["asin", "listing_id"]),
    ("units", "数量", &["quantity", "qty", "units", "pieces", "menge", "anzahl", "数量", "件数"]),
    ("currency", "币种", &["currency", "currency_code", "waehrung", "währung", "币种", "货币"]),
    (
        "item_price",
        "商品金额",
        &[
            "item_price",
            "price",
            "unit_price",
            "line_total",
            "total",
            "subtotal",
            "金额",
            "单价",
            "preis",
        ],
    ),
    ("item_tax", "商品税", &["tax", "vat", "item_tax", "税额"]),
    ("shipping_price", "运费", &["shipping", "shipping_price", "postage", "versand", "运费"]),
    ("shipping_tax", "运费税", &["shipping_tax"]),
    ("discount", "折扣", &["discount", "promotion", "rabatt", "折扣", "优惠"]),
    ("fulfilment", "配送方式", &["fulfilment", "fulfillment", "fulfillment_channel"]),
    (
        "buyer",
        "买家（散列）",
        &["customer_id", "customer", "buyer", "buyer_id", "email", "client", "客户", "买家"],
    ),
    (
        "ship_country",
        "收货国家",
        &["country", "ship_country", "shipping_country", "land", "国家", "目的国"],
    ),
    ("updated_at", "更新时间", &["updated_at", "last_updated", "modified", "更新时间"]),
    (
        "amount",
        "金额",
        &["amount", "value", "betrag", "umsatz", "sum", "金额", "交易金额", "发生额"],
    ),
    ("balance", "余额", &["balance", "saldo", "running_balance", "余额"]),
    (
        "reference",
        "附言",
        &[
            "reference",
            "description",
            "purpose",
            "verwendungszweck",
            "memo",
            "details",
            "摘要",
            "附言",
            "备注",
        ],
    ),
    (
        "counterparty",
        "对方",
        &[
            "counterparty",
            "payee",
            "payer",
            "beneficiary",
            "beguenstigter",
            "name",
            "对方户名",
            "对方",
        ],
    ),
    ("account", "账户", &["account", "account_no", "iban", "konto", "账号", "账户"]),
    ("line", "科目", &["line", "category", "科目"]),
    ("fee_type", "费用类型", &["fee_type", "type", "fee", "费用类型"]),
    ("statement", "结算单", &["statement", "settlement", "settlement_id", "payout_id", "结算单"]),
    ("transaction", "交易类型", &["transaction", "transaction_type", "交易类型"]),
    ("campaign", "广告活动", &["campaign", "campaign_name", "kampagne", "广告活动"]),
    ("ad_group", "广告组", &["ad_group", "ad_group_name", "adset", "广告组"]),
    ("search_term", "搜索词", &["search_term", "query", "keyword", "搜索词"]),
    ("impressions", "展示量", &["impressions", "views", "展示", "曝光"]),
    ("clicks", "点击量", &["clicks", "klicks", "点击"]),
    ("cost", "花费", &["cost", "spend", "kosten", "花费", "消耗"]),
    ("sales", "销售额", &["sales", "revenue", "umsatz", "销售额"]),
    ("orders", "订单数", &["orders", "purchases", "conversions", "订单数"]),
    ("sessions", "访问次数", &["sessions", "visits", "besuche", "访问"]),
    ("page_views", "浏览量", &["page_views", "pageviews", "浏览量"]),
    ("users", "访客数", &["users", "visitors", "访客"]),
    ("place", "仓库", &["warehouse", "place", "location", "lager", "仓库"]),
    ("state", "库存状态", &["state", "condition", "disposition"]),
    ("kind", "类型", &["kind", "type", "类型"]),
    ("price", "价格", &["price", "preis", "价格"]),
    ("title", "标题", &["title", "name", "product_name", "description", "标题", "商品名称"]),
];

/// The name of a fact column for people.
pub(super) fn names(column: &str) -> TextDto {
    let zh = WORDS.iter().find(|(name, _, _)| *name == column).map(|(_, zh, _)| *zh);
    let en = column.replace('_', " ");
    TextDto { zh_cn: zh.map_or_else(|| en.clone(), str::to_owned), en }
}

/// The column type that fits a fact column.
pub(super) fn kind_of(kind: &DataType) -> &'static str {
    match kind {
        DataType::Int64 => "integer",
        DataType::Decimal128(_, _) => "decimal",
        DataType::Date32 => "day",
        DataType::Timestamp(_, _) => "instant",
        DataType::Boolean => "bool",
        _ => "text",
    }
}

/// Whether values of one type can stand in a fact column of the other.
pub(super) fn may_become(have: &str, want: &str) -> bool {
    match want {
        "integer" => have == "integer",
        "decimal" => matches!(have, "decimal" | "integer" | "percent" | "fraction"),
        "day" | "instant" => matches!(have, "day" | "instant"),
        "bool" => have == "bool",
        _ => matches!(have, "text" | "id" | "currency" | "buyer" | "integer"),
    }
}

/// How near a header is to a fact column: 3 the same word, 2 a known other word, 1 a part of one.
pub(super) fn nearness(column: &str, header: &str) -> u8 {
    let own = slug(header);
    let plain = header.trim().to_lowercase();
    if own == column {
        return 3;
    }
    let Some((_, _, words)) = WORDS.iter().find(|(name, _, _)| *name == column) else { return 0 };
    if words.iter().any(|word| *word == own || *word == plain || own == word.replace('_', "")) {
        return 2;
    }
    let parts: Vec<&str> = own.split('_').collect();
    u8::from(words.iter().any(|word| parts.contains(word)))
}

/// Whether a column is called like one that names a buyer.
pub(super) fn sounds_like_buyer(header: &str) -> bool {
    const BUYERS: [&str; 6] =
        ["customerid", "customer_id", "customer id", "buyer", "e-mail", "email"];
    BUYERS.iter().any(|word| header.contains(word))
}

/// Whether a column is called like one that tells where somebody lives or what they are called.
pub(super) fn sounds_personal(header: &str) -> bool {
    const WORDS: [&str; 10] = [
        "phone",
        "address",
        "street",
        "postcode",
        "zip",
        "first name",
        "last name",
        "recipient",
        "收货人",
        "电话",
    ];
    WORDS.iter().any(|word| header.contains(word))
}
