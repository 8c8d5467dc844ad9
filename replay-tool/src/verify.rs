//! `verify`: whether the record is whole. It lists every difference and goes on.
//!
//! Looked at: positions and recorded times in their order · the digest of every decision, made again from what is
//! stored · every stream without gap or repetition · every event, answer and refusal readable · of one order: the fold of
//! its decisions against the fold of its stream · the read models against the ledger folded once more.

mod progress;
mod read_models;
mod streams;

use crate::{
    failure::Failure,
    office::{Office, no_such_order, order_id},
    page::{BAD, Desk, FAINT, GOOD, PLAIN},
};
use domain::{desk::Answer, happening::Happening, order::Order, told::Told, values::OrderId};
use jiff::Timestamp;
use ledger::{Decision, LARGEST_PAGE, LedgerError, SealedDecision};
use progress::Progress;
use read_models::Compared;
use serde::Serialize;
use std::process::ExitCode;
use streams::Streams;

/// Something that is not as it must be.
#[derive(Debug, Serialize)]
struct Difference {
    /// `position`, `time`, `digest`, `stream`, `content`, `fold`, `read_model`.
    kind: &'static str,
    position: u64,
    #[serde(flatten)]
    told: Told,
}

/// What was looked at.
#[derive(Debug, Serialize)]
struct Summary {
    decisions: u64,
    events: u64,
    streams: usize,
    differences: usize,
    /// The last position that was looked at.
    position: u64,
    /// None of them where only one order was looked at.
    read_models: Vec<Compared>,
}

/// Runs the command.
pub(crate) async fn run(
    office: &Office,
    desk: &mut Desk,
    order: Option<&str>,
) -> Result<ExitCode, Failure> {
    let mut check = Check::default();
    match order {
        None => {
            check.everything(office).await?;
            check.read_models(office, &office.url).await?;
        }
        Some(order) => check.order(office, order_id(order)?).await?,
    }
    check.report(desk)
}

#[derive(Default)]
struct Check {
    differences: Vec<Difference>,
    streams: Streams,
    decisions: u64,
    events: u64,
    position: u64,
    recorded: Option<Timestamp>,
    compared: Vec<Compared>,
}

impl Check {
    fn differs(
        &mut self,
        kind: &'static str,
        position: u64,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.differences.push(Difference {
            kind,
            position,
            told: Told::new(zh, en),
        });
    }

    async fn everything(&mut self, office: &Office) -> Result<(), Failure> {
        let head = office.ledger.head().await?.position;
        let progress = Progress::new(head);
        while self.position < head {
            let after = self.position;
            let (page, next) = match office.ledger.survey(after, LARGEST_PAGE).await {
                Ok(page) => {
                    let next = page.last().map_or(head, SealedDecision::position);
                    (page, next)
                }
                Err(LedgerError::Corrupt(_)) => (self.one(office, after).await?, after + 1),
                Err(error) => return Err(error.into()),
            };
            for sealed in page.into_iter().filter(|sealed| sealed.position() <= head) {
                self.missing(sealed.position());
                self.decision(office, sealed).await?;
            }
            self.missing(next.min(head) + 1);
            self.position = next.min(head);
            progress.at(self.position);
        }
        progress.done();
        Ok(())
    }

