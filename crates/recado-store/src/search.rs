//! The search index: a document for everything that can be found by its text, with the words it is found by.
//!
//! On SQLite the words are in an FTS5 table, on PostgreSQL in a `tsvector` with a GIN index; on both a document says
//! as one of its words whose it is. How far the index is behind the journal is in [`state`].

mod people;
mod state;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use recado_db::{Engine, Result, Sql, Tx, sql};
use recado_model::{AccountId, Json, Stored, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::slices;

pub use people::{Person, conversations_of, keep_people, people};
pub use state::{State, begin, behind, contacts_after, forget_words, messages_after, state, step, subjects};

/// Numbers of documents for each second of time.
const SEATS: i64 = 1 << 16;
/// 2020-01-01, before which WhatsApp's API had nothing to tell.
const EPOCH: i64 = 1_577_836_800;
/// What a half-typed word may become, at most: the words used most.
const COMPLETIONS: i64 = 64;
/// Words looked at to find those.
const CANDIDATES: i64 = 20_000;
/// On PostgreSQL: documents looked at one by one before the index is asked.
const RECENT: i64 = 1_000;

/// Something to be found by its words.
#[derive(Clone, Debug)]
pub struct Document {
    pub subject: Uuid,
    /// When it was written.
    pub at: Time,
    /// Without any it is not to be found any more.
    pub words: Vec<String>,
}

/// What is asked of the index: all of `words`, and one of `alternatives` unless there are none.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub words: Vec<String>,
    pub alternatives: Vec<String>,
}

sql!(KNOWN -> (Uuid, i64) = {
    sqlite: "SELECT subject_id, doc FROM search_documents
        WHERE account_id = $1 AND subject_id IN (SELECT unhex(value, '-') FROM json_each($2))",
    postgres: "SELECT subject_id, doc FROM search_documents
        WHERE account_id = $1
        AND subject_id = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST($2 AS json)) AS uuid)))",
});

sql!(ADD -> () = {
    sqlite: "INSERT INTO search_documents (account_id, doc, subject_id) VALUES ($1, $2, $3)",
    postgres: "INSERT INTO search_documents (account_id, doc, subject_id, terms)
        VALUES ($1, $2, $3, CAST(CAST($4 AS TEXT) AS TSVECTOR))",
});

sql!(INDEX -> () = {
    sqlite: "INSERT OR REPLACE INTO search_index (rowid, terms) VALUES ($2, $4)",
    postgres: "UPDATE search_documents SET terms = CAST(CAST($4 AS TEXT) AS TSVECTOR)
        WHERE account_id = $1 AND doc = $2 AND subject_id = $3",
});

sql!(REMOVE -> () = "DELETE FROM search_documents WHERE account_id = $1 AND subject_id = $2");

/// Keeps documents as they are now, and the words they use. One at a time for an account.
pub async fn put(tx: &mut Tx, account: AccountId, documents: &[Document]) -> Result<()> {
    // Told twice, the last one counts.
    let latest: BTreeMap<Uuid, &Document> = documents.iter().map(|one| (one.subject, one)).collect();
    if latest.is_empty() {
        return Ok(());
    }
    let subjects = Json(latest.keys().copied().collect::<Vec<_>>());
    let known: HashMap<Uuid, i64> = tx
        .all(&KNOWN, &[&account, &subjects])
        .await?
        .into_iter()
        .collect();
    let mut gone = Vec::new();
    let mut changed: Vec<(i64, &Document)> = Vec::new();
    let mut new: Vec<&Document> = Vec::new();
    for one in latest.into_values() {
        match known.get(&one.subject) {
            _ if one.words.is_empty() => gone.push(one.subject),
            Some(doc) => changed.push((*doc, one)),
            None => new.push(one),
        }
    }
    remove(tx, account, &gone).await?;
    let docs = seats(tx, account, &new).await?;
    let added: Vec<(i64, &Document)> = docs.into_iter().zip(new.iter().copied()).collect();
    keep(tx, account, &ADD, &added).await?;
    let mut kept = new;
    kept.extend(changed.iter().map(|(_, one)| *one));
    if tx.engine() == Engine::Sqlite {
        changed.extend(added);
    }
    keep(tx, account, &INDEX, &changed).await?;
    learn(tx, account, &kept).await
}

async fn keep(tx: &mut Tx, account: AccountId, sql: &Sql<()>, documents: &[(i64, &Document)]) -> Result<()> {
    let terms: Vec<String> = documents
        .iter()
        .map(|(_, one)| terms(tx.engine(), account, one))
        .collect();
    let rows: Vec<[&dyn Stored; 4]> = documents
        .iter()
        .zip(&terms)
        .map(|((doc, one), terms)| [&account as &dyn Stored, doc, &one.subject, terms])
        .collect();
    tx.run_each(sql, &slices(&rows)).await?;
    Ok(())
}

/// Makes subjects not to be found any more.
pub async fn remove(tx: &mut Tx, account: AccountId, subjects: &[Uuid]) -> Result<()> {
    let rows: Vec<[&dyn Stored; 2]> = subjects
        .iter()
        .map(|subject| [&account as &dyn Stored, subject])
        .collect();
    tx.run_each(&REMOVE, &slices(&rows)).await?;
    Ok(())
}

