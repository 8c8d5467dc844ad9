//! CSV: text with a separator, in one of the encodings that spreadsheets write.

use super::{
    Unread,
    table::{Cell, Lines},
};
use csv::ReaderBuilder;
use encoding_rs::{Encoding, GB18030, UTF_8};
use std::borrow::Cow;

/// The cells of a CSV file.
///
/// # Errors
/// It is no text, or too much.
pub(super) fn lines(file: &[u8]) -> Result<Lines, Unread> {
    // One kind of line ending, so that lines can be counted.
    let text = decoded(file)?.replace("\r\n", "\n").replace('\r', "\n");
    let (mut lines, mut next) = (Lines::default(), 0_u32);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        // A row may end early: what is missing is blank.
        .flexible(true)
        .delimiter(separator(&text))
        .from_reader(text.as_bytes());
    for record in reader.records() {
        let record = record.map_err(|_| Unread::Damaged)?;
        // The reader skips blank lines; a spreadsheet shows them as rows.
        let start = record.position().map_or(0, csv::Position::byte);
        let rest = usize::try_from(start).ok().and_then(|at| text.get(at..));
        let letters = rest.unwrap_or_default().bytes();
        let blank = letters.take_while(|byte| *byte == b'\n').count();
        let row = next.saturating_add(u32::try_from(blank).unwrap_or(u32::MAX));
        for (column, cell) in (0..).zip(&record) {
            lines.take(row, column, Cell::Text(cell.to_owned()))?;
        }
        next = row.saturating_add(1);
    }
    Ok(lines)
}

/// UTF-8 with or without its mark, UTF-16 with it, and GB18030, which has GBK and GB 2312 in it.
fn decoded(file: &[u8]) -> Result<Cow<'_, str>, Unread> {
    let (encoding, mark) = Encoding::for_bom(file).unwrap_or((UTF_8, 0));
    let rest = file.get(mark..).unwrap_or_default();
    let (text, is_broken) = encoding.decode_without_bom_handling(rest);
    let (text, is_broken) = match (is_broken, mark) {
        (true, 0) => GB18030.decode_without_bom_handling(file),
        _ => (text, is_broken),
    };
    // Binary files have control characters that no table has.
    let is_table = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\r' | '\n');
    if is_broken || !text.chars().all(is_table) {
        return Err(Unread::Encoding);
    }
    Ok(text)
}

/// What stands between the headings: spreadsheets write commas, some countries' semicolons, their text export tabs.
fn separator(text: &str) -> u8 {
    let headings = text.lines().next().unwrap_or_default();
    let times = |separator: u8| headings.bytes().filter(|byte| *byte == separator).count();
    // Of several that are as frequent the last one is taken.
    b";\t,"
        .iter()
        .copied()
        .max_by_key(|separator| times(*separator))
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TABLE: &str =
        "\"域名\",运行平台,APP包名,公钥,\"MD5签名值\"\r\n\r\n\"a.example.com\", 鸿蒙 ,p\r\n";

    #[test]
    fn every_encoding_says_the_same() {
        let utf_16: Vec<u8> = TABLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let files = [
            TABLE.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", TABLE.as_bytes()].concat(),
            [&b"\xff\xfe"[..], &utf_16].concat(),
            GB18030.encode(TABLE).0.into_owned(),
            TABLE.replace(',', ";").into_bytes(),
            TABLE.replace(',', "\t").into_bytes(),
            TABLE.replace("\r\n", "\n").into_bytes(),
            TABLE.replace("\r\n", "\r").into_bytes(),
        ];
        for file in files {
            let rows = lines(&file).unwrap().rows().unwrap();
            let expected = json!([{"domain": "a.example.com", "platform": " 鸿蒙 ", "package_name": "p", "row": 3}]);
            assert_eq!(json!(rows), expected);
        }
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_does() {
        let cell_of_two_lines = TABLE.replace("a.example", "a.\nexample");
        let more = format!("\n\n{cell_of_two_lines}\n,,\nb.example.com\n");
        let rows = lines(more.as_bytes()).unwrap().rows().unwrap();
        let rows: Vec<_> = rows.iter().map(|row| row["row"].clone()).collect();
        assert_eq!(rows, [5, 8]);
    }

    #[test]
    fn what_is_no_text_is_not_guessed_at() {
        for file in [
            &b"\xef\xbb\xbf\xff"[..],
            b"\x80\xff",
            b"\x89PNG\r\n\x1a\n",
            b"a,\0b",
            b"\xff\xfe\0",
        ] {
            assert_eq!(lines(file).unwrap_err(), Unread::Encoding, "{file:?}");
        }
    }
}
