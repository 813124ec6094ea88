//! What people type, brought into one form or refused with the field named.

use recado_model::Phone;

use crate::error::{Error, Result};

const MAX_NAME: usize = 80;
/// Of an address, in bytes (RFC 5321).
const MAX_EMAIL: usize = 254;

/// A name of 1 to 80 characters, without space around it.
pub fn name(field: &'static str, text: &str) -> Result<String> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME {
        return Err(Error::bad_input(
            field,
            format!("A name has 1 to {MAX_NAME} characters."),
        ));
    }
    if name.chars().any(char::is_control) {
        return Err(Error::bad_input(field, "A name is one line of plain text."));
    }
    Ok(name.to_owned())
}

/// A phone with its country in front.
pub fn phone(field: &'static str, text: &str) -> Result<Phone> {
    Phone::parse(text, None).map_err(|error| {
        let why = error.to_string();
        let (first, rest) = why.split_at_checked(1).unwrap_or_default();
        Error::bad_input(field, format!("{}{rest}.", first.to_uppercase()))
    })
}

/// One line of up to `most` characters, without space around it; none for none and for a blank.
pub fn line(field: &'static str, text: Option<&str>, most: usize) -> Result<Option<String>> {
    let Some(line) = text.map(str::trim).filter(|line| !line.is_empty()) else {
        return Ok(None);
    };
    if line.chars().count() > most {
        return Err(Error::bad_input(
            field,
            format!("This has at most {most} characters."),
        ));
    }
    if line.chars().any(char::is_control) {
        return Err(Error::bad_input(field, "This is one line of plain text."));
    }
    Ok(Some(line.to_owned()))
}

/// An address in lower case. Whether somebody reads there only a message to it could tell.
pub fn email(text: &str) -> Result<String> {
    let email = text.trim().to_lowercase();
    if is_email(&email) {
        Ok(email)
    } else {
        Err(Error::bad_input("email", "This is not an email address."))
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with('.');
    plain(local)
        && plain(domain)
        && !domain.contains('@')
        && !text.contains("..")
        && text.len() <= MAX_EMAIL
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>(),;:\\\"[]".contains(c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_told_from_other_texts() {
        for (typed, kept) in [
            (" Ana.Lima+shop@Example.COM ", "ana.lima+shop@example.com"),
            ("demo@localhost", "demo@localhost"),
            ("josé@españa.es", "josé@españa.es"),
        ] {
            assert_eq!(email(typed).unwrap(), kept);
        }
        for typed in [
            "",
            "ana",
            "@example.com",
            "ana@",
            "a@b@c",
            "ana @example.com",
            "ana@exa\u{0}mple.com",
            "ana@.example.com",
            "ana@example..com",
            "Ana <ana@example.com>",
            "ana@example.com,bob@example.com",
        ] {
            assert!(
                matches!(
                    email(typed),
                    Err(Error::BadInput {
                        field: Some("email"),
                        ..
                    })
                ),
                "{typed:?}"
            );
        }
        assert!(email(&format!("{}@example.com", "a".repeat(242))).is_ok());
        assert!(email(&format!("{}@example.com", "a".repeat(243))).is_err());
    }

    #[test]
    fn names_are_trimmed_and_of_one_line() {
        assert_eq!(name("name", "  Ana Lima ").unwrap(), "Ana Lima");
        assert_eq!(name("name", &"ñ".repeat(80)).unwrap().chars().count(), 80);
        for typed in ["", " \t ", "a\nb", "a\u{0}b", &"n".repeat(81)] {
            assert!(name("name", typed).is_err(), "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_accepted_is_in_its_final_form(text in "\\PC{0,30}(@\\PC{0,30})?") {
            if let Ok(kept) = email(&text) {
                prop_assert_eq!(email(&kept).unwrap(), kept);
            }
            if let Ok(kept) = name("name", &text) {
                prop_assert_eq!(name("name", &kept).unwrap(), kept);
            }
        }
    }
}
