//! What can be asked, as small numbers.
#![expect(
    clippy::unwrap_used,
    reason = "test data that does not parse is a broken test"
)]

use domain::{
    context::{Context, Role},
    desk::Command,
    facts::{Billing, Facts, OnRecord, ResourceRecord},
    form::ServiceKey,
    order::{Order, OrderCommand, Request, Stage, lifecycle::Move, sms::SmsKeeper, sms_code},
    values::{AccountId, IpBlock, Mobile, OrderId},
};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Who asks: whoever has the move, or somebody else.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Person {
    Right,
    Applicant,
    Reviewer,
}

/// The step that opens a change of what is filed; the last one.
const CHANGE: u8 = 38;
/// The step whose caller names no order.
pub(crate) const BY_MOBILE: u8 = 36;
/// How many steps there are.
pub(crate) const STEPS: u8 = 39;

/// One step of a life.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) what: u8,
    pub(crate) order: u8,
    pub(crate) minutes: u32,
    pub(crate) who: Person,
}

const TICKS: [&str; 3] = [
    "information_security_commitment",
    "assisted_modification_terms",
    "filing_commitment",
];

pub(crate) fn account_id() -> AccountId {
    AccountId::new(Timestamp::UNIX_EPOCH, [9; 10])
}

pub(crate) fn order_id(order: u8) -> OrderId {
    OrderId::new(Timestamp::UNIX_EPOCH, [order; 10])
}

pub(crate) fn service() -> ServiceKey {
    ServiceKey::parse("site-1").unwrap()
}

/// The way from draft to number, without a detour.
pub(crate) fn straight() -> Vec<Asked> {
    [0, 1, 2, 3, 8, 9, 10, 11, 13, 15, 17, 18, 19, 20, 22, 24]
        .into_iter()
        .map(|what| Asked {
            what,
            order: 0,
            minutes: 1,
            who: Person::Right,
        })
        .collect()
}

/// The same, and after it a change of what was filed, also without a detour.
pub(crate) fn with_change() -> Vec<Asked> {
    let change = [CHANGE, 3, 8, 9, 10, 11, 13, 15, 17, 18, 19, 20, 22, 24];
    let change = change.into_iter().map(|what| Asked {
        what,
        order: 1,
        minutes: 1,
        who: Person::Right,
    });
    straight().into_iter().chain(change).collect()
}

fn lead(number: &str, mobile: &str) -> Value {
    json!({"name": "张三", "document": {"kind": "resident_id_card", "number": number}, "validity": {"long_term": true},
        "mobile": mobile, "emergency_phone": "13900139000", "email": "lead@example.com"})
}

fn product() -> Value {
    json!({"service": "site-1", "kind": "website", "name": {"domain": "example.com"},
        "resource": {"kind": "cloud_server", "id": "ecs-1"}})
}

fn principal() -> Value {
    json!({"name": "示例科技有限公司", "document": {"kind": "business_licence", "number": "91350100M000100Y43"},
        "document_address": "福州市某路1号", "lead": lead("11010519491231002X", "13800138000"), "lead_is_legal_representative": true,
        "correspondence": {"province": "福建", "city": "福州市", "district": "鼓楼区", "detail": "某路1号"}})
}

fn website(own_lead: bool) -> Value {
    let lead = if own_lead {
        json!({"who": "other", "lead": lead("110101202311012176", "19200000000")})
    } else {
        json!({"who": "principal_lead"})
    };
    json!({"form": "website", "site_name": "示例科技", "domains": ["example.com"], "addresses": ["203.0.113.7"], "content": "other", "lead": lead})
}

/// The result of the face check that was started last.
fn face(order: &Order, number: &str) -> Value {
    let attempt = order.verifications.values().find_map(|check| check.attempt);
    json!({"command": "report_face_check", "lead": {"service": "site-1"}, "attempt": attempt, "report": {"person": {"kind": "resident_id_card", "number": number},
        "matched": true, "white_background": true, "face_uncovered": true, "live": true}})
}

