//! What each read model shows, at the time it is asked.

use crate::site::{Site, catch_up, later, story, tell};
use domain::{
    context::Role,
    order::{
        Stage,
        lifecycle::StageName,
        sms::{LeadRole, ReturnCause},
    },
    personal::Personal,
    refusal::RuleId,
};
use fixtures::{
    play::{account_id, order_id},
    scenario::{Placed, Scenario},
};
use jiff::Timestamp;
use projections::{ClockStart, DeadlineKind, Held, Wanted, WantedDeadlines};

test_database::on_both_stores!(
    the_filings_of_two_accounts_do_not_meet,
    a_rejected_order_shows_where_something_was_found,
    an_order_that_needs_information_shows_which_rules_were_found_broken,
    the_slot_comes_back_with_the_end_and_numbers_are_shown,
    what_the_office_had_locked_goes_with_its_principal,
    the_queue_counts_working_days_and_a_make_up_day,
    a_resubmission_starts_a_new_clock,
    a_claim_is_shown_until_it_lapses,
    the_queue_has_pages_and_filters,
    the_board_counts_what_is_left,
    the_board_says_why_a_session_came_back,
    the_board_says_when_a_code_is_late,
    timers_run_until_what_they_wait_for_has_come,
    the_bureau_has_two_clocks,
    the_timeline_has_refusals_and_how_long_each_state_took,
);

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A story up to the first step that leaves its order in a state.
fn until(mut story: Scenario, stage: &str) -> Scenario {
    let there = |placed: &Placed| placed.step.stage.as_deref() == Some(stage);
    let last = story.steps.iter().position(there).unwrap();
    story.steps.truncate(last + 1);
    story
}

/// Late enough for everything.
const LATER: &str = "2030-01-01T00:00:00+08:00";

// covers: ORD-24
async fn the_filings_of_two_accounts_do_not_meet(site: &Site) {
    let (_ledger, models) = site.told(&story("two-companies-do-not-meet")).await;
    for (account, order) in [("acme", "o1"), ("beta", "o2")] {
        let answered = models.filings(account_id(account), None, 10).await.unwrap();
        let orders: Vec<_> = answered.what.filings.iter().map(|one| one.order).collect();
        assert_eq!(orders, [order_id(order)]);
        assert_eq!(answered.what.filings[0].stage.name(), StageName::InReview);
        assert_eq!(answered.what.holding.in_flight, Some(order_id(order)));
    }
    let nobody = models.filings(account_id("gamma"), None, 10).await.unwrap();
    assert_eq!(nobody.what.filings, []);
}

/// The words are read off the order.
async fn a_rejected_order_shows_where_something_was_found(site: &Site) {
    let story = until(story("reasons-are-kept-field-by-field"), "Rejected");
    let (_ledger, models) = site.told(&story).await;
    let answered = models.filings(account_id("acme"), None, 10).await.unwrap();
    let Stage::Rejected { reason, findings } = &answered.what.filings[0].stage else {
        panic!("{answered:?}")
    };
    assert_eq!(reason, &Personal::Erased);
    let [open] = findings.as_slice() else {
        panic!("{findings:?}")
    };
    assert_eq!(open.finding.pointer.as_str(), "/principal/lead/mobile");
    assert_eq!(open.finding.error, Personal::Erased);
    assert_eq!(open.finding.suggestion, None);
    assert!(!open.handled);
}

async fn an_order_that_needs_information_shows_which_rules_were_found_broken(site: &Site) {
    let story = until(story("reasons-are-kept-field-by-field"), "NeedsInfo");
    let (_ledger, models) = site.told(&story).await;
    let answered = models.filings(account_id("acme"), None, 10).await.unwrap();
    let Stage::NeedsInfo { findings, .. } = &answered.what.filings[0].stage else {
        panic!("{answered:?}")
    };
    assert_eq!(findings[0].finding.rule, Some(RuleId::from("DOC-1")));
}

