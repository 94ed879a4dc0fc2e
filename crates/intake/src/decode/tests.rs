//! Whole files through [`open`], as text: one line per record, problems with their line.

use proptest::prelude::*;

use super::{
    testing::{Book, TestFile, ZipFile, gzip},
    *,
};

/// Everything a file says.
fn read_with(bytes: &[u8], quoting: bool, header: usize, limits: &Limits) -> String {
    let file = TestFile::new(bytes);
    let mut out = String::new();
    match open(&file.0, "file", limits) {
        Err(problem) => out += &format!("refused {} {problem}\n", problem.code),
        Ok(Opened::Json(source)) => out += &format!("json {}\n", source.label()),
        Ok(Opened::Tables(tables)) => {
            for table in tables {
                let many = if table.label() == "file" { "" } else { table.label() };
                out += &format!("{many}{}\n", if many.is_empty() { "" } else { ":" });
                match table.records(quoting, header) {
                    Err(problem) => out += &format!("refused {}\n", problem.code),
                    Ok(records) => out += &rows(records),
                }
            }
        }
    }
    out.trim_start_matches('\n').to_owned()
}

fn rows(mut records: Records) -> String {
    let mut out = format!("{}\n", records.header().join("|"));
    while let Some(next) = records.next() {
        out += &match next {
            Ok(record) => {
                let fit = if record.fit == Fit::Exact { "" } else { " !" };
                format!("{}: {}{fit}\n", record.line, record.texts().join("|"))
            }
            Err(problem) => format!("{:?}: {}\n", problem.place.line.unwrap_or(0), problem.code),
        };
    }
    out
}

fn read(bytes: &[u8]) -> String {
    read_with(bytes, true, 0, &Limits::default())
}

