//! What is known of a product: yes, no, or not answered yet.

use std::collections::{BTreeMap, BTreeSet};

use argosy_kernel::Text;
use serde::{Deserialize, Serialize};

/// A question about a product.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    pub id: String,
    pub asks: Text,
    /// A yes is also a yes to these; a no to one of these is a no to it.
    #[serde(default)]
    pub implies: Vec<String>,
}

/// The answers about one SKU; what is not there nobody has answered.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Product {
    pub sku: String,
    pub answers: BTreeMap<String, bool>,
}

/// Whether something holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    Yes,
    No,
    Open,
}

/// The answers with all that follows from them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Answers {
    yes: BTreeSet<String>,
    no: BTreeSet<String>,
}

impl Answers {
    /// Follows what implies what. Where answers contradict each other the yes counts: a duty too many
    /// costs a look, one too few a delisting.
    pub fn of(attributes: &[Attribute], product: &Product) -> Self {
        let said = |wanted: bool| {
            let is = product.answers.iter().filter(move |(_, answer)| **answer == wanted);
            is.map(|(id, _)| id.clone()).collect::<BTreeSet<_>>()
        };
        let (mut yes, mut no) = (said(true), said(false));
        loop {
            let (before_yes, before_no) = (yes.len(), no.len());
            for attribute in attributes {
                if yes.contains(&attribute.id) {
                    yes.extend(attribute.implies.iter().cloned());
                }
                if attribute.implies.iter().any(|implied| no.contains(implied)) {
                    no.insert(attribute.id.clone());
                }
            }
            if (yes.len(), no.len()) == (before_yes, before_no) {
                no.retain(|id| !yes.contains(id));
                return Self { yes, no };
            }
        }
    }

    pub fn is(&self, id: &str) -> Known {
        match (self.yes.contains(id), self.no.contains(id)) {
            (true, _) => Known::Yes,
            (false, true) => Known::No,
            (false, false) => Known::Open,
        }
    }
}
