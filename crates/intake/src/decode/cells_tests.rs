//! Cells as reports of all channels write them.

use proptest::prelude::*;

use super::*;

use DecimalSign::{Comma, Point};

/// Millionths, or the code of the refusal.
fn amount(text: &str, sign: DecimalSign) -> String {
    decimal(Cell::Text(text), sign).map_or_else(|wrong| wrong.code.to_owned(), shown)
}

fn shown(millionths: i128) -> String {
    let (whole, rest) =
        (millionths.unsigned_abs() / 1_000_000, millionths.unsigned_abs() % 1_000_000);
    let minus = if millionths < 0 { "-" } else { "" };
    let decimals = format!("{rest:06}");
    format!("{minus}{whole}.{}", decimals.trim_end_matches('0')).trim_end_matches('.').to_owned()
}

#[test]
fn amounts_are_read_in_every_dress() {
    for (text, sign, expected) in [
        ("12.5", Point, "12.5"),
        ("-0.01", Point, "-0.01"),
        ("1,234.56", Point, "1234.56"),
        ("1.234,56", Comma, "1234.56"),
        ("1 234,56", Comma, "1234.56"),
        ("1\u{A0}234,56", Comma, "1234.56"),
        ("-1\u{202F}234,56 €", Comma, "-1234.56"),
        ("1'234.50", Point, "1234.5"),
        ("CHF 1’234.50", Point, "1234.5"),
        ("$1,920.00", Point, "1920"),
        ("US$5", Point, "5"),
        ("-$1.08", Point, "-1.08"),
        ("$-1.08", Point, "-1.08"),
        ("($25.99)", Point, "-25.99"),
        ("Rs.1000.0", Point, "1000"),
        ("Rp 150.000", Comma, "150000"),
        ("₹1,23,456.78", Point, "123456.78"),
        ("￥１，２００", Point, "1200"),
        ("1,200円", Point, "1200"),
        ("4,50-", Comma, "-4.5"),
        ("\u{2212}7", Point, "-7"),
        ("£0.5", Point, "0.5"),
        (".5", Point, "0.5"),
        ("5.", Point, "5"),
        ("12.34 USD", Point, "12.34"),
        ("1.2E-05", Point, "0.000012"),
        ("1.2300000000", Point, "1.23"),
        ("-0", Point, "0"),
    ] {
        assert_eq!(amount(text, sign), expected, "{text}");
    }
}

#[test]
fn what_could_mean_two_things_is_refused() {
    for (text, sign, code) in [
        ("12,34", Point, "not_a_number"),
        ("1.234,56", Point, "not_a_number"),
        ("1,234.56", Comma, "not_a_number"),
        ("1,23,4.5", Point, "not_a_number"),
        ("1,2345", Point, "not_a_number"),
        ("1,234,56", Point, "not_a_number"),
        ("1.2.3", Point, "not_a_number"),
        ("--5", Point, "not_a_number"),
        ("--", Point, "not_a_number"),
        ("12 pcs", Point, "not_a_number"),
        ("1.44383E+14", Point, "not_a_number"),
        ("ABC 12", Point, "not_a_number"),
        ("5%", Point, "percent_not_expected"),
        ("0.1234567", Point, "too_many_decimals"),
        ("100000000000000", Point, "number_too_large"),
        ("", Point, "not_a_number"),
        ("-", Point, "not_a_number"),
        ("NaN", Point, "not_a_number"),
        ("99999999999999999999999999999999999999999999", Point, "not_a_number"),
    ] {
        assert_eq!(amount(text, sign), code, "{text}");
    }
    let wrong = decimal(Cell::Text("12,34"), Point).unwrap_err();
    assert_eq!(wrong.expected, "a number such as 1,234.56");
    assert_eq!(wrong.hint, "the decimal sign differs from the rest of the column");
}

#[test]
fn workbook_numbers_lose_their_binary_noise() {
    let read = |text| decimal(Cell::Number(text), Comma).map(shown).unwrap();
    assert_eq!(read("12.300000000000001"), "12.3");
    assert_eq!(read("1.1000000000000001E-2"), "0.011");
    assert_eq!(read("33.3333333333333"), "33.333333");
    assert_eq!(read("-5E2"), "-500");
}

