//! A line of a text around what was found in it, in pieces: no markup, so that nobody can smuggle any in.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::words::{Token, tokens};

/// Characters before the first hit, and altogether.
const BEFORE: usize = 40;
const LENGTH: usize = 160;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SnippetPiece)]
pub struct Piece {
    pub text: String,
    /// Whether it is what was asked for.
    pub hit: bool,
}

/// The line around the first token of which something is wanted; none if nothing is.
pub(super) fn of(text: &str, wanted: impl Fn(&Token) -> Option<Range<usize>>) -> Option<Vec<Piece>> {
    let mut hits: Vec<Range<usize>> = Vec::new();
    for range in tokens(text).iter().filter_map(wanted) {
        match hits.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => hits.push(range),
        }
    }
    (!hits.is_empty()).then(|| cut(text, &hits))
}

/// The line around the first of these places.
pub(super) fn cut(text: &str, hits: &[Range<usize>]) -> Vec<Piece> {
    let first = hits.first().map_or(0, |hit| hit.start);
    let start = start_of(text, first);
    let end = text[start..]
        .char_indices()
        .nth(LENGTH)
        .map_or(text.len(), |(at, _)| start + at);
    let mut pieces = Vec::new();
    let mut add = |text: String, hit: bool| {
        if !text.is_empty() {
            pieces.push(Piece { text, hit });
        }
    };
    let mut at = start;
    let mut before = if start > 0 {
        "…".to_owned()
    } else {
        String::new()
    };
    for hit in hits {
        let (from, to) = (hit.start.clamp(at, end), hit.end.clamp(at, end));
        if from == to {
            continue;
        }
        before.push_str(&on_one_line(&text[at..from]));
        add(std::mem::take(&mut before), false);
        add(on_one_line(&text[from..to]), true);
        at = to;
    }
    before.push_str(&on_one_line(&text[at..end]));
    if end < text.len() {
        before.push('…');
    }
    add(before, false);
    pieces
}

/// Where the line begins: with the text, or with a word not far before the hit.
fn start_of(text: &str, hit: usize) -> usize {
    let Some((earliest, _)) = text[..hit].char_indices().rev().nth(BEFORE) else {
        return 0;
    };
    text[earliest..hit]
        .find(char::is_whitespace)
        .map_or(earliest, |space| {
            let rest = &text[earliest + space..hit];
            earliest + space + (rest.len() - rest.trim_start().len())
        })
}

fn on_one_line(text: &str) -> String {
    text.chars()
        .map(|char| {
            if char.is_control() || char == '\u{2028}' {
                ' '
            } else {
                char
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Ask;
    use super::*;

    #[test]
    fn a_long_text_is_cut_around_the_hit() {
        let text = format!("{} needle {}", "before ".repeat(30), "after ".repeat(60));
        let pieces = Ask::of("needle ").snippet(&text).unwrap();
        assert_eq!(pieces.len(), 3);
        assert!(pieces[0].text.starts_with("…before") && pieces[0].text.chars().count() <= BEFORE + 2);
        assert_eq!((pieces[1].text.as_str(), pieces[1].hit), ("needle", true));
        assert!(pieces[2].text.ends_with('…'));
    }

    #[test]
    fn a_text_of_several_lines_becomes_one() {
        let pieces = Ask::of("two ").snippet("one\ntwo\n\nthree").unwrap();
        let line: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(line, "one two  three");
    }

    proptest! {
        #[test]
        fn no_text_and_no_query_break_it(text in ".{0,300}", query in ".{0,12}") {
            let ask = Ask::of(&query);
            for pieces in [ask.snippet(&text), ask.name_snippet(&text), ask.phone_snippet(&text)] {
                prop_assert!(pieces.is_none_or(|pieces| pieces.iter().any(|piece| piece.hit)));
            }
        }
    }
}
