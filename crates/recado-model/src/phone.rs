//! Phone numbers in E.164: read as people type them, taken as providers give them, shown as people read them.
//!
//! The rules of each country come from the `phonenumber` crate. It only ever sees a plus and digits, because some of
//! what else people type makes it panic; and what it thinks of a number in international form is advice, because
//! new ranges open faster than its tables.

use std::fmt;
use std::str::FromStr;

use phonenumber::{Mode, PhoneNumber, country};

use crate::stored::{Scalar, Stored, StoredError};

/// E.164 knows no more; the shortest numbers in use, with their country code, have 7.
const E164_DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// The longest phone id that is taken from a provider.
pub const MAX_WA_ID_DIGITS: usize = 32;

/// A phone number, `+` and digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "+4915112345678")]
pub struct Phone(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    #[error("this is not a phone number")]
    NotAPhone,
    #[error("the country is missing: start with + and the country code")]
    NoCountry,
    #[error("no country has this country code")]
    UnknownCountry,
    #[error("the number is too short")]
    TooShort,
    #[error("the number is too long")]
    TooLong,
    #[error("no such number can exist in this country")]
    Impossible,
}

impl Phone {
    /// Reads what a person typed: digits with the usual spaces, dashes, dots, slashes and brackets between them.
    /// A number that does not start with `+` is read as dialled from `default_region` (two letters, `DE`).
    ///
    /// In international form every number of a plausible length under an existing country code is taken; in
    /// national form it must be one the country's plan knows, as the reading is a guess.
    pub fn parse(text: &str, default_region: Option<&str>) -> Result<Self, PhoneError> {
        let typed = plus_and_digits(text)?;
        let region =
            default_region.map(|region| country::Id::from_str(region).map_err(|_| PhoneError::NoCountry));
        if let Some(digits) = typed.strip_prefix('+') {
            return international(digits);
        }
        let Some(region) = region.transpose()? else {
            return Err(PhoneError::NoCountry);
        };
        let number = phonenumber::parse(Some(region), &typed).map_err(|error| reason(&error))?;
        if phonenumber::is_valid(&number) {
            of(&number)
        } else {
            Err(PhoneError::Impossible)
        }
    }

    /// Takes a provider's phone id as it is: nothing is checked or rewritten, so that an unknown range, a missing
    /// or surplus ninth digit (Brazil) or mobile digit (Mexico, Argentina) survives. `None` for whatever is not
    /// digits, as ids that are no phones must never be taken for one.
    pub fn from_wa_id(digits: &str) -> Option<Self> {
        let fits = (1..=MAX_WA_ID_DIGITS).contains(&digits.len());
        (fits && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| Self(format!("+{digits}")))
    }

    /// `+4915112345678`
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without the plus, as providers write it.
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }

    /// The ids a provider may know this phone by: its own digits first, then the other forms in use in countries whose
    /// numbers WhatsApp writes now with a digit, now without: the ninth digit in Brazil, the mobile digit in Mexico
    /// and in Argentina.
    pub fn wa_ids(&self) -> Vec<String> {
        let digits = self.digits();
        let other = match digits.as_bytes() {
            // 55, two digits of area, eight or nine of the number.
            [b'5', b'5', _, _, b'9', rest @ ..] if rest.len() == 8 => {
                Some(format!("{}{}", &digits[..4], &digits[5..]))
            }
            [b'5', b'5', _, _, b'6'..=b'9', rest @ ..] if rest.len() == 7 => {
                Some(format!("{}9{}", &digits[..4], &digits[4..]))
            }
            [b'5', b'2', b'1', rest @ ..] if rest.len() == 10 => Some(format!("52{}", &digits[3..])),
            [b'5', b'2', rest @ ..] if rest.len() == 10 => Some(format!("521{}", &digits[2..])),
            [b'5', b'4', b'9', rest @ ..] if rest.len() == 10 => Some(format!("54{}", &digits[3..])),
            [b'5', b'4', rest @ ..] if rest.len() == 10 => Some(format!("549{}", &digits[2..])),
            _ => None,
        };
        std::iter::once(digits.to_owned()).chain(other).collect()
    }

    /// Grouped as its country does, `+49 1511 2345678`; as it is where nothing is known about it.
    pub fn international(&self) -> String {
        // Only a number the crate leaves as it is may be shown its way.
        let known = (self.0.len() <= *E164_DIGITS.end() + 1)
            .then(|| phonenumber::parse(None, &self.0).ok())
            .flatten()
            .filter(|number| of(number).is_ok_and(|phone| phone == *self));
        known.map_or_else(
            || self.0.clone(),
            |number| number.format().mode(Mode::International).to_string(),
        )
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Stored for Phone {
    fn to_scalar(&self) -> Scalar<'_> {
        Scalar::Text(self.as_str().into())
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
        let text = String::from_scalar(scalar)?;
        text.strip_prefix('+')
            .and_then(Self::from_wa_id)
            .ok_or_else(|| StoredError::new("a phone number", text))
    }
}

