//! Lines of cells, from whatever file, and what the template makes of them.

use super::{LARGEST_FILE, Unread};
use domain::form::{IMPORT_COLUMNS, NotText};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// More lines than the template is ever filled with: twenty domains on seven platforms.
pub(super) const MOST_LINES: usize = 1000;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// A text.
    Text(String),
    /// Something else.
    Not(NotText),
}

/// The cells that are not blank, by row and column of the file, both counted from 0.
#[derive(Debug, Default)]
pub(super) struct Lines {
    cells: BTreeMap<u32, BTreeMap<u32, Cell>>,
    bytes: usize,
}

impl Lines {
    /// Takes a cell, unless it is blank.
    ///
    /// # Errors
    /// There are more of them than any import has.
    pub(super) fn take(&mut self, row: u32, column: u32, cell: Cell) -> Result<(), Unread> {
        if let Cell::Text(text) = &cell {
            if text.trim().is_empty() {
                return Ok(());
            }
            // One text of a workbook may stand in a million cells.
            self.bytes += text.len();
            if self.bytes > LARGEST_FILE {
                return Err(Unread::TooLarge);
            }
        }
        self.cells.entry(row).or_default().insert(column, cell);
        if self.cells.len() > MOST_LINES {
            return Err(Unread::TooLong);
        }
        if self.cells[&row].len() > MOST_LINES {
            return Err(Unread::TooLarge);
        }
        Ok(())
    }

    /// The rows under the headings, as a command takes them. Blank lines are no rows.
    ///
    /// # Errors
    /// The columns are not those of the template.
    pub(super) fn rows(mut self) -> Result<Vec<Value>, Unread> {
        let (head, headings) = self.cells.pop_first().unwrap_or_default();
        let mut columns = BTreeMap::new();
        for (column, cell) in &headings {
            let at = heading(cell).filter(|at| columns.values().all(|known| known != at));
            let at = at.ok_or_else(|| Unread::Stray(name(head, *column)))?;
            columns.insert(*column, at);
        }
        let found: BTreeSet<_> = columns.values().copied().collect();
        let missing: Vec<_> = (0..IMPORT_COLUMNS.len())
            .filter(|at| !found.contains(at))
            .collect();
        if !missing.is_empty() {
            return Err(Unread::Missing(missing));
        }
        self.cells
            .into_iter()
            .map(|(row, cells)| one(row, cells, &columns))
            .collect()
    }
}

/// One row. What is no text is said to be none.
fn one(
    row: u32,
    cells: BTreeMap<u32, Cell>,
    columns: &BTreeMap<u32, usize>,
) -> Result<Value, Unread> {
    let (mut said, mut not_text) = (Map::new(), Map::new());
    for (column, cell) in cells {
        let at = columns.get(&column);
        let at = at.ok_or_else(|| Unread::Stray(name(row, column)))?;
        let field = IMPORT_COLUMNS[*at].0.to_owned();
        match cell {
            Cell::Text(text) => said.insert(field, json!(text)),
            Cell::Not(something) => not_text.insert(field, json!(something)),
        };
    }
    said.insert("row".to_owned(), json!(row.saturating_add(1)));
    if !not_text.is_empty() {
        said.insert("not_text".to_owned(), Value::Object(not_text));
    }
    Ok(Value::Object(said))
}

/// Which column of the template a heading names, in either language or as commands do.
fn heading(cell: &Cell) -> Option<usize> {
    let Cell::Text(text) = cell else { return None };
    let text = text.trim();
    IMPORT_COLUMNS.iter().position(|(name, form)| {
        let names = [*name, form.name.zh, form.name.en];
        names.iter().any(|name| name.eq_ignore_ascii_case(text))
    })
}

/// A cell as a spreadsheet names it: `C7`.
fn name(row: u32, column: u32) -> String {
    let (mut letters, mut left) = (Vec::new(), u64::from(column) + 1);
    while left > 0 {
        left -= 1;
        letters.push(char::from(
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[usize::try_from(left % 26).unwrap_or(0)],
        ));
        left /= 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{}", u64::from(row) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    /// A table from its lines; `""` is a blank cell.
    fn table(lines: &[&[&str]]) -> Lines {
        let mut table = Lines::default();
        for (row, line) in (0..).zip(lines) {
            for (column, cell) in (0..).zip(*line) {
                table.take(row, column, text(cell)).unwrap();
            }
        }
        table
    }

    const HEADINGS: &[&str] = &[
        "域名",
        "Operating Platform",
        "package_name",
        " 公钥 ",
        "MD5签名值",
    ];

    #[test]
    fn cells_are_named_as_in_a_spreadsheet() {
        for (row, column, expected) in [
            (0, 0, "A1"),
            (6, 2, "C7"),
            (0, 25, "Z1"),
            (0, 26, "AA1"),
            (9, 16383, "XFD10"),
        ] {
            assert_eq!(name(row, column), expected);
        }
    }

    #[test]
    fn headings_are_taken_in_either_language_and_any_order() {
        let rows = table(&[HEADINGS, &[], &["a.example.com", "iOS", "p", "", "m"]]).rows();
        let expected = json!([{"domain": "a.example.com", "platform": "iOS", "package_name": "p", "md5_signature": "m", "row": 3}]);
        assert_eq!(json!(rows.unwrap()), expected);
        let reversed: Vec<_> = HEADINGS.iter().rev().copied().collect();
        let rows = table(&[&reversed, &["m"]]).rows().unwrap();
        assert_eq!(rows[0]["md5_signature"], "m");
        assert_eq!(table(&[HEADINGS]).rows().unwrap().len(), 0);
    }

    #[test]
    fn other_columns_are_named() {
        let rows = |lines: &[&[&str]]| table(lines).rows().unwrap_err();
        assert_eq!(rows(&[]), Unread::Missing(vec![0, 1, 2, 3, 4]));
        assert_eq!(rows(&[&HEADINGS[..4]]), Unread::Missing(vec![4]));
        assert_eq!(rows(&[&["域名", "域名"]]), Unread::Stray("B1".to_owned()));
        assert_eq!(rows(&[&["网站"]]), Unread::Stray("A1".to_owned()));
        let beside = ["", "", "", "", "", "x"];
        assert_eq!(rows(&[HEADINGS, &beside]), Unread::Stray("F2".to_owned()));
    }

    #[test]
    fn more_than_any_import_is_not_taken() {
        let mut long = Lines::default();
        let taken = (0..).try_for_each(|row| long.take(row, 0, text("x")));
        assert_eq!(taken, Err(Unread::TooLong));
        let (mut large, page) = (Lines::default(), "x".repeat(1024));
        let taken = (0..).try_for_each(|column| large.take(0, column, text(&page)));
        assert_eq!(taken, Err(Unread::TooLarge));
        let mut wide = Lines::default();
        let number = Cell::Not(NotText::Number);
        let taken = (0..).try_for_each(|column| wide.take(0, column, number.clone()));
        assert_eq!(taken, Err(Unread::TooLarge));
    }
}
