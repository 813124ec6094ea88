//! What goes out: `{"data":…}`, lists with `meta.next_cursor`, snapshots with their place in the journal.

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};
use recado_model::Snapshot;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Error;

/// Where a snapshot stands in the account's journal: listen since here and nothing is missed.
pub const JOURNAL_SEQ: HeaderName = HeaderName::from_static("x-journal-seq");

/// One thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Data<T> {
    pub data: T,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    data: Vec<T>,
    meta: Meta,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Meta {
    /// `cursor` of the next page; null on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// An answer that was read in one snapshot with the account's journal.
#[derive(Debug)]
pub struct At<T> {
    pub seq: i64,
    pub answer: T,
}

/// 201: something new is there.
#[derive(Debug)]
pub struct Created<T>(pub T);

/// What was asked to be there: 201 where it was made, 200 where it was.
#[derive(Debug)]
pub enum Found<T> {
    Made(T),
    There(T),
}

/// 202: it is durable here and on its way.
#[derive(Debug)]
pub struct Accepted<T>(pub T);

/// 204.
#[derive(Clone, Copy, Debug)]
pub struct Done;

impl<T> List<T> {
    pub fn new(data: Vec<T>, next_cursor: Option<String>) -> Self {
        Self {
            data,
            meta: Meta { next_cursor },
        }
    }

    /// A list that is short by nature and always whole.
    pub fn whole(data: Vec<T>) -> Self {
        Self::new(data, None)
    }
}

impl<T> At<T> {
    pub fn of<V>(snapshot: Snapshot<V>, answer: impl FnOnce(V) -> T) -> Self {
        Self {
            seq: snapshot.seq,
            answer: answer(snapshot.value),
        }
    }
}

impl<T: Serialize> IntoResponse for Data<T> {
    fn into_response(self) -> Response {
        json(&self)
    }
}

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        json(&self)
    }
}

impl<T: IntoResponse> IntoResponse for At<T> {
    fn into_response(self) -> Response {
        ([(JOURNAL_SEQ, HeaderValue::from(self.seq))], self.answer).into_response()
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Data { data: self.0 }).into_response()
    }
}

impl<T: Serialize> IntoResponse for Found<T> {
    fn into_response(self) -> Response {
        match self {
            Self::Made(data) => Created(data).into_response(),
            Self::There(data) => Data { data }.into_response(),
        }
    }
}

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Data { data: self.0 }).into_response()
    }
}

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

pub fn json(value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => (
            [(CONTENT_TYPE, HeaderValue::from_static("application/json"))],
            body,
        )
            .into_response(),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written as JSON");
            Error::internal().into_response()
        }
    }
}
