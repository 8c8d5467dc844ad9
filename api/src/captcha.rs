//! The picture of a resend (SMS-38): five digits drawn as lines, answered once, within five minutes.

use jiff::{SignedDuration, Timestamp};
use std::{
    collections::VecDeque,
    fmt::Write,
    sync::{Mutex, PoisonError},
};

/// How long a picture can be answered.
pub const LIFE: SignedDuration = SignedDuration::from_mins(5);
/// How many pictures wait for an answer at once; the oldest go first.
const WAITING: usize = 4096;
/// How many digits a picture has.
const DIGITS: usize = 5;
/// How many random bytes a picture takes: an id, the digits, the lines.
pub const RANDOM: usize = 128;

/// The strokes of each digit in a field of 10 by 16, as pairs of places.
const STROKES: [&[(u8, u8)]; 10] = [
    &[(2, 1), (8, 1), (9, 8), (8, 15), (2, 15), (1, 8), (2, 1)],
    &[(3, 4), (6, 1), (6, 15)],
    &[(1, 4), (4, 1), (8, 2), (8, 6), (1, 15), (9, 15)],
    &[(1, 1), (8, 1), (4, 6), (9, 10), (7, 15), (1, 14)],
    &[(7, 15), (7, 1), (1, 10), (9, 10)],
    &[(8, 1), (2, 1), (2, 7), (7, 7), (9, 11), (6, 15), (1, 14)],
    &[(7, 1), (2, 7), (1, 12), (5, 15), (9, 12), (6, 8), (2, 10)],
    &[(1, 1), (9, 1), (4, 15)],
    &[
        (5, 8),
        (2, 4),
        (5, 1),
        (8, 4),
        (5, 8),
        (1, 12),
        (5, 15),
        (9, 12),
        (5, 8),
    ],
    &[(8, 6), (4, 8), (1, 4), (5, 1), (9, 4), (8, 9), (3, 15)],
];

struct Waiting {
    id: String,
    answer: String,
    until: Timestamp,
}

/// The pictures that wait for an answer. In memory: they live for minutes.
#[derive(Default)]
pub struct Captchas(Mutex<VecDeque<Waiting>>);

/// A picture to be shown.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Its id, to be sent with the answer.
    pub id: String,
    /// The picture as SVG.
    pub svg: String,
    /// Until when it can be answered.
    pub until: Timestamp,
}

impl Captchas {
    /// Draws a picture from random bytes.
    pub fn draw(&self, now: Timestamp, random: &[u8; RANDOM]) -> Picture {
        let (id, rest) = random.split_at(16);
        let (digits, noise) = rest.split_at(DIGITS);
        let digits: Vec<u8> = digits.iter().map(|byte| byte % 10).collect();
        let picture = Picture {
            id: hex::encode(id),
            svg: svg(&digits, noise),
            until: now.saturating_add(LIFE).unwrap_or(now),
        };
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|picture| picture.until > now);
        if waiting.len() >= WAITING {
            waiting.pop_front();
        }
        waiting.push_back(Waiting {
            id: picture.id.clone(),
            answer: digits.iter().map(u8::to_string).collect(),
            until: picture.until,
        });
        picture
    }

    /// Whether this is the answer. Right or wrong, the picture is gone afterwards.
    pub fn redeem(&self, id: &str, answer: &str, now: Timestamp) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = waiting.iter().position(|picture| picture.id == id);
        at.and_then(|at| waiting.remove(at))
            .is_some_and(|picture| picture.until > now && picture.answer == answer)
    }

    /// What answers a picture: for whoever runs in the same process and cannot see.
    pub fn answer(&self, id: &str) -> Option<String> {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting
            .iter()
            .find(|picture| picture.id == id)
            .map(|picture| picture.answer.clone())
    }
}

/// Draws the digits, each stroke a little off its place, under lines that cross them.
fn svg(digits: &[u8], noise: &[u8]) -> String {
    let mut noise = noise.iter().cycle().map(|byte| f32::from(*byte) / 255.0);
    let mut off = |by: f32| noise.next().unwrap_or_default() * 2.0 * by - by;
    let mut svg = String::from(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 60" width="160" height="60" fill="none" stroke="#333" stroke-width="2">"##,
    );
    let mut left = 12.0;
    for digit in digits {
        let (slant, down) = (off(0.25), 14.0 + off(6.0));
        let mut points = String::new();
        for (x, y) in STROKES
            .get(usize::from(*digit))
            .copied()
            .unwrap_or_default()
        {
            let (x, y) = (f32::from(*x) * 2.0, f32::from(*y) * 2.0);
            let x = left + x + (16.0 - y) * slant + off(1.5);
            // Writing to a text cannot fail.
            let _ = write!(points, "{x:.1},{:.1} ", down + y + off(1.5));
        }
        let _ = write!(svg, r#"<polyline points="{}"/>"#, points.trim_end());
        left += 29.0;
    }
    for _ in 0..4 {
        let (from, to) = (30.0 + off(28.0), 30.0 + off(28.0));
        let (bend, width) = (30.0 + off(40.0), 1.2 + off(0.6));
        let _ = write!(
            svg,
            r#"<path d="M0 {from:.1} Q80 {bend:.1} 160 {to:.1}" stroke-width="{width:.1}"/>"#
        );
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn random(seed: u8) -> [u8; RANDOM] {
        std::array::from_fn(|at| {
            u8::try_from(at)
                .unwrap()
                .wrapping_mul(37)
                .wrapping_add(seed)
        })
    }

    #[test]
    fn a_picture_is_answered_once_and_in_time() {
        let captchas = Captchas::default();
        let right = captchas.draw(at(0), &random(1));
        let answer = captchas.answer(&right.id).unwrap();
        assert_eq!(answer.len(), DIGITS);
        assert!(!right.svg.contains(&answer) && right.svg.ends_with("</svg>"));
        assert!(captchas.redeem(&right.id, &answer, at(299)));
        assert!(!captchas.redeem(&right.id, &answer, at(299)), "twice");
        let wrong = captchas.draw(at(0), &random(2));
        let answer = captchas.answer(&wrong.id).unwrap();
        assert!(!captchas.redeem(&wrong.id, "", at(1)));
        assert!(
            !captchas.redeem(&wrong.id, &answer, at(1)),
            "after a wrong one"
        );
        let late = captchas.draw(at(0), &random(3));
        let answer = captchas.answer(&late.id).unwrap();
        assert!(!captchas.redeem(&late.id, &answer, at(300)), "late");
        assert!(!captchas.redeem("nothing", "", at(0)));
    }

    #[test]
    fn so_many_wait_and_no_more() {
        let captchas = Captchas::default();
        for number in 0..=WAITING {
            let mut bytes = random(0);
            bytes[..8].copy_from_slice(&u64::try_from(number).unwrap().to_be_bytes());
            captchas.draw(at(0), &bytes);
        }
        assert_eq!(captchas.0.lock().unwrap().len(), WAITING);
        captchas.draw(at(300), &random(9));
        assert_eq!(captchas.0.lock().unwrap().len(), 1, "the old ones are gone");
    }
}
