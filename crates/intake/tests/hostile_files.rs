//! Files made to take the server down or to be misread in silence: each is either read right or
//! refused with a reason and a place, in little memory.

#[path = "../src/decode/testing.rs"]
#[allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "shared with the unit tests")]
mod testing;

use argosy_intake::decode::{Limits, Opened, open};
use testing::{Book, TestFile, ZipFile, deflate_repeated};

/// What became of a file: `refused CODE hint`, or its rows and problems.
fn outcome(bytes: &[u8]) -> String {
    outcome_of(&TestFile::new(bytes))
}

fn outcome_of(file: &TestFile) -> String {
    const SHOWN: usize = 6;
    let tables = match open(&file.0, "f", &Limits::default()) {
        Err(problem) => {
            let line = problem.place.line.map_or(String::new(), |line| format!(" line {line}"));
            return format!("refused {}{line}: {}", problem.code, problem.found);
        }
        Ok(Opened::Json(_)) => return "json".to_owned(),
        Ok(Opened::Tables(tables)) => tables,
    };
    let mut out = String::new();
    for table in tables {
        let mut records = match table.records(true, 0) {
            Err(problem) => return format!("refused {}", problem.code),
            Ok(records) => records,
        };
        let shown: Vec<&str> = records.header().iter().map(String::as_str).take(4).collect();
        out += &format!("[{}]", shown.join("|"));
        let mut rows = 0;
        while let Some(next) = records.next() {
            match next {
                Ok(record) => {
                    rows += 1;
                    if rows <= SHOWN {
                        let cells: Vec<_> =
                            (0..record.len().min(4)).map(|at| record.text(at)).collect();
                        out += &format!(" {}:{}", record.line, cells.join("|").escape_debug());
                    }
                }
                Err(problem) => {
                    out += &format!(" {}!{}", problem.place.line.unwrap_or(0), problem.code);
                }
            }
        }
        out += &format!(" ({rows})");
    }
    out
}

/// The most memory this process ever held, in MiB; `None` where the system does not tell.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib >> 10)
}

fn one_cell() -> Book {
    Book::of("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>")
}

fn with_strings(strings: &str) -> String {
    outcome(&one_cell().zip().with("xl/sharedStrings.xml", strings.as_bytes()).bytes())
}

#[test]
fn entities_and_document_types_are_refused() {
    let mut laughs = "<!DOCTYPE lolz [<!ENTITY a \"lol\">".to_owned();
    for level in b'b'..=b'j' {
        let before = char::from(level - 1);
        laughs +=
            &format!("<!ENTITY {} \"{}\">", char::from(level), format!("&{before};").repeat(10));
    }
    laughs += "]><sst><si><t>&j;</t></si></sst>";
    let foreign =
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><sst><si><t>&e;</t></si></sst>";
    let expected = "refused workbook_unsafe: a document type (DOCTYPE)";
    assert_eq!(with_strings(&laughs), expected);
    assert_eq!(with_strings(foreign), expected);
    let expected = "refused workbook_unsafe: an entity of its own";
    assert_eq!(with_strings("<sst><si><t>&e;</t></si></sst>"), expected);
}

#[test]
fn a_shared_string_of_one_gibibyte_is_stopped() {
    let piece = [b'A'; 1 << 20];
    let packed = deflate_repeated(b"<sst><si><t>", &piece, 1024, b"</t></si></sst>");
    let mut honest = one_cell().zip();
    honest.push("xl/sharedStrings.xml", &packed, 0, 1 << 30);
    let seen = outcome(&honest.bytes());
    assert!(seen.starts_with("refused archive_bomb:"), "{seen}");
    // A directory that claims little does not help it: the cell's own cap stops it.
    let mut lying = one_cell().zip();
    lying.push("xl/sharedStrings.xml", &packed, 0, 3 << 20);
    assert_eq!(outcome(&lying.bytes()), "refused cell_too_long: a cell of more than 1 MiB");
    let mut small_claim = one_cell().zip();
    small_claim.push("xl/sharedStrings.xml", &packed, 0, 100);
    assert!(outcome(&small_claim.bytes()).starts_with("refused archive_damaged"));
}

#[test]
fn a_cell_in_no_place_costs_its_row_and_not_the_sheet() {
    let book = Book::of(
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"><v>2</v></c></row>\
         <row r=\"2\"><c r=\"A2\"><v>3</v></c><c r=\"ZZZZZ2\"><v>4</v></c></row>\
         <row r=\"3\"><c r=\"A3\"><v>5</v></c><c r=\"B3\"><v>6</v></c></row>",
    );
    assert_eq!(outcome(&book.bytes()), "[1|2] 2!too_many_columns 3:5|6 (1)");
}

#[test]
fn what_a_workbook_claims_is_not_believed() {
    let far = Book::of(
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>\
         <row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row>",
    );
    assert_eq!(outcome(&far.bytes()), "[1] 1048576: (1)");
    let beyond = Book::of("<row r=\"1\"><c r=\"XFE1\"><v>1</v></c></row>");
    assert!(outcome(&beyond.bytes()).starts_with("refused too_many_columns"));
    let lying =
        Book::of("<dimension ref=\"A1:XFD1048576\"/><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>");
    assert_eq!(outcome(&lying.bytes()), "[1] (0)");
    let strings = "<sst count=\"4000000000\" uniqueCount=\"4000000000\"><si><t>x</t></si></sst>";
    assert_eq!(with_strings(strings), "[x] (0)");
}

