//! What single provinces ask for beyond the common rules (PRV), as dated rows.
//!
//! An order is judged by the rows that are valid on the day of its submission. The rows are data
//! (`policy/provinces.toml`); what a kind of row means is decided by the rule that reads it.

use crate::values::Province;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// What a province may ask for or allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyKind {
    /// One order holds one App or one domain (PRV-1).
    OneServiceOnly,
    /// A change of principal lead is a change of principal and service together, with a new authorisation letter for
    /// the service lead (PRV-2).
    LeadChangeChangesBoth,
    /// Every submission includes the signed filing commitment (PRV-3).
    CommitmentLetter,
    /// Website filings come with the province's own authenticity papers (PRV-4).
    WebsiteAuthenticityPapers,
    /// Services may be migrated to another principal (PRV-5).
    MigrationOpen,
    /// A lead's mobile is registered in the province (PRV-6, LED-14).
    MobileFromRegion,
    /// Apps come with a fraud-risk self-assessment report (PRV-7).
    AppFraudReport,
    /// Individuals whose document is another province's are refused (PRV-8, TYP-15).
    CrossProvinceIndividualsRefused,
    /// Individuals whose document is another province's show a residence permit (PRV-8).
    ResidencePermitRequired,
    /// The principal lead is the legal representative (PRV-9, LED-3).
    LegalRepresentativeOnly,
    /// The domain certificate is required (PRV-10).
    DomainCertificate,
}

/// One row: this province has this rule, from a day to a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRow {
    /// Whose rule it is.
    pub province: Province,
    /// What is asked for or allowed.
    #[serde(rename = "rule")]
    pub kind: PolicyKind,
    /// The first day on which it holds; none: it has held as long as anybody asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// The last day on which it holds; none: it still does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Where it is written.
    pub source: String,
}

impl PolicyRow {
    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    fn is_of(&self, other: &Self) -> bool {
        self.province == other.province && self.kind == other.kind
    }

    /// Whether both hold on some day. Missing ends are without limit.
    fn overlaps(&self, other: &Self) -> bool {
        let begins_in_time = |from: &Self, to: &Self| match (from.valid_from, to.valid_to) {
            (Some(from), Some(to)) => from <= to,
            _ => true,
        };
        begins_in_time(self, other) && begins_in_time(other, self)
    }
}

/// A file of rows that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// It is not TOML of the expected shape.
    #[error(
        "province rows: expected [[row]] tables with province, rule, source and, as quoted dates, valid_from and valid_to; {0}"
    )]
    Shape(String),
    /// A row ends before it begins.
    #[error(
        "province rows: row {row} ends before it begins; exchange or correct valid_from and valid_to"
    )]
    EndsBeforeItBegins {
        /// Which, counted from 1.
        row: usize,
    },
    /// A row says of no source.
    #[error("province rows: row {row} has an empty source; say where the rule is written")]
    NoSource {
        /// Which, counted from 1.
        row: usize,
    },
    /// Two rows for the same province and rule hold on the same day.
    #[error(
        "province rows: rows {earlier} and {row} are the same rule of the same province at the same time; end the one before the other begins"
    )]
    Overlap {
        /// The first of the two, counted from 1.
        earlier: usize,
        /// The second.
        row: usize,
    },
}

/// All rows of all provinces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    /// Sorted by province, so that a province's rows are found by bisection.
    rows: Vec<PolicyRow>,
}

static STANDING: LazyLock<Policies> = LazyLock::new(|| {
    // A file that cannot be used is caught by `tests/province_policy.rs` before it ships.
    Policies::from_toml(include_str!("../policy/provinces.toml")).unwrap_or_default()
});

impl Policies {
    /// The rows this software was built with.
    pub fn standing() -> &'static Self {
        &STANDING
    }

    /// Reads rows: `[[row]]` tables as in `policy/provinces.toml`.
    pub fn from_toml(toml: &str) -> Result<Self, PolicyError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(default)]
            row: Vec<PolicyRow>,
        }
        let File { row: rows } =
            toml::from_str(toml).map_err(|error| PolicyError::Shape(error.message().to_owned()))?;
        Self::from_rows(rows)
    }

    /// These rows and some more, as if they stood in the same file.
    pub fn and(&self, more: &[PolicyRow]) -> Result<Self, PolicyError> {
        Self::from_rows(self.rows.iter().chain(more).cloned().collect())
    }

    fn from_rows(mut rows: Vec<PolicyRow>) -> Result<Self, PolicyError> {
        for (row, number) in rows.iter().zip(1..) {
            if matches!((row.valid_from, row.valid_to), (Some(from), Some(to)) if to < from) {
                return Err(PolicyError::EndsBeforeItBegins { row: number });
            }
            if row.source.trim().is_empty() {
                return Err(PolicyError::NoSource { row: number });
            }
            let mut before = rows.iter().zip(1..number);
            if let Some((_, earlier)) =
                before.find(|(other, _)| other.is_of(row) && other.overlaps(row))
            {
                return Err(PolicyError::Overlap {
                    earlier,
                    row: number,
                });
            }
        }
        rows.sort_by_key(|row| row.province);
        Ok(Self { rows })
    }

    /// What holds in a province on a day.
    pub fn on(&self, province: Province, day: Date) -> ProvincePolicy {
        let start = self.rows.partition_point(|row| row.province < province);
        let end = self.rows.partition_point(|row| row.province <= province);
        let of_province = self.rows.get(start..end).unwrap_or_default();
        let holding = of_province.iter().filter(|row| row.holds_on(day));
        ProvincePolicy {
            rows: holding.cloned().collect(),
        }
    }

    /// All rows, by province.
    pub fn rows(&self) -> &[PolicyRow] {
        &self.rows
    }
}

/// What holds in one province on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProvincePolicy {
    rows: Vec<PolicyRow>,
}

impl ProvincePolicy {
    /// Whether a rule holds.
    pub fn has(&self, kind: PolicyKind) -> bool {
        self.row(kind).is_some()
    }

    /// The row by which a rule holds: since when, and where it is written.
    pub fn row(&self, kind: PolicyKind) -> Option<&PolicyRow> {
        self.rows().find(|row| row.kind == kind)
    }

    /// All rows that hold.
    pub fn rows(&self) -> impl Iterator<Item = &PolicyRow> {
        self.rows.iter()
    }
}
