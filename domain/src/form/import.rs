//! Batch import of an App's access data (批量导入, APP-12): the rows of the template, read into domains and platforms.

use super::{AppForm, PlatformForm};
use crate::values::{DomainName, Md5Signature, PackageName, Platform, PublicKey, Text, ValueError};
use serde::{Deserialize, Serialize};

/// The columns of the template (APP备案批量导入数据表模板), in its order.
pub const COLUMNS: [(&str, Text); 5] = [
    ("domain", Text::new("域名", "domain")),
    ("platform", Text::new("运行平台", "platform")),
    ("package_name", Text::new("APP包名", "package name")),
    ("public_key", Text::new("公钥", "public key")),
    ("md5_signature", Text::new("MD5签名值", "MD5 signature")),
];

/// One row of the template, as it came: nothing is read yet, so that every mistake can be named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImportRow {
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
        let domain = cell("domain", DomainName::parse(self.domain.trim()), &mut wrong);
        let platform = cell(
            "platform",
            Platform::parse(self.platform.trim()),
            &mut wrong,
        );
        let package_name = cell(
            "package_name",
            PackageName::parse(self.package_name.trim()),
            &mut wrong,
        );
        let public_key = cell(
            "public_key",
            PublicKey::parse(self.public_key.trim()),
            &mut wrong,
        );
        let md5_signature = cell(
            "md5_signature",
            Md5Signature::parse(self.md5_signature.trim()),
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
}

fn cell<T>(
    column: &'static str,
    read: Result<T, ValueError>,
    wrong: &mut Vec<BadCell>,
) -> Option<T> {
    read.map_err(|error| wrong.push((column, error))).ok()
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
