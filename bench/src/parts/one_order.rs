//! One order of fifty events: how long it takes to have it in hand, and to show it to somebody who asks out of the blue.

use crate::{
    Bench, Failed,
    limit::fresh,
    lives::{Life, Said},
    measured::Measured,
    place::{place, settings},
    report::{Bar, Report},
};
use domain::{
    context::Context,
    desk::Command,
    order::{Order, OrderEvent, Request},
};
use ledger::{Ledger, Terms};
use serde::Deserialize;
use std::{
    process::Stdio,
    time::{Duration, Instant},
};
use torture::site::Site;

/// How many events the order has.
const EVENTS: u64 = 50;
/// How many such orders there are, each of which is loaded once.
const ORDERS: usize = 100;
/// How often one is shown.
const SHOWN: usize = 20;
/// How often one is folded.
const FOLDED: usize = 1000;

impl Bench {
    /// On both stores.
    pub(crate) async fn one_order(&self, report: &mut Report) -> Result<(), Failed> {
        let url = fresh(&self.server, "one_order").await?;
        let site = place(&self.programs()?, Some(&url), &[])?;
        self.order_at(&site, "PostgreSQL", report).await?;
        let site = place(&self.programs()?, None, &[])?;
        self.order_at(&site, "SQLite", report).await
    }

    async fn order_at(&self, site: &Site, store: &str, report: &mut Report) -> Result<(), Failed> {
        let ledger = Ledger::open(site.ledger(), settings()).await?;
        let mut orders = Vec::new();
        for life in self.lives.iter().take(ORDERS) {
            orders.push(long(&ledger, life).await?);
        }
        ledger.close().await;
        let ledger = Ledger::open_read_only(site.ledger(), settings()).await?;
        let (mut loads, mut folds) = (Vec::new(), Vec::new());
        for order in &orders {
            let begun = Instant::now();
            let loaded = ledger.load::<Order>(order).await?;
            loads.push(begun.elapsed());
            if loaded.version != EVENTS {
                return Err(format!("the order has {} events", loaded.version).into());
            }
        }
        let events = events(&ledger, orders.first().ok_or("there are orders")?).await?;
        for _ in 0..FOLDED {
            let events = events.clone();
            let begun = Instant::now();
            let mut order = Order::default();
            for event in events {
                order.evolve(event);
            }
            folds.push(begun.elapsed());
        }
        ledger.close().await;
        let mut shows = Vec::new();
        for order in orders.iter().take(SHOWN) {
            shows.push(self.show(site, order).await?);
        }
        let mut part = report.with("one-order", format!("{EVENTS} events, {store}"));
        let p50 = |all| Measured::of(all, Duration::from_secs(1)).p50_ms;
        let (bar, limit) = (Bar::AtMost(1.0), ("1 ms", 1.0));
        part.took("read, opened, folded", p50(loads), limit, bar);
        part.took("folded alone", p50(folds), limit, Bar::None);
        part.took("replay-tool show, cold", p50(shows), ("50 ms", 50.0), bar);
        Ok(())
    }

    /// From the start of the replay tool to its end.
    async fn show(&self, site: &Site, order: &str) -> Result<Duration, Failed> {
        let mut show = tokio::process::Command::new(&self.programs()?.replay_tool);
        show.args(["show", order])
            .env("BEIAN_LEDGER", site.ledger())
            .env("BEIAN_KEY_FILE", site.key_file())
            .stdin(Stdio::null());
        let begun = Instant::now();
        let shown = show.output().await?;
        let took = begun.elapsed();
        if shown.status.success() {
            Ok(took)
        } else {
            Err(String::from_utf8_lossy(&shown.stderr).into())
        }
    }
}

/// Begins a life, and has the website entered again and again until its order has so many events. Answers which it is.
async fn long(ledger: &Ledger, life: &Life) -> Result<String, Failed> {
    for said in &life.said {
        let mut version = say(ledger, said).await?;
        let Command::Order(asked) = &said.command else {
            continue;
        };
        if matches!(asked.request, Request::EnterService { .. }) {
            while version < EVENTS {
                version = say(ledger, said).await?;
            }
            return Ok(asked.order.to_string());
        }
    }
    Err("nobody enters a website in this life".into())
}

/// Answers the version of the order then; 0, where it is about none.
async fn say(ledger: &Ledger, said: &Said) -> Result<u64, Failed> {
    let (context, terms) = (Context::clone(&said.by), Terms::default());
    let receipt = ledger.execute(&said.command, &context, &terms).await?;
    Ok(match &said.command {
        Command::Order(asked) => receipt
            .version("Order", &asked.order.to_string())
            .unwrap_or_default(),
        _ => 0,
    })
}

/// The events of an order, decoded.
async fn events(ledger: &Ledger, order: &str) -> Result<Vec<OrderEvent>, Failed> {
    let decisions = ledger.history("order", order, 0, 1000).await?;
    let all = decisions.into_iter().flat_map(|decision| decision.events);
    let own = all.filter(|event| event.stream.aggregate_id == order);
    Ok(own
        .map(|event| OrderEvent::deserialize(&event.payload))
        .collect::<Result<_, _>>()?)
}
