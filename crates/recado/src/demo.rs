//! The demo account as data: a small shop, its team, its customers and what they wrote lately. No I/O; the engine and the
//! sandbox are both filled from here, so that both sides of the wire tell the same story.
//!
//! Everyone is invented. Addresses end in `.example`; numbers are from ranges set aside for fiction where a country has
//! one, and otherwise conspicuously round.

pub mod account;
mod conversations;
pub mod sandboxes;

use recado_model::{ConversationStatus as Status, MessageStatus as Tick, Role};

/// Password of every demo member.
pub const PASSWORD: &str = "recado-demo";

/// The shop.
pub const SHOP: Shop = Shop {
    name: "Miga, bakery & café",
    number_label: "Miga",
    display_phone: "+34 600 000 100",
    phone_number_id: "100000000000001",
    waba_id: "200000000000001",
    second_label: "Miga catering",
    second_phone: "+34 600 000 200",
    team: &[
        Person {
            name: "Lucía Ferrer",
            email: LUCIA,
            role: Role::Owner,
        },
        Person {
            name: "Tom Okafor",
            email: TOM,
            role: Role::Agent,
        },
        Person {
            name: "Inês Duarte",
            email: INES,
            role: Role::Agent,
        },
        Person {
            name: "Karim Haddad",
            email: "karim@miga.example",
            role: Role::Viewer,
        },
    ],
    conversations: conversations::ALL,
};

const LUCIA: &str = "lucia@miga.example";
const TOM: &str = "tom@miga.example";
const INES: &str = "ines@miga.example";

#[derive(Debug)]
pub struct Shop {
    pub name: &'static str,
    /// What the team calls its number.
    pub number_label: &'static str,
    pub display_phone: &'static str,
    pub phone_number_id: &'static str,
    pub waba_id: &'static str,
    /// The number at Twilio.
    pub second_label: &'static str,
    pub second_phone: &'static str,
    /// The owner first.
    pub team: &'static [Person],
    pub conversations: &'static [Conversation],
}

#[derive(Debug)]
pub struct Person {
    pub name: &'static str,
    pub email: &'static str,
    pub role: Role,
}

#[derive(Debug)]
pub struct Customer {
    /// As the customer's own WhatsApp profile says.
    pub name: &'static str,
    /// E.164, with the plus.
    pub phone: &'static str,
    pub email: Option<&'static str>,
    pub company: Option<&'static str>,
}

#[derive(Debug)]
pub struct Conversation {
    pub customer: Customer,
    pub status: Status,
    /// Email of the member who attends to it.
    pub assigned: Option<&'static str>,
    /// How many messages at the end nobody has read.
    pub unread: usize,
    /// Oldest first.
    pub messages: &'static [Message],
}

