//! Damages inputs along their structure: values, names and pairs change places between webhooks, and a byte flips now
//! and then.

use std::ops::Range;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

/// What inputs are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Form,
}

/// Larger ones make every execution slower, and find nothing new.
const MAX_INPUT: usize = 4096;

/// Beyond this, new ones take the places of older ones.
const MAX_CORPUS: usize = 4000;

/// Values that parsers stumble over.
const JSON_WORDS: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1e999",
    "-0.0",
    "1.5",
    "123456789012345678901234567890",
    "\"\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\udc00x\"",
    "\"US.ENT.1\"",
    "\"BR.8812049912345\"",
    "\"4915112345678\"",
    "\"1767225600\"",
    "\"-1\"",
    "{}",
    "[]",
    "[[]]",
    "{\"id\":\"x\"}",
    "\"messages\"",
    "\"message_echoes\"",
    "\"statuses\"",
    "\"errors\"",
    "\"system\"",
    "\"edit\"",
    "\"revoke\"",
    "\"reaction\"",
    "\"interactive\"",
    "\"contacts\"",
    "\"location\"",
    "\"order\"",
    "\"button\"",
    "\"unsupported\"",
    "\"image\"",
    "\"type\"",
    "\"id\"",
    "\"from\"",
    "\"to\"",
    "\"group_id\"",
    "\"failed\"",
    "\"played\"",
    "\"é\"",
    "\"\u{1F642}\"",
    "181",
    "\"NaN\"",
];

const FORM_WORDS: &[&str] = &[
    "",
    "0",
    "1",
    "-1",
    "99999999999999999999",
    "%00",
    "%",
    "%F",
    "%ff",
    "%ED%A0%80",
    "+",
    "whatsapp%3A%2B15550001111",
    "whatsapp%3A",
    "whatsapp%3ABR.88",
    "NumMedia=2",
    "MediaUrl0=https%3A%2F%2Fx.example",
    "MediaContentType0=text%2Fvcard",
    "Latitude=91",
    "Latitude=nan",
    "Longitude=1e9",
    "ButtonPayload=x",
    "ListId=a",
    "InteractiveData=%7B%7D",
    "Body=",
    "MessageStatus=read",
    "SmsStatus=received",
    "MessageStatus=undelivered",
    "ErrorCode=63016",
    "Forwarded=true",
    "FrequentlyForwarded=true",
    "ReferralSourceId=1",
    "ProfileName=%F0%9F%99%82",
    "WaId=",
    "OriginalRepliedMessageSid=SM1",
    "MessageType=contacts",
    "Contacts=%5B%7B%5D",
    "ChannelMetadata=%7B%22type%22%3A%22whatsapp%22%7D",
    "&&",
    "==",
    "&",
];

/// An endless source of inputs; the same ones for the same seed and the same answers to [`Mutator::keep`].
pub(crate) struct Mutator {
    format: Format,
    corpus: Vec<Vec<u8>>,
    rng: StdRng,
}

impl Mutator {
    pub(crate) fn new(format: Format, corpus: Vec<Vec<u8>>, seed: u64) -> Self {
        assert!(!corpus.is_empty(), "there is something to begin with");
        Self {
            format,
            corpus,
            rng: StdRng::seed_from_u64(seed),
        }
    }

    pub(crate) fn next_input(&mut self) -> Vec<u8> {
        let mut input = self.any().clone();
        for _ in 0..self.rng.random_range(1..=4) {
            self.damage(&mut input);
            input.truncate(MAX_INPUT);
        }
        input
    }

    /// An input worth being damaged further.
    pub(crate) fn keep(&mut self, input: Vec<u8>) {
        if self.corpus.len() < MAX_CORPUS {
            self.corpus.push(input);
        } else {
            let place = self.rng.random_range(0..MAX_CORPUS);
            self.corpus[place] = input;
        }
    }

