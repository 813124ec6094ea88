//! Words of a text, made alike: without case, accents, vowel marks and the many forms of one letter. Writing without
//! spaces (Chinese, Japanese, Thai) becomes pairs of characters, so that any part of it is found.

use std::collections::HashSet;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A word that is longer is known by its beginning.
const LONGEST: usize = 40;
/// Different words kept of one text; no message of a person has more.
const MOST: usize = 1_000;
/// Articles that Arabic writes together with the noun, with what may stand before them.
const ARTICLES: [&str; 6] = ["وال", "بال", "كال", "فال", "لل", "ال"];

/// A word where it stands in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) range: Range<usize>,
    pub(super) word: String,
    /// An Arabic noun without its article.
    pub(super) stem: Option<String>,
    /// Of a pair of characters, where the second begins.
    pub(super) second: Option<usize>,
}

/// The different words that a text is found by, in the order they appear.
pub fn words(text: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut words = Vec::new();
    for token in tokens(text) {
        for word in std::iter::once(token.word).chain(token.stem) {
            if words.len() < MOST && seen.insert(word.clone()) {
                words.push(word);
            }
        }
    }
    words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Between,
    Spaced,
    Unspaced,
}

pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut kind = Kind::Between;
    for (at, char) in text.char_indices() {
        let here = kind_of(char, kind);
        if here != kind {
            add(text, start..at, kind, &mut tokens);
            (start, kind) = (at, here);
        }
    }
    add(text, start..text.len(), kind, &mut tokens);
    tokens
}

fn kind_of(char: char, before: Kind) -> Kind {
    match char {
        '\u{0E00}'..='\u{0EFF}'
        | '\u{1000}'..='\u{109F}'
        | '\u{1780}'..='\u{17FF}'
        | '\u{3041}'..='\u{30FF}'
        | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFF}'
            if char.is_alphanumeric() || is_combining_mark(char) =>
        {
            Kind::Unspaced
        }
        _ if is_combining_mark(char) || char == '\u{0640}' => before,
        _ if char.is_alphanumeric() => Kind::Spaced,
        _ => Kind::Between,
    }
}

fn add(text: &str, range: Range<usize>, kind: Kind, tokens: &mut Vec<Token>) {
    match kind {
        Kind::Between => {}
        Kind::Spaced => {
            let word = fold(&text[range.clone()]);
            if !word.is_empty() {
                let stem = without_article(&word).map(str::to_owned);
                tokens.push(Token {
                    range,
                    word,
                    stem,
                    second: None,
                });
            }
        }
        Kind::Unspaced => {
            let chars: Vec<(usize, char)> = text[range.clone()]
                .char_indices()
                .map(|(at, char)| (range.start + at, char))
                .collect();
            for (at, (start, char)) in chars.iter().enumerate() {
                let next = chars.get(at + 1);
                let end = chars.get(at + 2).map_or(range.end, |(end, _)| *end);
                let pair: String = std::iter::once(*char)
                    .chain(next.map(|(_, next)| *next))
                    .nfkc()
                    .filter(|char| char.is_alphanumeric() || is_combining_mark(*char))
                    .collect();
                if !pair.is_empty() {
                    tokens.push(Token {
                        range: *start..end,
                        word: pair,
                        stem: None,
                        second: next.map(|(at, _)| *at),
                    });
                }
            }
        }
    }
}

/// A word as it is compared.
pub(super) fn fold(word: &str) -> String {
    let bare = word.nfkd().filter(|char| !is_dropped(*char));
    let mut folded = String::with_capacity(word.len());
    for char in bare.nfc().flat_map(char::to_lowercase).map(alike) {
        match char {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            char if char.is_alphanumeric() || is_combining_mark(char) => folded.push(char),
            _ => {}
        }
    }
    if let Some((end, _)) = folded.char_indices().nth(LONGEST) {
        folded.truncate(end);
    }
    folded
}