#[test]
fn whole_numbers_may_carry_a_zero_behind_the_point() {
    let read = |text, sign| integer(Cell::Text(text), sign).map_err(|wrong| wrong.code);
    assert_eq!(read("121401.0", Point), Ok(121_401));
    assert_eq!(read("1,200", Point), Ok(1200));
    assert_eq!(read("1.200", Comma), Ok(1200));
    assert_eq!(read("1.5", Point), Err("not_whole"));
    assert_eq!(integer(Cell::Number("3"), Comma).unwrap(), 3);
}

#[test]
fn per_cents_become_fractions() {
    let of = |cell, sign| percent(cell, sign).map(shown).unwrap();
    assert_eq!(of(Cell::Text("95.5%"), Point), "0.955");
    assert_eq!(of(Cell::Text("95,5 %"), Comma), "0.955");
    assert_eq!(of(Cell::Text("95.5"), Point), "0.955");
    assert_eq!(of(Cell::Percent("0.955"), Point), "0.955");
    assert_eq!(of(Cell::Number("33.33333333333"), Point), "0.333333");
    assert_eq!(fraction(Cell::Text("95.5%"), Point).map(shown).unwrap(), "0.955");
    assert_eq!(fraction(Cell::Number("0.10"), Point).map(shown).unwrap(), "0.1");
}

#[test]
fn ids_keep_all_digits_or_are_refused() {
    let read = |cell| id(cell).map(Cow::into_owned).map_err(|wrong| wrong.code);
    assert_eq!(read(Cell::Text("1.44382946392851E+14")), Ok("144382946392851".into()));
    assert_eq!(read(Cell::Text("1.44383E+14")), Err("id_damaged_by_excel"));
    assert_eq!(read(Cell::Number("1.44382946392851E+14")), Ok("144382946392851".into()));
    assert_eq!(read(Cell::Number("1.2345678901234568E+17")), Err("id_damaged_by_excel"));
    assert_eq!(read(Cell::Number("123456789012345678")), Err("id_damaged_by_excel"));
    assert_eq!(read(Cell::Text("'00123")), Ok("00123".into()));
    assert_eq!(read(Cell::Text("=\"00123\"")), Ok("00123".into()));
    assert_eq!(read(Cell::Text(" 007 ")), Ok("007".into()));
    assert_eq!(read(Cell::Text("114-3941689-8772232")), Ok("114-3941689-8772232".into()));
    assert_eq!(read(Cell::Text("SE-E+1")), Ok("SE-E+1".into()));
    assert_eq!(read(Cell::Number("12345")), Ok("12345".into()));
    assert_eq!(read(Cell::Number("12345.0")), Ok("12345".into()));
}

/// The moment as text, or the code of the refusal.
fn when(text: &str, day_first: Option<bool>) -> String {
    let rules = DateRules { formats: Vec::new(), day_first };
    match moment(Cell::Text(text), &rules) {
        Ok(moment) if moment.has_time => moment.utc(chrono_tz::UTC).format("%F %T").to_string(),
        Ok(moment) => moment.local.date().to_string(),
        Err(wrong) => wrong.code.to_owned(),
    }
}

