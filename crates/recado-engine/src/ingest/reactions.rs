//! Emojis put to messages, and taken away. What is about a message we never saw changes nothing.

use recado_db::Tx;
use recado_model::inbound::InboundReaction;
use recado_model::{AccountId, MessageId, NumberId, ReactionActor, Time};
use recado_store::messages::{self, Message};
use recado_store::reactions;
use uuid::Uuid;

use crate::Result;

/// Takes in reactions; answers the messages they changed.
pub(super) async fn take_in(
    tx: &mut Tx,
    account: AccountId,
    told: Vec<(NumberId, &InboundReaction)>,
    now: Time,
) -> Result<Vec<Message>> {
    let mut changed = Vec::new();
    for (number, reaction) in told {
        let Some(message) = messages::by_provider(tx, account, number, &reaction.target).await? else {
            continue;
        };
        let actor = if reaction.is_echo {
            ReactionActor::Agent
        } else {
            ReactionActor::Customer
        };
        let at = reaction.at.unwrap_or(now).min(now);
        changed.extend(
            set(
                tx,
                account,
                message.id,
                (actor, None),
                reaction.emoji.as_deref(),
                at,
            )
            .await?,
        );
    }
    Ok(changed)
}

/// Sets or takes away a reaction. None if that changes nothing.
pub(crate) async fn set(
    tx: &mut Tx,
    account: AccountId,
    message: MessageId,
    actor: (ReactionActor, Option<Uuid>),
    emoji: Option<&str>,
    at: Time,
) -> Result<Option<Message>> {
    if !messages::lock(tx, account, message).await?
        || !reactions::set(tx, account, message, actor, emoji, at).await?
    {
        return Ok(None);
    }
    let all = reactions::of(tx, account, message).await?;
    Ok(messages::set_reactions(tx, account, message, all).await?)
}
