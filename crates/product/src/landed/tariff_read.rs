//! Reading a tariff: the US HTS as its CSV or JSON export has it.

use std::collections::BTreeMap;

use argosy_kernel::{Currency, Problem};
use serde::Deserialize;

use super::{
    rate::RateText,
    tariff::{Line, Special, Tariff, Unread},
};

const CSV_COLUMNS: [&str; 7] = [
    "HTS Number",
    "Indent",
    "Description",
    "Unit of Quantity",
    "General Rate of Duty",
    "Special Rate of Duty",
    "Column 2 Rate of Duty",
];

/// One line as exports write it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    htsno: Option<String>,
    indent: Indent,
    description: Option<String>,
    units: Option<Vec<String>>,
    general: Option<String>,
    special: Option<String>,
    other: Option<String>,
}

/// JSON exports write it as a text, some as a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Indent {
    Number(usize),
    Text(String),
}

impl Default for Indent {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl Tariff {
    /// The US tariff from USITC's CSV export. Lines that cannot be read are told, the rest is kept.
    pub fn us_csv(text: &str, source: &str) -> (Self, Vec<Problem>) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut problems = Vec::new();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let headers = reader.headers().cloned().unwrap_or_default();
        let places: Vec<Option<usize>> = CSV_COLUMNS
            .iter()
            .map(|name| headers.iter().position(|one| one.trim().eq_ignore_ascii_case(name)))
            .collect();
        for (name, _) in CSV_COLUMNS.iter().zip(&places).filter(|(_, place)| place.is_none()) {
            let mut problem = Problem::error("tariff_column_missing").at_line(1).in_column(*name);
            problem.expected = (*name).to_owned();
            problem.hint = "export the tariff again as CSV from hts.usitc.gov".to_owned();
            problems.push(problem);
        }
        let mut tariff = Self::empty(source);
        if problems.is_empty() {
            let cell = |record: &csv::StringRecord, at: usize| {
                places[at].and_then(|at| record.get(at)).unwrap_or_default().to_owned()
            };
            for record in reader.records() {
                match record {
                    Ok(record) => {
                        let row = record.position().map_or(0, csv::Position::line);
                        let written = Written {
                            htsno: Some(cell(&record, 0)),
                            indent: Indent::Text(cell(&record, 1)),
                            description: Some(cell(&record, 2)),
                            units: Some(vec![units(&cell(&record, 3))]),
                            general: Some(cell(&record, 4)),
                            special: Some(cell(&record, 5)),
                            other: Some(cell(&record, 6)),
                        };
                        tariff.add(written, row, &mut problems);
                    }
                    Err(error) => {
                        let line = error.position().map_or(0, csv::Position::line);
                        let mut problem = Problem::error("tariff_line_unreadable").at_line(line);
                        problem.found = error.to_string();
                        problems.push(problem);
                    }
                }
            }
        }
        (tariff.tied(), problems)
    }

