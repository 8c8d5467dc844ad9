//! Batch import of an App's access data (批量导入, APP-12): the rows of the template, read into domains and platforms.

use super::{AppForm, PlatformForm};
use crate::values::{
    DomainName, Form, Md5Signature, PackageName, Platform, Problem, PublicKey, Text, ValueError,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The columns of the template (APP备案批量导入数据表模板), in its order: the name in a request, and how each is written.
pub const COLUMNS: [(&str, &Form); 5] = [
    ("domain", DomainName::FORM),
    ("platform", Platform::FORM),
    ("package_name", PackageName::FORM),
    ("public_key", PublicKey::FORM),
    ("md5_signature", Md5Signature::FORM),
];

/// One row of the template, as it came: nothing is read yet, so that every mistake can be named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImportRow {
    /// Which row of a file it is, counted from 1 with the headings; without a file, its place in the list counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// 域名.
    pub domain: String,
    /// 运行平台.
    pub platform: String,
    /// APP包名.
    pub package_name: String,
    /// 公钥.
    pub public_key: String,
    /// MD5签名值.
    pub md5_signature: String,
    /// The cells of a file that hold something else than a text, by column. What they hold is not taken: a number has
    /// lost digits, and what a formula says depends on who opens the file.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub not_text: BTreeMap<String, NotText>,
}

/// What stands in a cell of a file in place of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotText {
    /// A formula.
    Formula,
    /// A number.
    Number,
    /// A date or a time.
    Date,
    /// True or false.
    Truth,
    /// An error, such as `#REF!`.
    Fault,
}

/// A cell of the template.
const CELL: &Form = &Form {
    name: Text::new("单元格", "cell"),
    expected: Text::new("文本", "a text"),
    cure: Text::new(
        "请将单元格格式设为“文本”，重新填写内容",
        "format the cell as text and write into it what is meant",
    ),
};

impl NotText {
    fn refused(self) -> ValueError {
        CELL.refuse(Problem::Says(match self {
            Self::Formula => Text::new("收到的是公式", "a formula came"),
            Self::Number => Text::new("收到的是数字", "a number came"),
            Self::Date => Text::new("收到的是日期或时间", "a date or a time came"),
            Self::Truth => Text::new("收到的是布尔值", "a truth value came"),
            Self::Fault => Text::new("收到的是错误值", "an error came"),
        }))
    }
}

/// A row that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    domain: DomainName,
    platform: Platform,
    package_name: PackageName,
    public_key: PublicKey,
    md5_signature: Md5Signature,
}

/// A cell that cannot be read: the column's name, and what is wrong.
pub type BadCell = (&'static str, ValueError);

impl ImportRow {
    /// Reads the row, or says everything that is wrong with it. Blanks around a cell do not count.
    pub fn read(&self) -> Result<Access, Vec<BadCell>> {
        let mut wrong = Vec::new();
        let domain = self.cell("domain", &self.domain, DomainName::parse, &mut wrong);
        let platform = self.cell("platform", &self.platform, Platform::parse, &mut wrong);
        let package_name = self.cell(
            "package_name",
            &self.package_name,
            PackageName::parse,
            &mut wrong,
        );
        let public_key = self.cell("public_key", &self.public_key, PublicKey::parse, &mut wrong);
        let md5_signature = self.cell(
            "md5_signature",
            &self.md5_signature,
            Md5Signature::parse,
            &mut wrong,
        );
        match (domain, platform, package_name, public_key, md5_signature) {
            (
                Some(domain),
                Some(platform),
                Some(package_name),
                Some(public_key),
                Some(md5_signature),
            ) => Ok(Access {
                domain,
                platform,
                package_name,
                public_key,
                md5_signature,
            }),
            _ => Err(wrong),
        }
    }

    fn cell<T>(
        &self,
        column: &'static str,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, ValueError>,
        wrong: &mut Vec<BadCell>,
    ) -> Option<T> {
        let text = text.trim();
        let not_text = self.not_text.get(column).copied();
        // In a file of plain text a formula is a text that begins so; none of the values does.
        let not_text = not_text.or(text.starts_with('=').then_some(NotText::Formula));
        let read = match not_text {
            Some(something) => Err(something.refused()),
            None => parse(text),
        };
        read.map_err(|error| wrong.push((column, error))).ok()
    }
}

impl AppForm {
    /// Adds what the rows say to what was entered: new domains to the App, and to each platform its own.
    pub fn add(&mut self, rows: Vec<Access>) {
        for row in rows {
            if !self.domains.contains(&row.domain) {
                self.domains.push(row.domain.clone());
            }
            let same = |form: &&mut PlatformForm| {
                form.platform == row.platform
                    && form.package_name.as_ref() == Some(&row.package_name)
            };
            match self.platforms.iter_mut().find(same) {
                Some(form) => {
                    if !form.domains.contains(&row.domain) {
                        form.domains.push(row.domain);
                    }
                    form.public_key = Some(row.public_key);
                    form.md5_signature = Some(row.md5_signature);
                }
                None => self.platforms.push(PlatformForm {
                    platform: row.platform,
                    app_name: None,
                    domains: vec![row.domain],
                    package_name: Some(row.package_name),
                    public_key: Some(row.public_key),
                    md5_signature: Some(row.md5_signature),
                }),
            }
        }
    }
}
