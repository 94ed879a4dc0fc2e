//! Fee tables: which ledger line the channel's own words mean.
//!
//! A table has the columns it is matched by, then `line`, `sign`, `since`, `until`, `source`. A cell
//! may be a word, several (`a|b`), a pattern (`MarketplaceFacilitator*`) or `*` for any. Case and
//! width do not matter. Of the rows that match, the most specific counts.

use argosy_kernel::{Day, Diagnostic, Source, knowledge::nearest};

use super::chart::Chart;
use crate::words::fold;

/// One meaning of the channel's words, for a span of days.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meaning {
    pub line: String,
    /// The report shows a cost as a positive number; the ledger wants it negative.
    pub negate: bool,
    since: Option<Day>,
    until: Option<Day>,
}

impl Meaning {
    /// Whether it holds on `day`; both ends belong to it.
    pub fn holds(&self, day: Option<Day>) -> bool {
        let Some(day) = day else { return true };
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Pattern {
    Any,
    /// Words with `*` inside, cut at the stars.
    Glob(Vec<Vec<String>>),
    Words(Vec<String>),
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct FeeRow {
    patterns: Vec<Pattern>,
    meaning: Meaning,
}

/// A checked fee table, most specific rows first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FeeTable {
    rows: Vec<FeeRow>,
}

impl FeeTable {
    /// All meanings of `words`, most specific first. The caller takes the first that holds on the
    /// day of the row, and may keep the list for the next row with the same words.
    pub fn meanings(&self, words: &[&str]) -> Vec<Meaning> {
        let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
        let matches = |row: &&FeeRow| {
            row.patterns.iter().zip(&folded).all(|(pattern, word)| pattern.matches(word))
        };
        self.rows.iter().filter(matches).map(|row| row.meaning.clone()).collect()
    }

    /// The ledger lines that it can give, some of them more than once.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row.meaning.line.as_str())
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Reads and checks the table `source`, matched by the columns `by`.
    pub(super) fn read(
        source: &Source,
        by: &[&str],
        chart: &Chart,
        wrong: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .flexible(false)
            .from_reader(source.text.as_bytes());
        let header: Vec<String> = match reader.headers() {
            Ok(header) => header.iter().map(|name| name.trim().to_owned()).collect(),
            Err(error) => {
                wrong.push(source.complain_at_line(1, &error.to_string(), ""));
                return Self::default();
            }
        };
        let Some(layout) = Layout::find(source, &header, by, wrong) else { return Self::default() };
        let mut rows: Vec<(u64, FeeRow)> = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(1, csv::Position::line);
                    match layout.row(&record, chart) {
                        Ok(row) => rows.push((line, row)),
                        Err((message, hint)) => {
                            wrong.push(source.complain_at_line(line, &message, &hint));
                        }
                    }
                }
                Err(error) => {
                    let line = error.position().map_or(1, csv::Position::line);
                    wrong.push(source.complain_at_line(line, &error.to_string(), ""));
                }
            }
        }
        refuse_overlaps(source, &rows, wrong);
        let mut rows: Vec<FeeRow> = rows.into_iter().map(|(_, row)| row).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.specificity()));
        Self { rows }
    }
}

/// Where the columns of a fee table stand.
struct Layout {
    by: Vec<usize>,
    line: usize,
    sign: Option<usize>,
    since: Option<usize>,
    until: Option<usize>,
    source: usize,
}

impl Layout {
    fn find(
        source: &Source,
        header: &[String],
        by: &[&str],
        wrong: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let before = wrong.len();
        let at = |name: &str| header.iter().position(|column| column == name);
        for name in by.iter().copied().chain(["line", "source"]) {
            if at(name).is_none() {
                let message = format!("the fee table has no column `{name}`");
                let hint = nearest(name, header.iter().map(String::as_str))
                    .map(|near| format!("did you mean `{near}`?"))
                    .unwrap_or_default();
                wrong.push(source.complain_at_line(1, &message, &hint));
            }
        }
        for name in header {
            let own = ["line", "sign", "since", "until", "source", "note"];
            if !own.contains(&name.as_str()) && !by.contains(&name.as_str()) {
                let message = format!("the column `{name}` is not one that rows are matched by");
                let hint = format!("the definition matches by: {}", by.join(", "));
                wrong.push(source.complain_at_line(1, &message, &hint));
            }
        }
        if wrong.len() > before {
            return None;
        }
        Some(Self {
            by: by.iter().filter_map(|name| at(name)).collect(),
            line: at("line")?,
            sign: at("sign"),
            since: at("since"),
            until: at("until"),
            source: at("source")?,
        })
    }

