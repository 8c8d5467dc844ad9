//! For whoever runs it: alive, ready, and the numbers.

use crate::{
    office::Office,
    problem::Problem,
    workers::{Work, running},
};
use axum::{
    extract::{Request, State},
    http::{Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use projections::{Awaits, State as Doing};
use std::sync::Arc;

/// The process answers.
pub(crate) async fn livez() -> &'static str {
    "alive\n"
}

/// The ledger answers and the clock can be believed, so commands can be decided.
pub(crate) async fn readyz(State(office): State<Arc<Office>>) -> Result<String, Problem> {
    if *office.stopping.borrow() {
        return Err(Problem::unavailable());
    }
    office.can_decide()?;
    let head = office.ledger.head().await?;
    let mut ready = format!("ready at {head}\n");
    for (name, progress) in office.models.progress() {
        if matches!(progress.state, Doing::Paused { .. }) {
            // Commands can be decided all the same; somebody has to look.
            ready = format!("{ready}{name} is paused at {}\n", progress.at);
        }
    }
    let stuck = office.work.iter().flat_map(Work::stuck);
    for (name, after) in stuck {
        ready = format!("{ready}worker {name} is stopped after {after}\n");
    }
    Ok(ready)
}

/// The numbers, for Prometheus.
pub(crate) async fn show(State(office): State<Arc<Office>>) -> Response {
    let counts = office.ledger.counts();
    let head = office.ledger.head().await.ok();
    let mut desk = Vec::new();
    for awaits in Awaits::ALL {
        // While the queue is folded anew nobody can count it; the last value stays.
        if let Ok(load) = office.models.review_load(awaits, office.now()).await {
            desk.push((awaits.as_str(), load));
        }
    }
    metrics::with_local_recorder(&office.metrics, || {
        for (name, value) in [
            ("beian_ledger_decided_total", counts.decided),
            ("beian_ledger_appended_total", counts.appended),
            ("beian_ledger_replayed_total", counts.replayed),
            ("beian_ledger_stale_total", counts.stale),
            ("beian_ledger_groups_total", counts.groups),
            ("beian_ledger_events_folded_total", counts.folded),
            ("beian_ledger_decisions_followed_total", counts.followed),
        ] {
            metrics::counter!(name).absolute(value);
        }
        let agrees = f64::from(u8::from(office.can_decide().is_ok()));
        metrics::gauge!("beian_clock_agrees").set(agrees);
        let gauge = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        if let Some(work) = &office.work {
            let stuck = work.stuck();
            for worker in running(&office) {
                let is_stuck = f64::from(u8::from(stuck.contains_key(worker.name)));
                metrics::gauge!("beian_worker_stuck", "worker" => worker.name).set(is_stuck);
                if let Some(lag) = head.and_then(|head| work.lag(worker.name, head)) {
                    metrics::gauge!("beian_worker_lag", "worker" => worker.name).set(gauge(lag));
                }
            }
        }
        for (awaits, load) in desk {
            metrics::gauge!("beian_orders_waiting", "awaits" => awaits).set(gauge(load.waiting));
            metrics::gauge!("beian_orders_late", "awaits" => awaits).set(gauge(load.late));
        }
        for (name, progress) in office.models.progress() {
            let (name, at) = (name.as_str(), progress.at.position);
            let paused = matches!(progress.state, Doing::Paused { .. });
            metrics::gauge!("beian_projection_paused", "projection" => name)
                .set(f64::from(u8::from(paused)));
            // Without the head nobody knows how far behind it is; the last value stays.
            if let Some(head) = head {
                let lag = gauge(head.position.saturating_sub(at));
                metrics::gauge!("beian_projection_lag", "projection" => name).set(lag);
            }
        }
    });
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        office.metrics.handle().render(),
    )
        .into_response()
}

/// Counts answers by method and status. The address is no label: it holds ids.
pub(crate) async fn count(
    State(office): State<Arc<Office>>,
    request: Request,
    next: Next,
) -> Response {
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::with_local_recorder(&office.metrics, || {
        metrics::counter!("beian_http_answers_total", "method" => label(&method), "status" => status).increment(1);
    });
    response
}

/// Any word is a method in HTTP, and each label is a series for as long as the process lives: those that nobody needs here
/// share one.
fn label(method: &Method) -> &'static str {
    const KNOWN: [(Method, &str); 7] = [
        (Method::GET, "GET"),
        (Method::HEAD, "HEAD"),
        (Method::POST, "POST"),
        (Method::PUT, "PUT"),
        (Method::PATCH, "PATCH"),
        (Method::DELETE, "DELETE"),
        (Method::OPTIONS, "OPTIONS"),
    ];
    KNOWN
        .iter()
        .find_map(|(known, name)| (known == method).then_some(*name))
        .unwrap_or("other")
}
