//! The unified social credit code of a unit.

use super::{
    Form, Problem, Province, Text, ValueError, mask,
    written::{masked_debug, only, text_value},
};

/// Whether the check digit fits the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Checksum {
    /// It fits.
    Verified,
    /// It does not. A typing error most likely, but some early codes are genuine and fail (VAL-4): a reviewer decides.
    Doubtful,
}

impl Checksum {
    fn of(fits: bool) -> Self {
        if fits { Self::Verified } else { Self::Doubtful }
    }
}

/// A unified social credit code (统一社会信用代码; GB 32100-2015, VAL-3), kept in upper case.
///
/// Length and letters are a matter of parsing; the [`checksum`](Self::checksum) is not (VAL-4).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CreditCode(String);

/// The 31 letters in the order of their values; I, O, S, V and Z are left out because they look like digits.
const LETTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl CreditCode {
    /// How it is written.
    pub const FORM: &'static Form = &Form {
        name: Text::new("统一社会信用代码", "unified social credit code"),
        expected: Text::new(
            "18位数字和大写字母（不含I、O、S、V、Z）",
            "18 digits and letters (never I, O, S, V, Z)",
        ),
        cure: Text::new(
            "请对照证照逐位核对",
            "compare it with the licence, letter by letter",
        ),
    };

    /// Reads it.
    pub fn parse(raw: &str) -> Result<Self, ValueError> {
        if raw.is_empty() {
            return Err(Self::FORM.refuse(Problem::Missing));
        }
        let came = raw.chars().count();
        if came != 18 {
            return Err(Self::FORM.refuse(Problem::Length { came }));
        }
        let code = raw.to_ascii_uppercase();
        only(&code, Self::FORM, |letter| {
            u8::try_from(letter).is_ok_and(|letter| LETTERS.contains(&letter))
        })?;
        Ok(Self(code))
    }

    /// Whether the check digit fits (VAL-3). `Doubtful` is a warning with reviewer override, never a refusal (VAL-4).
    pub fn checksum(&self) -> Checksum {
        const WEIGHTS: [usize; 17] = [
            1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
        ];
        let value = |letter: u8| {
            LETTERS
                .iter()
                .position(|known| *known == letter)
                .unwrap_or_default()
        };
        let sum: usize = self
            .0
            .bytes()
            .zip(WEIGHTS)
            .map(|(letter, weight)| value(letter) * weight)
            .sum();
        // The outer remainder matters where the sum leaves none: 31 - 0 is the letter 0, not a 32nd one.
        Checksum::of(LETTERS[(31 - sum % 31) % 31] == self.0.as_bytes()[17])
    }

    /// Positions 3 to 8: the area of the authority that registered the unit; `10xxxx` is a national one.
    pub fn registering_area(&self) -> &str {
        &self.0[2..8]
    }

    /// The province of that authority, if it is one's. Not always the one that issued the document, so TYP-14 goes by
    /// the declared province and this is a hint (VAL-10).
    pub fn registering_province(&self) -> Option<Province> {
        Province::from_code(&self.0[2..4])
    }

    /// Positions 9 to 17: the organisation code (组织机构代码).
    pub fn organisation_code(&self) -> &str {
        &self.0[8..17]
    }

    /// Whether the organisation code's own check digit fits (GB 11714). For information only: there are genuine codes
    /// that fail it (VAL-6).
    pub fn organisation_code_checksum(&self) -> Checksum {
        organisation_code_checksum(self.organisation_code())
    }

    /// First four and last two characters.
    pub fn mask(&self) -> String {
        mask::middle(&self.0, 4, 2)
    }
}

/// The check of GB 11714 over nine characters: eight of `0-9A-Z` and a check digit of `0-9X`.
pub(crate) fn organisation_code_checksum(code: &str) -> Checksum {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let value = |letter: char| letter.to_digit(36).unwrap_or_default();
    let sum: u32 = code
        .chars()
        .zip(WEIGHTS)
        .map(|(letter, weight)| value(letter) * weight)
        .sum();
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or_default(),
    };
    Checksum::of(code.ends_with(check))
}