    fn row(&self, record: &csv::StringRecord, chart: &Chart) -> Result<FeeRow, (String, String)> {
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        let line = cell(self.line);
        if chart.get(line).is_none() {
            let hint = nearest(line, chart.ids())
                .map(|near| format!("did you mean `{near}`?"))
                .unwrap_or_else(|| "add the line to chart.csv first".to_owned());
            return Err((format!("`{line}` is not a line of the chart"), hint));
        }
        if cell(self.source).is_empty() {
            let hint = "say where this meaning was read, or which sample shows it".to_owned();
            return Err(("the row names no source".to_owned(), hint));
        }
        let negate = match self.sign.map_or("", cell) {
            "" | "+" => false,
            "-" => true,
            other => {
                let hint = "leave it empty to keep the sign, or write `-` to turn it".to_owned();
                return Err((format!("unknown sign `{other}`"), hint));
            }
        };
        let day = |at: Option<usize>| match at.map_or("", cell) {
            "" => Ok(None),
            text => text.parse::<Day>().map(Some).map_err(|_| {
                (format!("`{text}` is not a day"), "write it as 2026-01-31".to_owned())
            }),
        };
        let (since, until) = (day(self.since)?, day(self.until)?);
        if let (Some(since), Some(until)) = (since, until)
            && until < since
        {
            return Err((format!("until {until} lies before since {since}"), String::new()));
        }
        Ok(FeeRow {
            patterns: self.by.iter().map(|at| Pattern::read(cell(*at))).collect(),
            meaning: Meaning { line: line.to_owned(), negate, since, until },
        })
    }
}

impl Pattern {
    fn read(cell: &str) -> Self {
        if cell == "*" {
            return Self::Any;
        }
        let words = cell.split('|').map(fold);
        if cell.contains('*') {
            let cut = |word: String| word.split('*').map(str::to_owned).collect();
            return Self::Glob(words.map(cut).collect());
        }
        Self::Words(words.collect())
    }

    fn matches(&self, word: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Words(words) => words.iter().any(|known| known == word),
            Self::Glob(globs) => globs.iter().any(|parts| glob(parts, word)),
        }
    }

    /// Exact words before patterns before `*`; of two patterns the longer one.
    fn specificity(&self) -> (u32, usize) {
        match self {
            Self::Any => (0, 0),
            Self::Glob(globs) => {
                let length = |parts: &Vec<String>| parts.iter().map(String::len).sum::<usize>();
                (1, globs.iter().map(length).min().unwrap_or(0))
            }
            Self::Words(_) => (2, 0),
        }
    }
}

/// Whether `word` is the `parts` with anything between them.
fn glob(parts: &[String], word: &str) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first().is_some_and(|only| only == word);
    };
    let Some(mut rest) = word.strip_prefix(first.as_str()) else { return false };
    for part in middle {
        let Some(at) = rest.find(part.as_str()) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.len() >= last.len() && rest.ends_with(last.as_str())
}

impl FeeRow {
    /// How many columns are named at all, then how exactly.
    fn specificity(&self) -> (usize, u32, usize) {
        let marks: Vec<(u32, usize)> = self.patterns.iter().map(Pattern::specificity).collect();
        (
            marks.iter().filter(|(kind, _)| *kind > 0).count(),
            marks.iter().map(|(kind, _)| kind).sum(),
            marks.iter().map(|(_, length)| length).sum(),
        )
    }
}

/// Two rows with the same words must not hold on the same day: which one counts would be chance.
fn refuse_overlaps(source: &Source, rows: &[(u64, FeeRow)], wrong: &mut Vec<Diagnostic>) {
    for (index, (line, row)) in rows.iter().enumerate() {
        let earlier = rows[..index].iter().find(|(_, other)| {
            let apart = |a: &Meaning, b: &Meaning| match (a.until, b.since) {
                (Some(until), Some(since)) => until < since,
                _ => false,
            };
            let shared = row.patterns.iter().zip(&other.patterns).all(|(a, b)| a.meets(b));
            shared
                && row.specificity() == other.specificity()
                && !apart(&row.meaning, &other.meaning)
                && !apart(&other.meaning, &row.meaning)
        });
        if let Some((earlier, _)) = earlier {
            let message = format!("these words already have a meaning in line {earlier}");
            let hint = "end the older row with `until`, or remove one of them";
            wrong.push(source.complain_at_line(*line, &message, hint));
        }
    }
}