#[derive(Debug)]
pub struct Message {
    /// Before the moment the account is made.
    pub minutes_ago: u32,
    pub by: By,
    pub text: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Customer,
    Member { email: &'static str, tick: Tick },
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const DAY: u32 = 24 * 60;

    fn last_from_customer(conversation: &Conversation) -> u32 {
        let theirs = conversation
            .messages
            .iter()
            .filter(|message| message.by == By::Customer);
        theirs.map(|message| message.minutes_ago).min().unwrap()
    }

    #[test]
    fn it_is_a_story_that_could_have_happened() {
        for Conversation {
            customer,
            messages,
            unread,
            assigned,
            status,
        } in SHOP.conversations
        {
            let name = customer.name;
            assert!(
                (3..=12).contains(&messages.len()),
                "{name}: {} messages",
                messages.len()
            );
            assert!(
                messages.is_sorted_by(|a, b| a.minutes_ago > b.minutes_ago),
                "{name}: out of order"
            );
            assert!(
                messages[0].minutes_ago <= 14 * DAY,
                "{name}: longer ago than two weeks"
            );
            assert_eq!(
                messages[0].by,
                By::Customer,
                "{name}: only customers can open a window"
            );
            let trailing = messages
                .iter()
                .rev()
                .take_while(|message| message.by == By::Customer)
                .count();
            assert!(
                *unread <= trailing,
                "{name}: more unread than came in since the last reply"
            );
            assert!(
                *status != Status::Closed || *unread == 0,
                "{name}: closed and unread"
            );
            assert!(assigned.is_none_or(replies), "{name}: assigned to {assigned:?}");
            let mut opened = 0;
            for message in *messages {
                match message.by {
                    By::Customer => opened = message.minutes_ago,
                    By::Member { email, .. } => {
                        assert!(replies(email), "{name}: {email} may not write");
                        assert!(
                            opened - message.minutes_ago < DAY,
                            "{name}: written outside the window"
                        );
                    }
                }
            }
        }
    }

    fn replies(email: &str) -> bool {
        SHOP.team
            .iter()
            .any(|person| person.email == email && person.role != Role::Viewer)
    }

    #[test]
    fn it_shows_every_state_there_is() {
        let all = SHOP.conversations;
        assert!(all.len() >= 12);
        for status in [Status::Open, Status::Pending, Status::Closed] {
            assert!(
                all.iter()
                    .filter(|conversation| conversation.status == status)
                    .count()
                    >= 2,
                "{status:?}"
            );
        }
        let windows_open = all
            .iter()
            .filter(|conversation| last_from_customer(conversation) < DAY)
            .count();
        assert!(
            windows_open >= 4 && all.len() - windows_open >= 4,
            "{windows_open} windows are open"
        );
        let closing_soon =
            |conversation: &&Conversation| (20 * 60..DAY).contains(&last_from_customer(conversation));
        assert!(
            all.iter().any(|conversation| closing_soon(&conversation)),
            "no window closes soon"
        );
        assert!(
            all.iter()
                .filter(|conversation| conversation.assigned.is_none())
                .count()
                >= 3
        );
        for person in SHOP.team.iter().filter(|person| person.role != Role::Viewer) {
            assert!(
                all.iter()
                    .any(|conversation| conversation.assigned == Some(person.email)),
                "{}",
                person.name
            );
        }
        assert!(all.iter().filter(|conversation| conversation.unread > 0).count() >= 3);
        let ticks: Vec<_> = all
            .iter()
            .flat_map(|conversation| conversation.messages)
            .map(|message| message.by)
            .collect();
        for wanted in [Tick::Sent, Tick::Delivered, Tick::Read, Tick::Failed] {
            assert!(
                ticks
                    .iter()
                    .any(|by| matches!(by, By::Member { tick, .. } if *tick == wanted)),
                "{wanted:?}"
            );
        }
    }

    #[test]
    fn people_are_distinct_and_numbers_are_possible() {
        let shop = recado_model::Phone::parse(SHOP.display_phone, None).unwrap();
        let second = recado_model::Phone::parse(SHOP.second_phone, None).unwrap();
        let mut phones = HashSet::from([shop.as_str().to_owned(), second.as_str().to_owned()]);
        assert_eq!(phones.len(), 2);
        for Conversation { customer, .. } in SHOP.conversations {
            let phone = recado_model::Phone::parse(customer.phone, None).unwrap();
            assert_eq!(phone.as_str(), customer.phone, "{}: not E.164", customer.name);
            assert!(
                phones.insert(customer.phone.to_owned()),
                "{}: number taken",
                customer.name
            );
            assert!(customer.email.is_none_or(|email| email.ends_with(".example")));
        }
        let emails: HashSet<_> = SHOP.team.iter().map(|person| person.email).collect();
        assert_eq!(emails.len(), SHOP.team.len());
        assert!(emails.iter().all(|email| email.ends_with(".example")));
        assert_eq!(SHOP.team[0].role, Role::Owner);
        assert!(PASSWORD.len() >= 10);
    }
}