// A number is one document's: on SQLite of all accounts, as they share the index.
sql!(LAST_SEAT -> (Option<i64>,) = {
    sqlite: "SELECT MAX(doc) FROM search_documents WHERE doc >= $2 AND doc < $3",
    postgres: "SELECT MAX(doc) FROM search_documents WHERE account_id = $1 AND doc >= $2 AND doc < $3",
});

/// Numbers for new documents by the time of each, in the order given.
async fn seats(tx: &mut Tx, account: AccountId, new: &[&Document]) -> Result<Vec<i64>> {
    let seconds: Vec<i64> = new.iter().map(|one| second(one.at)).collect();
    let mut free = HashMap::new();
    let distinct: Vec<i64> = seconds
        .iter()
        .copied()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    free_seats(tx, account, &distinct, &mut free).await?;
    let mut docs = Vec::with_capacity(new.len());
    for mut second in seconds {
        // A second in which more was written than it has numbers borrows from the next.
        loop {
            if !free.contains_key(&second) {
                free_seats(tx, account, &[second], &mut free).await?;
            }
            match free.get_mut(&second) {
                Some(next) if *next < (second + 1) * SEATS => {
                    docs.push(*next);
                    *next += 1;
                    break;
                }
                _ => second += 1,
            }
        }
    }
    Ok(docs)
}

async fn free_seats(
    tx: &mut Tx,
    account: AccountId,
    seconds: &[i64],
    free: &mut HashMap<i64, i64>,
) -> Result<()> {
    let bounds: Vec<(i64, i64)> = seconds
        .iter()
        .map(|second| (second * SEATS, (second + 1) * SEATS))
        .collect();
    let rows: Vec<[&dyn Stored; 3]> = bounds
        .iter()
        .map(|(from, to)| [&account as &dyn Stored, from, to])
        .collect();
    let last = tx.each(&LAST_SEAT, &slices(&rows)).await?;
    for ((second, (from, _)), rows) in seconds.iter().zip(&bounds).zip(last) {
        let last = rows.first().and_then(|(last,)| *last);
        free.insert(*second, last.map_or(*from, |last| last + 1));
    }
    Ok(())
}

fn second(at: Time) -> i64 {
    (at.millis() / 1_000 - EPOCH).max(0)
}

#[derive(Serialize, Deserialize)]
struct Used {
    w: String,
    n: i64,
}

sql!(LEARN -> () = {
    sqlite: "INSERT INTO search_words (account_id, word, documents)
        SELECT $1, value ->> 'w', value ->> 'n' FROM json_each($2) WHERE TRUE
        ON CONFLICT (account_id, word) DO UPDATE SET documents = documents + excluded.documents",
    postgres: "INSERT INTO search_words (account_id, word, documents)
        SELECT $1, w, n FROM json_to_recordset(CAST($2 AS json)) AS used(w text, n bigint)
        ON CONFLICT (account_id, word) DO UPDATE SET documents = search_words.documents + excluded.documents",
});

/// Counts the words of documents; of those that have changed once more.
async fn learn(tx: &mut Tx, account: AccountId, kept: &[&Document]) -> Result<()> {
    let mut used: BTreeMap<&str, i64> = BTreeMap::new();
    for word in kept.iter().flat_map(|one| &one.words) {
        *used.entry(word).or_default() += 1;
    }
    if used.is_empty() {
        return Ok(());
    }
    let used: Vec<Used> = used
        .into_iter()
        .map(|(word, n)| Used {
            w: word.to_owned(),
            n,
        })
        .collect();
    tx.run(&LEARN, &[&account, &Json(used)]).await?;
    Ok(())
}

sql!(COMPLETIONS_OF -> (String,) = "SELECT word FROM (SELECT word, documents FROM search_words
        WHERE account_id = $1 AND word >= $2 AND word < $3 ORDER BY word LIMIT $4) AS begun
    ORDER BY word = $2 DESC, documents DESC, word LIMIT $5");

/// What a half-typed word may become: itself, then the words that the account uses most.
pub async fn completions(tx: &mut Tx, account: AccountId, beginning: &str) -> Result<Vec<String>> {
    let end = end_of(beginning);
    let params: [&dyn Stored; 5] = [&account, &beginning, &end, &CANDIDATES, &COMPLETIONS];
    let rows = tx.all(&COMPLETIONS_OF, &params).await?;
    Ok(rows.into_iter().map(|(word,)| word).collect())
}

/// After everything that begins so.
fn end_of(beginning: &str) -> String {
    format!("{beginning}\u{10FFFF}")
}

// Newest first, without an end: whoever asks stops after a page.
macro_rules! matching_on_sqlite {
    () => {
        "SELECT d.subject_id, d.doc FROM search_index JOIN search_documents d ON d.doc = search_index.rowid
        WHERE search_index MATCH $2 AND search_index.rowid < $3 AND d.account_id = $1
        ORDER BY search_index.rowid DESC LIMIT $4"
    };
}

