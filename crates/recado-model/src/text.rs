//! Texts as people compare them.

use unicode_normalization::UnicodeNormalization;

/// What remains of a text when case, accents, how its characters are composed and the spaces around words do not count:
/// `Señor  ÁLVARO` is `senor alvaro`. Marks that make another letter, as in Hindi or Thai, stay.
pub fn fold(text: &str) -> String {
    let plain: String = text
        .nfkd()
        .filter(|c| !is_accent(*c))
        .flat_map(char::to_lowercase)
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A pattern for `LIKE … ESCAPE '!'` that finds `text` anywhere: what people type stands for itself.
pub fn anywhere(text: &str) -> String {
    format!(
        "%{}%",
        text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
    )
}

/// The accents of Latin, Greek and Cyrillic, and the vowel marks of Hebrew and Arabic, which most people leave out.
const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5BD}' | '\u{64B}'..='\u{65F}' | '\u{670}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_and_accents_do_not_count() {
        for (one, other) in [
            ("VIP", "vip"),
            ("Crédito", "CREDITO"),
            ("niño", "nin\u{303}o"),
            ("  new   customer ", "New Customer"),
            ("Ｆｕｌｌ", "full"),
            ("İzmir", "izmir"),
            ("Ёлка", "елка"),
            ("مُهِمّ", "مهم"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
    }

    #[test]
    fn other_letters_are_others() {
        for (one, other) in [("vip", "vip 2"), ("की", "का"), ("か", "が"), ("ä", "o")] {
            assert_ne!(fold(one), fold(other), "{one} {other}");
        }
    }

    #[test]
    fn what_is_searched_for_stands_for_itself() {
        assert_eq!(anywhere("50%_!"), "%50!%!_!!%");
    }

    proptest! {
        #[test]
        fn what_is_folded_stays(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
