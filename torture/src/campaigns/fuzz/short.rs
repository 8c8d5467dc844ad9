//! The short form: without a fuzzer, in any build.

use super::{Target, stories};
use crate::{Failed, chance::Chance};
use sha2::{Digest, Sha256};
use std::{
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// One story in so many is played.
const FEWER: usize = 40;
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
/// An input is not taken. It is said where it is put.
pub fn shortly(target: &Target, seed: u64, changes: u64) -> Result<u64, Failed> {
    stories::play_one_in(FEWER);
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
    if catch_unwind(AssertUnwindSafe(read)).is_ok() {
        return Ok(());
    }
    let spelled = (target.spelled)(input);
    let digest = hex::encode(Sha256::digest(&spelled));
    let name = format!("{}-{}", target.name, digest.get(..12).unwrap_or(&digest));
    let path = env::temp_dir().join(name);
    fs::write(&path, &spelled)?;
    let (target, path) = (target.name, path.display());
    Err(
        format!(
            "{target} does not take {path}. To keep: mv {path} torture/found/{target}/NAME, or xxd -p {path} > torture/found/{target}/NAME.hex"
        )
        .into(),
    )
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