// covers: ACC-6
async fn the_slot_comes_back_with_the_end_and_numbers_are_shown(site: &Site) {
    let (_ledger, models) = site
        .told(&story("company-website-from-draft-to-number"))
        .await;
    let answered = models.filings(account_id("acme"), None, 10).await.unwrap();
    let held = answered.what.holding;
    assert_eq!(held.in_flight, None);
    assert_eq!(
        held.principal_number.as_deref(),
        Some("闽ICP备2024000001号")
    );
    let numbers: Vec<_> = held.service_numbers.into_values().collect();
    assert_eq!(numbers, ["闽ICP备2024000001号-1"]);
    assert_eq!(answered.what.filings[0].stage.name(), StageName::Completed);
}

// covers: RVW-1, SLA-1
async fn the_queue_counts_working_days_and_a_make_up_day(site: &Site) {
    // Stories begin on Monday, 3 June 2024. 103 days later it is Saturday, 14 September: worked, to make up for a holiday
    // from Sunday to Tuesday. So the second working day after it is Thursday, 19 September.
    let (_ledger, models) = site
        .told(&later(story("company-submitted"), "+2472h"))
        .await;
    let queue = models
        .review_queue(&Wanted::default(), time("2024-09-19T23:59:59+08:00"), 10)
        .await
        .unwrap();
    let [waiting] = queue.what.waiting.as_slice() else {
        panic!("{queue:?}")
    };
    assert_eq!(waiting.order, order_id("o1"));
    assert!(
        time("2024-09-14T00:00:00+08:00") < waiting.since
            && waiting.since < time("2024-09-15T00:00:00+08:00")
    );
    let due = waiting.due.unwrap();
    assert_eq!(due.at, time("2024-09-20T00:00:00+08:00"));
    assert!(!waiting.late && !due.estimated);
    let queue = models.review_queue(&Wanted::default(), due.at, 10).await;
    assert!(queue.unwrap().what.waiting[0].late);
}

// covers: RVW-11
async fn a_resubmission_starts_a_new_clock(site: &Site) {
    let (_ledger, models) = site
        .told(&story("rejected-corrected-and-submitted-again"))
        .await;
    let filings = models.filings(account_id("acme"), None, 10).await.unwrap();
    let queue = models
        .review_queue(&Wanted::default(), time(LATER), 10)
        .await
        .unwrap();
    let waiting = &queue.what.waiting[0];
    assert!(waiting.round > 1);
    assert_eq!(waiting.since, filings.what.filings[0].since);
}

async fn a_claim_is_shown_until_it_lapses(site: &Site) {
    let (_ledger, models) = site.told(&story("reviewer-claims-and-releases")).await;
    let all = models
        .review_queue(&Wanted::default(), Timestamp::MIN, 10)
        .await;
    let claim = all.unwrap().what.waiting[0].claim.clone().unwrap();
    let second = jiff::SignedDuration::from_secs(1);
    let before = claim.until.checked_sub(second).unwrap();
    for (now, by_nobody, by_them) in [(before, 0, 1), (claim.until, 1, 0)] {
        for (held, expected) in [
            (Held::ByNobody, by_nobody),
            (Held::By(claim.reviewer.clone()), by_them),
            (Held::By("reviewer:somebody-else".to_owned()), 0),
        ] {
            let wanted = Wanted {
                held,
                ..Wanted::default()
            };
            let queue = models.review_queue(&wanted, now, 10).await.unwrap();
            assert_eq!(queue.what.waiting.len(), expected, "{wanted:?} at {now}");
        }
    }
}

async fn the_queue_has_pages_and_filters(site: &Site) {
    let (_ledger, models) = site.told(&story("two-companies-do-not-meet")).await;
    let (mut wanted, mut seen) = (Wanted::default(), Vec::new());
    loop {
        let queue = models.review_queue(&wanted, time(LATER), 1).await.unwrap();
        seen.extend(
            queue
                .what
                .waiting
                .iter()
                .map(|one| (one.due.unwrap().at, one.order)),
        );
        let Some(next) = queue.what.next_after else {
            break;
        };
        wanted.after = Some(next);
    }
    assert_eq!(seen.len(), 2);
    assert!(seen.is_sorted());
    for (region, found) in [("福建", 2), ("北京", 0)] {
        let wanted = Wanted {
            region: Some(serde_json::from_value(region.into()).unwrap()),
            filing: Some(domain::filings::FilingType::FirstFiling),
            ..Wanted::default()
        };
        let queue = models.review_queue(&wanted, time(LATER), 10).await.unwrap();
        assert_eq!(queue.what.waiting.len(), found, "{region}");
    }
}

