//! By what and over what an amount is shared.

use std::collections::BTreeMap;

use argosy_kernel::{Diagnostic, Files, Source, knowledge::nearest};
use serde::Deserialize;

use crate::chart::Chart;

/// Where the rules stand below `knowledge/`.
const ALLOCATION_PATH: &str = "allocation.toml";

/// What shares are in proportion to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Basis {
    Sales,
    Units,
    Orders,
    Equal,
    Details(String),
    Ads,
}

impl Basis {
    /// The basis with this id.
    fn from_id(id: &str) -> Option<Self> {
        Some(match id {
            "sales" => Self::Sales,
            "units" => Self::Units,
            "orders" => Self::Orders,
            "equal" => Self::Equal,
            "ads" => Self::Ads,
            _ => Self::Details(id.strip_prefix("details:")?.to_owned()),
        })
    }

    pub(crate) fn id(&self) -> String {
        match self {
            Self::Sales => "sales".to_owned(),
            Self::Units => "units".to_owned(),
            Self::Orders => "orders".to_owned(),
            Self::Equal => "equal".to_owned(),
            Self::Details(kind) => format!("details:{kind}"),
            Self::Ads => "ads".to_owned(),
        }
    }
}

/// What an amount is shared over.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Scope {
    /// All stores.
    Company,
    /// The store it is booked in, and its market where it names one.
    Store,
    /// The market it names, in all stores.
    Market,
    Brand(String),
    /// One product of our own, in all stores.
    Sku(String),
}

impl Scope {
    /// The scope with this id; some name what they are about.
    fn from_id(id: &str, value: Option<String>) -> Option<Self> {
        match (id, value) {
            ("company", None) => Some(Self::Company),
            ("store", None) => Some(Self::Store),
            ("market", None) => Some(Self::Market),
            ("brand", Some(brand)) => Some(Self::Brand(brand)),
            ("sku", Some(sku)) => Some(Self::Sku(sku)),
            _ => None,
        }
    }

    const IDS: [&str; 5] = ["company", "store", "market", "brand", "sku"];
}

/// What and over what.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Rule {
    pub basis: Basis,
    pub scope: Scope,
}

/// How own expenses are marked in the ledger's column `transaction`.
pub(crate) const EXPENSE: &str = "expense";

/// The rules of the chart's lines, and the words that expenses carry theirs in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    by_line: BTreeMap<String, Basis>,
    /// Word → id, in small letters.
    bases: BTreeMap<String, String>,
    scopes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    #[expect(
        dead_code,
        reason = "the number is checked by its type only; there is one schema yet"
    )]
    schema: u32,
    #[serde(default)]
    basis: Vec<WordsEntry>,
    #[serde(default)]
    scope: Vec<WordsEntry>,
    #[serde(default)]
    line: Vec<RuleEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsEntry {
    id: toml::Spanned<String>,
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    line: toml::Spanned<String>,
    by: toml::Spanned<String>,
}

/// Words by what they mean; complains about ids that mean nothing.
fn words(
    entries: Vec<WordsEntry>,
    is_known: impl Fn(&str) -> bool,
    source: &Source,
    wrong: &mut Vec<Diagnostic>,
) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for entry in entries {
        let id = entry.id.get_ref();
        if !is_known(id) {
            let message = format!("nothing can be shared by or over `{id}`");
            wrong.push(source.complain(entry.id.span(), &message, ""));
        }
        all.extend(entry.words.into_iter().map(|word| (word.to_lowercase(), id.clone())));
    }
    all
}

