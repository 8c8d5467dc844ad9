//! Entries by mobile (AMB-63): a lead names no order; the desk finds the one session that the entry counts for.

use super::{Answer, orders::order};
use crate::{
    context::Context,
    order::{Order, OrderCommand, Request, Stage, no_such_record, sms::SmsEntry},
    personal::Personal,
    sms_phone::{OpenSession, SmsPhone, Typed, fit},
    values::{Last6, Mobile},
    work::{Stop, Work},
};

/// A lead enters code, mobile and last six (SMS-33).
pub(super) async fn enter<W: Work>(entry: &SmsEntry, work: &mut W) -> Result<Answer, Stop> {
    let typed = Typed {
        entry: Some(entry),
        last6: &entry.last6,
    };
    let session = pick(&entry.mobile, typed, work).await?;
    let request = Request::EnterSmsCode {
        entry: entry.clone(),
    };
    count(&session, request, work).await
}

/// A lead asks for the code again (SMS-38).
pub(super) async fn resend<W: Work>(
    mobile: &Personal<Mobile>,
    last6: &Personal<Last6>,
    work: &mut W,
) -> Result<Answer, Stop> {
    let typed = Typed { entry: None, last6 };
    let session = pick(mobile, typed, work).await?;
    let request = Request::ResendSmsCode {
        mobile: mobile.clone(),
        last6: last6.clone(),
    };
    count(&session, request, work).await
}

/// The session that what was typed fits best; of several that fit alike, the one with the least time left.
async fn pick<W: Work>(
    mobile: &Personal<Mobile>,
    typed: Typed<'_>,
    work: &mut W,
) -> Result<OpenSession, Stop> {
    let context: Context = work.context().clone();
    let phone = mobile
        .known()
        .map(|mobile| context.secret.digest("mobile", mobile.as_str()))
        .unwrap_or_default();
    let open = work.read::<SmsPhone>(&phone).await?.open.clone();
    let mut best: Option<(u8, OpenSession)> = None;
    for session in open {
        let standing = work.read::<Order>(&session.order.to_string()).await?;
        let fits = match &standing.stage {
            Stage::SmsVerification(kept) if kept.submission == session.submission => {
                fit(kept, &phone, typed, &context)
            }
            _ => continue,
        };
        let better = best.as_ref().is_none_or(|(so_far, other)| {
            fits > *so_far || (fits == *so_far && session.deadline < other.deadline)
        });
        if better {
            best = Some((fits, session));
        }
    }
    best.map(|(_, session)| session)
        .ok_or_else(|| Stop::Refused(no_such_record(&context)))
}

/// Runs the request on the order of the session, as if its caller had named it.
async fn count<W: Work>(
    session: &OpenSession,
    request: Request,
    work: &mut W,
) -> Result<Answer, Stop> {
    let command = OrderCommand {
        order: session.order,
        account: session.account,
        request,
        facts: crate::facts::Facts::default(),
        fresh: [0; 10],
    };
    work.about(
        format!("order/{}", session.order),
        super::order_subjects(&command),
    );
    order(&command, work).await
}
