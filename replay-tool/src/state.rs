//! `state`: an order as it stands, or as it stood.

mod deadlines;

pub(crate) use deadlines::{Deadline, deadlines};

use crate::{
    entry::StageShown,
    failure::Failure,
    office::{Office, not_yet, order_id},
    page::{Desk, FAINT, LAW, PLAIN, Page, STRONG},
    show::footer,
    when::{At, stamp},
};
use domain::{
    context::Role,
    filings::FilingType,
    form::{Service, ServiceForm, SubjectOf},
    order::{
        Order, Stage,
        review::Finding,
        sms::{SmsSession, WRONG_ENTRIES},
    },
    personal::legible,
    told::{Told, because, target, written},
    values::PartyName,
};
use serde::Serialize;
use serde_json::Value;
use std::process::ExitCode;
use unicode_width::UnicodeWidthStr;

/// What `--json` prints.
#[derive(Serialize)]
struct Shown {
    order: String,
    account: String,
    filing: FilingType,
    /// The state is what it was after this position.
    position: u64,
    /// How many events the order had.
    version: u64,
    stage: StageShown,
    /// Whose turn it is; nobody's once the order has ended.
    turn: Option<Role>,
    deadlines: Vec<Deadline>,
    /// The order, with masks for personal values.
    state: Value,
}