    /// The US tariff from USITC's JSON export.
    pub fn us_json(text: &str, source: &str) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut tariff = Self::empty(source);
        match serde_json::from_str::<Vec<Written>>(text) {
            Ok(lines) => {
                for (written, row) in lines.into_iter().zip(1..) {
                    tariff.add(written, row, &mut problems);
                }
            }
            Err(error) => {
                let line = u64::try_from(error.line()).unwrap_or(0);
                let mut problem = Problem::error("tariff_line_unreadable").at_line(line);
                problem.found = error.to_string();
                problems.push(problem);
            }
        }
        (tariff.tied(), problems)
    }

    fn empty(source: &str) -> Self {
        Self {
            market: "US".to_owned(),
            source: source.to_owned(),
            currency: Currency::USD,
            lines: Vec::new(),
            places: BTreeMap::new(),
            unread: Vec::new(),
        }
    }

    fn add(&mut self, written: Written, row: u64, problems: &mut Vec<Problem>) {
        let code = written.htsno.unwrap_or_default().trim().to_owned();
        let indent = match &written.indent {
            Indent::Number(indent) => Some(*indent),
            Indent::Text(text) => text.trim().parse().ok(),
        };
        let Some(indent) = indent else {
            let mut problem = Problem::error("tariff_line_unreadable").at_line(row);
            problem = problem.in_column("Indent");
            problem.expected = "a whole number".to_owned();
            problems.push(problem);
            return;
        };
        let mut read = |text: &Option<String>, column: &str| {
            let found = RateText::read(text.as_deref().unwrap_or_default());
            self.note(row, &code, column, found.as_ref());
            found
        };
        let general = read(&written.general, "General");
        let column_2 = read(&written.other, "Column 2");
        let special = specials(written.special.as_deref().unwrap_or_default());
        for one in &special {
            self.note(row, &code, "Special", Some(&one.rate));
        }
        self.lines.push(Line {
            code,
            indent,
            description: written.description.unwrap_or_default().trim().to_owned(),
            units: written.units.unwrap_or_default().join(", "),
            general,
            special,
            column_2,
            parent: None,
            row,
        });
    }

    fn note(&mut self, row: u64, code: &str, column: &str, rate: Option<&RateText>) {
        if let Some(RateText::Unread(text)) = rate {
            let (code, column, text) = (code.to_owned(), column.to_owned(), text.clone());
            self.unread.push(Unread { row, code, column, text });
        }
    }

    /// Ties every line to the one it stands under, and codes to their lines.
    fn tied(mut self) -> Self {
        let mut above: Vec<usize> = Vec::new();
        for at in 0..self.lines.len() {
            above.truncate(self.lines[at].indent);
            self.lines[at].parent = above.last().copied();
            // A line that skips a level stands under the last one there is.
            while above.len() < self.lines[at].indent {
                above.push(above.last().copied().unwrap_or(at));
            }
            above.push(at);
            let digits: String = self.lines[at].code.chars().filter(char::is_ascii_digit).collect();
            if !digits.is_empty() {
                self.places.entry(digits).or_insert(at);
            }
        }
        self
    }
}

/// `["No.","kg"]` as the CSV export writes it.
fn units(text: &str) -> String {
    text.trim_matches(['[', ']']).replace('"', "")
}

/// `Free (A,AU) 2.3¢/kg (KR) See 9822.05.10 (P+)`.
fn specials(text: &str) -> Vec<Special> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while let Some((rate, more)) = rest.split_once('(') {
        let Some((names, after)) = more.split_once(')') else { break };
        let programmes: Vec<String> =
            names.split(',').map(|name| name.trim().to_owned()).filter(|n| !n.is_empty()).collect();
        if let Some(rate) = RateText::read(rate) {
            found.push(Special { rate, programmes });
        }
        rest = after.trim();
    }
    if let Some(rate) = RateText::read(rest) {
        found.push(Special { rate, programmes: Vec::new() });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            rate::{Duty, Rate},
            tariff::Column,
        },
        *,
    };

    const SMALL: &str = "\u{feff}HTS Number,Indent,Description,Unit of Quantity,General Rate of Duty,Special Rate of Duty,Column 2 Rate of Duty,Quota Quantity,Additional Duties