impl Asked {
    fn body(self, order: &Order, context: &Context) -> Value {
        let submission = match &order.stage {
            Stage::AwaitingBureauSubmission {
                submission: Some(id),
            }
            | Stage::BureauReview { submission: id } => id.to_string(),
            _ => "019363b0-8c00-7000-8000-000000000001".to_owned(),
        };
        let target = match &order.stage {
            Stage::SmsVerification(session) => session
                .targets
                .iter()
                .find(|target| target.verified.is_none())
                .map(|target| (session.submission, target)),
            _ => None,
        };
        let entry = |right: bool| {
            let (code, mobile, last6) = target.map_or(
                ("000000".to_owned(), "13800138000", "31002X"),
                |(submission, target)| {
                    let code = if right {
                        sms_code(&context.secret, submission, target)
                    } else {
                        "000000".to_owned()
                    };
                    let known = |value: &str| value == "13800138000";
                    let is_principal = target
                        .mobile
                        .known()
                        .is_some_and(|mobile| known(mobile.as_str()));
                    if is_principal {
                        (code, "13800138000", "31002X")
                    } else {
                        (code, "19200000000", "012176")
                    }
                },
            );
            json!({"command": "enter_sms_code", "entry": {"code": code, "mobile": mobile, "last6": last6}})
        };
        let qr = order
            .verifications
            .values()
            .find_map(|check| check.qr.as_ref())
            .map_or("019363b0-8c00-7000-8000-000000000001".to_owned(), |qr| {
                qr.id.to_string()
            });
        let ticks: Vec<_> = TICKS
            .iter()
            .map(|text| json!({"text": text, "version": "2023-11"}))
            .collect();
        let face = |number: &str| face(order, number);
        match self.what {
            0 => {
                json!({"command": "open", "region": "福建", "nature": "enterprise", "principal_name": "示例科技有限公司",
                "document": {"kind": "business_licence", "number": "91350100M000100Y43"}, "product": product()})
            }
            1 => json!({"command": "verify_product", "product": product()}),
            2 => json!({"command": "enter_principal", "principal": principal()}),
            3 => json!({"command": "enter_service", "service": "site-1", "form": website(false)}),
            4 => json!({"command": "enter_service", "service": "site-1", "form": website(true)}),
            5 => json!({"command": "remove_service", "service": "site-1"}),
            6 => json!({"command": "request_contact_code", "mobile": "13800138000"}),
            7 => {
                json!({"command": "check_contact_code", "mobile": "13800138000", "code": "123456"})
            }
            8 => json!({"command": "save_for_verification", "ticks": ticks[..2]}),
            10 => json!({"command": "scan_qr", "qr": qr, "app_version": "3.1"}),
            11 => face("11010519491231002X"),
            12 => face("110101202311012176"),
            13 => json!({"command": "confirm_photo", "lead": {"service": "site-1"}}),
            14 => {
                json!({"command": "start_face_check", "lead": {"service": "site-1"}, "app_version": "2.9"})
            }
            15 | 16 => json!({"command": "submit", "ticks": ticks}),
            17 => json!({"command": "claim_review"}),
            18 => json!({"command": "pass", "judged": []}),
            19 => json!({"command": "dispatch"}),
            20 if !matches!(order.stage, Stage::SmsVerification(_)) => {
                json!({"command": "record_receipt", "submission": submission})
            }
            20 | 22 | 23 | BY_MOBILE => entry(true),
            21 if matches!(order.stage, Stage::SmsVerification(_)) => entry(true),
            21 | 24 => {
                json!({"command": "approve", "submission": submission, "principal_number": "闽ICP备2024000001号", "service_numbers": {"site-1": "闽ICP备2024000001号-1"}})
            }
            25 => {
                json!({"command": "bureau_reject", "submission": submission, "reason": "资料不清晰"})
            }
            26 => json!({"command": "reject", "reason": "内容不符"}),
            27 => {
                json!({"command": "request_info", "reason": "请补充", "findings": [{"pointer": "/principal/remark", "error": "缺少备注"}]})
            }
            28 => json!({"command": "withdraw"}),
            29 => json!({"command": "abandon"}),
            30 => entry(false),
            CHANGE => {
                json!({"command": "open_change", "what": "both", "services": ["闽ICP备2024000001号-1"]})
            }
            9 | 32..STEPS => other(self.what, order, context.at),
            _ => json!({"command": "expire_sms"}),
        }
    }

