//! Keeping the search index: a reader of every account's journal, a little behind what is going on.
//!
//! What follows from a batch is one transaction that also moves the account's place in its journal, so that a crash
//! repeats nothing and leaves nothing out. An account that has never been read, or whose journal no longer goes back
//! far enough, is read from its tables while its journal is followed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use recado_journal::{Event, Journal};
use recado_model::search::{SearchField, phone_words, words};
use recado_model::{AccountId, ContactId, Details, Json, Media, MessageId, NoteId, Time};
use recado_store::contacts::Contact;
use recado_store::messages::Message;
use recado_store::notes;
use recado_store::search::{self, Document, Person, State};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::follow::{self, Reader};
use crate::{Ctx, Result};

/// Events read, and rows of what was there before, in a transaction.
const BATCH: i64 = 250;
/// People whose words are known to be kept as they are.
const REMEMBERED: usize = 50_000;

/// Keeps the index of all accounts up to date until `stop`.
pub async fn follow(ctx: Arc<Ctx>, stop: CancellationToken) {
    follow::follow(&ctx, &ctx.journal.moves(), Indexer::new(&ctx), &stop).await;
}

/// Forgets what is indexed of an account and reads all of it anew; answers how many messages it went through. May be run
/// again, and may run beside a server.
pub async fn rebuild(ctx: &Ctx, account: AccountId) -> Result<u64> {
    loop {
        let mut tx = ctx.db.begin().await?;
        let subjects = search::subjects(&mut tx, account, BATCH).await?;
        if subjects.is_empty() {
            search::forget_words(&mut tx, account).await?;
            let head = Journal::head(&mut tx, account).await?;
            search::begin(&mut tx, account, head).await?;
            tx.commit().await?;
            break;
        }
        search::remove(&mut tx, account, &subjects).await?;
        tx.commit().await?;
    }
    let mut indexer = Indexer::new(ctx);
    while indexer.step(account).await? {}
    Ok(indexer.documents)
}

struct Indexer<'c> {
    ctx: &'c Ctx,
    /// What the words of people were made of: most of what is told of them is nothing new.
    people: HashMap<ContactId, u64>,
    /// How many it has kept.
    documents: u64,
}

/// What a batch changes in the index.
#[derive(Default)]
struct Batch {
    documents: Vec<Document>,
    people: BTreeMap<ContactId, (u64, BTreeSet<String>)>,
}

impl Reader for Indexer<'_> {
    const TASK: &'static str = "index";
    const GATHER: Duration = Duration::from_millis(100);

    async fn behind(&mut self) -> Result<Vec<AccountId>> {
        Ok(search::behind(&mut self.ctx.db.read().await?).await?)
    }

    async fn step(&mut self, account: AccountId) -> Result<bool> {
        let mut tx = self.ctx.db.read().await?;
        let Some(mut state) = search::state(&mut tx, account).await? else {
            drop(tx);
            return self.begin(account).await;
        };
        let events = Journal::since(&mut tx, account, state.seq, BATCH).await?;
        if events.first().is_some_and(|first| first.seq != state.seq + 1) {
            drop(tx);
            return self.begin(account).await;
        }
        let mut batch = Batch::default();
        let mut more = is_full(events.len());
        for event in &events {
            self.read(event, &mut batch);
            state.seq = event.seq;
        }
        if !more && let Some(after) = state.contacts_after {
            let contacts = search::contacts_after(&mut tx, account, after, BATCH).await?;
            for contact in &contacts {
                self.person(contact, &mut batch);
            }
            more = true;
            state.contacts_after = contacts
                .last()
                .map(|last| last.id)
                .filter(|_| is_full(contacts.len()));
        } else if !more && let Some(after) = state.messages_after {
            let messages = search::messages_after(&mut tx, account, after, BATCH).await?;
            batch.documents.extend(messages.iter().map(document));
            state.messages_after = messages
                .last()
                .map(|last| last.id)
                .filter(|_| is_full(messages.len()));
            more = true;
        } else if !more && let Some(after) = state.notes_after {
            let notes = notes::after(&mut tx, account, after, BATCH).await?;
            batch.documents.extend(
                notes
                    .iter()
                    .map(|note| of_note(note.id, note.created_at, Some(&note.text))),
            );
            state.notes_after = notes.last().map(|last| last.id).filter(|_| is_full(notes.len()));
            more = state.notes_after.is_some();
        } else if events.is_empty() {
            return Ok(false);
        }
        drop(tx);
        self.keep(account, &state, batch).await?;
        Ok(more)
    }
}

