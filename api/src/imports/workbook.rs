//! Excel workbooks (.xlsx): a packed folder of XML, which may be far larger than it looks.

use super::{
    Unread,
    table::{Cell, Lines},
};
use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use domain::form::NotText;
use quick_xml::{Reader as XmlReader, events::Event};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// What a workbook may unpack to, in bytes. A filled template takes a fifth of it.
const UNPACKED: u64 = 4 * 1024 * 1024;
/// The longest value of an attribute, in bytes. Excel takes 255 letters for the longest of them, the format of a number.
const LONGEST_VALUE: usize = 512;
/// The part with the texts of all cells, as the reader looks for it: whatever the case.
const TEXTS: &str = "sharedstrings.xml";

/// The cells of the first sheet that is shown.
///
/// # Errors
/// It is no workbook, or too large a one.
pub(super) fn lines(file: &[u8]) -> Result<Lines, Unread> {
    fits(file)?;
    let mut book = Xlsx::new(Cursor::new(file)).map_err(|_| Unread::Damaged)?;
    let sheets = book.sheets_metadata();
    let shown = sheets
        .iter()
        .find(|sheet| sheet.visible == SheetVisible::Visible);
    let name = shown.ok_or(Unread::Damaged)?.name.clone();
    let sheet = book.worksheet_cells_reader(&name);
    let mut sheet = sheet.map_err(|_| Unread::Damaged)?;
    let mut lines = Lines::default();
    // Cell by cell: a range of all of them would be as large as its farthest corner.
    while let Some(cell) = sheet
        .next_cell_with_formula_metadata()
        .map_err(|_| Unread::Damaged)?
    {
        let (row, column) = cell.pos;
        if cell.formula.is_some() {
            lines.take(row, column, Cell::Not(NotText::Formula))?;
        } else if let Some(cell) = said(&cell.value) {
            lines.take(row, column, cell)?;
        }
    }
    Ok(lines)
}

fn said(value: &DataRef<'_>) -> Option<Cell> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Int(_) | DataRef::Float(_) => Cell::Not(NotText::Number),
        DataRef::Bool(_) => Cell::Not(NotText::Truth),
        DataRef::DateTime(_) | DataRef::DateTimeIso(_) | DataRef::DurationIso(_) => {
            Cell::Not(NotText::Date)
        }
        DataRef::Error(_) => Cell::Not(NotText::Fault),
    })
}

/// Unpacks everything once, a part at a time: what the directory says of sizes is only what somebody wrote there.
fn fits(file: &[u8]) -> Result<(), Unread> {
    let mut packed = ZipArchive::new(Cursor::new(file)).map_err(|_| Unread::Damaged)?;
    let mut left = UNPACKED;
    let mut unpacked = Vec::new();
    for at in 0..packed.len() {
        let part = packed.by_index(at).map_err(|_| Unread::Damaged)?;
        let name = part.name().map_err(|_| Unread::Damaged)?;
        let is_of_texts = name.to_ascii_lowercase().ends_with(TEXTS);
        unpacked.clear();
        let read = part.take(left + 1).read_to_end(&mut unpacked);
        let read = read.map_err(|_| Unread::Damaged)?;
        left = left.checked_sub(read as u64).ok_or(Unread::TooLarge)?;
        if !has_short_values(&unpacked) || is_of_texts && !counts_rightly(&unpacked) {
            return Err(Unread::Damaged);
        }
    }
    Ok(())
}

/// Whether every attribute is as short as programs write them. The reader copies some, the names of fonts and formats of numbers, once for
/// each element that refers to them: a long one and many that are short would make a small file take all the memory there is.
fn has_short_values(xml: &[u8]) -> bool {
    let (mut reader, mut buffer) = (XmlReader::from_reader(xml), Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                let mut attributes = tag.attributes();
                let values = attributes.with_checks(false).flatten();
                if values
                    .into_iter()
                    .any(|one| one.value.len() > LONGEST_VALUE)
                {
                    return false;
                }
            }
            // Where this ends, so does the reader of workbooks, which reads by the same; pictures and the like are no XML at all.
            Ok(Event::Eof) | Err(_) => return true,
            Ok(_) => {}
        }
    }
}

