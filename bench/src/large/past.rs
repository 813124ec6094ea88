//! A past to fill a store with: the same one each time. People write about a few things often and about many things
//! rarely, some of them a lot and most of them little.

use std::fmt::Write as _;
use std::time::Duration;

use recado_model::{Clock, ContactId, ConversationId, Ids, MessageId, Time};

/// Different words, of which the first is used as often as the thousands at the end together.
const WORDS: f64 = 40_000.0;
/// How far back it goes.
const SPAN: Duration = Duration::from_hours(2 * 365 * 24);

#[derive(Debug)]
pub struct Person {
    pub contact: ContactId,
    pub conversation: ConversationId,
    pub name: String,
    /// Digits.
    pub phone: String,
    pub came: Time,
    pub last: Option<Said>,
    pub wrote: Option<Time>,
    pub unread: i64,
}

/// A message.
#[derive(Clone, Debug)]
pub struct Said {
    pub id: MessageId,
    /// Of the person it is from or for.
    pub person: usize,
    pub inbound: bool,
    pub text: String,
    pub provider_id: String,
    pub at: Time,
}

pub struct Past {
    random: Random,
    clock: Clock,
    ids: Ids,
    step: Duration,
    said: u64,
    pub people: Vec<Person>,
}

impl Past {
    pub fn new(people: u64, messages: u64) -> Self {
        let start = Clock::System.now().minus(SPAN);
        let clock = Clock::mock(start);
        let ids = Ids::new(clock.clone());
        let mut random = Random(7);
        let people = (0..people)
            .map(|nth| Person {
                contact: ids.next(),
                conversation: ids.next(),
                name: format!("{} {}", capital(&random.word()), capital(&random.word())),
                phone: format!("49151{:08}", 10_000_000 + nth),
                came: start,
                last: None,
                wrote: None,
                unread: 0,
            })
            .collect();
        Self {
            random,
            ids,
            step: SPAN / u32::try_from(messages.max(1)).unwrap_or(u32::MAX),
            said: 0,
            clock,
            people,
        }
    }

    /// What was said next, whoever said it.
    pub fn next(&mut self) -> Said {
        self.clock.advance(self.step);
        let share = self.random.unit();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "an index below the length"
        )]
        let person = (share * share * self.people.len() as f64) as usize;
        let said = Said {
            id: self.ids.next(),
            person,
            inbound: self.random.unit() < 0.55,
            text: self.random.text(),
            provider_id: format!("wamid.BENCH{:010}", self.said),
            at: self.clock.now(),
        };
        self.said += 1;
        let one = &mut self.people[person];
        if said.inbound {
            one.wrote = Some(said.at);
            one.unread += 1;
        } else {
            one.unread = 0;
        }
        one.last = Some(said.clone());
        said
    }
}

/// Numbers that look drawn, and are the same each time.
#[derive(Debug)]
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap_or(0)) / f64::from(u32::MAX).next_up()
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// A word, the more often the lower its number.
    pub fn word(&mut self) -> String {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at most forty thousand"
        )]
        let rank = (self.unit() * WORDS.ln()).exp() as u64;
        word(rank)
    }

    fn text(&mut self) -> String {
        let count = 3 + self.below(16);
        let mut text = capital(&self.word());
        for _ in 1..count {
            text.push(' ');
            text.push_str(&self.word());
        }
        if self.below(50) == 0 {
            let _ = write!(text, " ORD-{}", 100_000 + self.below(900_000));
        }
        text.push(if self.below(4) == 0 { '?' } else { '.' });
        text
    }
}

/// The word of a number: syllables, so that words share beginnings as they do in any language.
pub fn word(number: u64) -> String {
    const FIRST: [&str; 16] = [
        "b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "tr", "pr", "st",
    ];
    const SECOND: [&str; 8] = ["a", "e", "i", "o", "u", "an", "er", "on"];
    let mut word = String::new();
    let mut rest = number;
    loop {
        let (first, second) = (rest % 16, rest / 16 % 8);
        word.push_str(FIRST[usize::try_from(first).unwrap_or(0)]);
        word.push_str(SECOND[usize::try_from(second).unwrap_or(0)]);
        rest /= 128;
        if rest == 0 {
            return word;
        }
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_is_the_same_each_time_and_in_order() {
        let mut one = Past::new(10, 100);
        let mut other = Past::new(10, 100);
        let texts: Vec<String> = (0..100).map(|_| one.next().text).collect();
        assert!((0..100).all(|nth| other.next().text == texts[nth]));
        let times: Vec<Time> = (0..100).map(|_| one.next().at).collect();
        assert!(times.is_sorted());
    }

    #[test]
    fn common_words_are_common() {
        let mut random = Random(1);
        let drawn: Vec<String> = (0..10_000).map(|_| random.word()).collect();
        let first = drawn.iter().filter(|drawn| **drawn == word(1)).count();
        assert!((300..1_500).contains(&first), "{first}");
    }
}
