//! Words about messages.

crate::words! {
    pub enum Direction {
        Inbound = "inbound",
        Outbound = "outbound",
    }
}

crate::words! {
    pub enum SenderType {
        Customer = "customer",
        Agent = "agent",
        /// An API key, Recado itself, or WhatsApp.
        System = "system",
    }
}

crate::words! {
    /// What a message is made of. Kinds that are kept whole but not understood are `unsupported`.
    pub enum ContentType {
        Text = "text",
        Template = "template",
        Image = "image",
        Video = "video",
        Audio = "audio",
        Document = "document",
        Sticker = "sticker",
        Location = "location",
        Contacts = "contacts",
        /// Buttons and lists we send, and what the customer pressed.
        Interactive = "interactive",
        Order = "order",
        /// What the provider itself says in the chat.
        System = "system",
        Unsupported = "unsupported",
    }
}

crate::words! {
    /// Who made a message go.
    pub enum DeletedBy {
        /// Whoever wrote it took it back, on the phone: it is gone there, too.
        Author = "author",
        /// Taken out of the inbox: the customer still has it.
        Team = "team",
    }
}

/// The longest text WhatsApp takes, in characters.
pub const MAX_TEXT_CHARS: usize = 4096;

/// The longest text beside a file, in characters.
pub const MAX_CAPTION_CHARS: usize = 1024;

/// How many characters of a message the conversation list shows.
const PREVIEW_CHARS: usize = 160;

/// One line of a message for the conversation list: whitespace folded, cut to a length that always fits.
pub fn preview(text: &str) -> String {
    let mut line = String::with_capacity(PREVIEW_CHARS.min(text.len()));
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > PREVIEW_CHARS * 4 {
            break;
        }
    }
    match line.char_indices().nth(PREVIEW_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_preview_is_one_short_line() {
        assert_eq!(preview("  Hello\n\n there\t!"), "Hello there !");
        assert_eq!(preview(&"é".repeat(1000)).chars().count(), PREVIEW_CHARS + 1);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_preview(text in ".*") {
            let line = preview(&text);
            prop_assert!(line.chars().count() <= PREVIEW_CHARS + 1);
            prop_assert!(!line.contains('\n'));
        }
    }
}
