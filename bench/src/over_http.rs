//! Callers who speak HTTP: whole lives at the office, at a pace of their own or at one that is set.

use crate::{
    Failed,
    drive::Work,
    pace::Pace,
    spoken::{Known, Spoken},
    wire::{Wire, find},
};
use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// When which position was acknowledged.
pub(crate) type Acknowledged = Arc<Mutex<Vec<(Instant, u64)>>>;

/// Lives that are lived over HTTP.
pub(crate) struct OverHttp {
    wire: Wire,
    lives: Arc<Vec<Spoken>>,
    /// The number of the first one.
    first: usize,
    /// Up to which number lives have begun.
    begun: Arc<AtomicUsize>,
    /// Whether it is the office that answers; a reference gives everything the same answer.
    is_office: bool,
    pace: Option<Pace>,
    acknowledged: Option<Acknowledged>,
}

impl OverHttp {
    /// At these offices, which share a ledger.
    pub(crate) fn new(to: Vec<SocketAddr>, lives: &Arc<Vec<Spoken>>) -> Self {
        Self {
            wire: Wire::new(to),
            lives: Arc::clone(lives),
            first: 0,
            begun: Arc::default(),
            is_office: true,
            pace: None,
            acknowledged: None,
        }
    }

    /// At something that answers each request alike.
    pub(crate) fn at_reference(mut self) -> Self {
        self.is_office = false;
        self
    }

    /// From the life with this number on, at a pace.
    pub(crate) fn paced(mut self, first: usize, pace: Pace) -> Self {
        self.first = first;
        self.pace = Some(pace);
        self
    }

    /// Noting which positions were acknowledged when.
    pub(crate) fn noting(mut self, acknowledged: &Acknowledged) -> Self {
        self.acknowledged = Some(Arc::clone(acknowledged));
        self
    }

    /// Where to see, also afterwards, up to which number lives have begun.
    pub(crate) fn begun(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.begun)
    }

    fn note(&self, body: &[u8]) {
        let Some(acknowledged) = &self.acknowledged else {
            return;
        };
        let position = find(body, b"\"position\":").and_then(|at| body.get(at + 11..));
        let digits = position.into_iter().flatten();
        let digits = digits.take_while(|byte| byte.is_ascii_digit());
        let position = digits.fold(0, |all, byte| all * 10 + u64::from(byte - b'0'));
        // Leads are not told where their decisions stand.
        if position > 0 {
            let mut all = acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
            all.push((Instant::now(), position));
        }
    }
}

impl Work for OverHttp {
    async fn live(
        &self,
        number: usize,
        mut each: impl FnMut(Duration, usize) -> bool + Send,
    ) -> Result<bool, Failed> {
        let which = if self.is_office {
            self.first + number
        } else {
            // A reference remembers nothing: it is told the same again.
            number % self.lives.len().max(1)
        };
        let life = self.lives.get(which);
        let life = life.ok_or("this machine needs more lives: ask for them (--lives)")?;
        self.begun
            .fetch_max(self.first + number + 1, Ordering::Relaxed);
        let mut connection = self.wire.take().await?;
        let mut request = Vec::new();
        let mut known = if self.is_office {
            Known::default()
        } else {
            Known::anything()
        };
        for asked in &life.asked {
            asked.write(&mut known, &mut request);
            let begun = match (&self.pace, asked.brings) {
                (Some(pace), Some(_)) => pace.turn().await?,
                _ => Instant::now(),
            };
            let answer = connection.ask(&request).await?;
            let took = begun.elapsed();
            if self.is_office {
                life.learn(asked, &answer, &mut known)?;
                self.note(answer.body);
            }
            if let Some(brings) = asked.brings
                && !each(took, brings)
            {
                return Ok(false);
            }
        }
        self.wire.give(connection);
        Ok(true)
    }
}