/// Accents, and the vowel marks that Arabic and Hebrew may leave out. Marks of other scripts are letters.
fn is_dropped(char: char) -> bool {
    matches!(char,
        '\u{0300}'..='\u{036F}'
        | '\u{0591}'..='\u{05C7}'
        | '\u{0610}'..='\u{061A}'
        | '\u{0640}'
        | '\u{064B}'..='\u{065F}'
        | '\u{0670}'
        | '\u{06D6}'..='\u{06ED}'
        | '\u{FE00}'..='\u{FE0F}')
}

/// Letters that people write for one another and Unicode keeps apart, and the digits of Arabic and Persian.
fn alike(char: char) -> char {
    match char {
        'ø' => 'o',
        'ł' => 'l',
        'đ' => 'd',
        'ı' => 'i',
        'ς' => 'σ',
        'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ة' => 'ه',
        'ک' => 'ك',
        '٠'..='٩' => digit(char, '٠'),
        '۰'..='۹' => digit(char, '۰'),
        other => other,
    }
}

fn digit(char: char, zero: char) -> char {
    char::from_digit(u32::from(char) - u32::from(zero), 10).unwrap_or(char)
}

/// What is left of an Arabic noun without its article, if that is still a word.
fn without_article(word: &str) -> Option<&str> {
    ARTICLES
        .iter()
        .find_map(|article| word.strip_prefix(article))
        .filter(|rest| rest.chars().count() >= 3)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_and_accents_do_not_count() {
        assert_eq!(words("Olá, João! ¿Dónde está?"), ["ola", "joao", "donde", "esta"]);
        assert_eq!(words("STRASSE Straße"), ["strasse"]);
        assert_eq!(words("Łódź Øresund Ñandú"), ["lodz", "oresund", "nandu"]);
        assert_eq!(words("e\u{301}te\u{301} été"), ["ete"]);
        assert_eq!(words("Ёлка елка"), ["елка"]);
    }

    #[test]
    fn what_separates_words() {
        assert_eq!(
            words("ORD-10423, ana.lu@miga.example; don't"),
            ["ord", "10423", "ana", "lu", "miga", "example", "don", "t"]
        );
        assert_eq!(words("  … !? 🎂 "), Vec::<String>::new());
        assert_eq!(words("ＦＵＬＬ１２"), ["full12"]);
    }

    #[test]
    fn arabic_is_found_with_and_without_article_and_marks() {
        assert_eq!(words("الطَّلَب"), ["الطلب", "طلب"]);
        assert_eq!(words("أحمد إحمد احمد"), ["احمد"]);
        assert_eq!(words("مكتبة مكتبه"), ["مكتبه"]);
        assert_eq!(words("٢٠٢٦ ۲۰۲۶"), ["2026"]);
        assert_eq!(words("محـــمد"), ["محمد"]);
        // Too short to be a noun with an article.
        assert_eq!(words("الى"), ["الي"]);
    }

    #[test]
    fn writing_without_spaces_becomes_pairs() {
        assert_eq!(words("東京都"), ["東京", "京都", "都"]);
        assert_eq!(words("猫"), ["猫"]);
        assert_eq!(words("iPhone15を買う"), ["iphone15", "を買", "買う", "う"]);
    }

    #[test]
    fn marks_that_are_letters_stay() {
        assert_eq!(words("नमस्ते"), ["नमस्ते"]);
        assert_eq!(words("안녕하세요"), ["안녕하세요"]);
    }

    proptest! {
        #[test]
        fn words_hold_nothing_that_separates(text in ".{0,80}") {
            for word in words(&text) {
                prop_assert!(!word.is_empty());
                prop_assert!(word.chars().all(|char| char.is_alphanumeric() || is_combining_mark(char)));
            }
        }

        #[test]
        fn tokens_stand_in_their_text(text in ".{0,80}") {
            for token in tokens(&text) {
                prop_assert!(text.get(token.range.clone()).is_some());
                prop_assert!(token.second.is_none_or(|at| token.range.contains(&at) && text.is_char_boundary(at)));
            }
        }

        #[test]
        fn a_word_made_alike_stays_as_it_is(text in "[\\p{L}\\p{N}]{1,20}") {
            for word in words(&text) {
                let again = fold(&word);
                prop_assert_eq!(fold(&again), again);
            }
        }
    }
}
