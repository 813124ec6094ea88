//! What somebody typed into a search box, understood.

use std::cmp::Reverse;
use std::ops::Range;

use super::digits;
use super::snippet::{self, Piece};
use super::words::{Token, tokens};

/// Words asked for; further ones would only make fewer hits fewer.
const MOST: usize = 8;

/// A query: all its words must be there, and the last one may still be being typed.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ask {
    /// Whole words.
    pub words: Vec<String>,
    /// What the last word begins with; none if something came after it.
    pub beginning: Option<String>,
    /// The digits, where the query can only be a phone.
    pub phone: Option<String>,
}

impl Ask {
    pub fn of(query: &str) -> Self {
        let mut found: Vec<Token> = Vec::new();
        let mut second = None;
        for token in tokens(query) {
            // Pairs overlap: the last of several characters is in the pair before it already.
            let is_tail = second == Some(token.range.start);
            second = token.second;
            if !is_tail || token.second.is_some() {
                found.push(token);
            }
        }
        found.truncate(MOST);
        let is_open = found.last().is_some_and(|last| {
            last.second.is_none() && last.range.end == query.trim_end_matches(['\u{200E}', '\u{200F}']).len()
        });
        let beginning = if is_open { found.pop().map(word) } else { None };
        let mut words: Vec<String> = Vec::new();
        for token in found {
            let word = word(token);
            if !words.contains(&word) {
                words.push(word);
            }
        }
        Self {
            words,
            beginning,
            phone: phone(query),
        }
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.beginning.is_none()
    }

    /// What a person's words must begin with, the longest first: in names every word may be half typed, and a phone may
    /// be written in any way.
    pub fn beginnings(&self) -> Vec<String> {
        if let Some(phone) = &self.phone {
            return vec![phone.clone()];
        }
        let mut all: Vec<String> = self.words.iter().chain(&self.beginning).cloned().collect();
        all.sort_by_key(|word| Reverse(word.chars().count()));
        all.dedup();
        all
    }

    /// The text around the first thing asked for, in pieces; none if nothing of it is asked for.
    pub fn snippet(&self, text: &str) -> Option<Vec<Piece>> {
        let beginnings: Vec<&str> = self.beginning.as_deref().into_iter().collect();
        snippet::of(text, |token| place(token, &self.words, &beginnings))
    }

    /// The same of a name, where each word asked for may be a beginning.
    pub fn name_snippet(&self, text: &str) -> Option<Vec<Piece>> {
        let beginnings = self.beginnings();
        let beginnings: Vec<&str> = beginnings.iter().map(String::as_str).collect();
        snippet::of(text, |token| place(token, &[], &beginnings))
    }

    /// The same of a phone: the digits asked for, wherever they stand in it.
    pub fn phone_snippet(&self, phone: &str) -> Option<Vec<Piece>> {
        let places: Vec<usize> = phone
            .char_indices()
            .filter(|(_, char)| char.is_ascii_digit())
            .map(|(at, _)| at)
            .collect();
        let all = digits(phone);
        let asked = self.beginnings().into_iter().find(|word| {
            word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_digit()) && all.contains(word)
        })?;
        let from = all.find(&asked)?;
        let start = *places.get(from)?;
        let end = places.get(from + asked.len() - 1)? + 1;
        Some(snippet::cut(phone, std::slice::from_ref(&(start..end))))
    }
}

/// Every noun is kept without its article too.
fn word(token: Token) -> String {
    token.stem.unwrap_or(token.word)
}

/// What of a token is asked for: all of it, or of a pair the first character alone.
fn place(token: &Token, words: &[String], beginnings: &[&str]) -> Option<Range<usize>> {
    let forms = || [Some(&token.word), token.stem.as_ref()].into_iter().flatten();
    if forms().any(|form| words.contains(form)) {
        return Some(token.range.clone());
    }
    let begun = beginnings
        .iter()
        .find(|begun| forms().any(|form| form.starts_with(**begun)))?;
    match token.second {
        Some(second) if begun.chars().count() == 1 => Some(token.range.start..second),
        _ => Some(token.range.clone()),
    }
}

