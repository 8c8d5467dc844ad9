//! How the numbers of passports, permits and certificates are written. [`DocumentNumber`](super::DocumentNumber)
//! chooses among these by the kind of the document; nobody else needs them.

use super::{
    Form, Problem, ResidencePermit, Text, ValueError, citizen_number,
    written::{line, only, only_at},
};

static PASSPORT: Form = Form {
    name: Text::new("护照号码", "passport number"),
    expected: Text::new("6至20位数字和字母", "6 to 20 digits and letters"),
    cure: Text::new(
        "请按护照资料页填写，不加空格",
        "enter it as on the data page, without blanks",
    ),
};

static HK_MACAO_PERMIT: Form = Form {
    name: Text::new(
        "港澳居民来往内地通行证号码",
        "number of a mainland travel permit (Hong Kong, Macao)",
    ),
    expected: Text::new("H或M加8位或10位数字", "H or M and 8 or 10 digits"),
    cure: Text::new(
        "请按通行证填写；2位换证次数可写可不写",
        "enter it as on the permit, with or without the two digits of the issue",
    ),
};

static TAIWAN_PERMIT: Form = Form {
    name: Text::new(
        "台湾居民来往大陆通行证号码",
        "number of a mainland travel permit (Taiwan)",
    ),
    expected: Text::new(
        "8位数字，旧证为10位数字，可加1位字母",
        "8 digits, on older permits 10, perhaps with one letter after them",
    ),
    cure: Text::new(
        "请按通行证填写，不加括号",
        "enter it as on the permit, without brackets",
    ),
};

static PERMANENT_RESIDENCE: Form = Form {
    name: Text::new(
        "外国人永久居留身份证号码",
        "permanent residence card number",
    ),
    expected: Text::new(
        "以9开头的18位号码，旧证为3位字母加12位数字",
        "18 characters that begin with 9, on older cards 3 letters and 12 digits",
    ),
    cure: Text::new(
        "请对照证件逐位核对",
        "compare it with the card, digit by digit",
    ),
};

static ORGANISATION_CODE: Form = Form {
    name: Text::new("组织机构代码", "organisation code"),
    expected: Text::new(
        "8位数字或大写字母加1位校验码，如19220382-1",
        "8 digits or letters and a check digit, such as 19220382-1",
    ),
    cure: Text::new(
        "已换发统一社会信用代码的，请改用新证件",
        "if the unit has a unified social credit code by now, file with that document",
    ),
};

static AS_PRINTED: Form = Form {
    name: Text::new("证件号码", "document number"),
    expected: Text::new(
        "证件上印刷的号码，不超过50个字符",
        "the number as printed on the document, 50 characters at most",
    ),
    cure: Text::new(
        "请按证件原样填写，前后不留空格",
        "enter it as printed, without blanks around it",
    ),
};

/// A residence permit of the one side or the other.
pub(crate) fn residence_permit(raw: &str, of_taiwan: bool) -> Result<String, ValueError> {
    let permit = ResidencePermit::parse(raw)?;
    if permit.is_of_taiwan() == of_taiwan {
        return Ok(permit.into());
    }
    let other_kind = if of_taiwan {
        Text::new(
            "这是港澳居民居住证的号码",
            "this is the number of a permit for Hong Kong and Macao residents",
        )
    } else {
        Text::new(
            "这是台湾居民居住证的号码",
            "this is the number of a permit for Taiwan residents",
        )
    };
    Err(ResidencePermit::FORM.refuse(Problem::Says(other_kind)))
}

/// Since 2023-12-01 a citizen number with a leading 9 (same check digit); before that three letters and twelve digits.
pub(crate) fn permanent_residence_card(raw: &str) -> Result<String, ValueError> {
    let written = letters_and_digits(raw, &PERMANENT_RESIDENCE)?;
    match written.as_bytes() {
        [nation @ .., _, _, _, _, _, _, _, _, _, _, _, _] if nation.len() == 3 => {
            only_at(&written, &PERMANENT_RESIDENCE, |place, letter| {
                if place < 3 {
                    letter.is_ascii_uppercase()
                } else {
                    letter.is_ascii_digit()
                }
            })?;
            Ok(written)
        }
        _ => {
            let no_nine = Problem::Says(Text::new("首位不是9", "it does not begin with 9"));
            citizen_number::parse(
                &written,
                &PERMANENT_RESIDENCE,
                |area| area.starts_with('9'),
                no_nine,
            )
        }
    }
}