text_value!(CreditCode);
masked_debug!(CreditCode);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: &[&str] = &[
        "91350100M000100Y43",
        "914403001922038216",
        "12440600MB2C07549J",
        "91510681MA66PGA4XN",
        "92141127MA0KD1Y64A",
        "91440300MA5F000080",
        "91310115591693856A",
        "91310110666007217T",
    ];

    // covers: VAL-3
    #[test]
    fn the_check_digit_of_a_genuine_code_fits() {
        for good in GOOD {
            let code = CreditCode::parse(good).unwrap();
            assert_eq!(
                (code.as_str(), code.checksum()),
                (*good, Checksum::Verified),
                "{good}"
            );
        }
        assert_eq!(
            CreditCode::parse("91310115MA1H8R7C6D").unwrap().checksum(),
            Checksum::Doubtful
        );
    }

    // covers: VAL-4
    #[test]
    fn a_check_digit_that_does_not_fit_is_a_doubt_and_not_a_refusal() {
        for genuine in ["91350203M0001QKT19", "91350211M00013FA1N"] {
            let code = CreditCode::parse(genuine).unwrap();
            assert_eq!(
                (code.as_str(), code.checksum()),
                (genuine, Checksum::Doubtful)
            );
        }
    }

    // covers: VAL-3
    #[test]
    fn other_lengths_and_letters_are_refused() {
        let rows = [
            ("", Problem::Missing),
            ("91350100M000100Y4", Problem::Length { came: 17 }),
            ("91350100M000100Y433", Problem::Length { came: 19 }),
            ("91350100I000100Y43", Problem::Character { place: 9 }),
            ("91350100O000100Y43", Problem::Character { place: 9 }),
            ("91350100S000100Y43", Problem::Character { place: 9 }),
            ("91350100V000100Y43", Problem::Character { place: 9 }),
            ("91350100Z000100Y43", Problem::Character { place: 9 }),
            ("91350100-000100Y43", Problem::Character { place: 9 }),
            ("91350100公000100Y43", Problem::Character { place: 9 }),
            // U+0141 ends in the same byte as `A`.
            ("91350100\u{141}000100Y43", Problem::Character { place: 9 }),
        ];
        for (bad, problem) in rows {
            assert_eq!(
                CreditCode::parse(bad).unwrap_err().problem(),
                problem,
                "{bad}"
            );
        }
        assert_eq!(
            CreditCode::parse("91350100m000100y43").unwrap().as_str(),
            "91350100M000100Y43"
        );
    }

    // covers: VAL-6
    #[test]
    fn the_organisation_code_has_a_check_of_its_own() {
        let rows = [
            ("914403001922038216", "192203821", Checksum::Verified),
            ("91350100M000100Y43", "M000100Y4", Checksum::Verified),
            ("91440300MA5F000080", "MA5F00008", Checksum::Doubtful),
            ("91310110666007217T", "666007217", Checksum::Verified),
        ];
        for (code, organisation, checksum) in rows {
            let code = CreditCode::parse(code).unwrap();
            assert_eq!(
                (code.organisation_code(), code.organisation_code_checksum()),
                (organisation, checksum)
            );
        }
        // The three ways a check digit comes out: a digit, 10 as X, 11 as 0.
        for (code, checksum) in [
            ("D2143569X", Checksum::Verified),
            ("000000000", Checksum::Verified),
            ("000000001", Checksum::Doubtful),
            ("00000005X", Checksum::Doubtful),
            ("000000051", Checksum::Verified),
            ("Z00000005", Checksum::Verified), // 35 * 3 = 105, 6 over 9 * 11
        ] {
            assert_eq!(organisation_code_checksum(code), checksum, "{code}");
        }
    }

    // covers: VAL-10
    #[test]
    fn the_registering_area_is_read_from_positions_three_to_eight() {
        let shenzhen = CreditCode::parse("914403001922038216").unwrap();
        assert_eq!(
            (shenzhen.registering_area(), shenzhen.registering_province()),
            ("440300", Some(Province::Guangdong))
        );
        let national = CreditCode::parse("91100000100003962T").unwrap();
        assert_eq!(
            (national.registering_area(), national.registering_province()),
            ("100000", None)
        );
    }

    #[test]
    fn a_mask_shows_six_letters() {
        let code = CreditCode::parse("91350100M000100Y43").unwrap();
        assert_eq!(format!("{code:?}"), "CreditCode(9135************43)");
    }

    proptest! {
        // covers: VAL-3
        #[test]
        fn one_wrong_letter_is_noticed(which in 0..GOOD.len(), place in 0..18_usize, letter in 0..31_usize) {
            let mut written = GOOD[which].as_bytes().to_vec();
            prop_assume!(written[place] != LETTERS[letter]);
            written[place] = LETTERS[letter];
            let code = CreditCode::parse(std::str::from_utf8(&written).unwrap()).unwrap();
            prop_assert_eq!(code.checksum(), Checksum::Doubtful);
        }
    }
}
