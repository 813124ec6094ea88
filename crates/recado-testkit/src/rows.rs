//! The database as it is, read past the program: what really was kept, and that nothing else was.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::types::ValueRef;
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// A database that the program uses meanwhile.
#[derive(Clone, Debug)]
pub enum Rows {
    Sqlite(PathBuf),
    Postgres(String),
}

/// The rows of each table, as text, in an order of their own.
pub type Dump = BTreeMap<String, Vec<String>>;

impl Rows {
    pub(crate) fn at(url: &str) -> Self {
        match url.strip_prefix("sqlite:") {
            Some(path) => Self::Sqlite(path.into()),
            None => Self::Postgres(url.to_owned()),
        }
    }

    /// Every row that belongs to an account, its people included. Not the search index, which is made of the others and
    /// follows them a moment later.
    pub async fn of_account(&self, account: &str) -> Dump {
        let tables = match self {
            Self::Sqlite(_) => {
                "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'
                 AND c.name = 'account_id' AND m.name NOT LIKE 'search%' ORDER BY 1"
            }
            Self::Postgres(_) => {
                "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'
                 AND column_name = 'account_id' AND table_name NOT LIKE 'search%' ORDER BY 1"
            }
        };
        let id = self.id(account);
        let mut dump = Dump::new();
        for table in self.query(tables).await {
            let rows = self
                .query(&format!("SELECT * FROM {table} WHERE account_id = {id}"))
                .await;
            dump.insert(table, rows);
        }
        assert!(dump.len() > 10, "the tables are found");
        let accounts = self
            .query(&format!("SELECT * FROM accounts WHERE id = {id}"))
            .await;
        assert_eq!(accounts.len(), 1);
        dump.insert("accounts".to_owned(), accounts);
        let users =
            format!("SELECT * FROM users WHERE id IN (SELECT user_id FROM members WHERE account_id = {id})");
        dump.insert("users".to_owned(), self.query(&users).await);
        for rows in dump.values_mut() {
            rows.sort_unstable();
        }
        dump
    }

    /// One number that a query answers.
    pub async fn number(&self, query: &str) -> i64 {
        let rows = self.query(query).await;
        assert_eq!(rows.len(), 1, "{query}");
        rows[0]
            .parse()
            .unwrap_or_else(|_| panic!("{query} answers {:?}", rows[0]))
    }

    /// Rows as texts, their columns with a bar between.
    pub async fn query(&self, query: &str) -> Vec<String> {
        match self {
            Self::Sqlite(path) => in_sqlite(path.clone(), query.to_owned()).await,
            Self::Postgres(url) => in_postgres(url, query).await,
        }
    }

    /// Puts the database into a state that would take long to come about.
    pub async fn change(&self, statement: &str) {
        self.query(statement).await;
    }

    /// An id as this engine writes it in a statement.
    pub fn id(&self, id: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("X'{}'", id.replace('-', "")),
            Self::Postgres(_) => format!("'{id}'::uuid"),
        }
    }
}

async fn in_sqlite(path: PathBuf, query: String) -> Vec<String> {
    let ask = move || -> rusqlite::Result<Vec<String>> {
        let connection = rusqlite::Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(30))?;
        let mut statement = connection.prepare(&query)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        let mut texts = Vec::new();
        while let Some(row) = rows.next()? {
            let values: rusqlite::Result<Vec<String>> = (0..columns)
                .map(|column| Ok(text(row.get_ref(column)?)))
                .collect();
            texts.push(values?.join("|"));
        }
        Ok(texts)
    };
    let asked = tokio::task::spawn_blocking(ask).await.expect("no panic");
    asked.unwrap_or_else(|error| panic!("{error}"))
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "∅".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => match uuid::Uuid::from_slice(bytes) {
            Ok(id) => id.to_string(),
            Err(_) => hex::encode(bytes),
        },
    }
}

async fn in_postgres(url: &str, query: &str) -> Vec<String> {
    let config: tokio_postgres::Config = url.parse().expect("an address");
    let (client, connection) = config.connect(NoTls).await.expect("the test's database");
    let connection = tokio::spawn(connection);
    let answers = client.simple_query(query).await;
    drop(client);
    connection.await.expect("no panic").expect("a connection");
    let answers = answers.unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let rows = answers.iter().filter_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => {
            let values: Vec<&str> = (0..row.len())
                .map(|column| row.get(column).unwrap_or("∅"))
                .collect();
            Some(values.join("|"))
        }
        _ => None,
    });
    rows.collect()
}