/// Passports of all nations: ICAO 9303 has nine characters, some states print more.
pub(crate) fn passport(raw: &str) -> Result<String, ValueError> {
    let written = letters_and_digits(raw, &PASSPORT)?;
    length_in(&written, &PASSPORT, &[6..=20])?;
    Ok(written)
}

/// `H` or `M`, eight digits that stay with the person, and perhaps two that count the issues.
pub(crate) fn hk_macao_permit(raw: &str) -> Result<String, ValueError> {
    let written = letters_and_digits(raw, &HK_MACAO_PERMIT)?;
    length_in(&written, &HK_MACAO_PERMIT, &[9..=9, 11..=11])?;
    only_at(&written, &HK_MACAO_PERMIT, |place, letter| {
        if place == 0 {
            matches!(letter, 'H' | 'M')
        } else {
            letter.is_ascii_digit()
        }
    })?;
    Ok(written)
}

/// Eight digits on the card; ten and perhaps a letter on the booklets before it.
pub(crate) fn taiwan_permit(raw: &str) -> Result<String, ValueError> {
    let written = letters_and_digits(raw, &TAIWAN_PERMIT)?;
    length_in(&written, &TAIWAN_PERMIT, &[8..=8, 10..=11])?;
    only_at(&written, &TAIWAN_PERMIT, |place, letter| {
        if place == 10 {
            letter.is_ascii_uppercase()
        } else {
            letter.is_ascii_digit()
        }
    })?;
    Ok(written)
}

/// Kept without the hyphen before its check digit. The check itself is information only (VAL-6).
pub(crate) fn organisation_code(raw: &str) -> Result<String, ValueError> {
    let written = match raw.split_once('-') {
        Some((body, check)) if body.chars().count() == 8 => {
            letters_and_digits(&format!("{body}{check}"), &ORGANISATION_CODE)?
        }
        _ => letters_and_digits(raw, &ORGANISATION_CODE)?,
    };
    length_in(&written, &ORGANISATION_CODE, &[9..=9])?;
    only_at(&written, &ORGANISATION_CODE, |place, letter| {
        place < 8 || letter.is_ascii_digit() || letter == 'X'
    })?;
    Ok(written)
}

/// What an authority with a numbering of its own has printed.
pub(crate) fn as_printed(raw: &str) -> Result<String, ValueError> {
    line(raw, 50, &AS_PRINTED)
}

fn letters_and_digits(raw: &str, form: &'static Form) -> Result<String, ValueError> {
    if raw.is_empty() {
        return Err(form.refuse(Problem::Missing));
    }
    only(raw, form, |letter| letter.is_ascii_alphanumeric())?;
    Ok(raw.to_ascii_uppercase())
}

