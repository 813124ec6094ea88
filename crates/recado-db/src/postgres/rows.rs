//! Many rows in one INSERT: executing a statement costs the server as much as several rows do.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// Rows in one statement, most first; what is left goes one by one. Few numbers, so that a connection holds three prepared
/// statements for an INSERT, not dozens.
pub(super) const ROWS: [usize; 2] = [16, 4];

/// An INSERT of several rows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Many {
    pub(super) text: String,
    /// Whether each row is added or the statement fails: nothing follows the values.
    pub(super) plain: bool,
}

/// The texts of INSERTs of so many rows that were asked for; none for what cannot be written so.
type Written = HashMap<(&'static str, usize), Option<Arc<Many>>>;

/// As many as the program has INSERTs, times [`ROWS`].
static WRITTEN: LazyLock<RwLock<Written>> = LazyLock::new(RwLock::default);

/// [`write`], remembered.
pub(super) fn many(text: &'static str, params: usize, rows: usize) -> Option<Arc<Many>> {
    let known = WRITTEN
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&(text, rows))
        .cloned();
    known.unwrap_or_else(|| {
        let many = write(text, params, rows).map(Arc::new);
        WRITTEN
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((text, rows), many.clone());
        many
    })
}

/// The text for so many `rows` of `params` parameters each, where `text` is an INSERT of one row made of parameters and
/// constants. What follows the values (`ON CONFLICT`, `RETURNING`) stays.
fn write(text: &str, params: usize, rows: usize) -> Option<Many> {
    let (head, rest) = text.split_once("VALUES")?;
    let (tuple, tail) = rest.trim_start().strip_prefix('(')?.split_once(')')?;
    let places: Vec<Place<'_>> = tuple.split(',').map(Place::of).collect::<Option<_>>()?;
    if !head.trim_start().starts_with("INSERT INTO ") || head.contains("SELECT") || tail.contains('$') {
        return None;
    }
    let mut many = format!("{head}VALUES");
    for row in 0..rows {
        for (index, place) in places.iter().enumerate() {
            let before = match (row, index) {
                (0, 0) => " (",
                (_, 0) => "), (",
                _ => ", ",
            };
            // Writing to a string does not fail.
            let _ = match place {
                Place::Parameter(place) => write!(many, "{before}${}", row * params + place),
                Place::Constant(constant) => write!(many, "{before}{constant}"),
            };
        }
    }
    many.push(')');
    many.push_str(tail);
    Some(Many {
        text: many,
        plain: tail.trim().is_empty(),
    })
}

/// The text for the smaller number of rows, if there are as many and it can be had.
pub(super) fn several<T>(text: &'static str, sets: &[&[T]]) -> Option<Arc<Many>> {
    let least = ROWS[ROWS.len() - 1];
    many(text, sets.get(least - 1)?.len(), least)
}

enum Place<'a> {
    Parameter(usize),
    Constant(&'a str),
}

impl<'a> Place<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let text = text.trim();
        if let Some(number) = text.strip_prefix('$') {
            return number.parse().ok().map(Self::Parameter);
        }
        let is_word = text
            .strip_prefix('\'')
            .and_then(|text| text.strip_suffix('\''))
            .is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        (is_word || text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty())
            .then_some(Self::Constant(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_parameters_of_its_own() {
        let many = write("INSERT INTO t (a, b, c)\n    VALUES ($1, $2, $2)", 2, 16).unwrap();
        assert!(many.plain);
        let text = many.text;
        assert!(
            text.starts_with("INSERT INTO t (a, b, c)\n    VALUES ($1, $2, $2), ($3, $4, $4), ($5, "),
            "{text}"
        );
        assert!(text.ends_with("), ($31, $32, $32)"), "{text}");
    }

    #[test]
    fn constants_and_what_follows_stay() {
        let tail = " ON CONFLICT (a) DO NOTHING RETURNING a";
        let many = write(
            &format!("INSERT INTO t (a, b, c) VALUES ($1, 'word', 0){tail}"),
            1,
            16,
        )
        .unwrap();
        assert!(!many.plain);
        assert!(
            many.text.contains("VALUES ($1, 'word', 0), ($2, 'word', 0), ("),
            "{}",
            many.text
        );
        assert!(
            many.text.ends_with(&format!("($16, 'word', 0){tail}")),
            "{}",
            many.text
        );
    }

    #[test]
    fn what_is_more_than_a_row_is_left_as_it_is() {
        for text in [
            "INSERT INTO t (a) VALUES (CAST($1 AS TEXT))",
            "INSERT INTO t (a) VALUES ('it''s, or not')",
            "INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = $1",
            "INSERT INTO t (a) SELECT $1",
            "WITH x AS (SELECT 1) INSERT INTO t (a) VALUES ($1)",
            "UPDATE t SET a = $1",
        ] {
            assert_eq!(write(text, 1, 4), None, "{text}");
        }
    }
}