// covers: SMS-47, SLA-5
async fn the_board_counts_what_is_left(site: &Site) {
    let (_ledger, models) = site.told(&story("resend-does-not-reset-the-count")).await;
    let board = models.sms_board(order_id("o1")).await.unwrap().what;
    let [target] = board.as_slice() else {
        panic!("{board:?}")
    };
    assert_eq!(target.phone.as_deref(), Some("138****8000"));
    assert!(target.roles.contains(&LeadRole::PrincipalLead));
    assert!(target.resends_left < 2, "{target:?}");
    let filings = models.filings(account_id("acme"), None, 10).await.unwrap();
    if let Stage::SmsVerification(session) = &filings.what.filings[0].stage {
        assert_eq!(target.deadline, session.deadline);
        assert_eq!(target.attempts_left, 5 - session.targets[0].wrong);
    }
}

// covers: SLA-4
async fn the_board_says_when_a_code_is_late(site: &Site) {
    let opened = until(story("both-leads-verify-in-the-window"), "SmsVerification");
    let (ledger, models) = site.told(&opened).await;
    let board = async || models.sms_board(order_id("o1")).await.unwrap().what;
    for target in board().await {
        let five_minutes = jiff::SignedDuration::from_mins(5);
        assert_eq!(target.ask_again_from(), Some(target.sent + five_minutes));
    }
    drop(ledger);
    // Who has verified, or is sent nothing more, waits for no code.
    for told in [
        "both-leads-verify-in-the-window",
        "third-resend-sends-nothing",
    ] {
        let place = match site {
            Site::Sqlite(_) => Site::sqlite(),
            Site::Postgres(_) => Site::postgres().await,
        };
        let (_ledger, models) = place.told(&story(told)).await;
        let board = models.sms_board(order_id("o1")).await.unwrap().what;
        let done = |one: &&projections::SmsTarget| one.verified.is_some() || one.resends_left == 0;
        let done: Vec<_> = board.iter().filter(done).collect();
        assert!(!done.is_empty(), "{told}: {board:?}");
        assert!(
            done.iter().all(|one| one.ask_again_from().is_none()),
            "{told}: {done:?}"
        );
    }
}

// covers: SMS-47
async fn the_board_says_why_a_session_came_back(site: &Site) {
    for (told, cause) in [
        (
            "sixth-entry-returns-the-order-even-if-right",
            ReturnCause::SixthEntry,
        ),
        ("one-lead-never-verifies", ReturnCause::Deadline),
    ] {
        let site = match site {
            Site::Sqlite(_) => Site::sqlite(),
            Site::Postgres(_) => Site::postgres().await,
        };
        let (_ledger, models) = site.told(&until(story(told), "SmsReturned")).await;
        let board = models.sms_board(order_id("o1")).await.unwrap().what;
        assert!(!board.is_empty());
        assert!(
            board.iter().all(|one| one.returned == Some(cause)),
            "{board:?}"
        );
    }
}

// covers: SLA-6, SLA-5
async fn timers_run_until_what_they_wait_for_has_come(site: &Site) {
    let story = story("company-in-sms");
    let (ledger, models) = site.open().await;
    tell(&ledger, &story).await;
    catch_up(&models).await;
    let all = async |now: Timestamp| {
        let deadlines = models.deadlines(&WantedDeadlines::default(), now, 10).await;
        let deadlines = deadlines.unwrap().what.deadlines;
        deadlines
            .iter()
            .map(|one| (one.kind, one.due))
            .collect::<Vec<_>>()
    };
    // The review is over, the QR code was scanned: the SMS session and the bureau are waited for.
    let board = models.sms_board(order_id("o1")).await.unwrap().what;
    let running = all(Timestamp::MIN).await;
    assert_eq!(running[0], (DeadlineKind::SmsSession, board[0].deadline));
    assert_eq!(running[1].0, DeadlineKind::Bureau);
    assert_eq!(running.len(), 2);
    let late = WantedDeadlines {
        due_by: Some(board[0].deadline),
        ..WantedDeadlines::default()
    };
    let late = models
        .deadlines(&late, board[0].deadline, 10)
        .await
        .unwrap();
    assert_eq!(late.what.deadlines.len(), 1);

    // A QR code that nobody scans dies after ten minutes, and is no timer any more.
    let site = match site {
        Site::Sqlite(_) => Site::sqlite(),
        Site::Postgres(_) => Site::postgres().await,
    };
    let mut story = crate::site::story("company-ready");
    let issued = |placed: &Placed| placed.step.what["command"] == "issue_qr";
    let at = story.steps.iter().position(issued).unwrap();
    story.steps.truncate(at + 1);
    let (_ledger, models) = site.told(&story).await;
    let codes = WantedDeadlines {
        kind: Some(DeadlineKind::QrCode),
        ..WantedDeadlines::default()
    };
    let running = models.deadlines(&codes, Timestamp::MIN, 10).await.unwrap();
    let code = &running.what.deadlines[0];
    assert_eq!(code.due.duration_since(code.since).as_mins(), 10);
    let dead = models.deadlines(&codes, code.due, 10).await.unwrap();
    assert_eq!(dead.what.deadlines, []);
}

