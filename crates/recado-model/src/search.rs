//! Full-text search without a database: what words a text has, what a query asks for, and which parts of a text it
//! means. Both engines keep and are asked for these words, so that both find the same.

mod ask;
mod snippet;
mod words;

pub use ask::Ask;
pub use snippet::Piece;
pub use words::words;

crate::words! {
    /// What is looked for.
    pub enum SearchType {
        Messages = "messages",
        Contacts = "contacts",
        Conversations = "conversations",
    }
}

crate::words! {
    /// Where the words were found.
    pub enum SearchField {
        Text = "text",
        Filename = "filename",
        Location = "location",
        Card = "card",
        Name = "name",
        Phone = "phone",
        Email = "email",
        Company = "company",
    }
}

/// Every way a phone can be asked for: its digits from any of them on. Three digits at least, as fewer are in most.
pub fn phone_words(phone: &str) -> Vec<String> {
    let digits = digits(phone);
    (0..digits.len().saturating_sub(2))
        .map(|from| digits[from..].to_owned())
        .collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
