//! Why a read model did not answer.

use super::Problem;
use axum::http::StatusCode;
use projections::ReadError;

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::NotYet { asked, reached, .. } => {
                let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "not-yet").say(
                    format!("Position {asked} cannot be seen here yet: {reached} is reached. Ask again in a moment."),
                    format!("第{asked}条尚未在此显示，目前到{reached}；请稍后再试。"),
                );
                problem.body.position = Some(reached.position);
                problem
            }
            ReadError::Rebuilding { .. } => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "rebuilding").say(
                    "This view is being made anew from the ledger; ask again in a moment.",
                    "该视图正在由账本重新生成，请稍后再试。",
                )
            }
            ReadError::Ledger(error) => error.into(),
            ReadError::Unavailable(_) => {
                tracing::warn!(%error, "a read model did not answer");
                Self::unavailable()
            }
            ReadError::Schema(_)
            | ReadError::Corrupt(_)
            | ReadError::Poisoned { .. }
            | ReadError::ReadOnly => {
                tracing::error!(%error, "a read model failed");
                Self::internal()
            }
        }
    }
}