/// The digits of `text` after at most one leading plus, or why it is no phone number.
fn plus_and_digits(text: &str) -> Result<String, PhoneError> {
    let text = text.trim();
    let mut kept = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' => kept.push(c),
            '+' | '\u{FF0B}' if kept.is_empty() => kept.push('+'),
            // Not all of them are seen: marks of writing direction come along when a number is copied from a page.
            ' '
            | '\t'
            | '-'
            | '.'
            | '/'
            | '('
            | ')'
            | '\u{A0}'
            | '\u{2007}'
            | '\u{2010}'..='\u{2015}'
            | '\u{202F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}' => {}
            _ => return Err(PhoneError::NotAPhone),
        }
        // Room for a dialling prefix and a trunk zero.
        if kept.len() > *E164_DIGITS.end() + 8 {
            return Err(PhoneError::TooLong);
        }
    }
    match kept.trim_start_matches('+').len() {
        0 => Err(PhoneError::NotAPhone),
        1..=3 => Err(PhoneError::TooShort),
        _ => Ok(kept),
    }
}

fn international(digits: &str) -> Result<Phone, PhoneError> {
    let number = phonenumber::parse(None, format!("+{digits}")).map_err(|error| reason(&error))?;
    let read = of(&number)?;
    // What the crate takes away is mostly a trunk zero, `+44 (0) 20 …`; but where it makes no number of the
    // country's plan, it is a digit that belongs there.
    if read.digits() == digits || phonenumber::is_valid(&number) {
        return Ok(read);
    }
    in_e164(digits)
}

fn of(number: &PhoneNumber) -> Result<Phone, PhoneError> {
    in_e164(&format!("{}{}", number.code().value(), number.national()))
}

fn in_e164(digits: &str) -> Result<Phone, PhoneError> {
    if digits.len() < *E164_DIGITS.start() {
        Err(PhoneError::TooShort)
    } else if digits.len() > *E164_DIGITS.end() {
        Err(PhoneError::TooLong)
    } else {
        Ok(Phone(format!("+{digits}")))
    }
}

