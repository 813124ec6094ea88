//! What a tool is: its name, what it needs, what it takes and what it answers.

use std::fmt::{self, Display};
use std::future::Future;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use recado_engine::Ctx;
use recado_engine::idempotency::{self, Answer as Kept, Key};
use recado_model::{Actor, Cursor, Permission};
use rmcp::model::{Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::Instrument as _;
use uuid::Uuid;

use super::schema;
use crate::error::{Error, Result};
use crate::extract::{foreign_cursor, from_value};
use crate::once::Once;
use crate::state::Api;

/// Who calls, and what with.
#[derive(Clone, Debug)]
pub struct Call {
    pub ctx: Arc<Ctx>,
    pub api: Api,
    pub actor: Actor,
}

/// What a tool says, to be read and to be computed with.
#[derive(Debug)]
pub struct Answer {
    pub text: String,
    pub data: Value,
}

/// What is said of a tool to whoever chooses among them.
#[derive(Clone, Copy, Debug)]
pub struct About {
    pub name: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    /// As for the same thing in the API.
    pub needs: Permission,
    pub effect: Effect,
}

/// What a call leaves behind.
#[derive(Clone, Copy, Debug)]
pub enum Effect {
    Nothing,
    /// Something new each time.
    Adds,
    /// The same however often it is asked for.
    Sets,
    /// Something reaches a customer, and nobody can take it back.
    Sends,
}

type Run = Box<dyn Fn(Call, Value) -> BoxFuture<'static, Result<Answer>> + Send + Sync>;

/// A tool that is offered to those who have its permission.
pub struct Offer {
    pub needs: Permission,
    pub tool: Tool,
    run: Run,
}

/// A tool made of a plain function. What it takes and what it answers is described by their types.
pub fn offer<In, Out, Ran>(about: About, run: fn(Call, In) -> Ran) -> Offer
where
    In: DeserializeOwned + JsonSchema + Send + 'static,
    Out: Serialize + JsonSchema + Display,
    Ran: Future<Output = Result<Out>> + Send + 'static,
{
    let tool = Tool::new(about.name, about.description, schema::input::<In>())
        .with_title(about.title)
        .with_raw_output_schema(schema::output::<Out>())
        .with_annotations(about.effect.annotations());
    let run = move |call: Call, input: Value| {
        async move {
            let out = run(call, from_value(input)?).await?;
            let data = serde_json::to_value(&out).map_err(|error| {
                tracing::error!(%error, "an answer cannot be written as JSON");
                Error::internal()
            })?;
            Ok(Answer {
                text: out.to_string(),
                data,
            })
        }
        .boxed()
    };
    Offer {
        needs: about.needs,
        tool,
        run: Box::new(run),
    }
}

impl Offer {
    /// # Errors
    /// 403 without the permission, 400 for input that does not fit, and what the use case refuses.
    pub async fn call(&self, call: Call, input: Value) -> Result<Answer> {
        if !call.actor.may(self.needs) {
            return Err(recado_engine::Error::Forbidden(self.needs).into());
        }
        (self.run)(call, input).await
    }
}

impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Offer")
            .field("name", &self.tool.name)
            .field("needs", &self.needs)
            .finish_non_exhaustive()
    }
}

impl Effect {
    fn annotations(self) -> ToolAnnotations {
        let hints = ToolAnnotations::new()
            .read_only(matches!(self, Self::Nothing))
            .open_world(matches!(self, Self::Sends));
        match self {
            Self::Nothing => hints,
            Self::Adds => hints.destructive(false).idempotent(false),
            Self::Sets => hints.destructive(false).idempotent(true),
            // Clients ask a person before what is destructive, and what was sent is at least as final.
            Self::Sends => hints.destructive(true).idempotent(false),
        }
    }
}

impl Call {
    /// Where a page of one of the account's lists starts.
    pub fn cursor(&self, text: Option<&str>, list: &str) -> Result<Cursor> {
        match text {
            None => Ok(Cursor::START),
            Some(text) => Cursor::decode(text, self.actor.account, list).ok_or_else(foreign_cursor),
        }
    }

    /// What the next page is asked for with.
    pub fn next(&self, cursor: Option<Cursor>, list: &str) -> Option<String> {
        cursor.map(|cursor| cursor.encode(self.actor.account, list))
    }
}

/// Does the work, once for each key: asked again, it answers as it did. Sends need none of it, they know the key
/// themselves. `asked` tells one request under the key from another.
pub async fn once<T, Work>(call: Call, key: Option<Uuid>, asked: &Value, work: Work) -> Result<T>
where
    T: Serialize + DeserializeOwned + Send + 'static,
    Work: Future<Output = Result<T>> + Send + 'static,
{
    let Some(key) = key else {
        return work.await;
    };
    let key = Key::of(&call.actor, &key.to_string())?;
    let hash = idempotency::request_hash("/mcp", asked.to_string().as_bytes());
    let once = Once::new(call.api, call.actor, key, hash, false);
    if let Some(kept) = once.before().await? {
        return from_value(serde_json::from_slice(&kept.body).map_err(|_| Error::internal())?);
    }
    // In a task of its own: whoever hangs up meanwhile finds the answer when they ask again.
    let running = async move {
        let (result, left_something) = idempotency::witnessed(work).await;
        match &result {
            Ok(done) => {
                let body = serde_json::to_vec(done).map_err(|_| Error::internal())?;
                let answer = Kept {
                    status: 200,
                    content_type: None,
                    body,
                };
                once.keep(&answer).await;
            }
            Err(error) => once.end(error.status, left_something).await,
        }
        result
    };
    let done = tokio::spawn(running.in_current_span()).await;
    done.map_err(|_| Error::internal())?
}

/// How many rows a page has.
pub fn limit(asked: Option<i64>) -> Result<i64> {
    match asked {
        None => Ok(DEFAULT),
        Some(limit) if (1..=MOST).contains(&limit) => Ok(limit),
        Some(_) => Err(Error::bad_field(
            "limit",
            format!("`limit` must be a whole number from 1 to {MOST}."),
        )),
    }
}

/// Short pages: what a tool answers has to fit into what an assistant keeps in mind.
const DEFAULT: i64 = 20;
const MOST: i64 = 50;
