//! What the database says: itself, its clock, the journals, the queue, webhooks, channels.

use std::time::Duration;

use recado_db::{Db, Engine};
use recado_engine::{Ctx, numbers as engine};
use recado_jobs::Jobs;
use recado_journal::Journal;
use recado_model::{Clock, Cursor, NumberStatus, Time};
use recado_store::accounts::{self as rows, Account};
use recado_store::{intakes, numbers};

use super::Report;
use crate::commands::store;
use crate::config::Config;

/// Clocks may differ so far; leases of jobs are a minute.
const SKEW_TOLD: Duration = Duration::from_secs(5);
const SKEW_BAD: Duration = Duration::from_secs(30);
/// A job that is due waits behind others of its lane, which may be waiting for their next try.
const WAITS_LONG: Duration = Duration::from_mins(30);
/// A number of which nothing was heard for so long may have lost its webhooks.
const SILENT: Duration = Duration::from_hours(7 * 24);
/// Looked at per account; more are that many or more.
const MANY: i64 = 100;

/// Opened, if it can be.
pub(super) async fn database(config: &Config, report: &mut Report) -> Option<Db> {
    let check = "database";
    let shown = match &config.database.url {
        Some(url) => url.shown(),
        None => config.database_url(),
    };
    let db = match store::database(config).await {
        Ok(db) => db,
        Err(failure) => {
            let words = crate::told(failure.as_ref());
            report.fail(
                check,
                words,
                "give --data or --database-url as for `recado serve`, and see that it runs",
            );
            return None;
        }
    };
    match db.about().await {
        Ok(about) => {
            let name = match db.engine() {
                Engine::Sqlite => "SQLite",
                Engine::Postgres => "PostgreSQL",
            };
            report.ok(check, format!("{name} {} at {shown}", about.version));
        }
        Err(error) => {
            report.fail(
                check,
                crate::told(&error),
                format!("bring {shown} up, then try again"),
            );
            return None;
        }
    }
    let all = recado_store::MIGRATIONS.len();
    match db.pending(recado_store::MIGRATIONS).await {
        Ok(pending) if pending.is_empty() => {
            report.ok("migrations", format!("all {all} are applied"));
            Some(db)
        }
        Ok(pending) => {
            report.warn(
                "migrations",
                format!("{} of {all} are not applied yet", pending.len()),
                "start `recado serve` of this version: it applies them",
            );
            None
        }
        Err(error) => {
            report.fail(
                "migrations",
                error.to_string(),
                "use the program that this database belongs to",
            );
            None
        }
    }
}

pub(super) async fn clock(db: &Db, report: &mut Report) {
    let check = "clock";
    if db.engine() == Engine::Sqlite {
        report.ok(check, "the database has this machine's");
        return;
    }
    let before = Clock::System.now();
    let Ok(about) = db.about().await else {
        return; // told as the database's
    };
    let after = Clock::System.now();
    // As far as it is outside the time that asking took.
    let skew = about.now.since(after).max(before.since(about.now));
    let words = format!("the database's is {} ms off at most", skew.as_millis());
    let advice = "let NTP keep the clocks of both machines";
    if skew > SKEW_BAD {
        report.fail(check, words, advice);
    } else if skew > SKEW_TOLD {
        report.warn(check, words, advice);
    } else {
        report.ok(check, words);
    }
}

/// Journals, queue and webhooks of all accounts.
pub(super) async fn accounts(db: &Db, is_served: bool, report: &mut Report) -> recado_db::Result<()> {
    let now = Clock::System.now();
    let mut tx = db.read().await?;
    let all = listed(&mut tx).await?;
    let (mut events, mut holes) = (0, 0);
    for account in &all {
        let state = Journal::state(&mut tx, account.id).await?;
        events += state.events;
        if !state.is_dense() {
            holes += 1;
            report.fail(
                "journal",
                format!(
                    "the journal of {} ({}) has a hole: {state:?}",
                    account.name, account.id
                ),
                "restore a backup: rows were changed past the program",
            );
        }
    }
    if holes == 0 {
        report.ok(
            "journal",
            format!("{events} events of {} accounts without a hole", all.len()),
        );
    }
    queue(db, &mut tx, is_served, now, report).await?;
    let mut rejected = 0;
    for account in &all {
        let some = intakes::rejected(&mut tx, account.id, Cursor::START, MANY)
            .await?
            .len();
        if some > 0 {
            rejected += some;
            report.warn(
                "webhooks in",
                format!("{some} webhooks of {} could not be taken in", account.name),
                format!(
                    "see Settings → Needs attention, mend the cause, then `recado replay --all --account {}`",
                    account.id
                ),
            );
        }
    }
    if rejected == 0 {
        report.ok("webhooks in", "all that came were taken in");
    }
    Ok(())
}

