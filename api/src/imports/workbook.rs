//! Excel workbooks (.xlsx): a packed folder of XML, which may be far larger than it looks.

use super::{
    Unread,
    table::{Cell, Lines},
};
use calamine::{DataRef, Reader, SheetVisible, Xlsx};
use domain::form::NotText;
use std::io::{self, Cursor, Read};
use zip::ZipArchive;

/// What a workbook may unpack to, in bytes. A filled template takes a tenth of it.
const UNPACKED: u64 = 8 * 1024 * 1024;

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

/// Unpacks everything once and keeps nothing: what the directory says of sizes is only what somebody wrote there.
fn fits(file: &[u8]) -> Result<(), Unread> {
    let mut packed = ZipArchive::new(Cursor::new(file)).map_err(|_| Unread::Damaged)?;
    let mut left = UNPACKED;
    for at in 0..packed.len() {
        let part = packed.by_index(at).map_err(|_| Unread::Damaged)?;
        let unpacked = io::copy(&mut part.take(left + 1), &mut io::sink());
        let unpacked = unpacked.map_err(|_| Unread::Damaged)?;
        left = left.checked_sub(unpacked).ok_or(Unread::TooLarge)?;
    }
    Ok(())
}