#[test]
fn moments_are_read_as_the_channels_write_them() {
    for (text, expected) in [
        ("2026-06-17 08:14:22 UTC", "2026-06-17 08:14:22"),
        ("2026-06-17", "2026-06-17"),
        ("2026-06-17T08:14:22Z", "2026-06-17 08:14:22"),
        ("2026-06-17T08:14:22.123+02:00", "2026-06-17 06:14:22"),
        ("2026-06-17T08:14:22", "2026-06-17 08:14:22"),
        ("20260617", "2026-06-17"),
        ("20260617T101112Z", "2026-06-17 10:11:12"),
        ("05.03.2026", "2026-03-05"),
        ("05.03.2026 08:14:22 UTC", "2026-03-05 08:14:22"),
        ("01.03.2026 00:00:00 UTC", "2026-03-01 00:00:00"),
        ("Jun 2, 2026 7:11:52 AM PDT", "2026-06-02 14:11:52"),
        ("Jun 2, 2026 12:11:52 AM PDT", "2026-06-02 07:11:52"),
        ("Jun 2, 2026 12:11:52 p.m. PDT", "2026-06-02 19:11:52"),
        ("1 Mar 2026 10:00:00 UTC", "2026-03-01 10:00:00"),
        ("1 mar. 2026 10:00:00 GMT+1", "2026-03-01 09:00:00"),
        ("1 ene 2026 0:00:00 UTC", "2026-01-01 00:00:00"),
        ("3 de enero de 2026", "2026-01-03"),
        ("2 mar 2026 10:00:00 a. m. GMT-6", "2026-03-02 16:00:00"),
        ("31 août 2026 10:00:00 UTC", "2026-08-31 10:00:00"),
        ("31 août 2026 à 10:00 UTC+02:00", "2026-08-31 08:00:00"),
        ("1. März 2026", "2026-03-01"),
        ("1 dic 2026 10:00:00 CET", "2026-12-01 09:00:00"),
        ("4 mei 2026 10:00:00 MESZ", "2026-05-04 08:00:00"),
        ("2026/03/01 10:00:00 JST", "2026-03-01 01:00:00"),
        ("2026/03/01 10:00:00JST", "2026-03-01 01:00:00"),
        ("2026年3月1日", "2026-03-01"),
        ("2026/03/01 午後3:05:06 JST", "2026-03-01 06:05:06"),
        ("2026-09-03 10:15:00 -0400", "2026-09-03 14:15:00"),
        ("2026-09-03 10:15:00 America/New_York", "2026-09-03 14:15:00"),
        ("2013-01-07 07:35:42 PST", "2013-01-07 15:35:42"),
        ("Jul-21-25", "2025-07-21"),
        ("Aug 15, 2026", "2026-08-15"),
        ("Mon, 2 Jun 2026", "2026-06-02"),
        ("46000", "2025-12-09"),
        ("46000.5", "2025-12-09 12:00:00"),
        ("31/05/2026", "2026-05-31"),
        ("05/31/2026", "2026-05-31"),
        ("05/05/2026", "2026-05-05"),
        ("1-Mar-26", "2026-03-01"),
        ("2026-06-17 08:14:22 (UTC)", "2026-06-17 08:14:22"),
    ] {
        assert_eq!(when(text, None), expected, "{text}");
    }
}

#[test]
fn dates_that_can_not_be_are_refused() {
    for (text, code) in [
        ("2026-02-30", "impossible_date"),
        ("31.02.2026", "impossible_date"),
        ("2026-13-01", "impossible_date"),
        ("2026-06-17 25:00:00 UTC", "impossible_date"),
        ("09/05/2026", "ambiguous_date"),
        ("2026-06-17 08:14:22 XYZ", "unknown_time_zone"),
        ("yesterday", "not_a_date"),
        ("12", "not_a_date"),
        ("Jun 2", "not_a_date"),
        ("2026-06", "not_a_date"),
        ("1.5.26.3", "not_a_date"),
        ("--", "not_a_date"),
    ] {
        assert_eq!(when(text, None), code, "{text}");
    }
    assert_eq!(when("09/05/2026", Some(true)), "2026-05-09");
    assert_eq!(when("09/05/2026", Some(false)), "2026-09-05");
}

#[test]
fn a_given_format_is_the_only_one() {
    let rules = DateRules {
        formats: vec![DateFormat::new("%d.%m.%Y %H:%M:%S %Z").unwrap()],
        day_first: None,
    };
    let read = |text| {
        moment(Cell::Text(text), &rules).map(|moment| moment.utc(chrono_tz::UTC).to_string())
    };
    assert_eq!(read("05.03.2026 08:14:22 MEZ").unwrap(), "2026-03-05 07:14:22 UTC");
    let wrong = read("2026-03-05").unwrap_err();
    assert_eq!(
        (wrong.code, wrong.expected.as_str()),
        ("not_a_date", "a date written as %d.%m.%Y %H:%M:%S %Z")
    );
    assert_eq!(read("31.02.2026 00:00:00 UTC").unwrap_err().code, "impossible_date");
    let rules = DateRules {
        formats: vec![DateFormat::new("%b %e, %Y %I:%M:%S %p %Z").unwrap()],
        day_first: None,
    };
    let at = moment(Cell::Text("Jun 2, 2026 7:11:52 PM PDT"), &rules).unwrap();
    assert_eq!(at.utc(chrono_tz::UTC).to_string(), "2026-06-03 02:11:52 UTC");
    assert_eq!(DateFormat::new("%Q").unwrap_err(), "%Q");
}