    /// The move that this step is, in the state it meets.
    pub(crate) fn request_move(self, before: &Order) -> Move {
        match self.what {
            20 | 21 if matches!(before.stage, Stage::SmsVerification(_)) => Move::EnterSmsCode,
            _ => {
                let context = super::context(&super::law(), Timestamp::UNIX_EPOCH, Role::System);
                let request: Request = serde_json::from_value(self.body(before, &context)).unwrap();
                request.by()
            }
        }
    }

    /// Whose part it is.
    pub(crate) fn role(self) -> Role {
        match (self.who, self.what) {
            (Person::Applicant, _) => Role::Applicant,
            (Person::Reviewer, _) | (_, 17..=19 | 26 | 27 | 32 | 33) => Role::Reviewer,
            (_, 10 | 13 | 22 | 23 | 30 | BY_MOBILE | 37) => Role::Lead,
            (_, 11 | 12 | 31) => Role::System,
            (_, 20 | 21 | 24 | 25 | 34 | 35) => Role::Bureau,
            _ => Role::Applicant,
        }
    }
}

/// What needs nothing of the story before it: a QR code, a correction, MIIT's report, another code.
fn other(what: u8, order: &Order, at: Timestamp) -> Value {
    match what {
        9 => json!({"command": "issue_qr", "lead": {"service": "site-1"}}),
        32 => {
            json!({"command": "correct", "pointer": "/principal/remark", "to": "此为最详细地址"})
        }
        33 => {
            json!({"command": "correct", "pointer": "/principal/lead/mobile", "to": "13800138001"})
        }
        34 => report(
            order,
            &json!({"verified": [{"mobile": "13800138000", "at": at}]}),
        ),
        35 => report(
            order,
            &json!({"returned": {"cause": "sixth_entry", "at": at}}),
        ),
        _ => json!({"command": "resend_sms_code", "mobile": "13800138000", "last6": "31002X"}),
    }
}

/// What MIIT says of the session that is open, if one is.
fn report(order: &Order, says: &Value) -> Value {
    let submission = match &order.stage {
        Stage::SmsVerification(session) => session.submission.to_string(),
        _ => "019363b0-8c00-7000-8000-000000000001".to_owned(),
    };
    let mut report = says.clone();
    report["submission"] = submission.into();
    json!({"command": "report_sms_result", "report": report})
}

/// The whole command, with what the registers would say.
pub(crate) fn command(step: Asked, order: &Order, context: &Context) -> Command {
    let request: Request = serde_json::from_value(step.body(order, context)).unwrap();
    let record = ResourceRecord {
        known: true,
        server: "server/ecs-1".to_owned(),
        billing: Billing::Prepaid,
        term_months: 12,
        paid_until: None,
        public_ips: vec![IpBlock::parse("203.0.113.7").unwrap()],
    };
    let facts = Facts {
        on_record: [(service(), OnRecord::default())].into(),
        resources: [(service(), record)].into(),
        // One session in seven is kept by MIIT.
        sms_session: if step.minutes % 7 == 3 {
            SmsKeeper::External
        } else {
            SmsKeeper::Embedded
        },
        ..Facts::default()
    };
    if step.what == BY_MOBILE
        && let Request::EnterSmsCode { entry } = request
    {
        let mobile = entry.mobile.known().map_or("", Mobile::as_str);
        return Command::EnterSmsByMobile {
            phone: context.secret.digest("mobile", mobile),
            entry,
        };
    }
    Command::Order(Box::new(OrderCommand {
        order: order_id(step.order),
        account: account_id(),
        request,
        facts,
        fresh: [context.at.as_second().to_be_bytes()[7]; 10],
    }))
}
