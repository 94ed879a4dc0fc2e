//! The words of Amazon's sites in their payment reports.

use crate::{
    place::{EU, JP, STORES, StoreIndex, US},
    write::text::Numerals,
};

const EN: [&str; 30] = [
    "date/time",
    "settlement id",
    "type",
    "order id",
    "sku",
    "description",
    "quantity",
    "marketplace",
    "fulfillment",
    "order city",
    "order state",
    "order postal",
    "tax collection model",
    "product sales",
    "product sales tax",
    "shipping credits",
    "shipping credits tax",
    "gift wrap credits",
    "giftwrap credits tax",
    "",
    "promotional rebates",
    "promotional rebates tax",
    "marketplace withheld tax",
    "selling fees",
    "fba fees",
    "other transaction fees",
    "other",
    "total",
    "Transaction Status",
    "Transaction Release Date",
];

const DE: [&str; 30] = [
    "Datum/Uhrzeit",
    "Abrechnungsnummer",
    "Typ",
    "Bestellnummer",
    "SKU",
    "Beschreibung",
    "Menge",
    "Marketplace",
    "Versand",
    "Ort der Bestellung",
    "Bundesland",
    "Postleitzahl",
    "Steuererhebungsmodell",
    "Umsätze",
    "Produktumsatzsteuer",
    "Gutschrift für Versandkosten",
    "Steuer auf Versandgutschrift",
    "Gutschrift für Geschenkverpackung",
    "Steuer auf Geschenkverpackungsgutschriften",
    "",
    "Rabatte aus Werbeaktionen",
    "Steuer auf Aktionsrabatte",
    "Einbehaltene Steuer auf Marketplace",
    "Verkaufsgebühren",
    "Gebühren zu Versand durch Amazon",
    "Andere Transaktionsgebühren",
    "Andere",
    "Gesamt",
    "Transaktionsstatus",
    "Freigabedatum der Transaktion",
];

const JA: [&str; 30] = [
    "日付/時間",
    "決済番号",
    "トランザクションの種類",
    "注文番号",
    "SKU",
    "説明",
    "数量",
    "Amazon 出品サービス",
    "フルフィルメント",
    "市町村",
    "都道府県",
    "郵便番号",
    "税金徴収型",
    "商品売上",
    "商品の売上税",
    "配送料",
    "配送料の税金",
    "ギフト包装手数料",
    "ギフト包装クレジットの税金",
    "Amazonポイントの費用",
    "プロモーション割引額",
    "プロモーション割引の税金",
    "源泉徴収税を伴うマーケットプレイス",
    "手数料",
    "FBA 手数料",
    "トランザクションに関するその他の手数料",
    "その他",
    "合計",
    "",
    "",
];

/// The language of a site.
pub(crate) struct Language {
    pub(crate) headers: &'static [&'static str; 30],
    pub(crate) preamble: &'static [&'static str],
    pub(crate) numerals: Numerals,
    /// English word, local word.
    words: &'static [(&'static str, &'static str)],
}

/// The language in which an account's site writes.
pub(crate) fn language(store: StoreIndex) -> Language {
    match store {
        EU => german(),
        JP => japanese(),
        _ => english(),
    }
}

/// amazon.de
fn german() -> Language {
    Language {
        headers: &DE,
        preamble: &[
            "Umfasst Amazon Marketplace-, Fulfillment by Amazon- und Amazon Webstore-Transaktionen",
            "Alle Beträge in EUR, sofern nicht anders gekennzeichnet",
            "Definitionen:",
            "Umsatzsteuer: Umfasst die von Käufern eingenommene Umsatzsteuer.",
            "Verkaufsgebühren: Umfasst variable Abschlussgebühren und Verkaufsprovisionen.",
            "Andere: Umfasst Transaktionen, die nicht zu Bestellungen gehören.",
        ],
        numerals: Numerals { decimal: ',', thousands: Some('.'), digits: STORES[EU].digits },
        words: &[
            ("Order", "Bestellung"),
            ("Refund", "Erstattung"),
            ("Adjustment", "Anpassung"),
            ("FBA Inventory Fee", "Versand durch Amazon Lagergebühr"),
            ("Service Fee", "Servicegebühr"),
            ("Deal Fee", "Blitzangebotsgebühr"),
            ("Transfer", "Übertrag"),
            ("Cost of Advertising", "Werbekosten"),
            ("FBA storage fee", "Versand durch Amazon Lagergebühr"),
            ("Released", "Freigegeben"),
            ("Deferred", "Zurückgestellt"),
        ],
    }
}

/// amazon.co.jp
fn japanese() -> Language {
    Language {
        headers: &JA,
        preamble: &[
            "Amazonマーケットプレイス、フルフィルメント by Amazon（FBA）、Amazonウェブストアのトランザクションを含みます。",
            "別途指定がない限り、金額はすべてJPYです。",
            "定義：",
            "商品売上：購入者から受領した商品の代金です。",
            "その他：注文に関連しないトランザクションの金額です。",
        ],
        numerals: Numerals { decimal: '.', thousands: Some(','), digits: STORES[JP].digits },
        words: &[
            ("Order", "注文"),
            ("Refund", "返金"),
            ("Adjustment", "調整"),
            ("FBA Inventory Fee", "FBA 在庫関連の手数料"),
            ("Service Fee", "注文外料金"),
            ("Deal Fee", "数量限定タイムセール手数料"),
            ("Transfer", "振込み"),
            ("Cost of Advertising", "広告費用"),
            ("Subscription", "月額登録料"),
            ("FBA storage fee", "FBA保管手数料"),
        ],
    }
}

/// amazon.com
fn english() -> Language {
    Language {
        headers: &EN,
        preamble: &[
            "Includes Amazon Marketplace, Fulfillment by Amazon (FBA), and Amazon Webstore transactions",
            "All amounts in USD, unless specified",
            "Definitions:",
            "Sales tax collected: Includes sales tax collected from buyers for product sales, \
                 shipping, and gift wrap.",
            "Selling fees: Includes variable closing fees and referral fees.",
            "Other transaction fees: Includes shipping chargebacks, shipping holdbacks, per-item \
                 fees and sales tax collection fees.",
            "Other: Includes non-order transaction amounts. For more details, see the \"Type\" \
                 and \"Description\" columns for each order ID.",
        ],
        numerals: Numerals { decimal: '.', thousands: Some(','), digits: STORES[US].digits },
        words: &[],
    }
}

impl Language {
    /// The local word for an English one; the same where the site does not translate it.
    pub(crate) fn word<'a>(&self, english: &'a str) -> &'a str
    where
        'static: 'a,
    {
        self.words.iter().find(|(word, _)| *word == english).map_or(english, |(_, local)| local)
    }
}
