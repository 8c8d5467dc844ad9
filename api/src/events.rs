//! What happens, as it happens: server-sent events, one a decision, resumable, without personal values.

use crate::{auth::Caller, office::Office, problem::Problem};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{
        Sse,
        sse::{Event, KeepAlive},
    },
};
use domain::{context::Role, values::AccountId};
use futures::stream::{self, Stream};
use ledger::{Decision, Head};
use serde_json::json;
use std::{collections::VecDeque, convert::Infallible, sync::Arc};

/// Decisions read at a time.
const BATCH: u32 = 200;

/// Follows the ledger. `Last-Event-ID` is the id of the last event seen, `epoch:position`; without it, from now on.
/// An applicant is told about its own account only.
#[utoipa::path(get, path = "/v1/events", tag = "events", params(("Last-Event-ID" = Option<String>, Header)), responses((status = 200, content_type = "text/event-stream")))]
pub(crate) async fn follow(
    State(office): State<Arc<Office>>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let head = office.ledger.head().await?;
    let seen = match headers.get("last-event-id") {
        None => head,
        Some(id) => id
            .to_str()
            .ok()
            .and_then(|id| id.parse::<Head>().ok())
            .ok_or_else(|| {
                Problem::bad_request(
                    "`Last-Event-ID`: expected the id of an event of this stream, e.g. 1:42.",
                    "“Last-Event-ID”应为本事件流的事件编号，如1:42。",
                )
            })?,
    };
    if seen.epoch != head.epoch {
        return Err(Problem::new(StatusCode::CONFLICT, "other-epoch").say(
            format!("The ledger was restored since: it is in epoch {}. Read everything again and follow without `Last-Event-ID`.", head.epoch),
            format!("账本已恢复，当前为第{}纪元；请重新读取全部数据，并不带“Last-Event-ID”重新订阅。", head.epoch),
        ));
    }
    if seen.position > head.position {
        return Err(
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "beyond-head").say(
                format!("The ledger ends at {head}; nothing is known of later events."),
                format!("账本目前到{head}，之后的事件尚不存在。"),
            ),
        );
    }
    let only = (caller.actor.role == Role::Applicant)
        .then_some(caller.account)
        .flatten();
    let follower = Follower {
        office,
        only,
        seen,
        waiting: VecDeque::new(),
    };
    Ok(Sse::new(stream::unfold(follower, Follower::next)).keep_alive(KeepAlive::default()))
}

struct Follower {
    office: Arc<Office>,
    only: Option<AccountId>,
    seen: Head,
    waiting: VecDeque<Event>,
}

impl Follower {
    /// The next event; `None` when the service stops, or when the follower has to start anew.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let mut stopping = self.office.stopping.subscribe();
        loop {
            if *stopping.borrow_and_update() {
                return None;
            }
            if let Some(event) = self.waiting.pop_front() {
                return Some((Ok(event), self));
            }
            // A reader that fails ends the stream; the client comes back with the id of what it has seen.
            let batch = self.office.ledger.follow(self.seen, BATCH).await.ok()?;
            if batch.is_empty() {
                tokio::select! {
                    _ = stopping.changed() => return None,
                    head = self.office.ledger.wait_beyond(self.seen) => if head.epoch != self.seen.epoch { return None },
                }
            }
            for decision in batch {
                self.seen.position = decision.position;
                if self.concerns(&decision) {
                    self.waiting.extend(event(self.seen, &decision));
                }
            }
        }
    }

    fn concerns(&self, decision: &Decision) -> bool {
        self.only.is_none_or(|account| {
            let account = account.to_string();
            decision
                .subjects
                .iter()
                .any(|about| about.kind == "account" && about.id == account)
        })
    }
}

/// Names and numbers only: whoever needs more reads the order.
fn event(at: Head, decision: &Decision) -> Option<Event> {
    let happened: Vec<_> = decision
        .events
        .iter()
        .map(|event| json!({"stream": event.stream.aggregate_type, "type": event.event_type}))
        .collect();
    let data = json!({"position": decision.position, "at": decision.at, "command": decision.command_type, "role": decision.actor.role,
        "accepted": decision.accepted(), "about": decision.subjects, "events": happened});
    Event::default()
        .id(at.to_string())
        .event("decision")
        .json_data(data)
        .ok()
}