/// The digits of a query that is nothing but a phone, without what is dialled before it in its own country or abroad.
fn phone(query: &str) -> Option<String> {
    let query = query.replace("(0)", "");
    let is_phone = query
        .chars()
        .all(|char| char.is_ascii_digit() || char.is_whitespace() || "+-()./\u{200E}\u{200F}".contains(char));
    let all = digits(&query);
    let bare = all.trim_start_matches('0');
    (is_phone && bare.len() > 2).then(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: Option<Vec<Piece>>) -> String {
        pieces
            .unwrap_or_default()
            .iter()
            .map(|piece| {
                if piece.hit {
                    format!("[{}]", piece.text)
                } else {
                    piece.text.clone()
                }
            })
            .collect()
    }

    #[test]
    fn the_last_word_may_be_half_typed() {
        let ask = Ask::of("Wo ist die Bestel");
        assert_eq!(ask.words, ["wo", "ist", "die"]);
        assert_eq!(ask.beginning.as_deref(), Some("bestel"));
        let ask = Ask::of("pedido ");
        assert_eq!(
            (ask.words.as_slice(), ask.beginning),
            (&["pedido".to_owned()][..], None)
        );
        assert!(Ask::of(" ?! ").is_empty());
    }

    #[test]
    fn pairs_are_whole_and_one_character_is_a_beginning() {
        let ask = Ask::of("東京都");
        assert_eq!(
            (ask.words, ask.beginning),
            (vec!["東京".to_owned(), "京都".to_owned()], None)
        );
        assert_eq!(Ask::of("京").beginning.as_deref(), Some("京"));
    }

    #[test]
    fn a_phone_is_understood_in_any_form() {
        for (query, digits) in [
            ("+49 151 1234-5678", "4915112345678"),
            ("0049 (151) 12345678", "4915112345678"),
            ("+49 (0)151 12345678", "4915112345678"),
            ("0151/123 456", "151123456"),
            ("5678", "5678"),
        ] {
            assert_eq!(Ask::of(query).phone.as_deref(), Some(digits), "{query}");
            assert_eq!(Ask::of(query).beginnings(), [digits]);
        }
        assert_eq!(Ask::of("Order 5678").phone, None);
        assert_eq!(Ask::of("42").phone, None);
    }

    #[test]
    fn what_is_asked_for_is_marked() {
        let ask = Ask::of("pedido ONDE est");
        assert_eq!(
            shown(ask.snippet("Olá! Onde está o meu Pedido?")),
            "Olá! [Onde] [está] o meu [Pedido]?"
        );
        assert_eq!(ask.snippet("Nada"), None);
        assert_eq!(shown(Ask::of("طلب ").snippet("وصل الطلب")), "وصل [الطلب]");
        assert_eq!(shown(Ask::of("東京都").snippet("私は東京都に")), "私は[東京都]に");
        assert_eq!(shown(Ask::of("京").snippet("東京都")), "東[京]都");
    }

    #[test]
    fn names_and_phones_are_marked() {
        let ask = Ask::of("mar lu");
        assert_eq!(shown(ask.name_snippet("Lúcia Marques")), "[Lúcia] [Marques]");
        assert_eq!(
            shown(Ask::of("0151 12").phone_snippet("+4915112345678")),
            "+49[15112]345678"
        );
        assert_eq!(Ask::of("999").phone_snippet("+4915112345678"), None);
    }

    #[test]
    fn every_beginning_of_a_phone_is_a_word_of_it() {
        let words = super::super::phone_words("+49 151");
        assert_eq!(words, ["49151", "9151", "151"]);
        assert!(super::super::phone_words("12").is_empty());
    }
}