impl<'c> Indexer<'c> {
    fn new(ctx: &'c Ctx) -> Self {
        Self {
            ctx,
            people: HashMap::new(),
            documents: 0,
        }
    }

    async fn begin(&mut self, account: AccountId) -> Result<bool> {
        let mut tx = self.ctx.db.begin().await?;
        let head = Journal::head(&mut tx, account).await?;
        search::begin(&mut tx, account, head).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn keep(&mut self, account: AccountId, state: &State, batch: Batch) -> Result<()> {
        let people: Vec<Person> = batch
            .people
            .iter()
            .map(|(contact, (_, words))| Person {
                contact: *contact,
                words: words.clone(),
            })
            .collect();
        let mut tx = self.ctx.db.begin().await?;
        if !search::step(&mut tx, account, state).await? {
            // Another node was quicker, and has done the same.
            return Ok(());
        }
        search::put(&mut tx, account, &batch.documents).await?;
        search::keep_people(&mut tx, account, &people).await?;
        tx.commit().await?;
        self.documents += u64::try_from(batch.documents.len()).unwrap_or(u64::MAX);
        if self.people.len() > REMEMBERED {
            self.people.clear();
        }
        self.people.extend(
            batch
                .people
                .into_iter()
                .map(|(contact, (mark, _))| (contact, mark)),
        );
        Ok(())
    }

    /// What an event tells of messages and people. One that cannot be read tells nothing: the index is no judge.
    fn read(&self, event: &Event, batch: &mut Batch) {
        let Some((noun, _)) = event.kind.split_once('.') else {
            return;
        };
        if !matches!(noun, "message" | "conversation" | "contact" | "note") {
            return;
        }
        let told: Told = match serde_json::from_str(&event.body) {
            Ok(told) => told,
            Err(error) => {
                tracing::error!(seq = event.seq, kind = event.kind, %error, "an event cannot be indexed");
                return;
            }
        };
        if let Some(message) = told.message
            // A tick or a reaction changes no words.
            && (event.kind == crate::events::MESSAGE_CREATED
                || message.edited_at.is_some()
                || message.deleted_at.is_some())
        {
            batch.documents.push(message.document());
        }
        if let Some(note) = told.note {
            let text = Some(note.text.as_str()).filter(|_| event.kind != crate::events::NOTE_REMOVED);
            batch.documents.push(of_note(note.id, note.created_at, text));
        }
        if let Some(gone) = told.merged_id {
            batch.people.insert(gone, (0, BTreeSet::new()));
        }
        if let Some(contact) = told.contact.or_else(|| Some(told.conversation?.contact)) {
            self.told_person(&contact, batch);
        }
    }

    fn person(&self, contact: &Contact, batch: &mut Batch) {
        self.told_person(&told(contact), batch);
    }

    fn told_person(&self, contact: &ToldContact, batch: &mut Batch) {
        let mark = contact.mark();
        let is_known = match batch.people.get(&contact.id) {
            Some((latest, _)) => *latest == mark,
            None => self.people.get(&contact.id) == Some(&mark),
        };
        if !is_known {
            batch.people.insert(contact.id, (mark, contact.words()));
        }
    }
}

fn told(contact: &Contact) -> ToldContact {
    ToldContact {
        id: contact.id,
        phone: contact.phone.clone(),
        name: contact.name.clone(),
        email: contact.email.clone(),
        company: contact.company.clone(),
    }
}

/// What somebody is found by.
pub(super) fn words_of(contact: &Contact) -> BTreeSet<String> {
    told(contact).words()
}

fn is_full(found: usize) -> bool {
    i64::try_from(found).is_ok_and(|found| found >= BATCH)
}

/// Of the events' bodies, what is searched for.
#[derive(Deserialize)]
struct Told {
    message: Option<ToldMessage>,
    conversation: Option<ToldConversation>,
    contact: Option<ToldContact>,
    note: Option<ToldNote>,
    /// A contact that is part of `contact` from now on.
    merged_id: Option<ContactId>,
}

#[derive(Deserialize)]
struct ToldConversation {
    contact: ToldContact,
}

#[derive(Deserialize)]
struct ToldContact {
    id: ContactId,
    phone: Option<String>,
    name: Option<String>,
    email: Option<String>,
    company: Option<String>,
}

#[derive(Deserialize)]
struct ToldNote {
    id: NoteId,
    text: String,
    created_at: Time,
}

#[derive(Deserialize)]
struct ToldMessage {
    id: MessageId,
    content_text: Option<String>,
    content: Option<Json<Details>>,
    media: Option<Json<Media>>,
    created_at: Time,
    edited_at: Option<Time>,
    deleted_at: Option<Time>,
}

impl ToldContact {
    fn mark(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.phone, &self.name, &self.email, &self.company).hash(&mut hasher);
        hasher.finish()
    }

