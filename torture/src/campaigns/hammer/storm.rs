//! The same request under the same key, sent by very many at the same time.

use crate::{
    Failed,
    campaigns::scene::Scene,
    client::{Answer, Connection, Question, Told},
    life::Step,
    record::Record,
    site::Applicant,
};
use serde_json::json;
use std::{collections::BTreeSet, net::SocketAddr, sync::Arc};
use tokio::{sync::Barrier, task::JoinSet};

/// Lives the script, with every command a storm; answers what is wrong.
pub(super) async fn run(
    scene: &Scene,
    stormed: &Applicant,
    script: &[Step],
    (storms, at_once): (u64, u64),
) -> Result<Vec<String>, Failed> {
    let mut wrong = Vec::new();
    let mut connections: Vec<_> = (0..at_once)
        .map(|_| Connection::new(&stormed.token))
        .collect();
    let mut path = String::new();
    for (number, step) in (0..storms).zip(
        script
            .iter()
            .enumerate()
            .cycle()
            .map(|(at, step)| (at == 0, step)),
    ) {
        let (begins, step) = step;
        if begins {
            path = format!("/v1/accounts/{}/orders", stormed.account);
        }
        let question = Question::command(&path, format!("storm-{number}"), step.body.clone());
        let asked = scene
            .record
            .ask(&stormed.who(), step.does(), &question, None)
            .await?;
        let told = at_the_same_time(scene.office.at, &mut connections, &question).await?;
        let first = one_answer(&told, step, &mut wrong);
        let Some(first) = first else {
            wrong.push(format!("nobody was answered on {question:?}"));
            break;
        };
        scene.record.note(&Record::told(asked, first)).await?;
        scene
            .record
            .note(&json!({"storm": number, "answers": told.len(), "wrong": wrong}))
            .await?;
        if begins {
            let order = first.body["order"].as_str().unwrap_or_default();
            path = format!("/v1/orders/{order}/commands");
        }
    }
    Ok(wrong)
}

/// Everybody is connected first, and then asks.
async fn at_the_same_time(
    at: SocketAddr,
    connections: &mut Vec<Connection>,
    question: &Question,
) -> Result<Vec<Told>, Failed> {
    let barrier = Arc::new(Barrier::new(connections.len()));
    let mut asking = JoinSet::new();
    for mut connection in connections.drain(..) {
        let (barrier, question) = (Arc::clone(&barrier), question.clone());
        asking.spawn(async move {
            connection.connect(at).await;
            barrier.wait().await;
            let told = connection.ask(at, &question).await;
            (connection, told)
        });
    }
    let mut all = Vec::new();
    while let Some(asked) = asking.join_next().await {
        let (connection, told) = asked?;
        connections.push(connection);
        all.push(told);
    }
    Ok(all)
}

/// All were answered the same, and at most one as the first.
fn one_answer<'t>(told: &'t [Told], step: &Step, wrong: &mut Vec<String>) -> Option<&'t Answer> {
    let mut answers = Vec::new();
    for told in told {
        match told {
            Told::Answered(answer) => answers.push(answer),
            other => wrong.push(format!("{}: {other:?}", step.does())),
        }
    }
    let first = answers.iter().find(|answer| answer.status == step.status)?;
    let bodies: BTreeSet<_> = answers
        .iter()
        .map(|answer| (answer.status, answer.body.to_string()))
        .collect();
    if bodies.len() > 1 {
        wrong.push(format!(
            "{}: {} different answers: {bodies:?}",
            step.does(),
            bodies.len()
        ));
    }
    let firsts = answers.iter().filter(|answer| !answer.is_replayed).count();
    // A refusal does not say whether it is a repetition; its position does.
    if step.status < 400 && firsts != 1 {
        wrong.push(format!(
            "{}: {firsts} were answered as the first",
            step.does()
        ));
    }
    Some(first)
}
