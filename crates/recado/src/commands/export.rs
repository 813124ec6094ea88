//! `recado export`: contacts as CSV, or everything of an account as JSON Lines. Read page by page, so that it takes no more
//! memory for a large account than for a small one, and no lock.

use std::fs::OpenOptions;
use std::io::{BufWriter, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use recado_engine::Ctx;
use recado_journal::Journal;
use recado_model::{AccountId, Cursor, Json, MediaState, NoteId};
use recado_store::accounts::Account;
use recado_store::contacts::ContactDetails;
use recado_store::messages::Message;
use recado_store::{
    activities, canned_replies, contacts, conversations, members, messages, notes, numbers, tags,
};
use serde::Serialize;
use serde_json::json;

use super::{Refusal, store};
use crate::Failure;
use crate::config::{Config, Place, Sources};

/// Rows read at once.
const PAGE: i64 = 500;

#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// All contacts as CSV, which `recado import` takes in again
    Contacts(Contacts),
    /// Everything of an account, one JSON object a line
    #[command(after_help = AFTER)]
    Account(Everything),
}

const AFTER: &str = "\
Each line is {\"kind\": …, \"data\": …}; kinds are export, channel, member, tag, canned_reply, contact, conversation, message, activity,
note, and as the last one end with the counts: a file without it was cut off. The data are as the API has them.
What changes while it runs may be in it or not; the first line has the journal's number, so that
`recado tail --since` goes on from there. Secrets, keys and passwords are not in it.
Exit codes: 0 written, 1 failed, 2 wrong usage.

Example:
  recado export account --account 'Café Luna' --media files > luna.jsonl";

#[derive(Debug, Args)]
struct Contacts {
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Everything {
    /// A folder for the files of messages, each under its id; made if it is missing
    #[arg(long, value_name = "FOLDER")]
    media: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Common {
    /// The account, by id or name [default: the only one there is]
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// A file to make instead of writing to standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    let (common, media, is_csv) = match options.what {
        What::Contacts(contacts) => (contacts.common, None, true),
        What::Account(everything) => (everything.common, everything.media, false),
    };
    let config = super::configure(&Sources::of_process(common.place.0))?;
    super::run(async move {
        let ctx = store::open(&config).await?;
        let account = store::account(&ctx, common.account.as_deref()).await?;
        let out = open(common.output.as_deref())?;
        let written = if is_csv {
            as_csv(&ctx, account.id, out).await
        } else {
            let files = media
                .map(|to| Files::between(&config, account.id, to))
                .transpose()?;
            Lines {
                out,
                files,
                counts: Counts::default(),
            }
            .write(&ctx, &account)
            .await
        };
        ctx.db.close().await;
        match written {
            // Whoever read has enough.
            Err(failure) if is_broken_pipe(&failure) => Ok(ExitCode::SUCCESS),
            written => written.map(|()| ExitCode::SUCCESS),
        }
    })
}

async fn as_csv(ctx: &Ctx, account: AccountId, out: Box<dyn Write + Send>) -> Result<(), Failure> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record([
        "phone",
        "name",
        "email",
        "company",
        "tags",
        "profile_name",
        "opted_out_at",
        "created_at",
    ])?;
    let mut cursor = Cursor::START;
    loop {
        let page = contact_page(ctx, account, cursor).await?;
        let Some(last) = page.last() else { break };
        cursor = Cursor {
            at: last.created_at,
            id: last.contact.id.0,
        };
        for one in &page {
            let contact = &one.contact;
            let tags: Vec<&str> = contact.tags.iter().map(|tag| tag.name.as_str()).collect();
            let text = |text: &Option<String>| guarded(text.as_deref().unwrap_or_default());
            out.write_record([
                contact.phone.clone().unwrap_or_default(),
                text(&contact.name),
                text(&contact.email),
                text(&contact.company),
                guarded(&tags.join("; ")),
                text(&one.profile_name),
                contact
                    .marketing_opt_out_at
                    .map(|at| at.to_string())
                    .unwrap_or_default(),
                one.created_at.to_string(),
            ])?;
        }
    }
    out.flush()?;
    Ok(())
}

/// Customers choose their names: none of them shall be a formula in somebody's spreadsheet.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

async fn contact_page(ctx: &Ctx, account: AccountId, cursor: Cursor) -> Result<Vec<ContactDetails>, Failure> {
    let mut tx = ctx.db.read().await?;
    let all = contacts::Filter::default();
    Ok(contacts::list(&mut tx, account, all, cursor, PAGE).await?)
}

/// An account on its way out.
struct Lines {
    out: Box<dyn Write + Send>,
    files: Option<Files>,
    counts: Counts,
}

#[derive(Debug, Default, Serialize)]
struct Counts {
    contacts: u64,
    conversations: u64,
    messages: u64,
    activities: u64,
    notes: u64,
    files: u64,
    /// Files that messages name and that are not there.
    missing_files: u64,
}

impl Lines {
    async fn write(mut self, ctx: &Ctx, account: &Account) -> Result<(), Failure> {
        let id = account.id;
        let mut tx = ctx.db.read().await?;
        let head = json!({
            "account": account,
            "recado": env!("CARGO_PKG_VERSION"),
            "made_at": ctx.clock.now(),
            "journal_seq": Journal::head(&mut tx, id).await?,
        });
        self.line("export", &head)?;
        self.each("channel", &numbers::list(&mut tx, id).await?)?;
        self.each("member", &members::list(&mut tx, id).await?)?;
        self.each("tag", &tags::all(&mut tx, id).await?)?;
        self.each("canned_reply", &canned_replies::all(&mut tx, id).await?)?;
        drop(tx);
        self.contacts(ctx, id).await?;
        self.conversations(ctx, id).await?;
        self.notes(ctx, id).await?;
        let counts = json!(self.counts);
        self.line("end", &counts)?;
        self.out.flush()?;
        Ok(())
    }

