//! The tables by noun: statements, and the functions over [`recado_db::Tx`] that run them.
//!
//! Every function takes the account; every statement names it. A row's type is its wire form where the two
//! coincide, so that nothing is typed twice.

pub mod accounts;
pub mod activities;
pub mod api_keys;
pub mod assignment;
pub mod attempts;
pub mod audit;
pub mod canned_replies;
pub mod contacts;
pub mod conversations;
pub mod deletion;
pub mod idempotency;
pub mod intakes;
pub mod invites;
pub mod media;
pub mod members;
pub mod merges;
pub mod messages;
pub mod notes;
pub mod notifications;
pub mod numbers;
pub mod opt_outs;
pub mod reactions;
pub mod search;
pub mod session_contents;
pub mod sessions;
pub mod statuses;
pub mod tags;
pub mod templates;
pub mod two_factor;
pub mod users;
pub mod views;
pub mod webhooks;

use recado_db::Migration;
use recado_model::Stored;

/// Every table of Recado, in the order they were added. Forward only: a landed file is never edited.
pub const MIGRATIONS: &[Migration] = &[
    recado_journal::MIGRATION,
    recado_jobs::MIGRATION,
    Migration {
        name: "0003_accounts",
        text: include_str!("../migrations/0003_accounts.sql"),
    },
    Migration {
        name: "0004_inbox",
        text: include_str!("../migrations/0004_inbox.sql"),
    },
    Migration {
        name: "0005_kinds",
        text: include_str!("../migrations/0005_kinds.sql"),
    },
    Migration {
        name: "0006_lists",
        text: include_str!("../migrations/0006_lists.sql"),
    },
    Migration {
        name: "0007_notes",
        text: include_str!("../migrations/0007_notes.sql"),
    },
    Migration {
        name: "0008_notifications",
        text: include_str!("../migrations/0008_notifications.sql"),
    },
    Migration {
        name: "0011_wires",
        text: include_str!("../migrations/0011_wires.sql"),
    },
    Migration {
        name: "0012_contacts",
        text: include_str!("../migrations/0012_contacts.sql"),
    },
    Migration {
        name: "0010_search",
        text: include_str!("../migrations/0010_search.sql"),
    },
    Migration {
        name: "0013_retention",
        text: include_str!("../migrations/0013_retention.sql"),
    },
    Migration {
        name: "0009_team",
        text: include_str!("../migrations/0009_team.sql"),
    },
    Migration {
        name: "0014_opt_outs",
        text: include_str!("../migrations/0014_opt_outs.sql"),
    },
    Migration {
        name: "0015_webhooks",
        text: include_str!("../migrations/0015_webhooks.sql"),
    },
    Migration {
        name: "0016_merged",
        text: include_str!("../migrations/0016_merged.sql"),
    },
    Migration {
        name: "0017_contacts_found",
        text: include_str!("../migrations/0017_contacts_found.sql"),
    },
    Migration {
        name: "0018_notes_found",
        text: include_str!("../migrations/0018_notes_found.sql"),
    },
    Migration {
        name: "0019_unread",
        text: include_str!("../migrations/0019_unread.sql"),
    },
    Migration {
        name: "0021_drafts",
        text: include_str!("../migrations/0021_drafts.sql"),
    },
    Migration {
        name: "0020_idempotency",
        text: include_str!("../migrations/0020_idempotency.sql"),
    },
    Migration {
        name: "0022_session_contents",
        text: include_str!("../migrations/0022_session_contents.sql"),
    },
];

/// Parameter sets of equal length as [`recado_db::Tx::each`] takes them.
fn slices<'s, 'p, const N: usize>(sets: &'s [[&'p dyn Stored; N]]) -> Vec<&'s [&'p dyn Stored]> {
    sets.iter().map(<[_; N]>::as_slice).collect()
}