    fn any(&mut self) -> &Vec<u8> {
        let place = self.rng.random_range(0..self.corpus.len());
        &self.corpus[place]
    }

    fn damage(&mut self, input: &mut Vec<u8>) {
        let pieces = self.pieces(input);
        let Some(piece) = pieces.choose(&mut self.rng).cloned() else {
            return self.damage_byte(input);
        };
        let between: &[u8] = if self.format == Format::Json { b"," } else { b"&" };
        match self.rng.random_range(0..10) {
            0..=2 => {
                let word = self.word();
                input.splice(piece, word.bytes());
            }
            3..=5 => {
                let other = self.any().clone();
                if let Some(theirs) = self.pieces(&other).choose(&mut self.rng) {
                    input.splice(piece, other[theirs.clone()].iter().copied());
                }
            }
            6 => {
                // With what divides it from the next one, so that the rest often stays whole.
                let end = piece.end + usize::from(input.get(piece.end) == between.first());
                input.drain(piece.start..end);
            }
            7 => {
                let again = [input[piece.clone()].to_vec(), between.to_vec()].concat();
                input.splice(piece.start..piece.start, again);
            }
            8 => {
                let Some(other) = pieces
                    .choose(&mut self.rng)
                    .filter(|other| other.start >= piece.end)
                else {
                    return;
                };
                let (first, second) = (input[piece.clone()].to_vec(), input[other.clone()].to_vec());
                input.splice(other.clone(), first);
                input.splice(piece, second);
            }
            _ => self.damage_byte(input),
        }
    }

    fn damage_byte(&mut self, input: &mut Vec<u8>) {
        if input.is_empty() {
            return input.push(self.rng.random());
        }
        let place = self.rng.random_range(0..input.len());
        match self.rng.random_range(0..4) {
            0 => input[place] = self.rng.random(),
            1 => input[place] ^= 1 << self.rng.random_range(0..8),
            2 => input.insert(place, self.rng.random()),
            _ => {
                input.remove(place);
            }
        }
    }

    fn word(&mut self) -> &'static str {
        let words = if self.format == Format::Json {
            JSON_WORDS
        } else {
            FORM_WORDS
        };
        words[self.rng.random_range(0..words.len())]
    }

    fn pieces(&self, input: &[u8]) -> Vec<Range<usize>> {
        match self.format {
            Format::Json => json_pieces(input),
            Format::Form => form_pieces(input),
        }
    }
}

/// Every value, whole objects and lists among them, and every name. Good enough for what is no JSON any more.
fn json_pieces(input: &[u8]) -> Vec<Range<usize>> {
    let mut pieces = Vec::with_capacity(input.len() / 8);
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(byte) = input.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'{' | b'[' => open.push(start),
            b'}' | b']' => pieces.extend(open.pop().map(|start| start..at)),
            b'"' => {
                while let Some(byte) = input.get(at) {
                    at += 1 + usize::from(*byte == b'\\');
                    if *byte == b'"' {
                        break;
                    }
                }
                at = at.min(input.len());
                pieces.push(start..at);
            }
            b',' | b':' | b' ' | b'\n' => {}
            _ => {
                let rest = &input[start..];
                let ends = |byte: &u8| b",:]}\"\n ".contains(byte);
                at = start + rest.iter().position(ends).unwrap_or(rest.len()).max(1);
                pieces.push(start..at);
            }
        }
    }
    pieces
}

/// Every pair, every name and every value.
fn form_pieces(input: &[u8]) -> Vec<Range<usize>> {
    let mut pieces = Vec::with_capacity(input.len() / 8);
    let mut start = 0;
    for pair in input.split(|byte| *byte == b'&') {
        let end = start + pair.len();
        pieces.push(start..end);
        if let Some(equals) = pair.iter().position(|byte| *byte == b'=') {
            pieces.extend([start..start + equals, start + equals + 1..end]);
        }
        start = end + 1;
    }
    pieces
}