    async fn contacts(&mut self, ctx: &Ctx, account: AccountId) -> Result<(), Failure> {
        let mut cursor = Cursor::START;
        loop {
            let page = contact_page(ctx, account, cursor).await?;
            let Some(last) = page.last() else { return Ok(()) };
            cursor = Cursor {
                at: last.created_at,
                id: last.contact.id.0,
            };
            self.counts.contacts += count(&page);
            self.each("contact", &page)?;
        }
    }

    /// Each with its messages and what happened in it, newest first as in the API.
    async fn conversations(&mut self, ctx: &Ctx, account: AccountId) -> Result<(), Failure> {
        let mut cursor = Cursor::START;
        let all = conversations::Filter::default();
        loop {
            let mut tx = ctx.db.read().await?;
            let page = conversations::list(&mut tx, account, &all, cursor, PAGE, ctx.clock.now()).await?;
            drop(tx);
            let Some(last) = page.last() else { return Ok(()) };
            cursor = Cursor {
                at: last.row.created_at,
                id: last.row.id.0,
            };
            self.counts.conversations += count(&page);
            for conversation in &page {
                self.line("conversation", conversation)?;
                let mut at = Cursor::START;
                loop {
                    let mut tx = ctx.db.read().await?;
                    let some = messages::page(&mut tx, account, conversation.row.id, at, PAGE).await?;
                    drop(tx);
                    let Some(last) = some.last() else { break };
                    at = Cursor {
                        at: last.created_at,
                        id: last.id.0,
                    };
                    self.counts.messages += count(&some);
                    self.each("message", &some)?;
                    self.copy_files(&some)?;
                }
                let mut at = Cursor::START;
                loop {
                    let mut tx = ctx.db.read().await?;
                    let some = activities::page(&mut tx, account, conversation.row.id, at, PAGE).await?;
                    drop(tx);
                    let Some(last) = some.last() else { break };
                    at = Cursor {
                        at: last.created_at,
                        id: last.id.0,
                    };
                    self.counts.activities += count(&some);
                    self.each("activity", &some)?;
                }
            }
        }
    }

    async fn notes(&mut self, ctx: &Ctx, account: AccountId) -> Result<(), Failure> {
        let mut after = NoteId::MIN;
        loop {
            let mut tx = ctx.db.read().await?;
            let page = notes::after(&mut tx, account, after, PAGE).await?;
            drop(tx);
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id;
            self.counts.notes += count(&page);
            self.each("note", &page)?;
        }
    }

    fn copy_files(&mut self, messages: &[Message]) -> Result<(), Failure> {
        let Some(files) = &self.files else { return Ok(()) };
        let stored = messages
            .iter()
            .filter_map(|message| message.media.as_ref())
            .filter(|Json(media)| media.state == MediaState::Stored);
        for Json(media) in stored {
            let name = media.id.to_string();
            match std::fs::copy(files.from.join(&name), files.to.join(&name)) {
                Ok(_) => self.counts.files += 1,
                Err(error) if error.kind() == ErrorKind::NotFound => self.counts.missing_files += 1,
                Err(error) => return Err(format!("the file {name} cannot be copied: {error}").into()),
            }
        }
        Ok(())
    }

    fn each(&mut self, kind: &str, rows: &[impl Serialize]) -> Result<(), Failure> {
        rows.iter().try_for_each(|row| self.line(kind, row))
    }

    fn line(&mut self, kind: &str, data: &impl Serialize) -> Result<(), Failure> {
        #[derive(Serialize)]
        struct Line<'a, T> {
            kind: &'a str,
            data: &'a T,
        }
        let mut line = serde_json::to_vec(&Line { kind, data })?;
        line.push(b'\n');
        Ok(self.out.write_all(&line)?)
    }
}

/// Where the bytes are, and where they go.
struct Files {
    from: PathBuf,
    to: PathBuf,
}

impl Files {
    fn between(config: &Config, account: AccountId, to: PathBuf) -> Result<Self, Failure> {
        std::fs::create_dir_all(&to).map_err(|error| {
            Refusal::usage(format!("the folder {} cannot be made: {error}", to.display()))
        })?;
        let from = config.data.join("media").join(account.to_string());
        Ok(Self { from, to })
    }
}

fn open(file: Option<&Path>) -> Result<Box<dyn Write + Send>, Failure> {
    let Some(file) = file else {
        return Ok(Box::new(BufWriter::new(std::io::stdout())));
    };
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
    let made = made.map_err(|error| Refusal::usage(format!("{} cannot be made: {error}", file.display())))?;
    Ok(Box::new(BufWriter::new(made)))
}

fn count<T>(rows: &[T]) -> u64 {
    u64::try_from(rows.len()).unwrap_or_default()
}

fn is_broken_pipe(failure: &Failure) -> bool {
    let of_io = |error: &std::io::Error| error.kind() == ErrorKind::BrokenPipe;
    let direct = failure.downcast_ref::<std::io::Error>().is_some_and(of_io);
    let by_csv = failure
        .downcast_ref::<csv::Error>()
        .is_some_and(|error| matches!(error.kind(), csv::ErrorKind::Io(error) if of_io(error)));
    direct || by_csv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_a_formula() {
        for (text, cell) in [
            ("Ana", "Ana"),
            ("=1+1", "'=1+1"),
            ("@x", "'@x"),
            ("-", "'-"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), cell);
        }
    }
}
