//! `tail`: decisions as they come.

use crate::{
    failure::Failure, office::Office, page::Desk, show::tell_with_subject, teller::Teller,
};
use domain::told::Told;
use ledger::LARGEST_PAGE;
use std::process::ExitCode;

/// How many are shown when nobody says where to begin.
const LAST: u64 = 10;
/// How many orders are kept in mind.
const MOST_ORDERS: usize = 10_000;

/// Runs the command.
pub(crate) async fn run(
    office: &Office,
    desk: &mut Desk,
    after: Option<u64>,
    follow: bool,
) -> Result<ExitCode, Failure> {
    let mut head = office.ledger.head().await?;
    let mut seen = after.unwrap_or(head.position.saturating_sub(LAST));
    if seen > head.position {
        return Err(Failure::NotFound(Told::new(
            format!("账本目前到第{}条，没有第{seen}条。", head.position),
            format!(
                "the ledger ends at position {}; there is no {seen} yet",
                head.position
            ),
        )));
    }
    // One that begins in the middle does not know how orders stood before; it tells what it sees.
    let mut teller = Teller::default();
    loop {
        let page = office.ledger.read(seen, LARGEST_PAGE).await?;
        for decision in &page {
            seen = decision.position;
            let entry = teller.tell(decision)?;
            if desk.json {
                desk.print_json(&entry)?;
            } else {
                let mut text = desk.page();
                tell_with_subject(&mut text, &entry);
                text.gap();
                desk.print(&text)?;
            }
        }
        teller.forget_beyond(MOST_ORDERS);
        if !page.is_empty() {
            continue;
        }
        if !follow {
            return Ok(ExitCode::SUCCESS);
        }
        let epoch = head.epoch;
        head.position = seen;
        head = office.ledger.wait_beyond(head).await;
        if head.epoch != epoch {
            return Err(Failure::Unreadable(Told::new(
                "账本已从备份恢复，此前的位置可能不再有效；请重新运行tail。",
                "the ledger was restored from a backup, so positions seen before may no longer exist; run tail again",
            )));
        }
    }
}