fn length_in(
    written: &str,
    form: &'static Form,
    lengths: &[std::ops::RangeInclusive<usize>],
) -> Result<(), ValueError> {
    let came = written.len();
    if lengths.iter().any(|range| range.contains(&came)) {
        Ok(())
    } else {
        Err(form.refuse(Problem::Length { came }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Parser = fn(&str) -> Result<String, ValueError>;

    fn kept(parse: Parser, rows: &[(&str, &str)]) {
        for (written, kept) in rows {
            assert_eq!(parse(written).as_deref(), Ok(*kept), "{written}");
        }
    }

    fn refused(parse: Parser, rows: &[(&str, Problem)]) {
        for (written, problem) in rows {
            assert_eq!(parse(written).unwrap_err().problem(), *problem, "{written}");
        }
    }

    #[test]
    fn passports() {
        kept(
            passport,
            &[
                ("E12345678", "E12345678"),
                ("eb1234567", "EB1234567"),
                ("123456", "123456"),
                (&"9".repeat(20), &"9".repeat(20)),
            ],
        );
        refused(
            passport,
            &[
                ("", Problem::Missing),
                ("12345", Problem::Length { came: 5 }),
                (&"9".repeat(21), Problem::Length { came: 21 }),
                ("E 1234567", Problem::Character { place: 2 }),
            ],
        );
    }

    #[test]
    fn travel_permits_of_hong_kong_and_macao() {
        kept(
            hk_macao_permit,
            &[
                ("H12345678", "H12345678"),
                ("m12345678", "M12345678"),
                ("H1234567801", "H1234567801"),
            ],
        );
        refused(
            hk_macao_permit,
            &[
                ("H1234567", Problem::Length { came: 8 }),
                ("H123456789", Problem::Length { came: 10 }),
                ("H12345678012", Problem::Length { came: 12 }),
                ("T12345678", Problem::Character { place: 1 }),
                ("112345678", Problem::Character { place: 1 }),
                ("HH2345678", Problem::Character { place: 2 }),
            ],
        );
    }

    #[test]
    fn travel_permits_of_taiwan() {
        kept(
            taiwan_permit,
            &[
                ("12345678", "12345678"),
                ("0012345601", "0012345601"),
                ("0012345601b", "0012345601B"),
            ],
        );
        refused(
            taiwan_permit,
            &[
                ("1234567", Problem::Length { came: 7 }),
                ("123456789", Problem::Length { came: 9 }),
                ("001234560112", Problem::Length { came: 12 }),
                ("00123456011", Problem::Character { place: 11 }),
                ("1234567A", Problem::Character { place: 8 }),
                ("0012345601(B)", Problem::Character { place: 11 }),
            ],
        );
    }

    #[test]
    fn permanent_residence_cards() {
        let body = "91184019900101001";
        let new = format!("{body}{}", char::from(citizen_number::check_digit(body)));
        let wrong = format!("{body}{}", if new.ends_with('0') { '1' } else { '0' });
        kept(
            permanent_residence_card,
            &[(&new, &new), ("can123456789012", "CAN123456789012")],
        );
        refused(
            permanent_residence_card,
            &[
                ("", Problem::Missing),
                (&wrong, Problem::CheckDigit),
                (
                    "11010519491231002X",
                    Problem::Says(Text::new("首位不是9", "it does not begin with 9")),
                ),
                ("CA1123456789012", Problem::Character { place: 3 }),
                ("CANA23456789012", Problem::Character { place: 4 }),
                ("CAN12345678901", Problem::Length { came: 14 }),
                ("CAN1234567890123", Problem::Length { came: 16 }),
            ],
        );
    }

    #[test]
    fn organisation_codes() {
        kept(
            organisation_code,
            &[
                ("19220382-1", "192203821"),
                ("192203821", "192203821"),
                ("d2143569-x", "D2143569X"),
                ("D2143569X", "D2143569X"),
                ("1922038A1", "1922038A1"),
            ],
        );
        refused(
            organisation_code,
            &[
                ("", Problem::Missing),
                ("1922038-21", Problem::Character { place: 8 }),
                ("19220382-", Problem::Length { came: 8 }),
                ("19220382-12", Problem::Length { came: 10 }),
                ("19220382A", Problem::Character { place: 9 }),
            ],
        );
    }

    #[test]
    fn a_permit_of_the_other_side_is_named() {
        let error = residence_permit("830000199201300022", false).unwrap_err();
        assert!(error.en().contains("for Taiwan residents"), "{error}");
        let error = residence_permit("810000199408230021", true).unwrap_err();
        assert!(
            error.en().contains("for Hong Kong and Macao residents"),
            "{error}"
        );
    }

    #[test]
    fn other_numbers_are_kept_as_printed() {
        kept(
            as_printed,
            &[
                ("军字第12345号", "军字第12345号"),
                ("PDY10012-X", "PDY10012-X"),
                (&"号".repeat(50), &"号".repeat(50)),
            ],
        );
        refused(
            as_printed,
            &[
                ("  ", Problem::Missing),
                (&"号".repeat(51), Problem::TooLong { came: 51, max: 50 }),
                (" 1", Problem::Character { place: 1 }),
                ("1\u{200b}2", Problem::Character { place: 2 }),
            ],
        );
    }
}