/// Whether a list of texts says of itself that it holds no more of them than it has room for. The reader makes room for as many as are
/// said, and a process that is refused memory ends.
fn counts_rightly(xml: &[u8]) -> bool {
    const COUNT: &[u8] = b"uniqueCount";
    // Of the encodings that the reader knows, only two with these bytes can write the word otherwise; no XML of ours has them.
    if xml.iter().any(|byte| matches!(byte, 0 | 0x1b)) {
        return false;
    }
    let most = xml.len() / b"<si/>".len();
    xml.windows(COUNT.len())
        .zip(1..)
        .filter(|(word, _)| *word == COUNT)
        .all(|(_, at)| {
            let rest = xml.get(at + COUNT.len() - 1..).unwrap_or_default();
            let before = |byte: &&u8| byte.is_ascii_whitespace() || b"=\"'".contains(byte);
            let digits: String = rest
                .iter()
                .skip_while(before)
                .take_while(|byte| byte.is_ascii_digit())
                .map(|byte| char::from(*byte))
                .collect();
            digits.is_empty() || digits.parse().is_ok_and(|count: usize| count <= most)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{imports::template, workers::texts::Language};
    use std::io::Write;
    use zip::ZipWriter;

    /// The template, its list of texts changed.
    fn with_texts(name: &str, change: impl Fn(String) -> Vec<u8>) -> Vec<u8> {
        with_part(NAME, name, change)
    }

    /// The template, one of its parts changed.
    fn with_part(which: &str, name: &str, change: impl Fn(String) -> Vec<u8>) -> Vec<u8> {
        let template = template::workbook(Language::Zh).unwrap();
        let mut parts = ZipArchive::new(Cursor::new(template)).unwrap();
        let mut book = ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..parts.len() {
            let mut part = parts.by_index(at).unwrap();
            let (mut bytes, mut own) = (Vec::new(), part.name().unwrap().into_owned());
            part.read_to_end(&mut bytes).unwrap();
            if own == which {
                own = name.to_owned();
                bytes = change(String::from_utf8(bytes).unwrap());
            }
            book.start_file(own, zip::write::SimpleFileOptions::default())
                .unwrap();
            book.write_all(&bytes).unwrap();
        }
        book.finish().unwrap().into_inner()
    }

    const NAME: &str = "xl/sharedStrings.xml";

    #[test]
    fn a_template_counts_rightly() {
        assert!(lines(&with_texts(NAME, String::into_bytes)).is_ok());
    }

    /// The reader asked for two petabytes, and the office was gone.
    #[test]
    fn a_list_of_texts_that_says_it_is_endless_is_damaged() {
        let count = |said: &'static str| {
            move |xml: String| xml.replace("uniqueCount=\"", said).into_bytes()
        };
        let endless = "uniqueCount=\"99999999999999";
        let utf_16 = |xml: String| {
            let xml = xml.replace("uniqueCount=\"", "uniqueCount=\"99999999999999");
            let units = xml.encode_utf16().flat_map(u16::to_le_bytes);
            [0xff, 0xfe].into_iter().chain(units).collect()
        };
        for file in [
            with_texts(NAME, count(endless)),
            with_texts(NAME, count("uniqueCount\n = \n\"00099999999999999")),
            with_texts(NAME, count("uniqueCount=\"99999999999999999999999999999")),
            with_texts(NAME, count("unique\u{1b}(BCount=\"99999999999999")),
            with_texts("XL\\SHAREDSTRINGS.xml", count(endless)),
            with_texts(NAME, utf_16),
        ] {
            assert_eq!(lines(&file).err(), Some(Unread::Damaged));
        }
    }

    /// Each of these is copied once for each element that refers to it.
    #[test]
    fn an_attribute_is_as_short_as_programs_write_it() {
        let styles = |length: usize| {
            with_part("xl/styles.xml", "xl/styles.xml", |xml| {
                let long = "0".repeat(length);
                let format = format!(
                    "<numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"{long}\"/></numFmts><cellXfs"
                );
                assert!(xml.contains("<cellXfs"));
                xml.replace("<cellXfs", &format).into_bytes()
            })
        };
        assert!(lines(&styles(LONGEST_VALUE)).is_ok());
        assert_eq!(
            lines(&styles(LONGEST_VALUE + 1)).err(),
            Some(Unread::Damaged)
        );
        let targets = |length: usize| {
            const RELATIONS: &str = "xl/_rels/workbook.xml.rels";
            with_part(RELATIONS, RELATIONS, |xml| {
                let more = format!(
                    "<Relationship Id=\"x\" Type=\"y\" Target='{}'/></Relationships>",
                    "/".repeat(length)
                );
                assert!(xml.contains("</Relationships>"));
                xml.replace("</Relationships>", &more).into_bytes()
            })
        };
        assert!(lines(&targets(LONGEST_VALUE)).is_ok());
        assert_eq!(
            lines(&targets(LONGEST_VALUE + 1)).err(),
            Some(Unread::Damaged)
        );
    }
}