/// Runs the command.
pub(crate) async fn run(
    office: &Office,
    desk: &mut Desk,
    order: &str,
    at: Option<&At>,
) -> Result<ExitCode, Failure> {
    let id = order_id(order)?;
    office.order(id).await?;
    let position = office.position(at).await?;
    let loaded = office
        .ledger
        .load_at::<Order>(&id.to_string(), position)
        .await?;
    let (order, version) = (&*loaded.state, loaded.version);
    let Some(opened) = &order.opened else {
        return Err(not_yet(id, position));
    };
    if desk.json {
        let state = serde_json::to_value(order)
            .map_err(|error| Failure::Output(std::io::Error::other(error)))?;
        desk.print_json(&Shown {
            order: id.to_string(),
            account: opened.account.to_string(),
            filing: order.filing(),
            position,
            version,
            stage: order.stage.name().into(),
            turn: because(order).turn,
            deadlines: deadlines(order),
            state: legible(state),
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut page = desk.page();
    page.told(
        0,
        "",
        &Told::new(format!("订单{id}"), format!("Order {id}")),
        STRONG,
    );
    let when = Told::new(
        format!("第{position}条之后（订单版本{version}）"),
        format!("after position {position} (version {version} of the order)"),
    );
    page.told(0, "", &when, FAINT);
    page.gap();
    sheet(&mut page, order);
    page.gap();
    footer(&mut page);
    desk.print(&page)?;
    Ok(ExitCode::SUCCESS)
}

fn sheet(page: &mut Page, order: &Order) {
    let mut fields: Vec<(Told, String)> = Vec::new();
    let tongue = page.tongue;
    let mut field = |zh: &str, en: &str, value: String| fields.push((Told::new(zh, en), value));
    let because = because(order);
    let stage = order.stage.name();
    field(
        "状态",
        "stage",
        Told::new(stage.zh(), stage.en()).say(tongue).to_owned(),
    );
    field(
        "处理方",
        "whose turn",
        because.turn.map_or_else(
            || {
                page.say("无（已结束）", "nobody's; it has ended")
                    .to_owned()
            },
            |role| tongue.of(role.told()).to_owned(),
        ),
    );
    if let Some(opened) = &order.opened {
        field("账号", "account", opened.account.to_string());
        let filing = order.filing();
        field(
            "备案类型",
            "filing",
            Told::new(filing.zh(), filing.en()).say(tongue).to_owned(),
        );
        let asked = &opened.principal;
        let region = tongue.of(asked.region.text());
        field("地域", "region", region.to_owned());
        let nature = tongue.of(asked.nature.text());
        field("性质", "nature", nature.to_owned());
        let name = asked.principal_name.known();
        let name = name.map_or("—".to_owned(), PartyName::mask);
        field("主办单位", "principal", name);
        let document = &asked.document;
        let number = document.number.known();
        let number = number.map_or("—".to_owned(), domain::values::DocumentNumber::mask);
        let kind = tongue.of(document.kind.text());
        field("证件", "document", format!("{kind} {number}"));
        field("创建时间", "opened", stamp(opened.at));
    }
    field("提交次数", "submitted", order.rounds.to_string());
    for deadline in deadlines(order) {
        let when = deadline.when().say(tongue).to_owned();
        fields.push((deadline.told, when));
    }
    let widest = fields
        .iter()
        .map(|(label, _)| label.say(tongue).width())
        .max()
        .unwrap_or(0);
    for (label, value) in &fields {
        page.field(label.say(tongue), widest, value);
    }
    principal(page, order);
    services(page, order);
    materials(page, order);
    findings(page, order);
    if let Stage::SmsVerification(session) = &order.stage {
        page.gap();
        page.head("短信核验", "SMS verification");
        for line in targets(session) {
            page.told(2, "· ", &line, PLAIN);
        }
    }
}

fn principal(page: &mut Page, order: &Order) {
    page.gap();
    page.head("主体信息", "Principal");
    let Some(principal) = &order.principal else {
        return nothing(page);
    };
    let lead = &principal.lead;
    let shown = |value: Option<String>| value.unwrap_or_else(|| "—".to_owned());
    let lines = [
        (
            "通讯地址",
            "address",
            format!(
                "{} {} {} {}",
                page.tongue.of(principal.correspondence.province.text()),
                principal.correspondence.city,
                principal.correspondence.district,
                shown(
                    principal
                        .correspondence
                        .detail
                        .known()
                        .map(domain::values::Address::mask)
                ),
            ),
        ),
        (
            "负责人",
            "lead",
            shown(lead.name.known().map(domain::values::PersonName::mask)),
        ),
        (
            "手机号",
            "mobile",
            shown(lead.mobile.known().map(domain::values::Mobile::mask)),
        ),
        (
            "电子邮件",
            "e-mail",
            shown(lead.email.known().map(domain::values::Email::mask)),
        ),
    ];
    let widest = lines
        .iter()
        .map(|(zh, en, _)| page.say(zh, en).width())
        .max()
        .unwrap_or(0);
    for (zh, en, value) in lines {
        let label = page.say(zh, en).to_owned();
        page.field(&label, widest, &value);
    }
}

fn services(page: &mut Page, order: &Order) {
    page.gap();
    page.head("互联网信息服务", "Services");
    if order.services.is_empty() {
        return nothing(page);
    }
    for (key, service) in &order.services {
        let line = service_line(service);
        page.told(2, &format!("{key}  "), &line, STRONG);
    }
}

fn service_line(service: &Service) -> Told {
    let (kind, name, on) = (
        service.kind.told(),
        service.name.shown(),
        service.resource.told(),
    );
    let (verified_zh, verified_en) = if service.server.is_some() {
        ("产品已验证", "product verified")
    } else {
        ("产品未验证", "product not verified")
    };
    let (form_zh, form_en) = match &service.form {
        Some(form) => {
            let domains: Vec<_> = form.domains().iter().map(ToString::to_string).collect();
            let title = match form {
                ServiceForm::Website(form) => form.site_name.to_string(),
                ServiceForm::App(form) => form.app_name.to_string(),
            };
            (
                format!("名称{title}，域名{}", domains.join("、")),
                format!("called {title}, at {}", domains.join(", ")),
            )
        }
        None => ("信息未填写".to_owned(), "form not entered".to_owned()),
    };
    Told::new(
        format!("{}{name}，{}，{verified_zh}，{form_zh}", kind.zh, on.zh),
        format!("{} {name} on {}, {verified_en}, {form_en}", kind.en, on.en),
    )
}

fn materials(page: &mut Page, order: &Order) {
    page.gap();
    page.head("资料", "Materials");
    if order.materials.is_empty() {
        return nothing(page);
    }
    for material in &order.materials {
        let kind = material.kind.told();
        let of = match &material.subject {
            SubjectOf::Principal {} => Told::new("主体", "the principal"),
            SubjectOf::Service { service } => {
                Told::new(format!("服务{service}"), format!("service {service}"))
            }
        };
        let size = material.bytes.div_ceil(1024);
        let line = Told::new(
            format!("{}（{}），{size} KB", kind.zh, of.zh),
            format!("{} of {}, {size} KB", kind.en, of.en),
        );
        page.told(2, "· ", &line, FAINT);
    }
}

/// What a reviewer found, and whether it was handled.
pub(crate) fn findings(page: &mut Page, order: &Order) {
    let findings = order.findings();
    if findings.is_empty() {
        return;
    }
    page.gap();
    page.head("审核意见", "Findings");
    for open in findings {
        let state = if open.handled {
            page.say("已处理", "handled")
        } else {
            page.say("未处理", "open")
        };
        let finding = &open.finding;
        let mut text = format!("[{state}] {}", found(page, finding));
        if let Some(answer) = &open.answer {
            let answer = written(answer);
            text = format!("{text} ← {}", answer.say(page.tongue));
        }
        page.put(2, "! ", LAW, &text, PLAIN);
    }
}

/// One finding: where, what, and what would cure it.
pub(crate) fn found(page: &Page, finding: &Finding) -> String {
    let error = written(&finding.error);
    let text = format!("{}  {}", finding.pointer, error.say(page.tongue));
    let cure = finding.suggestion.as_ref().map(written);
    match cure.filter(|cure| !cure.en.is_empty()) {
        Some(cure) => format!("{text} → {}", cure.say(page.tongue)),
        None => text,
    }
}

/// How far each phone of an SMS session has come.
pub(crate) fn targets(session: &SmsSession) -> Vec<Told> {
    let line = |one: &domain::order::sms::Target| {
        let (who, wrong, resends) = (target(one), one.wrong, one.resends);
        let (zh, en) = match one.verified {
            Some(at) => (
                format!("{}已核验", stamp(at)),
                format!("verified {}", stamp(at)),
            ),
            None => ("未核验".to_owned(), "not verified".to_owned()),
        };
        Told::new(
            format!(
                "{}：{zh}，错误{wrong}次（最多{WRONG_ENTRIES}次），重发{resends}次",
                who.zh
            ),
            format!(
                "{}: {en}, {wrong} of {WRONG_ENTRIES} wrong entries, sent again {resends} times",
                who.en
            ),
        )
    };
    session.targets.iter().map(line).collect()
}

fn nothing(page: &mut Page) {
    let text = page.say("未填写", "nothing yet").to_owned();
    page.put(2, "", FAINT, &text, FAINT);
}