\"9405\",\"0\",\"Luminaires:\",\"\",\"\",\"\",\"\",\"\",\"\"
\"\",\"1\",\"Table lamps:\",\"\",\"\",\"\",\"\",\"\",\"\"
\"9405.21\",\"2\",\"LED:\",\"\",\"\",\"\",\"\",\"\",\"\"
\"9405.21.60\",\"3\",\"Of brass\",\"\",\"3.7%\",\"Free (A,AU,KR)\",\"40%\",\"\",\"\"
\"9405.21.60.10\",\"4\",\"Household\",\"[\"\"No.\"\"]\",\"\",\"\",\"\",\"\",\"\"
\"9405.21.80\",\"3\",\"Other\",\"\",\"6%\",\"Free (AU) See 9822.05.10 (P+)\",\"the moon\",\"\",\"\"
\"0405\",\"0\",\"Butter\",\"\",\"12.3¢/kg\",\"\",\"31¢/kg\",\"\",\"\"
";

    fn tariff() -> Tariff {
        let (tariff, problems) = Tariff::us_csv(SMALL, "made up");
        assert!(problems.is_empty(), "{problems:?}");
        tariff
    }

    fn share(rate: &Rate) -> String {
        let Duty::OfValue(share) = rate.parts[0].what else { panic!("{rate:?}") };
        share.to_string()
    }

    #[test]
    fn a_line_without_a_rate_has_that_of_the_line_above() {
        let found = tariff().find("9405216010", Column::General).unwrap();
        assert_eq!((share(&found.rate).as_str(), found.rate_of.as_str()), ("0.037", "9405.21.60"));
        assert_eq!(found.description, "Luminaires: › Table lamps: › LED: › Of brass › Household");
        let korea = tariff().find("9405.21.60", Column::Programme("KR")).unwrap();
        assert!(korea.preferential && korea.rate.parts.is_empty());
        let plain = tariff().find("9405.21.60", Column::Programme("MX")).unwrap();
        assert!(!plain.preferential && share(&plain.rate) == "0.037");
    }

    #[test]
    fn a_code_that_does_not_exist_is_refused_with_the_nearest() {
        let refused = tariff().find("9405.99.99", Column::General).unwrap_err();
        assert_eq!(refused.code, "hs_unknown");
        assert!(refused.says.en.contains("nearest are 9405"), "{refused}");
        // The heading is there, the subheading is not.
        assert_eq!(tariff().find("9405.21.99", Column::General).unwrap_err().code, "hs_unknown");
        assert_eq!(tariff().find("9405", Column::General).unwrap_err().code, "hs_too_short");
    }

    #[test]
    fn a_code_too_short_to_tell_says_what_to_choose_from() {
        let refused = tariff().find("9405.21", Column::General).unwrap_err();
        assert_eq!(refused.code, "hs_too_short");
        assert!(refused.says.en.contains("9405.21.60, 9405.21.80"), "{refused}");
    }

    #[test]
    fn what_could_not_be_read_is_reported_and_refused() {
        let tariff = tariff();
        assert_eq!(tariff.unread().len(), 1);
        assert_eq!((tariff.unread()[0].row, tariff.unread()[0].text.as_str()), (7, "the moon"));
        assert_eq!(tariff.find("9405.21.80", Column::Column2).unwrap_err().code, "rate_unread");
        let elsewhere = tariff.find("9405.21.80", Column::Programme("P+")).unwrap_err();
        assert_eq!(elsewhere.code, "rate_refers");
    }

    #[test]
    fn json_says_the_same_as_csv() {
        let json = r#"[{"htsno":"9405","indent":"0","description":"Luminaires:","units":[],"general":""},
            {"htsno":"9405.21.60","indent":1,"description":"Of brass","units":["No."],"general":"3.7%","special":"Free (A,AU,KR)","other":"40%","superior":null}]"#;
        let (tariff, problems) = Tariff::us_json(json, "made up");
        assert!(problems.is_empty() && tariff.len() == 2);
        assert_eq!(share(&tariff.find("9405.21.60", Column::General).unwrap().rate), "0.037");
        assert!(!Tariff::us_json("{", "made up").1.is_empty());
    }

    #[test]
    fn the_whole_us_tariff_of_2025_loads() {
        let Ok(datasets) = std::env::var("ARGOSY_DATASETS") else {
            eprintln!("skipped: ARGOSY_DATASETS is not set");
            return;
        };
        let path = format!("{datasets}/us_hts_2025/hts_2025_basic_edition_csv.csv");
        let text = std::fs::read_to_string(path).unwrap();
        let (tariff, problems) = Tariff::us_csv(&text, "USITC HTS 2025 Basic Edition");
        assert!(problems.is_empty(), "{:?}", problems.first());
        assert_eq!(tariff.len(), 35_859);
        let general = |kind: fn(&RateText) -> bool| {
            tariff.lines().iter().filter(|line| line.general.as_ref().is_some_and(kind)).count()
        };
        let known = general(|rate| matches!(rate, RateText::Known(_)));
        let refers = general(|rate| matches!(rate, RateText::Refers { .. }));
        let unread = general(|rate| matches!(rate, RateText::Unread(_)));
        println!(
            "general rates: {known} known, {refers} refer, {unread} unread; unread in all columns: {}",
            tariff.unread().len()
        );
        assert_eq!(known + refers + unread, 13_611);
        assert!(known > 13_300 && unread < 80, "{known} {refers} {unread}");
        let asses = tariff.find("0101.30.00.00", Column::General).unwrap();
        assert_eq!(share(&asses.rate), "0.068");
        assert_eq!(share(&tariff.find("0101300000", Column::Column2).unwrap().rate), "0.15");
    }
}