    /// The next decision alone, because a page with it could not be put together.
    async fn one(&mut self, office: &Office, after: u64) -> Result<Vec<SealedDecision>, Failure> {
        match office.ledger.survey(after, 1).await {
            Ok(page) => Ok(page
                .into_iter()
                .filter(|sealed| sealed.position() == after + 1)
                .collect()),
            Err(LedgerError::Corrupt(why)) => {
                self.position = after + 1;
                self.differs(
                    "content",
                    after + 1,
                    format!("无法读取：{why}。"),
                    format!("It cannot be read: {why}."),
                );
                Ok(Vec::new())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Notes every position between the last one seen and the one that comes.
    fn missing(&mut self, comes: u64) {
        for missing in self.position + 1..comes {
            self.differs(
                "position",
                missing,
                "该位置缺失。",
                "This position is missing.",
            );
        }
        self.position = self.position.max(comes.saturating_sub(1));
    }

    async fn decision(
        &mut self,
        office: &Office,
        sealed: SealedDecision,
    ) -> Result<Option<Decision>, Failure> {
        let position = sealed.position();
        self.position = position;
        self.decisions += 1;
        match sealed.recorded_at() {
            None => self.differs(
                "time",
                position,
                "记录时间无效。",
                "Its recorded time is no time.",
            ),
            Some(recorded) => {
                if self.recorded.is_some_and(|before| recorded < before) {
                    self.differs(
                        "time",
                        position,
                        "记录时间早于前一条。",
                        "It was recorded before the one before it.",
                    );
                }
                self.recorded = Some(recorded);
            }
        }
        if !sealed.is_intact() {
            self.differs(
                "digest",
                position,
                "内容与摘要不符：写入后被改动。",
                "What is stored is not what its digest was made over: it was changed after it was written.",
            );
        }
        for event in sealed.events() {
            self.events += 1;
            if let Err(expected) = self.streams.next(&event.stream.to_string(), event.sequence) {
                self.differs(
                    "stream",
                    position,
                    format!(
                        "{}应为第{expected}个事件，却是第{}个。",
                        event.stream, event.sequence
                    ),
                    format!(
                        "{} has event {} where event {expected} should be.",
                        event.stream, event.sequence
                    ),
                );
            }
        }
        match office.ledger.open_sealed(sealed).await {
            Ok(decision) => {
                self.content(&decision);
                Ok(Some(decision))
            }
            // Without the database or the key there is nothing to verify with.
            Err(error @ LedgerError::Unavailable { .. }) => Err(error.into()),
            Err(LedgerError::Key(error @ ledger::KeyError::NotLoaded { .. })) => {
                Err(LedgerError::Key(error).into())
            }
            Err(error) => {
                self.unreadable(position, &error);
                Ok(None)
            }
        }
    }

    fn content(&mut self, decision: &Decision) {
        let position = decision.position;
        for event in &decision.events {
            if let Err(error) = Happening::read(event) {
                self.unreadable(position, &error);
            }
        }
        for read in [
            decision.answer::<Answer>().map(drop),
            decision.refusal().map(drop),
        ] {
            if let Err(error) = read {
                self.unreadable(position, &error);
            }
        }
        if !decision.accepted() && !decision.events.is_empty() {
            self.differs(
                "content",
                position,
                "被拒绝的决定不应有事件。",
                "It was refused and has events.",
            );
        }
    }

    fn unreadable(&mut self, position: u64, error: &LedgerError) {
        self.differs(
            "content",
            position,
            format!("无法读取：{error}。"),
            format!("It cannot be read: {error}."),
        );
    }

    /// One order: its decisions, and whether folding them gives what folding its stream gives.
    async fn order(&mut self, office: &Office, id: OrderId) -> Result<(), Failure> {
        let name = id.to_string();
        let (mut folded, mut after) = (Order::default(), 0);
        loop {
            let page = office
                .ledger
                .history_sealed("order", &name, after, LARGEST_PAGE)
                .await?;
            let Some(last) = page.last() else { break };
            after = last.position();
            for sealed in page {
                let Some(decision) = self.decision(office, sealed).await? else {
                    continue;
                };
                for event in decision
                    .events
                    .iter()
                    .filter(|event| event.stream.aggregate_id == name)
                {
                    if let Ok(Happening::Order(event)) = Happening::read(event) {
                        folded.evolve(event);
                    }
                }
            }
        }
        if self.decisions == 0 {
            return Err(no_such_order(id));
        }
        match office.ledger.load::<Order>(&name).await {
            Ok(loaded) if *loaded.state == folded => {}
            Ok(_) => self.differs(
                "fold",
                self.position,
                "按决定重放的订单与按事件流重放的订单不同。",
                "The order folded from its decisions is not the order folded from its stream.",
            ),
            Err(error) => self.unreadable(self.position, &error),
        }
        Ok(())
    }

    fn report(self, desk: &mut Desk) -> Result<ExitCode, Failure> {
        let summary = Summary {
            decisions: self.decisions,
            events: self.events,
            streams: self.streams.count(),
            differences: self.differences.len(),
            position: self.position,
            read_models: self.compared,
        };
        let code = ExitCode::from(u8::from(summary.differences > 0));
        if desk.json {
            for difference in &self.differences {
                desk.print_json(difference)?;
            }
            desk.print_json(&summary)?;
            return Ok(code);
        }
        let mut page = desk.page();
        for difference in &self.differences {
            let mark = format!("✗ #{}  ", difference.position);
            page.told(0, &mark, &difference.told, BAD);
        }
        let Summary {
            decisions,
            events,
            streams,
            differences,
            position,
            read_models,
        } = summary;
        let looked = Told::new(
            format!(
                "已核对{decisions}项决定、{events}个事件、{streams}个事件流，至第{position}条。"
            ),
            format!(
                "Looked at {decisions} decisions, {events} events, {streams} streams, up to position {position}."
            ),
        );
        page.told(0, "", &looked, FAINT);
        for one in &read_models {
            page.told(0, "", &one.told(), FAINT);
        }
        let (verdict, style) = if differences == 0 {
            (Told::new("完整，没有差异。", "Whole: no difference."), GOOD)
        } else {
            (
                Told::new(
                    format!("发现{differences}处差异；请停止写入，并与备份核对。"),
                    format!("{differences} differences: stop writing, and compare with a backup."),
                ),
                BAD,
            )
        };
        let text = verdict.say(page.tongue).to_owned();
        page.put(0, "", PLAIN, &text, style);
        desk.print(&page)?;
        Ok(code)
    }
}
