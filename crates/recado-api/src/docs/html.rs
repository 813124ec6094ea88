//! Text into HTML.

use std::fmt::{self, Write as _};

/// A text, shown as it is.
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

/// The little of Markdown that our comments use, in one line: `code`.
pub struct Inline<'a>(pub &'a str);

impl fmt::Display for Inline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = self.0.split('`').peekable();
        let mut code = false;
        while let Some(part) = parts.next() {
            // A last, lonely backquote opens nothing.
            if code && parts.peek().is_some() {
                write!(f, "<code>{}</code>", Escaped(part))?;
            } else {
                let mark = if code { "`" } else { "" };
                write!(f, "{mark}{}", Escaped(part))?;
            }
            code = !code;
        }
        Ok(())
    }
}

/// Paragraphs, parted by empty lines.
pub struct Paragraphs<'a>(pub &'a str);

impl fmt::Display for Paragraphs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for paragraph in self
            .0
            .split("\n\n")
            .map(str::trim)
            .filter(|paragraph| !paragraph.is_empty())
        {
            write!(f, "<p>{}</p>", Inline(paragraph))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn code_is_marked_and_all_else_escaped() {
        assert_eq!(Inline("a `b<c` & d").to_string(), "a <code>b&lt;c</code> &amp; d");
        assert_eq!(Inline("a ` b").to_string(), "a ` b");
        assert_eq!(Paragraphs("one\n\ntwo\n").to_string(), "<p>one</p><p>two</p>");
    }

    proptest! {
        #[test]
        fn no_text_makes_a_tag_of_its_own(text in "[<>&\"'`a-z ]{0,40}") {
            let shown = Inline(&text).to_string().replace("<code>", "").replace("</code>", "");
            prop_assert!(!shown.contains('<') && !shown.contains('>'));
        }
    }
}
