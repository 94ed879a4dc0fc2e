//! All records of purchasing and stock together, as they would stand with what is about to be saved.

use std::collections::BTreeMap;

use argosy_chapter::face::{ChapterError, Draft, Ground};
use serde::de::DeserializeOwned;

use super::{
    Of,
    buying::{
        ApprovalLimit, Inspection, Payment, Price, PurchaseOrder, Quotation, Request, Supplier,
    },
    goods::{Movement, Receipt, Shipment, StockCount, SupplierReturn},
    item::{Item, Place},
    of_draft, of_record,
};

/// Records of one kind by key.
pub type Book<T> = BTreeMap<String, Of<T>>;

/// Records by kind; kinds that were not asked for are empty.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Supply {
    pub items: Book<Item>,
    pub places: Book<Place>,
    pub suppliers: Book<Supplier>,
    pub prices: Book<Price>,
    pub requests: Book<Request>,
    pub quotations: Book<Quotation>,
    pub orders: Book<PurchaseOrder>,
    pub limits: Book<ApprovalLimit>,
    pub inspections: Book<Inspection>,
    pub payments: Book<Payment>,
    pub shipments: Book<Shipment>,
    pub receipts: Book<Receipt>,
    pub returns: Book<SupplierReturn>,
    pub movements: Book<Movement>,
    pub counts: Book<StockCount>,
}

/// Every kind.
pub const ALL: &[&str] = &[
    "item",
    "place",
    "supplier",
    "supplier_price",
    "rfq",
    "quotation",
    "purchase_order",
    "approval_limit",
    "inspection",
    "payment",
    "shipment",
    "receipt",
    "supplier_return",
    "movement",
    "stock_count",
];

impl Supply {
    /// Reads the kinds asked for, with `drafts` in the place of what is stored.
    ///
    /// # Errors
    /// [`ChapterError::Desk`]; [`ChapterError::Told`] for a record that does not fit its type.
    pub async fn read(
        ground: &Ground<'_>,
        kinds: &[&str],
        drafts: &[Draft],
    ) -> Result<Self, ChapterError> {
        let from = Reading { ground, kinds, drafts };
        Ok(Self {
            items: from.book("item").await?,
            places: from.book("place").await?,
            suppliers: from.book("supplier").await?,
            prices: from.book("supplier_price").await?,
            requests: from.book("rfq").await?,
            quotations: from.book("quotation").await?,
            orders: from.book("purchase_order").await?,
            limits: from.book("approval_limit").await?,
            inspections: from.book("inspection").await?,
            payments: from.book("payment").await?,
            shipments: from.book("shipment").await?,
            receipts: from.book("receipt").await?,
            returns: from.book("supplier_return").await?,
            movements: from.book("movement").await?,
            counts: from.book("stock_count").await?,
        })
    }
}

/// Whether a record about to be saved can be read as what it should be.
pub fn fits(draft: &Draft) -> bool {
    match draft.kind.as_str() {
        "item" => of_draft::<Item>(draft).is_ok(),
        "place" => of_draft::<Place>(draft).is_ok(),
        "supplier" => of_draft::<Supplier>(draft).is_ok(),
        "supplier_price" => of_draft::<Price>(draft).is_ok(),
        "rfq" => of_draft::<Request>(draft).is_ok(),
        "quotation" => of_draft::<Quotation>(draft).is_ok(),
        "purchase_order" => of_draft::<PurchaseOrder>(draft).is_ok(),
        "approval_limit" => of_draft::<ApprovalLimit>(draft).is_ok(),
        "inspection" => of_draft::<Inspection>(draft).is_ok(),
        "payment" => of_draft::<Payment>(draft).is_ok(),
        "shipment" => of_draft::<Shipment>(draft).is_ok(),
        "receipt" => of_draft::<Receipt>(draft).is_ok(),
        "supplier_return" => of_draft::<SupplierReturn>(draft).is_ok(),
        "movement" => of_draft::<Movement>(draft).is_ok(),
        "stock_count" => of_draft::<StockCount>(draft).is_ok(),
        _ => false,
    }
}

struct Reading<'r, 'g> {
    ground: &'r Ground<'g>,
    kinds: &'r [&'r str],
    drafts: &'r [Draft],
}

impl Reading<'_, '_> {
    async fn book<T: DeserializeOwned>(&self, kind: &str) -> Result<Book<T>, ChapterError> {
        let mut book = Book::new();
        if !self.kinds.contains(&kind) {
            return Ok(book);
        }
        for draft in self.drafts.iter().filter(|draft| draft.kind == kind) {
            book.insert(draft.id.clone(), of_draft(draft)?);
        }
        for record in self.ground.desk.records(kind).await? {
            if !book.contains_key(&record.id) {
                book.insert(record.id.clone(), of_record(&record)?);
            }
        }
        Ok(book)
    }
}
