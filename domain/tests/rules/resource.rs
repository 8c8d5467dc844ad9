//! RES, SLA: what server may be filed with.

use crate::support::read;
use domain::rules::{Flaws, resource::PREPAID_TERM, resource::ProductCheck};
use serde_json::json;

// covers: RES-1, SLA-10
#[test]
fn a_server_is_prepaid_for_three_months() {
    for (term_months, eligible) in [(0, false), (1, false), (2, false), (3, true), (12, true)] {
        let check = ProductCheck {
            service: read(json!("site-1")),
            resource: read(json!({"kind": "cloud_server", "id": "ecs-1"})),
            record: Some(read(json!({
                "known": true, "server": "server/ecs-1", "billing": "prepaid", "term_months": term_months, "public_ips": []
            }))),
        };
        let mut flaws = Flaws::default();
        (PREPAID_TERM.find)(&check, &mut flaws);
        assert_eq!(flaws.0.is_empty(), eligible, "{term_months}");
    }
}
