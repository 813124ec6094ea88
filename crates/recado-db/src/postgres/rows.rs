//! Many rows in one INSERT: executing a statement costs the server as much as several rows do.

use std::fmt::Write as _;

/// Rows in one statement. One number, so that a connection holds two prepared statements for an INSERT, not dozens.
pub(super) const ROWS: usize = 16;

/// The text for [`ROWS`] rows of `params` parameters each, where `text` is an INSERT of one row that is nothing but
/// parameters, without an answer and whatever happens: then each row counts as one changed.
pub(super) fn many(text: &str, params: usize) -> Option<String> {
    let (head, tuple) = text.rsplit_once("VALUES")?;
    let places: Vec<usize> = tuple
        .trim()
        .strip_prefix('(')?
        .strip_suffix(')')?
        .split(',')
        .map(|place| place.trim().strip_prefix('$')?.parse().ok())
        .collect::<Option<_>>()?;
    if !head.trim_start().starts_with("INSERT INTO ") || head.contains("SELECT") {
        return None;
    }
    let mut many = format!("{head}VALUES");
    for row in 0..ROWS {
        for (index, place) in places.iter().enumerate() {
            let before = match (row, index) {
                (0, 0) => " (",
                (_, 0) => "), (",
                _ => ", ",
            };
            // Writing to a string does not fail.
            let _ = write!(many, "{before}${}", row * params + place);
        }
    }
    many.push(')');
    Some(many)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_parameters_of_its_own() {
        let text = many("INSERT INTO t (a, b, c)\n    VALUES ($1, $2, $2)", 2).unwrap();
        assert!(
            text.starts_with("INSERT INTO t (a, b, c)\n    VALUES ($1, $2, $2), ($3, $4, $4), ($5, "),
            "{text}"
        );
        assert!(text.ends_with("), ($31, $32, $32)"), "{text}");
    }

    #[test]
    fn what_is_more_than_a_row_is_left_as_it_is() {
        for text in [
            "INSERT INTO t (a) VALUES ($1) ON CONFLICT DO NOTHING",
            "INSERT INTO t (a) VALUES ($1) RETURNING a",
            "INSERT INTO t (a) VALUES (CAST($1 AS TEXT))",
            "INSERT INTO t (a) VALUES ('x')",
            "INSERT INTO t (a) SELECT $1",
            "WITH x AS (SELECT 1) INSERT INTO t (a) VALUES ($1)",
            "UPDATE t SET a = $1",
        ] {
            assert_eq!(many(text, 1), None, "{text}");
        }
    }
}
