//! All tools, in the order in which they are offered: one list, with what each needs.

use recado_model::Permission as P;

use super::tool::{About, Effect, Offer, offer};
use super::{directory, read, send, write};

pub fn all() -> Vec<Offer> {
    let mut tools = reading();
    tools.extend(looking_up());
    tools.extend(changing());
    tools
}

fn reading() -> Vec<Offer> {
    vec![
        offer(
            About {
                name: "search",
                title: "Search",
                description: "Find messages by their words, or contacts and conversations by name, company, email or \
                    phone. Newest first. Team notes are found among the messages if the key may read notes.",
                needs: P::MessagesRead,
                effect: Effect::Nothing,
            },
            read::search,
        ),
        offer(
            About {
                name: "list_conversations",
                title: "List conversations",
                description: "List conversations, filtered by status, assignee, contact, channel, tag, unread and reply \
                    window. Latest activity first unless sorted otherwise.",
                needs: P::ConversationsRead,
                effect: Effect::Nothing,
            },
            read::list_conversations,
        ),
        offer(
            About {
                name: "get_conversation",
                title: "Get a conversation",
                description: "One conversation with its contact: status, assignee, unread count, reply window, last message.",
                needs: P::ConversationsRead,
                effect: Effect::Nothing,
            },
            read::get_conversation,
        ),
        offer(
            About {
                name: "read_thread",
                title: "Read a thread",
                description: "The messages of a conversation with the team's notes, drafts and events between them, oldest \
                    first; the page without a cursor ends with the newest. Does not mark anything as read.",
                needs: P::MessagesRead,
                effect: Effect::Nothing,
            },
            read::read_thread,
        ),
    ]
}

fn looking_up() -> Vec<Offer> {
    vec![
        offer(
            About {
                name: "get_contact",
                title: "Get a contact",
                description: "What the team knows of a customer: name, phone, email, company, tags, and whether they take promotions.",
                needs: P::ContactsRead,
                effect: Effect::Nothing,
            },
            directory::get_contact,
        ),
        offer(
            About {
                name: "list_members",
                title: "List members",
                description: "The people of the team, to assign conversations to and to mention in notes.",
                needs: P::MembersRead,
                effect: Effect::Nothing,
            },
            directory::list_members,
        ),
        offer(
            About {
                name: "list_channels",
                title: "List channels",
                description: "The team's WhatsApp numbers, and whether each can send.",
                needs: P::ChannelsRead,
                effect: Effect::Nothing,
            },
            directory::list_channels,
        ),
        offer(
            About {
                name: "list_templates",
                title: "List templates",
                description: "Message templates by name, with their text and the values that `send_template` has to fill in. \
                    Only templates may be sent when the reply window is closed.",
                needs: P::ChannelsRead,
                effect: Effect::Nothing,
            },
            directory::list_templates,
        ),
        offer(
            About {
                name: "list_tags",
                title: "List tags",
                description: "The tags that contacts are sorted by, with their ids for `list_conversations`.",
                needs: P::ContactsRead,
                effect: Effect::Nothing,
            },
            directory::list_tags,
        ),
        offer(
            About {
                name: "list_canned_replies",
                title: "List canned replies",
                description: "Texts that the team keeps to answer with. Prefer their wording where one fits.",
                needs: P::MessagesSend,
                effect: Effect::Nothing,
            },
            directory::list_canned_replies,
        ),
    ]
}

fn changing() -> Vec<Offer> {
    vec![
        offer(
            About {
                name: "draft_reply",
                title: "Draft a reply",
                description: "Propose a reply. It stands in the thread as a draft that only the team sees, and whoever answers \
                    can take it over, change it and send it. Nothing is sent.",
                needs: P::NotesWrite,
                effect: Effect::Adds,
            },
            write::draft_reply,
        ),
        offer(
            About {
                name: "send_message",
                title: "Send a message",
                description: "Send a text to the customer on WhatsApp, at once and for good. Only while the reply window is \
                    open; `window_closed` means that only `send_template` is left.",
                needs: P::MessagesSend,
                effect: Effect::Sends,
            },
            send::send_message,
        ),
        offer(
            About {
                name: "send_file",
                title: "Send a file",
                description: "Send an image, a video, sound, a document or a sticker to the customer on WhatsApp, at once and for \
                    good, by its public address or as it was uploaded. Only while the reply window is open.",
                needs: P::MessagesSend,
                effect: Effect::Sends,
            },
            send::send_file,
        ),
        offer(
            About {
                name: "send_template",
                title: "Send a template",
                description: "Send an approved template to the customer on WhatsApp, at once and for good, also while the \
                    reply window is closed. Meta bills templates to the business.",
                needs: P::MessagesSend,
                effect: Effect::Sends,
            },
            send::send_template,
        ),
        offer(
            About {
                name: "start_conversation",
                title: "Start a conversation",
                description: "Write to somebody first, by phone or as a contact: the contact and the conversation are found or \
                    made, and the message is sent, at once and for good. It must be a template, unless they have written \
                    within 24 hours. Meta bills templates to the business.",
                needs: P::MessagesSend,
                effect: Effect::Sends,
            },
            send::start_conversation,
        ),
        offer(
            About {
                name: "add_note",
                title: "Add a note",
                description: "Write a note about a conversation or a contact. The team sees it, the customer never does.",
                needs: P::NotesWrite,
                effect: Effect::Adds,
            },
            write::add_note,
        ),
        offer(
            About {
                name: "assign_conversation",
                title: "Assign a conversation",
                description: "Give a conversation to a member, who is notified, or take it from whoever has it.",
                needs: P::ConversationsWrite,
                effect: Effect::Sets,
            },
            write::assign,
        ),
        offer(
            About {
                name: "set_status",
                title: "Set a conversation's status",
                description: "Open a conversation, set it to pending, or close it. A customer's message opens it again.",
                needs: P::ConversationsWrite,
                effect: Effect::Sets,
            },
            write::set_status,
        ),
        offer(
            About {
                name: "snooze_conversation",
                title: "Snooze a conversation",
                description: "Put a conversation away, as pending, until a time or until the customer writes, which ends it in \
                    any case. `set_status` with `open` takes it out again.",
                needs: P::ConversationsWrite,
                effect: Effect::Sets,
            },
            write::snooze,
        ),
        offer(
            About {
                name: "mark_read",
                title: "Mark a conversation as read",
                description: "Set a conversation's unread count to 0 for the whole team, and show the customer that their \
                    messages were read.",
                needs: P::ConversationsWrite,
                effect: Effect::Sets,
            },
            write::mark_read,
        ),
        offer(
            About {
                name: "tag_contact",
                title: "Tag a contact",
                description: "Give a contact tags, by name. All of their conversations show them.",
                needs: P::ContactsWrite,
                effect: Effect::Sets,
            },
            write::tag,
        ),
        offer(
            About {
                name: "untag_contact",
                title: "Untag a contact",
                description: "Take tags from a contact, by name. The tags themselves stay.",
                needs: P::ContactsWrite,
                effect: Effect::Sets,
            },
            write::untag,
        ),
    ]
}