impl Pattern {
    /// Whether some word certainly matches both; two different patterns are left to file order.
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Words(a), Self::Words(b)) => a.iter().any(|word| b.contains(word)),
            _ => self == other,
        }
    }
}

#[cfg(test)]
mod tests {
    use argosy_kernel::{Files, Origin};

    use super::*;

    const CHART: &str = "line,parent,stage,carries_units,name_en,name_zh,says_en,says_zh\n\
        product_sales,,sales,yes,Sales,销售,,\n\
        referral_fee,,channel,,Referral fee,佣金,,\n\
        tax_withheld,,pass_through,,Tax,税,,\n\
        unclassified,,unclassified,,Unclassified,未分类,,\n";

    fn read(text: &str) -> (FeeTable, Vec<String>) {
        let mut files = Files::default();
        files.add("chart.csv", CHART, Origin::BuiltIn);
        files.add("fees.csv", text, Origin::BuiltIn);
        let mut wrong = Vec::new();
        let chart = Chart::load(&files, &mut wrong);
        let source = files.get("fees.csv").unwrap();
        let table = FeeTable::read(source, &["kind", "detail"], &chart, &mut wrong);
        (table, wrong.iter().map(ToString::to_string).collect())
    }

    fn line_of(table: &FeeTable, words: [&str; 2], day: &str) -> Option<String> {
        let day = day.parse().ok();
        table.meanings(&words).into_iter().find(|m| m.holds(day)).map(|m| m.line)
    }

    #[test]
    fn the_most_specific_meaning_counts_whatever_the_order_in_the_file() {
        let (table, wrong) = read(
            "kind,detail,line,sign,since,until,source\n\
             *,*,unclassified,,,,test\n\
             ItemFees,*,referral_fee,,,,test\n\
             *,MarketplaceFacilitator*,tax_withheld,,,,test\n\
             ItemFees|ItemPrice,Principal,product_sales,,,,test\n",
        );
        assert_eq!(wrong, Vec::<String>::new());
        let line = |kind, detail| line_of(&table, [kind, detail], "2026-01-01").unwrap();
        assert_eq!(line("itemprice", " PRINCIPAL "), "product_sales");
        assert_eq!(line("ItemFees", "Commission"), "referral_fee");
        assert_eq!(line("ItemPrice", "MarketplaceFacilitatorVAT-Principal"), "tax_withheld");
        assert_eq!(line("Promotion", "Principal"), "unclassified");
    }

    #[test]
    fn a_meaning_may_change_on_a_day() {
        let (table, wrong) = read(
            "kind,detail,line,sign,since,until,source\n\
             A,x,referral_fee,,,2025-12-31,test\n\
             A,x,tax_withheld,-,2026-01-01,,test\n",
        );
        assert_eq!(wrong, Vec::<String>::new());
        assert_eq!(line_of(&table, ["a", "x"], "2025-12-31").unwrap(), "referral_fee");
        assert_eq!(line_of(&table, ["a", "x"], "2026-01-01").unwrap(), "tax_withheld");
    }

    #[test]
    fn two_meanings_on_one_day_are_refused() {
        let (_, wrong) = read(
            "kind,detail,line,sign,since,until,source\n\
             A,x|y,referral_fee,,,2026-06-30,test\n\
             a,Y,tax_withheld,,2026-06-30,,test\n",
        );
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].starts_with("fees.csv:3:1: these words already have a meaning in line 2"));
    }

    #[test]
    fn a_line_that_is_not_in_the_chart_is_refused_with_the_nearest_one() {
        let (_, wrong) =
            read("kind,detail,line,sign,since,until,source\nA,x,referal_fee,,,,test\n");
        assert_eq!(
            wrong,
            ["fees.csv:2:1: `referal_fee` is not a line of the chart\n \
              2 | A,x,referal_fee,,,,test\n   | ^^^^^^^^^^^^^^^^^^^^^^^\n   \
              = hint: did you mean `referral_fee`?"]
        );
    }
}