// covers: SLA-7, BUR-2
async fn the_bureau_has_two_clocks(site: &Site) {
    let story = story("company-website-from-draft-to-number");
    let (_ledger, models) = site.told(&until(story, "BureauReview")).await;
    let deadlines = models
        .deadlines(&WantedDeadlines::default(), Timestamp::MIN, 10)
        .await
        .unwrap();
    let [bureau] = deadlines.what.deadlines.as_slice() else {
        panic!("{deadlines:?}")
    };
    let [submitted, verified] = bureau.clocks.as_slice() else {
        panic!("{bureau:?}")
    };
    assert_eq!(submitted.from, ClockStart::Submission);
    assert_eq!(verified.from, ClockStart::SmsCompletion);
    assert!(submitted.at < verified.at);
    assert_eq!(bureau.due, verified.latest);
    for clock in &bureau.clocks {
        let (first, last) = (
            clock.earliest,
            domain::values::calendar::shanghai_date(clock.latest),
        );
        let begun = domain::values::calendar::shanghai_date(clock.at);
        let counted = |end| domain::values::calendar::working_days_between(begun, end).count;
        assert_eq!(counted(first), 3);
        // 24:00 of the twentieth day is the beginning of the day after.
        assert_eq!(counted(last.yesterday().unwrap()), 20);
    }
}

async fn the_timeline_has_refusals_and_how_long_each_state_took(site: &Site) {
    let (ledger, models) = site
        .told(&story("company-website-from-draft-to-number"))
        .await;
    let order = order_id("o1");
    let (mut entries, mut after) = (Vec::new(), 0);
    loop {
        let page = models.timeline(order, after, 7).await.unwrap().what;
        entries.extend(page.entries);
        let Some(next) = page.next_after else {
            break;
        };
        after = next;
    }
    let positions: Vec<_> = entries.iter().map(|entry| entry.position).collect();
    let head = ledger.head().await.unwrap().position;
    assert_eq!(positions, (1..=head).collect::<Vec<_>>());
    for pair in entries.windows(2) {
        assert_eq!(pair[0].after, pair[1].before);
    }
    let approved = entries
        .iter()
        .find(|entry| entry.command == "approve")
        .unwrap();
    assert_eq!(approved.role, Role::Bureau);
    assert_eq!(
        (approved.before, approved.after),
        (StageName::BureauReview, StageName::Completed)
    );
    let entered = entries
        .iter()
        .find(|entry| entry.after == StageName::BureauReview && entry.before != entry.after)
        .unwrap();
    let stayed = approved.at.duration_since(entered.at).as_secs();
    assert_eq!(approved.stayed_seconds, Some(stayed));
    let refused = entries.last().unwrap();
    assert_eq!(
        refused
            .refused_by
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["ORD-27"]
    );
    assert_eq!(refused.before, refused.after);
    assert!(refused.events.is_empty() && refused.stayed_seconds.is_none());
}

/// Nothing of what is off the record is locked, and nobody else would say so later.
async fn what_the_office_had_locked_goes_with_its_principal(site: &Site) {
    let story = story("office-and-owner-cancel-at-once");
    let (_ledger, models) = site.told(&story).await;
    let answered = models.filings(account_id("acme"), None, 10).await.unwrap();
    let holding = answered.what.holding;
    assert_eq!((holding.principal_number, holding.locked.len()), (None, 0));
}
