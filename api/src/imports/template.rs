//! The template (APP备案批量导入数据表模板), made from the columns that the rows are read by.

use crate::{papers::Wanted, problem::Problem, workers::texts::Language};
use axum::{
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    form::IMPORT_COLUMNS,
    values::{Platform, Text},
};
use rust_xlsxwriter::{DataValidation, DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The template of an import, as `csv` or `xlsx`.
#[utoipa::path(get, path = "/v1/imports/template/{format}", tag = "orders", params(("format" = String, Path, description = "`csv` or `xlsx`"), Wanted),
    responses((status = 200, content_type = "application/octet-stream")))]
pub(crate) async fn template(
    Path(format): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let (media_type, bytes) = match format.as_str() {
        "csv" => ("text/csv; charset=utf-8", plain(wanted.lang)),
        "xlsx" => (
            XLSX,
            workbook(wanted.lang).map_err(|error| {
                tracing::error!(%error, "the template cannot be written");
                Problem::internal()
            })?,
        ),
        _ => return Err(Problem::not_found()),
    };
    // The second name is the guide's, in the form that headers take (RFC 8187).
    let disposition = format!(
        "attachment; filename=\"app-import-template.{format}\"; filename*=UTF-8''APP%E5%A4%87%E6%A1%88%E6%89%B9%E9%87%8F%E5%AF%BC%E5%85%A5%E6%95%B0%E6%8D%AE%E8%A1%A8%E6%A8%A1%E6%9D%BF.{format}"
    );
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

fn headings(language: Language) -> [&'static str; IMPORT_COLUMNS.len()] {
    IMPORT_COLUMNS.map(|(_, form)| language.of(form.name))
}

/// With the mark by which spreadsheets know UTF-8.
fn plain(language: Language) -> Vec<u8> {
    format!("\u{feff}{}\r\n", headings(language).join(",")).into_bytes()
}

/// One sheet to fill in, with cells that stay text and platforms to choose from; one that says how each column is written.
pub(crate) fn workbook(language: Language) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same file at any time.
    let made = ExcelDateTime::from_ymd(2024, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    let sheet = book.add_worksheet();
    sheet.set_name(language.of(Text::new("导入数据", "Import")))?;
    for (column, heading) in (0..).zip(headings(language)) {
        sheet.set_column_format(column, &text)?;
        sheet.set_column_width(column, 28)?;
        sheet.write_string_with_format(0, column, heading, &bold)?;
    }
    let platforms: Vec<_> = Platform::ALL
        .iter()
        .map(|one| language.of(Text::new(one.zh(), one.en())))
        .collect();
    let choice = DataValidation::new().allow_list_strings(&platforms)?;
    sheet.add_data_validation(1, 1, 999, 1, &choice)?;
    let notes = book.add_worksheet();
    notes.set_name(language.of(Text::new("填写说明", "Notes")))?;
    notes.set_column_width(0, 24)?;
    notes.set_column_width(1, 64)?;
    notes.set_column_width(2, 64)?;
    for (row, (_, form)) in (0..).zip(IMPORT_COLUMNS) {
        notes.write_string_with_format(row, 0, language.of(form.name), &bold)?;
        notes.write_string(row, 1, language.of(form.expected))?;
        notes.write_string(row, 2, language.of(form.cure))?;
    }
    book.save_to_buffer()
}
