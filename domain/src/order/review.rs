//! The provider's initial review (接入商初审).

use crate::refusal::RuleId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An order on a reviewer's desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// When it was submitted; the working-day clock of RVW-1 starts here.
    pub since: Timestamp,
    /// Who claimed it, and when.
    pub claimed: Option<(String, Timestamp)>,
}

/// Something a reviewer found, at a field or a material (ORD-30).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// JSON pointer to the field or material.
    pub pointer: String,
    /// What is wrong.
    pub error: String,
    /// What would cure it.
    #[serde(default)]
    pub suggestion: String,
    /// The rule of the checklist, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
}

/// A finding that waits for the applicant (AMB-35).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFinding {
    /// What was found.
    pub finding: Finding,
    /// Whether the applicant changed or answered it since.
    pub handled: bool,
    /// The applicant's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

impl From<Finding> for OpenFinding {
    fn from(finding: Finding) -> Self {
        Self {
            finding,
            handled: false,
            answer: None,
        }
    }
}

impl Finding {
    /// Whether a change at `pointer` touches what was found: the same field, a part of it, or the whole around it.
    pub fn is_touched_by(&self, pointer: &str) -> bool {
        let within = |inner: &str, outer: &str| {
            inner == outer
                || inner
                    .strip_prefix(outer)
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        within(&self.pointer, pointer) || within(pointer, &self.pointer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_touched_by_its_field_its_parts_and_its_whole() {
        let finding = Finding {
            pointer: "/principal/name".into(),
            error: String::new(),
            suggestion: String::new(),
            rule: None,
        };
        for (pointer, touched) in [
            ("/principal", true),
            ("/principal/name", true),
            ("/principal/name/x", true),
            ("/principal/names", false),
            ("/services", false),
        ] {
            assert_eq!(finding.is_touched_by(pointer), touched, "{pointer}");
        }
    }
}