    fn words(&self) -> BTreeSet<String> {
        let texts = [&self.name, &self.email, &self.company];
        let mut all: BTreeSet<String> = texts.into_iter().flatten().flat_map(|text| words(text)).collect();
        all.extend(self.phone.iter().flat_map(|phone| phone_words(phone)));
        all
    }
}

impl ToldMessage {
    fn document(self) -> Document {
        let texts = texts(
            self.content_text.as_deref(),
            self.content.as_ref().map(|content| &content.0),
            self.media.as_ref().map(|media| &media.0),
        );
        made(self.id.0, self.created_at, self.deleted_at, &texts)
    }
}

fn document(message: &Message) -> Document {
    made(
        message.id.0,
        message.created_at,
        message.deleted_at,
        &texts_of(message),
    )
}

/// Without a text it is gone.
fn of_note(id: NoteId, at: Time, text: Option<&str>) -> Document {
    let texts: Vec<(SearchField, String)> = text
        .map(|text| (SearchField::Text, text.to_owned()))
        .into_iter()
        .collect();
    made(id.0, at, None, &texts)
}

fn made(subject: Uuid, at: Time, deleted_at: Option<Time>, texts: &[(SearchField, String)]) -> Document {
    let mut all = Vec::new();
    if deleted_at.is_none() {
        let mut seen = HashSet::new();
        for word in texts.iter().flat_map(|(_, text)| words(text)) {
            if seen.insert(word.clone()) {
                all.push(word);
            }
        }
    }
    Document {
        subject,
        at,
        words: all,
    }
}

/// What of a message is searched for, and where it stands in it.
pub(super) fn texts_of(message: &Message) -> Vec<(SearchField, String)> {
    texts(
        message.content_text.as_deref(),
        message.content.as_ref().map(|content| &content.0),
        message.media.as_ref().map(|media| &media.0),
    )
}

fn texts(text: Option<&str>, details: Option<&Details>, media: Option<&Media>) -> Vec<(SearchField, String)> {
    let mut all = Vec::new();
    all.extend(text.map(|text| (SearchField::Text, text.to_owned())));
    if let Some(name) = media.and_then(|media| media.filename.clone()) {
        all.push((SearchField::Filename, name));
    }
    let Some(details) = details else { return all };
    if let Some(place) = &details.location {
        let lines = [&place.name, &place.address];
        all.extend(
            lines
                .into_iter()
                .flatten()
                .map(|line| (SearchField::Location, line.clone())),
        );
    }
    for card in &details.contacts {
        let names = [&card.name, &card.company];
        all.extend(
            names
                .into_iter()
                .flatten()
                .map(|line| (SearchField::Card, line.clone())),
        );
        all.extend(
            card.phones
                .iter()
                .map(|phone| (SearchField::Card, phone.phone.clone())),
        );
        all.extend(card.emails.iter().map(|email| (SearchField::Card, email.clone())));
    }
    all
}
