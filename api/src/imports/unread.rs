//! Why a file makes no rows.

use super::{LARGEST_FILE, table::MOST_LINES};
use crate::{form, problem::Problem};
use axum::http::StatusCode;
use domain::form::IMPORT_COLUMNS;

/// Why a file makes no rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is a workbook of Excel 97, or one with a password.
    OldWorkbook,
    /// It is text in an unknown encoding, or no text.
    Encoding,
    /// It cannot be read to its end.
    Damaged,
    /// It holds more than any import.
    TooLarge,
    /// It has more lines than any import.
    TooLong,
    /// Columns of the template that are missing, by their place in it.
    Missing(Vec<usize>),
    /// A cell, as `C7`, that stands under no heading of the template, is a heading that the template has not, or has twice.
    Stray(String),
}

impl From<Unread> for Problem {
    fn from(unread: Unread) -> Self {
        let media = |kind| Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, kind);
        let template = || Self::new(StatusCode::UNPROCESSABLE_ENTITY, "not-the-template");
        match unread {
            Unread::OldWorkbook => media("not-a-table").say(
                "Expected a CSV file or an Excel workbook (.xlsx) without a password; an older workbook or a protected one came. Save it as .xlsx or CSV.",
                "应为CSV文件或无密码的Excel工作簿（.xlsx）；收到的是旧版或加密的工作簿，请另存为.xlsx或CSV后上传。",
            ),
            Unread::Encoding => media("not-a-table").say(
                "Expected an Excel workbook (.xlsx), or a CSV file in UTF-8 or GBK; something else came.",
                "应为Excel工作簿（.xlsx），或UTF-8、GBK编码的CSV文件；收到的是其他内容。",
            ),
            Unread::Damaged => template().say(
                "The file cannot be read to its end; save it again as .xlsx or CSV and send it.",
                "文件无法完整读取，请重新另存为.xlsx或CSV后上传。",
            ),
            Unread::TooLarge => form::too_large(LARGEST_FILE).say(
                format!("The file holds more than {LARGEST_FILE} bytes of text, or unpacks to more than any template; send the filled template alone."),
                format!("文件内容超过{LARGEST_FILE}字节，或解压后过大；请仅上传填写好的模板。"),
            ),
            Unread::TooLong => form::too_large(LARGEST_FILE).say(
                format!("Expected at most {MOST_LINES} rows; send the filled template alone."),
                format!("文件最多{MOST_LINES}行，请仅上传填写好的模板。"),
            ),
            Unread::Missing(columns) => {
                let names = |of: fn(usize) -> &'static str| {
                    columns.iter().map(|at| of(*at)).collect::<Vec<_>>()
                };
                let en = names(|at| IMPORT_COLUMNS[at].1.name.en).join(", ");
                let zh = names(|at| IMPORT_COLUMNS[at].1.name.zh).join("、");
                template().say(
                    format!("Expected the headings of the template in the first row; missing: {en}. See /v1/imports/template/xlsx."),
                    format!("首行应为模板中的表头；缺少：{zh}。模板见/v1/imports/template/xlsx。"),
                )
            }
            Unread::Stray(cell) => template().say(
                format!("Cell {cell} does not belong to the template: its column has a heading that the template has not, has twice, or none. Take it out."),
                format!("单元格{cell}不属于模板：该列没有表头，或表头不在模板中或重复，请删除。"),
            ),
        }
    }
}
