//! APP: batch import of domains and platforms (section 7).

use super::{Card, Rule};
use crate::{
    form::{IMPORT_COLUMNS as COLUMNS, ImportRow},
    values::Text,
};
use std::collections::BTreeSet;

/// A batch holds at most this many domains (AMB-58: for one App).
pub const MOST_DOMAINS: usize = 20;

/// AMB-57: all rows or none, and every bad cell by row and column.
pub const BY_TEMPLATE: Rule<[ImportRow]> = Rule {
    card: Card::office(
        "APP-12",
        "§1.1, §3–7, AMB-57",
        "APP_IMPORT_ROW",
        "Access and platform data is entered by hand or by batch import with the template; a batch with one bad row imports nothing.",
        "接入信息和平台信息可手动输入，或使用模板批量导入；有一行不正确的，全部不导入。",
    )
    .cure(
        "Correct the named cells of the template and import it again.",
        "请按提示修改模板中的单元格后重新导入。",
    ),
    find: |rows, flaws| {
        flaws.unless(!rows.is_empty(), "/rows");
        for (at, row) in rows.iter().enumerate() {
            for (column, error) in row.read().err().into_iter().flatten() {
                let heading = COLUMNS.iter().find(|(name, _)| *name == column);
                let heading = heading.map_or(Text::new("", ""), |(_, form)| form.name);
                let place = u32::try_from(at + 1).unwrap_or(u32::MAX);
                flaws
                    .at(format!("/rows/{at}/{column}"))
                    .fact("row", row.row.unwrap_or(place))
                    .fact("column", heading.en)
                    .fact("column_zh", heading.zh)
                    .fact("en", error.en())
                    .fact("zh", error.zh());
            }
        }
    },
};

/// Twenty domains.
pub const AT_MOST_20: Rule<[ImportRow]> = Rule {
    card: Card::office(
        "APP-13",
        "§1.1, §3–7, AMB-58",
        "APP_IMPORT_LIMIT",
        "A batch import accepts at most 20 domains.",
        "批量导入的域名最多20个。",
    )
    .cure(
        "Split the template into batches of at most 20 domains.",
        "请将模板拆分为每批不超过20个域名。",
    ),
    find: |rows, flaws| {
        let domains: BTreeSet<_> = rows
            .iter()
            .map(|row| row.domain.trim().to_lowercase())
            .collect();
        if domains.len() > MOST_DOMAINS {
            flaws
                .at("/rows")
                .fact("domains", domains.len())
                .fact("max", MOST_DOMAINS);
        }
    },
};