#[test]
fn a_sheet_with_more_rows_than_excel_has_ends_with_a_problem() {
    let rows = "<row><c><v>1</v></c></row>".repeat(1_050_000);
    let seen = outcome(&Book::of(&rows).bytes());
    assert!(seen.ends_with("1048577!too_many_rows (1048575)"), "{seen}");
}

#[test]
fn archives_that_escape_explode_or_are_torn_are_refused() {
    let slip = ZipFile::default()
        .with("../../etc/cron.d/x", b"boom")
        .with("ok.csv", b"a,b\n1,2\n")
        .bytes();
    assert_eq!(outcome(&slip), "refused archive_unsafe_path: ../../etc/cron.d/x");
    assert_eq!(
        outcome(&ZipFile::default().with("/abs/x", b"b").bytes()),
        "refused archive_unsafe_path: /abs/x"
    );
    assert!(outcome(&slip[..slip.len() / 2]).starts_with("refused archive_damaged"));

    let piece = [b'0'; 1 << 20];
    let mut bomb = ZipFile::default();
    bomb.push("big.csv", &deflate_repeated(b"", &piece, 2048, b""), 0, 2 << 30);
    assert!(outcome(&bomb.bytes()).starts_with("refused archive_bomb"));

    let mut many = ZipFile::default();
    for number in 0..70_000u32 {
        many.push(&format!("f{number}"), &[3, 0], 0, 0);
    }
    let seen = outcome(&many.bytes());
    assert!(seen.starts_with("refused archive_"), "{seen}");
    let mut thousand = ZipFile::default();
    for number in 0..1001u32 {
        thousand.push(&format!("f{number}"), &[3, 0], 0, 0);
    }
    assert_eq!(outcome(&thousand.bytes()), "refused archive_too_many_files: 1001 files");
}

#[test]
fn text_that_is_damaged_is_read_right_or_refused_with_its_line() {
    for (bytes, expected) in [
        (&b"sku,qty\nA\0B,1\n\0\0,2\nC,3\n"[..], "[sku|qty] 2!nul_byte 3!nul_byte 4:C|3 (1)"),
        (
            b"sku,name\n1,\xFF\xFE\xFA\n2,caf\xE9\n",
            "[sku|name] 2!encoding_guessed 2:1|ÿþú 3:2|café (2)",
        ),
        (b"\xB6\xA9\xB5\xA5\xBA\xC5,\xBD\xF0\xB6\xEE\n1,2.5\n", "[订单号|金额] 1!encoding_guessed 2:1|2.5 (1)"),
        (b"\xEF\xBB\xBFsku;prix\nA;\"1 234,50\"\n", "[sku|prix] 2:A|1 234,50 (1)"),
        (b"a,b\r1,2\r3,4\r", "[a|b] 2:1|2 3:3|4 (2)"),
        (b"sku,sku,qty\n1,2,3\n", "[sku|sku|qty] 2:1|2|3 (1)"),
        (
            b"sku,name\n1,\"=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\"\n5,\"\t=1+1\"\n6,\"\r=1\"\n",
            "[sku|name] 2:1|=HYPERLINK(\\\"http://evil\\\",\\\"x\\\") 3:5|\\t=1+1 4:6|\\r=1 (3)",
        ),
    ] {
        assert_eq!(outcome(bytes), expected);
    }
    let wide: Vec<u8> =
        "\u{FEFF}sku,name\n1,中文\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(outcome(&wide), "[sku|name] 2:1|中文 (1)");
}

#[test]
fn an_unclosed_quote_does_not_swallow_the_rows_below() {
    let text = format!("a,b\n1,\"unclosed\n2,3\n{}", "4,5\n".repeat(100_000));
    let seen = outcome(text.as_bytes());
    assert_eq!(seen, "[a|b] 2!unclosed_quote 3:2|3 4:4|5 5:4|5 6:4|5 7:4|5 8:4|5 (100001)");
}

#[test]
fn lines_without_end_and_headers_without_measure_are_refused() {
    let mut long = b"a,b\n".to_vec();
    long.resize(long.len() + (64 << 20), b'x');
    long.extend(b"\n1,2\n");
    assert_eq!(outcome(&long), "[a|b] 2!line_too_long 3:1|2 (1)");
    let header: Vec<String> = (0..200_000).map(|number| format!("c{number}")).collect();
    let wide = format!("{}\n{}\n", header.join(","), vec!["1"; 200_000].join(","));
    let seen = outcome(wide.as_bytes());
    assert!(seen.starts_with("refused line_too_long line 1"), "{seen}");
}

#[test]
fn thousands_of_broken_quotes_end_the_reading() {
    // Quotes in pairs keep each search going to its cap; the file must still end soon.
    let text = format!("a,b\n{}", "\"\"\"\"x\n".repeat(200_000));
    let seen = outcome(text.as_bytes());
    assert!(seen.ends_with("!too_many_broken_quotes (0)"), "{}", &seen[seen.len() - 80..]);
}

#[test]
fn no_hostile_file_takes_much_memory() {
    // The files above are read again here, so that the peak is theirs whatever the order.
    a_shared_string_of_one_gibibyte_is_stopped();
    what_a_workbook_claims_is_not_believed();
    archives_that_escape_explode_or_are_torn_are_refused();
    lines_without_end_and_headers_without_measure_are_refused();
    match peak_mib() {
        // The tests themselves hold up to 64 MiB of input at a time, several run at once.
        Some(peak) => assert!(peak < 512, "{peak} MiB"),
        None => println!("the system does not tell the peak memory; not checked"),
    }
}
