//! A message of a customer.

use recado_model::content::{Forwarded, Referral};
use recado_model::{
    Identity, Inbound, InboundMessage, InboundReaction, MAX_PROVIDER_ID, MarketingChoice, ProblemKind, Time,
};

use super::content;
use super::form::Form;
use super::identity;

/// The longest texts of an ad that are kept, in characters.
const MAX_TEXT: usize = 1024;
const MAX_URL: usize = 2048;

/// Reads a message, or says why it cannot be one. Several files in one message (contact cards) become as many
/// messages, the later ones with `/1`, `/2` … behind the id: a message of ours holds one. A word by which Twilio's
/// Advanced Opt-Out stops or resumes promotions is a message and a choice.
pub(super) fn read(number: &str, form: Form<'_>) -> Result<Vec<Inbound>, (ProblemKind, String)> {
    let provider_id = form
        .id("MessageSid")
        .or_else(|| form.id("SmsMessageSid"))
        // With room for what may be put behind it.
        .filter(|id| id.chars().nth(MAX_PROVIDER_ID - 2).is_none())
        .ok_or_else(|| (ProblemKind::BadId, "no MessageSid that can be kept".to_owned()))?;
    let (customer, profile_name) = identity::customer(form);
    if customer.is_empty() {
        let why = "neither a phone nor a user id in it".to_owned();
        return Err((ProblemKind::NoSender, why));
    }
    let envelope = Envelope {
        number: number.to_owned(),
        provider_id,
        sent_at: None,
        customer,
        profile_name,
    };
    let quoted = form.id("OriginalRepliedMessageSid");
    if form.is("MessageType", "reaction")
        && let (Some(target), Some(emoji)) = (&quoted, form.short("Body", 64))
    {
        return Ok(vec![envelope.reaction(target.clone(), emoji)]);
    }
    let forwarded = if form.is("FrequentlyForwarded", "true") {
        Some(Forwarded::Often)
    } else {
        form.is("Forwarded", "true").then_some(Forwarded::Once)
    };
    let referral = referral(form);
    let raw = form.to_json();
    let choice = opt_out(form).map(|stops| {
        Inbound::Marketing(MarketingChoice {
            number: number.to_owned(),
            customer: envelope.customer.clone(),
            profile_name: envelope.profile_name.clone(),
            stops,
            at: envelope.sent_at,
        })
    });
    let messages = envelope
        .messages(content::read(form), &raw)
        .map(|message| InboundMessage {
            quoted: quoted.clone(),
            forwarded,
            referral: referral.clone(),
            ..message
        });
    Ok(messages
        .map(|message| Inbound::Message(Box::new(message)))
        .chain(choice)
        .collect())
}

/// Whether Twilio took the message for the wish to be sent no promotions (true) or to be sent some again.
fn opt_out(form: Form<'_>) -> Option<bool> {
    if form.is("OptOutType", "STOP") {
        Some(true)
    } else {
        form.is("OptOutType", "START").then_some(false)
    }
}

/// What all messages have.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    pub number: String,
    pub provider_id: String,
    pub sent_at: Option<Time>,
    pub customer: Identity,
    pub profile_name: Option<String>,
}

impl Envelope {
    /// A message for each of `contents`.
    pub(super) fn messages(
        self,
        contents: Vec<recado_model::InboundContent>,
        raw: &str,
    ) -> impl Iterator<Item = InboundMessage> {
        contents.into_iter().enumerate().map(move |(place, content)| {
            let own = self.clone();
            InboundMessage {
                number: own.number,
                provider_id: match place {
                    0 => own.provider_id,
                    _ => format!("{}/{place}", own.provider_id),
                },
                sent_at: own.sent_at,
                customer: own.customer,
                is_echo: false,
                profile_name: own.profile_name,
                content,
                quoted: None,
                forwarded: None,
                referral: None,
                raw: raw.to_owned(),
            }
        })
    }

    fn reaction(self, target: String, emoji: String) -> Inbound {
        Inbound::Reaction(InboundReaction {
            number: self.number,
            provider_id: self.provider_id,
            target,
            customer: self.customer,
            profile_name: self.profile_name,
            is_echo: false,
            emoji: Some(emoji),
            at: self.sent_at,
        })
    }
}

fn referral(form: Form<'_>) -> Option<Referral> {
    let referral = Referral {
        source_type: form.short("ReferralSourceType", 64),
        source_id: form.short("ReferralSourceId", 512),
        source_url: form.short("ReferralSourceUrl", MAX_URL),
        headline: form.short("ReferralHeadline", MAX_TEXT),
        body: form.short("ReferralBody", MAX_TEXT),
        click_id: form.short("ReferralCtwaClid", 512),
    };
    (referral != Referral::default()).then_some(referral)
}
