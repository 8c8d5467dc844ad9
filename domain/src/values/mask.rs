//! Masks: what may be shown of a person's value. What a kind of value shows of itself is its own `mask()`; what they have in
//! common, and what is shown of a value whose kind nobody knows any more, stands here.

/// A mask that shows the first `head` and the last `tail` characters and a star for each of the others.
pub(crate) fn middle(raw: &str, head: usize, tail: usize) -> String {
    let count = raw.chars().count();
    let shown = |place: usize| place < head || place + tail >= count;
    raw.chars()
        .enumerate()
        .map(|(place, letter)| if shown(place) { letter } else { '*' })
        .collect()
}

/// The mask of a text that may be anything: enough to recognise one's own, not enough to learn another's. Of six letters or
/// fewer in ASCII (codes, endings of numbers) nothing, else the first letter and, of long texts, the last.
pub(crate) fn anything(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    match letters.as_slice() {
        [] | [_] => NOTHING.to_owned(),
        all if all.len() <= 6 && text.is_ascii() => NOTHING.to_owned(),
        [first, .., last] if letters.len() > 6 => format!("{first}{NOTHING}{last}"),
        [first, ..] => format!("{first}{NOTHING}"),
    }
}

/// The mask that shows nothing.
pub(crate) const NOTHING: &str = "***";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_both_ends_and_a_star_for_the_rest() {
        for (raw, head, tail, shown) in [
            ("13800138000", 3, 4, "138****8000"),
            ("示例科技公司", 1, 0, "示*****"),
            ("abc", 1, 1, "a*c"),
            ("ab", 1, 1, "ab"),
            ("", 1, 1, ""),
        ] {
            assert_eq!(middle(raw, head, tail), shown);
        }
    }

    #[test]
    fn of_what_may_be_anything_the_ends_are_shown_once_it_is_long_enough() {
        for (text, shown) in [
            ("", "***"),
            ("a", "***"),
            ("示", "***"),
            ("31002X", "***"),
            ("123456", "***"),
            ("1234567", "1***7"),
            ("张三", "张***"),
            ("示例科技公司", "示***"),
            ("示例科技有限公司", "示***司"),
        ] {
            assert_eq!(anything(text), shown, "{text}");
        }
    }
}
