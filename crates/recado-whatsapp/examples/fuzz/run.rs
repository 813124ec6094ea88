//! One run over one reader.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use recado_model::{Inbound, InboundContent, TemplateStatus};
use recado_whatsapp::{Parsed, meta, twilio};

use crate::holds;
use crate::mutate::{Format, Mutator};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    Meta,
    Twilio,
}

/// Looking for what was lost reads the body again, with another reader, which takes longer than the first.
const LOOK_EVERY: u64 = 16;

impl Target {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "meta" => Some(Self::Meta),
            "twilio" => Some(Self::Twilio),
            _ => None,
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Twilio => "twilio",
        }
    }

    fn format(self) -> Format {
        match self {
            Self::Meta => Format::Json,
            Self::Twilio => Format::Form,
        }
    }

    /// Reads an input, panics if anything is wrong with the result, and hands back the result's shape.
    fn execute(self, input: &[u8], look: bool) -> u64 {
        match self {
            Self::Meta => {
                let Ok(parsed) = meta::parse(input) else {
                    return 0;
                };
                holds::check(&parsed);
                if look {
                    holds::nothing_is_lost(input, &parsed);
                }
                shape(&parsed)
            }
            Self::Twilio => {
                let form = twilio::read_form(input);
                let parsed = twilio::parse(&form, Some("m_1"));
                holds::check(&parsed);
                assert!(
                    !parsed.items.is_empty() || !parsed.problems.is_empty(),
                    "a form is about something"
                );
                shape(&parsed)
            }
        }
    }
}

/// Executes that many inputs. How many shapes of results there were, or what failed with which input.
pub(crate) fn run(target: Target, seed: u64, executions: u64) -> Result<usize, String> {
    let mut mutator = Mutator::new(target.format(), corpus(target), seed);
    let mut shapes = HashSet::new();
    for execution in 0..executions {
        let input = mutator.next_input();
        let look = execution % LOOK_EVERY == 0;
        let result = std::panic::catch_unwind(|| target.execute(&input, look));
        match result {
            Ok(shape) if shapes.insert(shape) => mutator.keep(input),
            Ok(_) => {}
            Err(panic) => {
                let why = panic
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| panic.downcast_ref::<&str>().copied())
                    .unwrap_or("it panicked");
                let input = input.escape_ascii();
                return Err(format!(
                    "execution {execution} of seed {seed}: {why}\ninput: {input}"
                ));
            }
        }
    }
    Ok(shapes.len())
}

fn corpus(target: Target) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target.folder());
    let files = std::fs::read_dir(&folder).expect("there is a corpus");
    let mut paths: Vec<_> = files.map(|file| file.expect("it can be listed").path()).collect();
    // The order decides what a seed does.
    paths.sort();
    let read = |path| std::fs::read(path).expect("it can be read");
    paths.iter().map(read).collect()
}

/// What of a result makes it another kind of result: not its words, but which parts are there.
fn shape(parsed: &Parsed) -> u64 {
    let mut hasher = DefaultHasher::new();
    for item in &parsed.items {
        std::mem::discriminant(item).hash(&mut hasher);
        match item {
            Inbound::Message(message) => {
                shape_of(&message.content, &mut hasher);
                let is_there = [
                    message.sent_at.is_some(),
                    message.profile_name.is_some(),
                    message.quoted.is_some(),
                    message.referral.is_some(),
                    message.forwarded.is_some(),
                    message.customer.wa_id.is_some(),
                    message.customer.user_id.is_some(),
                    message.customer.parent_user_id.is_some(),
                    message.is_echo,
                ];
                is_there.hash(&mut hasher);
            }
            Inbound::Status(update) => {
                let failed = update.failure.as_ref().map(|failure| failure.reason.as_str());
                (update.status.as_str(), failed, update.callback.is_some()).hash(&mut hasher);
            }
            Inbound::Reaction(reaction) => (reaction.emoji.is_some(), reaction.is_echo).hash(&mut hasher),
            Inbound::Change(change) => {
                if let Some(content) = &change.content {
                    shape_of(content, &mut hasher);
                }
            }
            Inbound::Marketing(choice) => (choice.stops, choice.at.is_some()).hash(&mut hasher),
            Inbound::Template(update) => {
                let status = update.status.map(TemplateStatus::as_str);
                (status, update.reason.is_some(), update.quality.is_some()).hash(&mut hasher);
            }
            Inbound::Health(update) => {
                (
                    update.limit.is_some(),
                    update.trouble.is_some(),
                    update.display_phone.is_some(),
                )
                    .hash(&mut hasher);
            }
        }
    }
    for problem in &parsed.problems {
        problem.what.as_str().hash(&mut hasher);
    }
    hasher.finish()
}

fn shape_of(content: &InboundContent, hasher: &mut DefaultHasher) {
    std::mem::discriminant(content).hash(hasher);
    match content {
        InboundContent::Media(media) => {
            let is_there = [
                media.url.is_some(),
                media.filename.is_some(),
                media.caption.is_some(),
                media.sha256.is_some(),
            ];
            (media.kind.as_str(), is_there, media.voice).hash(hasher);
        }
        InboundContent::Contacts(cards) => {
            let parts = |list: usize| list.min(3);
            for card in cards {
                (
                    card.name.is_some(),
                    parts(card.phones.len()),
                    parts(card.addresses.len()),
                )
                    .hash(hasher);
            }
        }
        InboundContent::Reply(reply) => {
            (reply.kind.as_str(), reply.id.is_some(), reply.response.is_some()).hash(hasher);
        }
        InboundContent::Order { order, text } => (order.items.len().min(3), text.is_some()).hash(hasher),
        InboundContent::System { note, became } => (note.kind.as_str(), became.is_some()).hash(hasher),
        InboundContent::Unsupported(unsupported) => unsupported.title.is_some().hash(hasher),
        InboundContent::Text { .. } | InboundContent::Location(_) => {}
    }
}