#[test]
fn line_ends_quotes_and_delimiters_of_every_program() {
    for (bytes, expected) in [
        (&b"a,b\r\n1,\"x,\ny\"\r\n\r\n2,3"[..], "a|b\n2: 1|x,\ny\n5: 2|3\n"),
        (b"a\tb\tc\n1\t2,5\t\n", "a|b|c\n2: 1|2,5|\n"),
        (b"sep=;\na;b\n1;2\n", "a|b\n3: 1|2\n"),
        (b"a|b\n1|2\n", "a|b\n2: 1|2\n"),
        (b"a,b\r1,2\r\"3\",4\r", "a|b\n2: 1|2\n3: 3|4\n"),
        (b"name\nx\ny\n", "name\n2: x\n3: y\n"),
        (b"a,b\n1,\"say \"\"hi\"\"\"\n", "a|b\n2: 1|say \"hi\"\n"),
    ] {
        assert_eq!(read(bytes), expected, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn flat_files_without_quoting_keep_their_quotes() {
    let bytes = b"sku\ttitle\r\n1\t\"5\" pipe\r\n2\t\"x\r\n3\ty\r\n";
    let seen = read_with(bytes, false, 0, &Limits::default());
    assert_eq!(seen, "sku|title\n2: 1|\"5\" pipe\n3: 2|\"x\n4: 3|y\n");
}

#[test]
fn a_preamble_is_passed_over_by_its_lines() {
    let bytes = b"\"Includes\nall\"\n\nAll amounts in USD\na,b,c\n1,2,3\n";
    let file = TestFile::new(bytes);
    let Ok(Opened::Tables(tables)) = open(&file.0, "f", &Limits::default()) else { panic!() };
    let header = tables[0].head().iter().position(|row| row[0] == "a").unwrap();
    assert_eq!((header, tables[0].head_line(header)), (2, Some(5)));
    assert_eq!(rows(tables[0].records(true, header).unwrap()), "a|b|c\n6: 1|2|3\n");
}

#[test]
fn rows_that_do_not_fit_the_header_are_given_with_a_flag() {
    let bytes = b"a,b,\n1,2,,,\n1\n1,2,3,4\n1,2\n";
    let seen = read(bytes);
    assert_eq!(seen, "a|b|\n2: 1|2|||\n3: 1 !\n4: 1|2|3|4 !\n5: 1|2\n");
}

#[test]
fn damage_costs_its_own_row() {
    let limits = Limits { record_bytes: 64, ..Limits::default() };
    let long = format!("a,b\n1,2\n{}\n3,4\n", "x".repeat(1000));
    let expected = "a|b\n2: 1|2\n3: line_too_long\n4: 3|4\n";
    assert_eq!(read_with(long.as_bytes(), true, 0, &limits), expected);
    assert_eq!(read_with(long.as_bytes(), false, 0, &limits), expected);
    assert_eq!(read(b"a,b\n1,\0\n2,3\n"), "a|b\n2: nul_byte\n3: 2|3\n");
    let utf8 = "n,q\nkáva,1\nčaj,2\nžito,3\nmléko,4\nřepa,5\nhrášek,6\nk".as_bytes();
    let broken = [utf8, b"\xC3(va,7\nk,8\n"].concat();
    let many = [broken.as_slice(), "áéíóúýčďěň,9\n".repeat(3).as_bytes()].concat();
    assert!(
        read(&many).contains("8: invalid_text\n8: k\u{FFFD}(va|7\n9: k|8\n"),
        "{}",
        read(&many)
    );
}

#[test]
fn an_encoding_found_late_is_told_with_its_line() {
    let mut bytes = b"name,qty\n".to_vec();
    for _ in 0..100_000 {
        bytes.extend(b"plain,1\n");
    }
    bytes.extend(b"caf\xE9,2\n");
    let seen = read(&bytes);
    assert_eq!(seen.matches("encoding_guessed").count(), 1);
    assert!(seen.contains("100002: encoding_guessed\n"));
    assert!(seen.ends_with("100001: plain|1\n100002: café|2\n"));
}

#[test]
fn every_packing_gives_the_same_rows() {
    let plain = b"a,b\n1,2\n";
    let twice = [gzip(b"a,b\n1"), gzip(b",2\n")].concat();
    assert_eq!(read(&gzip(plain)), "a|b\n2: 1|2\n");
    assert_eq!(read(&twice), "a|b\n2: 1|2\n");
    let zip =
        ZipFile::default().with("x/one.csv", plain).with("__MACOSX/y", b"z").with("two", plain);
    assert_eq!(read(&zip.bytes()), "x/one.csv:\na|b\n2: 1|2\ntwo:\na|b\n2: 1|2\n");
    let photo = ZipFile::default().with("p.csv", b"\xFF\xD8\xFF\xE0").with("ok", plain);
    assert_eq!(read(&photo.bytes()), "ok:\na|b\n0: photo\n2: 1|2\n");
    let nested = ZipFile::default().with("in.zip", &ZipFile::default().with("a", plain).bytes());
    assert!(read(&nested.bytes()).starts_with("refused archive_nested file › in.zip"));
    let book = Book::of("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>").bytes();
    assert_eq!(read(&ZipFile::default().with("b.xlsx", &book).bytes()), "b.xlsx › Sheet:\n1\n");
    assert_eq!(read(&gzip(&book)), "Sheet:\n1\n");
}

#[test]
fn torn_packings_give_the_rows_before_the_tear() {
    let mut rows = "a,b\n".to_owned();
    for number in 0..200_000u64 {
        // Not too regular, so that the tear falls behind many rows.
        rows += &format!("{number},{}\n", number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    }
    let packed = gzip(rows.as_bytes());
    let seen = read(&packed[..packed.len() / 2]);
    assert!(seen.starts_with("a|b\n2: 0|0\n"));
    assert!(seen.ends_with(": file_torn\n"), "{}", &seen[seen.len() - 100..]);
    assert!(seen.lines().count() > 50_000);
}

#[test]
fn a_wrong_checksum_is_told_however_short_the_file() {
    for rows in [1, 100, 100_000] {
        for text in ["1,2\n", "1,ä\n"] {
            let plain = format!("a,b\n{}", text.repeat(rows));
            let mut packed = gzip(plain.as_bytes());
            let crc = packed.len() - 8;
            packed[crc] ^= 1;
            let seen = read(&packed);
            let refused = seen.starts_with("refused archive_damaged");
            assert!(refused || seen.ends_with(": archive_damaged\n"), "{rows} {text}");
        }
    }
    let mut lines = gzip(b"{\"a\":1}\n{\"a\":2}\n");
    let crc = lines.len() - 8;
    lines[crc] ^= 1;
    let file = TestFile::new(&lines);
    let Ok(Opened::Json(source)) = open(&file.0, "f", &Limits::default()) else { panic!() };
    let mut records = source.records("", &["a".to_owned()]).unwrap();
    let mut last = String::new();
    while let Some(next) = records.next() {
        last = next.err().map_or_else(String::new, |problem| problem.code);
    }
    assert_eq!(last, "archive_damaged");
}

#[test]
fn an_empty_file_says_so() {
    for bytes in [&b""[..], b"\n \n\n", b"\xEF\xBB\xBF"] {
        assert!(read(bytes).starts_with("refused empty_file"), "{}", read(bytes));
    }
}

#[test]
fn workbook_cells_keep_their_types() {
    let mut book = Book::of(
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"inlineStr\"><is><r><t>in</t></r>\
         <r><t>line</t></r><rPh><t>aid</t></rPh></is></c></row>\
         <row r=\"4\"><c r=\"A4\" s=\"1\"><v>46000.5</v></c><c r=\"B4\" s=\"2\"><v>0.05</v></c>\
         <c r=\"C4\"><f>A1*2</f><v>12.300000000000001</v></c></row>\
         <row><c t=\"b\"><v>1</v></c><c t=\"e\"><v>#N/A</v></c><c t=\"str\"><v>a &amp; &#233;</v></c>\
         <c><v>9</v></c></row><row r=\"6\"><c r=\"B6\" t=\"s\"><v>7</v></c></row>\
         <row r=\"7\"><c r=\"A7\"><v>7</v></c></row>",
    )
    .strings("<si><t>day</t></si>");
    book.styles = "<numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\"/></numFmts>\
        <cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>\
        <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"9\"/></cellXfs>"
        .to_owned();
    let expected = "Sheet:\nday||inline\n4: 2025-12-09 12:00:00|0.05|12.3\n\
        5: true|#N/A|a & é !\n6: workbook_damaged\n7: 7||\n";
    assert_eq!(read(&book.bytes()), expected);
    book.from_1904 = true;
    assert!(read(&book.bytes()).contains("4: 2029-12-10 12:00:00|"));
}

#[test]
fn each_visible_sheet_is_a_table() {
    let row = |text: &str| format!("<row><c t=\"str\"><v>{text}</v></c></row>");
    let mut book = Book::of(&(row("a") + &row("1")));
    book.sheets.push(("Empty", String::new()));
    book.sheets.push(("Other", row("b") + &row("2")));
    assert_eq!(read(&book.bytes()), "Sheet:\na\n2: 1\nOther:\nb\n2: 2\n");
}

#[test]
fn a_torn_sheet_gives_the_rows_before_the_tear() {
    let row = "<row><c><v>1</v></c></row>";
    let book = Book::of(&format!("{}<row><c><v>2</", row.repeat(50)));
    let seen = read(&book.bytes());
    assert!(seen.ends_with("50: 1\n51: workbook_damaged\n"), "{seen}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn arbitrary_bytes_never_panic(
        magic in prop::sample::select(vec![
            &b""[..], b"PK\x03\x04", b"PK\x05\x06", b"\x1F\x8B\x08\0", b"a,b\n\"", b"\xFF\xFE", b"{\"a\":",
            b"[{", b"\xEF\xBB\xBFsep=;\n",
        ]),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
        quoting: bool,
    ) {
        let bytes = [magic, &bytes].concat();
        read_with(&bytes, quoting, 0, &Limits::default());
    }

    #[test]
    fn a_workbook_with_a_flipped_byte_never_panics(at in 0usize..4000, value: u8) {
        let row = "<row><c t=\"s\"><v>0</v></c><c><v>1</v></c></row>";
        let mut bytes = Book::of(&row.repeat(3)).strings("<si><t>x</t></si>").bytes();
        let at = at % bytes.len();
        bytes[at] = value;
        read(&bytes);
    }

    #[test]
    fn tables_come_back_in_every_encoding(
        rows in prop::collection::vec(("[a-zé中]{1,5}", "[a-z\"\n, ü]{0,5}"), 1..20),
    ) {
        let mut text = "k,v\n".to_owned();
        for (key, value) in &rows {
            text += &format!("{key},\"{}\"\n", value.replace('"', "\"\""));
        }
        let wide = |unit: fn(u16) -> [u8; 2]| {
            "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect::<Vec<u8>>()
        };
        let expected = read(text.as_bytes());
        prop_assert_eq!(expected.matches(": ").count() >= rows.len(), true);
        prop_assert_eq!(&read(&wide(u16::to_le_bytes)), &expected);
        prop_assert_eq!(&read(&wide(u16::to_be_bytes)), &expected);
        let marked = format!("\u{FEFF}{text}");
        prop_assert_eq!(&read(marked.as_bytes()), &expected);
    }
}

#[test]
fn several_tables_in_one_text_are_tables_of_their_own() {
    let text = "# Pages\n# Start date: 20260101\nPage,Views\n/,9\n/a,4\n\nCountry;Users\nIT;3\n";
    let file = TestFile::new(text.as_bytes());
    let Ok(Opened::Tables(tables)) = open(&file.0, "ga.csv", &Limits::default()) else { panic!() };
    let labels: Vec<_> = tables.iter().map(TableSource::label).collect();
    assert_eq!(labels, ["ga.csv › 1", "ga.csv › 2"]);
    // The head's comments stand above the second table too, whose header follows them.
    assert_eq!(
        tables[1].head()[..3],
        [vec!["# Pages"], vec!["# Start date: 20260101"], vec!["Country", "Users"]]
    );
    let mut rows = Vec::new();
    for table in &tables {
        let mut records = table.records(true, 2).unwrap();
        while let Some(record) = records.next() {
            let record = record.unwrap();
            rows.push(format!("{}: {}", record.line, record.texts().join("|")));
        }
    }
    assert_eq!(rows, ["4: /|9", "5: /a|4", "8: IT|3"]);
}