async fn queue(
    db: &Db,
    tx: &mut recado_db::Tx,
    is_served: bool,
    now: Time,
    report: &mut Report,
) -> recado_db::Result<()> {
    let check = "queue";
    let jobs = Jobs::new(db.clone(), Clock::System, recado_model::Ids::new(Clock::System));
    let counts = jobs.counts().await?;
    let words = format!("{} jobs wait, {} run", counts.ready, counts.running);
    match Jobs::oldest_due(tx, now).await? {
        Some(since) if now.since(since) > WAITS_LONG => {
            let advice = if is_served {
                "see Settings → Needs attention, and the log, for what fails again and again"
            } else {
                "start `recado serve`: nothing leaves without it"
            };
            report.warn(
                check,
                format!("{words}; the oldest has been due since {since}"),
                advice,
            );
        }
        _ => report.ok(check, words),
    }
    if counts.dead > 0 {
        report.warn(
            "dead jobs",
            format!("{} failed for good", counts.dead),
            "see Settings → Needs attention: the error stands beside each, and they can be tried again",
        );
    } else {
        report.ok("dead jobs", "none");
    }
    Ok(())
}

/// Every connected number; their providers are asked, unless nobody shall be.
pub(super) async fn channels(ctx: &Ctx, offline: bool, report: &mut Report) -> recado_db::Result<()> {
    let check = "channels";
    let now = ctx.clock.now();
    let mut tx = ctx.db.read().await?;
    let mut all = Vec::new();
    for account in listed(&mut tx).await? {
        let listed = numbers::list(&mut tx, account.id).await?;
        all.extend(listed.into_iter().map(|number| (account.clone(), number)));
    }
    drop(tx);
    if all.is_empty() {
        report.warn(check, "none is connected", "connect a number under Numbers");
    }
    for (account, number) in all {
        let name = format!("{} of {}", number.display_phone, account.name);
        if number.status != NumberStatus::Connected {
            report.warn(
                check,
                format!("{name} is {}", number.status),
                "switch it on under Numbers",
            );
            continue;
        }
        let mut trouble = number.trouble.clone();
        if !offline {
            match engine::look(ctx, account.id, number.id).await {
                Ok(found) => trouble = found,
                Err(error) => {
                    let words = format!("{name}: {}", crate::told(&error));
                    report.warn(
                        check,
                        words,
                        "see that the provider can be reached from this machine",
                    );
                    continue;
                }
            }
        }
        if let Some(trouble) = trouble {
            let advice = "enter its credentials anew under Numbers, or mend it at the provider";
            report.fail(check, format!("{name}: {trouble}"), advice);
            continue;
        }
        let asked = if offline {
            "not asked about"
        } else {
            "the provider takes its credentials"
        };
        match number.last_webhook_at {
            Some(at) if now.since(at) <= SILENT => {
                report.ok(check, format!("{name}: {asked}, last webhook {at}"));
            }
            heard => {
                let words = heard.map_or_else(
                    || "no webhook has come yet".to_owned(),
                    |at| format!("the last webhook came {at}"),
                );
                report.warn(
                    check,
                    format!("{name}: {asked}, and {words}"),
                    "write to it from a phone; if nothing appears, check its webhook address under Numbers",
                );
            }
        }
    }
    Ok(())
}

async fn listed(tx: &mut recado_db::Tx) -> recado_db::Result<Vec<Account>> {
    let mut all = Vec::new();
    for id in rows::ids(tx).await? {
        all.extend(rows::get(tx, id).await?);
    }
    Ok(all)
}
