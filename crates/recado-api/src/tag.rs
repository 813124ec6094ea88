//! The chapters of the API's documentation, in reading order.

pub const TAGS: [(&str, &str); 22] = [
    ("Account", "Opening an account, and who the caller is in it."),
    (
        "Sessions",
        "Signing in and out, and the places where one is signed in.",
    ),
    (
        "Profile",
        "What the caller sets for themselves: name, picture, password, second step.",
    ),
    ("Members", "The people of the account and their roles."),
    ("Invites", "Links that let people in."),
    (
        "API keys",
        "Keys for programs: named, limited to scopes, revocable.",
    ),
    ("Channels", "The WhatsApp numbers of the account."),
    ("Integrations", "Accounts elsewhere that channels go through."),
    (
        "Conversations",
        "Threads with customers: one for each customer and number.",
    ),
    (
        "Views",
        "Filters of the list of conversations, kept under a name.",
    ),
    ("Messages", "Reading a thread, and replying."),
    ("Search", "Finding messages, people and their conversations."),
    (
        "Notes",
        "What the team writes to itself, and what happened, in the thread.",
    ),
    ("Media", "The files of messages."),
    ("Contacts", "Customers, and the tags they are sorted by."),
    ("Canned replies", "Texts that the team keeps to send them again."),
    (
        "Templates",
        "Messages that WhatsApp has approved, the only ones that start a conversation.",
    ),
    (
        "Notifications",
        "What a member is told of: theirs alone, and none for keys.",
    ),
    ("Live", "What happens, as it happens."),
    (
        "Webhooks",
        "Endpoints that are told of what happens, signed and in order.",
    ),
    ("Audit log", "Who did what to settings, people and data."),
    (
        "Operations",
        "What went wrong behind the scenes, and trying it again.",
    ),
];