fn reason(error: &phonenumber::ParseError) -> PhoneError {
    use phonenumber::ParseError;
    match error {
        ParseError::InvalidCountryCode => PhoneError::UnknownCountry,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => PhoneError::TooShort,
        ParseError::TooLong | ParseError::MalformedInteger(_) => PhoneError::TooLong,
        ParseError::NoNumber => PhoneError::NotAPhone,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str, region: &str) -> String {
        Phone::parse(text, Some(region)).map_or_else(|error| error.to_string(), |phone| phone.to_string())
    }

    #[test]
    fn a_phone_is_found_with_and_without_the_mobile_digit() {
        let ids = |digits: &str| Phone::from_wa_id(digits).unwrap().wa_ids();
        assert_eq!(ids("5511987654321"), ["5511987654321", "551187654321"]);
        assert_eq!(ids("551187654321"), ["551187654321", "5511987654321"]);
        assert_eq!(
            ids("551133334444"),
            ["551133334444"],
            "a landline has no ninth digit"
        );
        assert_eq!(ids("5215512345678"), ["5215512345678", "525512345678"]);
        assert_eq!(ids("525512345678"), ["525512345678", "5215512345678"]);
        assert_eq!(ids("5491123456789"), ["5491123456789", "541123456789"]);
        assert_eq!(ids("541123456789"), ["541123456789", "5491123456789"]);
        assert_eq!(ids("4915112345678"), ["4915112345678"]);
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (typed, region, wanted) in [
            ("+49 1511 2345678", "BR", "+4915112345678"),
            ("01511 / 234 56 78", "DE", "+4915112345678"),
            ("0049 1511-2345678", "DE", "+4915112345678"),
            ("+49 (0) 1511 2345678", "US", "+4915112345678"),
            (
                "\u{202A}+44\u{A0}20\u{A0}7946\u{A0}0018\u{202C}",
                "US",
                "+442079460018",
            ),
            ("(415) 555\u{2011}2671", "US", "+14155552671"),
            ("+1 555 000 1111", "DE", "+15550001111"),
            ("+55 11 98765-4321", "US", "+5511987654321"),
            ("+55 11 8765-4321", "US", "+551187654321"),
            ("+54 9 11 2345-6789", "US", "+5491123456789"),
            ("+39 06 698 12345", "US", "+390669812345"),
            ("+7 800 200-00-00", "US", "+78002000000"),
        ] {
            assert_eq!(parsed(typed, region), wanted, "{typed}");
        }
    }

    #[test]
    fn what_is_no_number_says_why() {
        use PhoneError::*;
        for (typed, region, wanted) in [
            ("", None, NotAPhone),
            ("+", None, NotAPhone),
            ("call me", None, NotAPhone),
            ("US.13491208655302741918", None, NotAPhone),
            ("US.13491208655302741918", Some("US"), NotAPhone),
            ("1+1", None, NotAPhone),
            ("*100#", Some("DE"), NotAPhone),
            ("12", Some("DE"), TooShort),
            ("030 123456", None, NoCountry),
            ("030 123456", Some("XX"), NoCountry),
            ("+999 1234567", None, UnknownCountry),
            ("+49 1511 2345678 9012345", None, TooLong),
            ("123 4567", Some("US"), Impossible),
        ] {
            assert_eq!(Phone::parse(typed, region), Err(wanted), "{typed}");
        }
    }

    #[test]
    fn a_providers_id_is_kept_digit_for_digit() {
        for digits in ["4915112345678", "551187654321", "5215512345678", "99912", "0"] {
            let phone = Phone::from_wa_id(digits).unwrap();
            assert_eq!(phone.as_str(), format!("+{digits}"));
            assert_eq!(phone.digits(), digits);
            assert_eq!(Phone::from_scalar(phone.to_scalar()), Ok(phone));
        }
        for other in [
            "",
            "+4915112345678",
            "US.13491208655302741918",
            "49 151",
            "١٢٣",
            &"1".repeat(33),
        ] {
            assert_eq!(Phone::from_wa_id(other), None, "{other}");
        }
    }

    #[test]
    fn numbers_are_shown_as_people_read_them() {
        for (digits, shown) in [
            ("4915112345678", "+49 1511 2345678"),
            ("14155552671", "+1 415-555-2671"),
            ("5511987654321", "+55 11 98765-4321"),
            ("99912345678", "+99912345678"),
            ("5215512345678", "+52 15512345678"),
        ] {
            assert_eq!(Phone::from_wa_id(digits).unwrap().international(), shown);
        }
    }

    /// Every region the crate knows, found by asking it.
    fn regions() -> Vec<String> {
        let letters = || ('A'..='Z').chain('0'..='9');
        letters()
            .flat_map(|a| letters().map(move |b| format!("{a}{b}")))
            .filter(|region| country::Id::from_str(region).is_ok())
            .collect()
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in ".*", region in proptest::option::of(".{0,3}")) {
            drop(Phone::parse(&text, region.as_deref()));
            drop(Phone::from_wa_id(&text).map(|phone| phone.international()));
        }

        #[test]
        fn whatever_digits_are_dialled_from_any_region_read_as_a_number_that_reads_as_itself(
            text in r"\+{0,2}[0-9 ()+*-]{0,24}",
            digits in "[0-9]{1,32}",
            region in proptest::sample::select(regions()),
        ) {
            for text in [text.as_str(), digits.as_str(), &format!("+{digits}")] {
                if let Ok(phone) = Phone::parse(text, Some(&region)) {
                    prop_assert!(E164_DIGITS.contains(&phone.digits().len()));
                    prop_assert!(phone.digits().bytes().all(|byte| byte.is_ascii_digit()));
                    let kept: String = phone.international().chars().filter(char::is_ascii_digit).collect();
                    prop_assert_eq!(kept, phone.digits());
                }
            }
            let kept = Phone::from_wa_id(&digits).unwrap().international();
            prop_assert_eq!(kept.chars().filter(char::is_ascii_digit).collect::<String>(), digits);
        }

        #[test]
        fn separators_do_not_matter(digits in "[1-9][0-9]{6,14}", at in 1..6_usize) {
            let spaced = format!("+{} ({})-{}", &digits[..at], &digits[at..=at], &digits[at + 1..]);
            prop_assert_eq!(Phone::parse(&spaced, None), Phone::parse(&format!("+{digits}"), None));
        }
    }
}