// GIN knows no order: what matches is gathered, then sorted. So it is asked for a stretch of time at a time, which is
// itself one of the words. Whose they are is checked outside, lest the planner go through all of the account's.
sql!(MATCHING -> (Uuid, i64) = {
    sqlite: matching_on_sqlite!(),
    postgres: "WITH found AS MATERIALIZED (SELECT account_id, subject_id, doc FROM search_documents
            WHERE terms @@ CAST(CAST($2 AS TEXT) AS TSQUERY))
        SELECT subject_id, doc FROM found WHERE account_id = $1 AND doc < $3 ORDER BY doc DESC LIMIT $4",
});

sql!(MATCHING_RECENT -> (Uuid, i64) = {
    sqlite: matching_on_sqlite!(),
    postgres: "SELECT subject_id, doc FROM (SELECT subject_id, doc, terms FROM search_documents
            WHERE account_id = $1 AND doc < $3 ORDER BY doc DESC LIMIT $5) AS recent
        WHERE terms @@ CAST(CAST($2 AS TEXT) AS TSQUERY) ORDER BY doc DESC LIMIT $4",
});

/// The newest `limit` subjects before document `before` that have all that is wanted, with their documents.
///
/// What is common is found among the newest at once; what is rare has few matches to be sorted. In between, the
/// stretches of time grow, so that there are never many more matches to sort than were asked for.
pub async fn matching(
    tx: &mut Tx,
    account: AccountId,
    wanted: &Wanted,
    before: i64,
    limit: i64,
) -> Result<Vec<(Uuid, i64)>> {
    let engine = tx.engine();
    let all = query(engine, &[scope(account)], wanted);
    let params: [&dyn Stored; 5] = [&account, &all, &before, &limit, &RECENT];
    let rows = tx.all(&MATCHING_RECENT, &params).await?;
    if engine == Engine::Sqlite || is_full(&rows, limit) {
        return Ok(rows);
    }
    let newest = tx.first(&LAST_SEAT, &[&account, &0_i64, &before]).await?;
    let Some(newest) = newest.and_then(|(newest,)| newest) else {
        return Ok(rows);
    };
    let newest = Time::from_seconds(newest / SEATS + EPOCH);
    for stretch in [days(newest), months(newest)] {
        let scopes: Vec<String> = stretch
            .iter()
            .map(|name| format!("{}{name}", scope(account)))
            .collect();
        let some = query(engine, &scopes, wanted);
        let rows = tx.all(&MATCHING, &[&account, &some, &before, &limit]).await?;
        if is_full(&rows, limit) {
            return Ok(rows);
        }
    }
    tx.all(&MATCHING, &[&account, &all, &before, &limit]).await
}

fn is_full<T>(rows: &[T], limit: i64) -> bool {
    i64::try_from(rows.len()).is_ok_and(|found| found >= limit)
}

/// The word of a document that says whose it is. No text has it, as none has a `§` in a word. Two accounts may share
/// it, so it does not stand for the check.
fn scope(account: AccountId) -> String {
    let drawn = account.0.as_u128() & 0xff_ffff_ffff;
    format!("§{drawn:010x}")
}

/// The day of a time and the one before; the same of months.
fn days(at: Time) -> [String; 2] {
    const DAY: i64 = 86_400;
    let day = at.millis() / 1_000 / DAY;
    [day, day - 1].map(|day| format!("d{day}"))
}

fn months(at: Time) -> [String; 2] {
    // Thirty days each, of no calendar.
    const MONTH: i64 = 30 * 86_400;
    let month = at.millis() / 1_000 / MONTH;
    [month, month - 1].map(|month| format!("m{month}"))
}

/// What the engine keeps of a document.
fn terms(engine: Engine, account: AccountId, document: &Document) -> String {
    let scope = scope(account);
    let mut terms = String::with_capacity(document.words.len() * 8 + 64);
    let mut add = |word: &str| match engine {
        Engine::Sqlite => terms.extend([word, " "]),
        Engine::Postgres => terms.extend(["'", word, "' "]),
    };
    add(&scope);
    if engine == Engine::Postgres {
        // By the number it has, which is what is paged by.
        add(&format!("{scope}{}", days(document.at)[0]));
        add(&format!("{scope}{}", months(document.at)[0]));
    }
    for word in &document.words {
        add(word);
    }
    terms
}

/// A query in the engine's own language. Words hold nothing that means something there.
fn query(engine: Engine, scopes: &[String], wanted: &Wanted) -> String {
    let (and, or) = match engine {
        Engine::Sqlite => (" AND ", " OR "),
        Engine::Postgres => (" & ", " | "),
    };
    let quoted = |word: &String| match engine {
        Engine::Sqlite => format!("\"{word}\""),
        Engine::Postgres => format!("'{word}'"),
    };
    let any = |words: &[String]| format!("({})", words.iter().map(quoted).collect::<Vec<_>>().join(or));
    let mut parts = vec![any(scopes)];
    parts.extend(wanted.words.iter().map(quoted));
    if !wanted.alternatives.is_empty() {
        parts.push(any(&wanted.alternatives));
    }
    parts.join(and)
}
