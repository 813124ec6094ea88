//! A store as a large company has it after two years: how fast a page of the list, of a thread and of a search is.

mod fill;
mod past;

use std::path::Path;
use std::time::Instant;

use hdrhistogram::Histogram;
use recado_db::testing::PrivatePostgres;

use self::past::{Past, Random, word};
use crate::figures::{Figures, millis, number};
use crate::flood::histogram;
use crate::http::Connection;
use crate::ingest::Store;
use crate::recado::{Account, Installation, Server};
use crate::{Plan, Result};

/// Requests of each kind that count, and before them those that do not.
const MEASURED: u64 = 2_000;
const WARM_UP: u64 = 200;

/// Kinds of queries, a fifth of the searches each: a common word, a rare one, two words, a half-typed one, a person.
const QUERIES: u64 = 5;

pub async fn measure(
    plan: &Plan,
    binary: &Path,
    folder: &Path,
    store: Store,
    figures: &mut Figures,
) -> Result<()> {
    let postgres = match store {
        Store::Sqlite => None,
        Store::Postgres => Some(tokio::task::spawn_blocking(|| PrivatePostgres::start(true)).await??),
    };
    let url = postgres.as_ref().map(|server| server.url("postgres"));
    let data = folder.join(format!("large-{}", store.name()));
    let installation = Installation::new(binary, &data, url.clone());
    let account = installation.furnish().await?;

    let (messages, people) = (plan.messages.get(), plan.conversations.get());
    let begun = Instant::now();
    let past = Past::new(people, messages);
    match &url {
        None => {
            let path = data.join("recado.db");
            tokio::task::spawn_blocking(move || fill::sqlite(&path, past, messages)).await??;
        }
        Some(url) => fill::postgres(url, past, messages).await?,
    }
    let name = store.name();
    eprintln!("{name:<9} {messages} messages written in {:.0?}", begun.elapsed());
    figures.set("large_messages", number(messages)?);
    if !plan.no_search {
        let begun = Instant::now();
        installation.reindex().await?;
        let indexed = begun.elapsed();
        eprintln!("{name:<9} indexed in {indexed:.0?}");
        figures.set(
            &format!("large_{name}_index_per_s"),
            number(messages)? / indexed.as_secs_f64(),
        );
    }
    if let Some(url) = &url {
        fill::settle_postgres(url).await?;
    }

    let server = installation.serve().await?;
    let mut asked = Asked::new(&server, &account).await?;
    let list = asked.list().await?;
    let thread = asked.thread().await?;
    for (what, times) in [("list", list), ("thread", thread)] {
        let p99 = millis(times.value_at_quantile(0.99))?;
        figures.set(&format!("large_{name}_{what}_p99_ms"), p99);
    }
    if !plan.no_search {
        let search = asked.search().await?;
        let of = |quantile| millis(search.value_at_quantile(quantile));
        figures.set(&format!("large_{name}_search_p50_ms"), of(0.5)?);
        figures.set(&format!("large_{name}_search_p95_ms"), of(0.95)?);
        figures.set(&format!("large_{name}_search_max_ms"), millis(search.max())?);
    }
    figures.set(&format!("rss_large_{name}_mib"), server.resident()?);
    server.stop().await
}

/// One agent who asks for one page after the other.
struct Asked<'a> {
    connection: Connection,
    account: &'a Account,
    random: Random,
}

impl<'a> Asked<'a> {
    async fn new(server: &Server, account: &'a Account) -> Result<Self> {
        Ok(Self {
            connection: Connection::open(server.address).await?,
            account,
            random: Random(11),
        })
    }

    async fn get(&mut self, path: &str) -> Result<Vec<u8>> {
        self.connection.get(path, &self.account.api_key).await
    }

    /// Asks for pages by the addresses that `next` makes, and tells how long each took, in microseconds.
    async fn timed(&mut self, mut next: impl FnMut(&mut Random, u64) -> String) -> Result<Histogram<u64>> {
        let mut times = histogram()?;
        for nth in 0..WARM_UP + MEASURED {
            let path = next(&mut self.random, nth);
            let begun = Instant::now();
            self.get(&path).await?;
            if nth >= WARM_UP {
                times.record(u64::try_from(begun.elapsed().as_micros())?)?;
            }
        }
        Ok(times)
    }

    async fn list(&mut self) -> Result<Histogram<u64>> {
        let pages = ["", "&status=open", "&assigned=unassigned"];
        self.timed(|random, _| {
            let page = pages[usize::try_from(random.below(3)).unwrap_or(0)];
            format!("/api/v1/conversations?sort=activity&limit=50{page}")
        })
        .await
    }

    /// Of conversations all over the list, most of which nobody has opened lately.
    async fn thread(&mut self) -> Result<Histogram<u64>> {
        let mut ids: Vec<String> = Vec::new();
        let mut cursor = String::new();
        for _ in 0..40 {
            let page = self
                .get(&format!("/api/v1/conversations?sort=activity&limit=100{cursor}"))
                .await?;
            let page: serde_json::Value = serde_json::from_slice(&page)?;
            let rows = page["data"].as_array().cloned().unwrap_or_default();
            ids.extend(
                rows.iter()
                    .filter_map(|row| row["id"].as_str().map(str::to_owned)),
            );
            match page["meta"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let count = u64::try_from(ids.len())?;
        self.timed(|random, _| {
            let id = &ids[usize::try_from(random.below(count)).unwrap_or(0)];
            format!("/api/v1/conversations/{id}/messages?limit=50")
        })
        .await
    }

    async fn search(&mut self) -> Result<Histogram<u64>> {
        self.timed(|random, nth| {
            let query = match nth % QUERIES {
                0 => word(1 + random.below(50)),
                1 => word(20_000 + random.below(20_000)),
                2 => format!(
                    "{}%20{}",
                    word(1 + random.below(200)),
                    word(200 + random.below(2_000))
                ),
                3 => word(1 + random.below(40_000)).chars().take(3).collect(),
                _ => {
                    return format!(
                        "/api/v1/search?type=conversations&limit=20&q=0151{:06}",
                        100_000 + random.below(1_000)
                    );
                }
            };
            let space = if nth % QUERIES == 3 { "" } else { "%20" };
            format!("/api/v1/search?type=messages&limit=20&q={query}{space}")
        })
        .await
    }
}
