//! The tables by noun: statements, and the functions over [`recado_db::Tx`] that run them.
//!
//! Every function takes the account; every statement names it. A row's type is its wire form where the two
//! coincide, so that nothing is typed twice.

use recado_db::Migration;

/// Every table of Recado, in the order they were added. Forward only: a landed file is never edited.
pub const MIGRATIONS: &[Migration] = &[
    recado_journal::MIGRATION,
    recado_jobs::MIGRATION,
    Migration { name: "0003_accounts", text: include_str!("../migrations/0003_accounts.sql") },
    Migration { name: "0004_inbox", text: include_str!("../migrations/0004_inbox.sql") },
];
