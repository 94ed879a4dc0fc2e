//! By which names columns and keys are known to tell who somebody is, when no definition says it: the
//! word list `texts/personal.toml`.

use argosy_kernel::{Diagnostic, Files};
use serde::Deserialize;
use toml::Spanned;

use crate::words::fold;

/// Where the words stand below `knowledge/`.
const PATH: &str = "texts/personal.toml";
const SCHEMA: i64 = 1;
/// A shorter word of the Latin alphabet stands in half of all names.
const LATIN_LETTERS_MIN: usize = 3;

/// Words by which names sound personal; all folded.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Personal {
    words: Vec<String>,
    names: Vec<String>,
    people: Vec<String>,
    places: Vec<String>,
    kept: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonalFile {
    schema: Spanned<i64>,
    /// Anywhere in a name.
    words: Spanned<Vec<Spanned<String>>>,
    /// A whole name.
    names: Vec<Spanned<String>>,
    /// Objects of JSON in which `name` is a person's.
    people: Vec<Spanned<String>>,
    /// In the names of objects of JSON that tell where somebody lives.
    places: Vec<Spanned<String>>,
    /// In the names of what stays in them.
    kept: Vec<Spanned<String>>,
}

impl Personal {
    /// Reads and checks the words. Without the file no name sounds personal.
    pub(crate) fn load(files: &Files, wrong: &mut Vec<Diagnostic>) -> Self {
        let Some(source) = files.get(PATH) else { return Self::default() };
        let file: PersonalFile = match source.toml() {
            Ok(file) => file,
            Err(found) => {
                wrong.push(*found);
                return Self::default();
            }
        };
        if *file.schema.get_ref() != SCHEMA {
            let message = format!("schema {} is not known", file.schema.get_ref());
            wrong.push(source.complain(file.schema.span(), &message, "write `schema = 1`"));
        }
        if file.words.get_ref().is_empty() {
            let hint = "without words no personal data would ever go";
            wrong.push(source.complain(file.words.span(), "the list is empty", hint));
        }
        let mut folded = |words: &[Spanned<String>]| {
            let mut all = Vec::with_capacity(words.len());
            for word in words {
                let own = fold(word.get_ref());
                if own.is_ascii() && own.len() < LATIN_LETTERS_MIN {
                    let message = format!("`{own}` is too short: it stands in many other words");
                    let hint = format!("write a word of at least {LATIN_LETTERS_MIN} letters");
                    wrong.push(source.complain(word.span(), &message, &hint));
                }
                all.push(own);
            }
            all
        };
        Self {
            words: folded(file.words.get_ref()),
            names: folded(&file.names),
            people: folded(&file.people),
            places: folded(&file.places),
            kept: folded(&file.kept),
        }
    }

    /// Whether a column or a key is called like one that tells who somebody is or where they live.
    pub fn sounds_personal(&self, name: &str) -> bool {
        let name = fold(name);
        self.words.iter().any(|word| name.contains(word)) || self.names.contains(&name)
    }

    /// Whether the value at a path of keys tells who somebody is, by its own name or by those of the
    /// objects it lies in.
    pub(crate) fn is_personal_path(&self, path: &[String]) -> bool {
        let Some((key, above)) = path.split_last() else { return false };
        let key = spoken(key);
        if self.sounds_personal(&key) {
            return true;
        }
        let holds = |words: &[String], name: &str| words.iter().any(|word| name.contains(word));
        if above.iter().any(|above| holds(&self.places, &spoken(above))) {
            return !holds(&self.kept, &key);
        }
        let person = above.last().is_some_and(|above| self.people.contains(&spoken(above)));
        person && key == "name"
    }
}

/// `buyerEmail`, `Buyer-Email` and `buyer_email` as `buyer email`.
fn spoken(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 4);
    let mut before_small = false;
    for c in key.chars() {
        if c.is_uppercase() && before_small {
            out.push(' ');
        }
        before_small = c.is_lowercase() || c.is_ascii_digit();
        out.push(if matches!(c, '-' | '_') { ' ' } else { c });
    }
    fold(&out)
}

#[cfg(test)]
mod tests {
    use argosy_kernel::Origin;

    use super::*;

    const BUILT_IN: &str = include_str!("../../../knowledge/texts/personal.toml");

    fn load(text: &str) -> (Personal, Vec<Diagnostic>) {
        let mut files = Files::default();
        files.add(PATH, text, Origin::BuiltIn);
        let mut wrong = Vec::new();
        (Personal::load(&files, &mut wrong), wrong)
    }

    fn covers(path: &str) -> bool {
        let (personal, wrong) = load(BUILT_IN);
        assert!(wrong.is_empty(), "{wrong:?}");
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        personal.is_personal_path(&path)
    }

    #[test]
    fn keys_are_personal_however_a_channel_spells_them() {
        for path in [
            "buyer_email",
            "orders.phone_number",
            "order.zip_code",
            "order.shipping.address_line1",
            "order.postalAddress.name",
            "order.deliveryAddress.name",
            "order.deliveryAddress.lines.first",
            "customer.firstName",
            "Customer.Name",
            "收件人姓名",
        ] {
            assert!(covers(path), "{path}");
        }
    }

    #[test]
    fn what_a_thing_is_called_is_not_personal() {
        for path in ["line_items.name", "order.deliveryAddress.countryCode", "order.total", "sku"] {
            assert!(!covers(path), "{path}");
        }
    }

    #[test]
    fn a_word_that_would_cover_everything_is_refused_where_it_stands() {
        let (_, wrong) = load(
            "schema = 1\nwords = [\"buyer\",\n\"e\"]\nnames = []\npeople = []\nplaces = []\nkept = []",
        );
        assert_eq!((wrong.len(), wrong[0].line), (1, 3), "{wrong:?}");
        let (_, wrong) =
            load("schema = 1\nwords = []\nnames = []\npeople = []\nplaces = []\nkept = []");
        assert_eq!((wrong.len(), wrong[0].line), (1, 2), "{wrong:?}");
    }
}