impl Rules {
    /// Reads `allocation.toml`; without it only expenses that carry the ids themselves are shared.
    ///
    /// # Errors
    /// One diagnostic per unknown line, basis or scope.
    pub(crate) fn load(files: &Files, chart: &Chart) -> Result<Self, Vec<Diagnostic>> {
        let Some(source) = files.get(ALLOCATION_PATH) else { return Ok(Self::default()) };
        let file: RulesFile = source.toml().map_err(|wrong| vec![*wrong])?;
        let mut wrong = Vec::new();
        let is_basis = |id: &str| Basis::from_id(id).is_some();
        let is_scope = |id: &str| Scope::IDS.contains(&id);
        let mut rules = Self {
            by_line: BTreeMap::new(),
            bases: words(file.basis, is_basis, source, &mut wrong),
            scopes: words(file.scope, is_scope, source, &mut wrong),
        };
        for entry in file.line {
            let line = entry.line.get_ref();
            if chart.get(line).is_none() || chart.is_group(line) {
                let near = nearest(line, chart.lines().iter().map(|line| line.id.as_str()));
                let hint = near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
                let message = format!("`{line}` is no line that carries money");
                wrong.push(source.complain(entry.line.span(), &message, &hint));
                continue;
            }
            match Basis::from_id(entry.by.get_ref()) {
                Some(basis) => {
                    rules.by_line.insert(line.clone(), basis);
                }
                None => {
                    let message = format!("nothing can be shared by `{}`", entry.by.get_ref());
                    let hint = "use sales, units, orders, equal, ads or details:<kind>";
                    wrong.push(source.complain(entry.by.span(), &message, hint));
                }
            }
        }
        if wrong.is_empty() { Ok(rules) } else { Err(wrong) }
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.by_line.keys().map(String::as_str)
    }

    /// The rule of one amount: that of the expense itself, else that of its line.
    pub(crate) fn of(&self, line: &str, transaction: Option<&str>) -> Option<Rule> {
        match transaction {
            Some(text) if text.starts_with(EXPENSE) => self.of_expense(text),
            _ => Some(Rule { basis: self.by_line.get(line)?.clone(), scope: Scope::Store }),
        }
    }

    /// The rule that an own expense carries: `expense; by sales; to brand:Lantern`.
    fn of_expense(&self, transaction: &str) -> Option<Rule> {
        let mut parts = transaction.split(';').map(str::trim);
        if parts.next() != Some(EXPENSE) {
            return None;
        }
        let basis = self.basis(parts.next()?.strip_prefix("by ")?)?;
        let mut rule = Rule { basis, scope: Scope::Store };
        if let Some(to) = parts.next() {
            rule.scope = self.scope(to.strip_prefix("to ")?)?;
        }
        Some(rule)
    }

    fn basis(&self, text: &str) -> Option<Basis> {
        let word = text.trim().to_lowercase();
        Basis::from_id(self.bases.get(&word).unwrap_or(&word))
    }

    fn scope(&self, text: &str) -> Option<Scope> {
        let (word, value) = match text.split_once([':', '：']) {
            Some((word, value)) => (word, Some(value.trim().to_owned())),
            None => (text, None),
        };
        let word = word.trim().to_lowercase();
        Scope::from_id(self.scopes.get(&word).unwrap_or(&word), value)
    }
}

#[cfg(test)]
mod tests {
    use argosy_kernel::Origin;

    use super::*;

    fn rules(text: &str) -> Result<Rules, Vec<Diagnostic>> {
        let mut files = Files::default();
        files.add("chart.csv", include_str!("../../../../knowledge/chart.csv"), Origin::BuiltIn);
        files.add(ALLOCATION_PATH, text, Origin::BuiltIn);
        Rules::load(&files, &Chart::load(&files).unwrap())
    }

    #[test]
    fn an_expense_carries_its_rule_in_words_of_either_language() {
        let rules = rules(include_str!("../../../../knowledge/allocation.toml")).unwrap();
        let rule = |text| rules.of_expense(text);
        let sales = |scope| Some(Rule { basis: Basis::Sales, scope });
        assert_eq!(rule("expense; by sales"), sales(Scope::Store));
        assert_eq!(rule("expense; by 销售额; to 品牌：灯笼"), sales(Scope::Brand("灯笼".into())));
        assert_eq!(rule("expense; by Amount; to sku:LAMP-01"), sales(Scope::Sku("LAMP-01".into())));
        assert_eq!(rule("expense; by sales; to 全部"), sales(Scope::Company));
        assert_eq!(rule("expense"), None);
        assert_eq!(rule("expense; by moonlight"), None);
        assert_eq!(rule("expense; by sales; to nowhere"), None, "not shared by guessing");
    }

    #[test]
    fn words_for_something_unknown_are_refused_where_they_stand() {
        let wrong = rules("schema = 1\n[[basis]]\nid = \"moon\"\nwords = []\n").unwrap_err();
        assert!(wrong[0].message.contains("`moon`"), "{}", wrong[0].message);
    }
}