#[test]
fn a_clock_without_a_name_is_the_markets() {
    let rules = DateRules::default();
    let at = moment(Cell::Text("2026-03-29 02:30:00"), &rules).unwrap();
    // Summer time skips this half hour in Berlin.
    assert_eq!(at.utc(chrono_tz::Europe::Berlin).to_string(), "2026-03-29 01:30:00 UTC");
    assert_eq!(at.utc(chrono_tz::Asia::Tokyo).to_string(), "2026-03-28 17:30:00 UTC");
}

#[test]
fn serial_days_of_both_systems() {
    let day = |text, from_1904| dates::excel_serial(text, from_1904).map(|at| at.to_string());
    assert_eq!(day("1", false).as_deref(), Some("1900-01-01 00:00:00"));
    assert_eq!(day("60", false), None);
    assert_eq!(day("61", false).as_deref(), Some("1900-03-01 00:00:00"));
    assert_eq!(day("46000.34953703704", false).as_deref(), Some("2025-12-09 08:23:20"));
    assert_eq!(day("0", true).as_deref(), Some("1904-01-01 00:00:00"));
    assert_eq!(day("99999999", false), None);
    assert_eq!(day("1E30", false), None);
}

#[test]
fn currencies_and_truths() {
    assert_eq!(currency(Cell::Text(" eur ")).unwrap(), Currency::EUR);
    assert_eq!(currency(Cell::Text("€")).unwrap(), Currency::EUR);
    assert_eq!(currency(Cell::Text("$")).unwrap_err().code, "unknown_currency");
    assert_eq!(truth(Cell::Text("Nein")), Ok(false));
    assert_eq!(truth(Cell::Text("maybe")).unwrap_err().code, "not_yes_or_no");
}

proptest! {
    #[test]
    fn decimals_come_back_in_every_locale(cents in -99_999_999_999i64..99_999_999_999) {
        let whole = (cents / 100).unsigned_abs().to_string();
        let mut grouped = String::new();
        for (index, digit) in whole.char_indices() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push('_');
            }
            grouped.push(digit);
        }
        let minus = if cents < 0 { "-" } else { "" };
        let rest = cents.unsigned_abs() % 100;
        let expected = i128::from(cents) * 10_000;
        for (group, mark, sign) in [
            (",", ".", Point), (".", ",", Comma), ("\u{A0}", ",", Comma), ("\u{202F}", ",", Comma),
            ("'", ".", Point), ("", ".", Point), ("", ",", Comma),
        ] {
            let number = format!("{}{mark}{rest:02}", grouped.replace('_', group));
            for text in [format!("{minus}{number}"), format!("{number}{minus}"), format!("{minus}${number}")] {
                prop_assert_eq!(decimal(Cell::Text(&text), sign).unwrap(), expected, "{}", text);
            }
        }
    }

    #[test]
    fn no_cell_panics(text in "\\PC{0,30}") {
        let rules = DateRules::default();
        let format = DateRules { formats: vec![DateFormat::new("%d %b %Y %H:%M:%S.%f %p %Z").unwrap()], day_first: None };
        for cell in [Cell::Text(&text), Cell::Number(&text), Cell::Percent(&text)] {
            let _ = (decimal(cell, Point), decimal(cell, Comma), integer(cell, Point), percent(cell, Comma));
            let _ = (id(cell), currency(cell), truth(cell), day(cell, &rules), moment(cell, &format));
        }
    }

    #[test]
    fn nothing_like_a_date_panics(text in "[0-9 :./,TZ+\\-aApPmMé年月日]{0,24}") {
        let _ = moment(Cell::Text(&text), &DateRules::default());
    }
}
