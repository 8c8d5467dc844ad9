//! The short form: without a fuzzer, in any build.

use super::Target;
use crate::{Failed, chance::Chance};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What changes put in: what readers look for, and what they stumble over.
const WORDS: [&[u8]; 20] = [
    b"\0",
    b"$erased",
    b"$personal",
    b"null",
    b"-1",
    b"1e400",
    b"18446744073709551616",
    b"9007199254740993",
    b"{",
    b"}",
    b"[",
    b"\"",
    b"\\ud800",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"\r\n",
    b"--b",
    b",",
    b"\xf0\xa0\x80\x80",
];

/// Gives a target what it begins with, what was found, and so many changes of both. Answers how many inputs that were.
///
/// # Errors
/// An input is not taken. It is told, in hexadecimal digits.
pub fn shortly(target: &Target, seed: u64, changes: u64) -> Result<u64, Failed> {
    let begins = target.begins_with()?;
    let mut chance = Chance::new(seed);
    let mut count = 0;
    for input in &begins {
        count += 1;
        takes(target, input)?;
    }
    for _ in 0..changes {
        count += 1;
        let mut input = one_of(&begins, &mut chance).clone();
        for _ in 0..=chance.below(4) {
            change(&mut input, &begins, &mut chance);
        }
        input.truncate(target.longest);
        takes(target, &input)?;
    }
    Ok(count)
}

fn takes(target: &Target, input: &[u8]) -> Result<(), Failed> {
    let read = || (target.read)(input);
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| {
        let spelled = hex::encode((target.spelled)(input));
        format!(
            "{} does not take {}. To keep: echo {spelled} | xxd -r -p > torture/found/{}/NAME",
            target.name,
            hex::encode(input),
            target.name,
        )
        .into()
    })
}

fn one_of<'i>(inputs: &'i [Vec<u8>], chance: &mut Chance) -> &'i Vec<u8> {
    &inputs[index(inputs.len(), chance)]
}

fn index(end: usize, chance: &mut Chance) -> usize {
    usize::try_from(chance.below(end as u64)).unwrap_or_default()
}

/// One change: a bit, a byte, something put in or taken out, or the end of another input.
fn change(input: &mut Vec<u8>, others: &[Vec<u8>], chance: &mut Chance) {
    let at = index(input.len() + 1, chance);
    let end = (at + 1 + index(16, chance)).min(input.len());
    let byte = chance.draw().to_be_bytes()[0];
    match chance.below(7) {
        0 if at < input.len() => input[at] ^= 1 << (byte % 8),
        1 if at < input.len() => input[at] = byte,
        2 if at < end => drop(input.drain(at..end)),
        3 if at < end => {
            let again = input[at..end].to_vec();
            let from = index(input.len(), chance);
            input.splice(from..from, again);
        }
        4 => {
            let other = one_of(others, chance);
            let from = index(other.len() + 1, chance);
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
        5 => input.insert(at, byte),
        _ => drop(input.splice(at..at, WORDS[index(WORDS.len(), chance)].iter().copied())),
    }
}
