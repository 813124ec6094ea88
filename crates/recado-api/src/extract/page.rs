//! Pages of lists: `limit` and `cursor` in, `meta.next_cursor` out.

use std::borrow::Cow;

use axum::extract::{FromRequestParts, MatchedPath};
use http::request::Parts;
use recado_model::{AccountId, Cursor, Page};
use serde::Deserialize;
use utoipa::IntoParams;

use super::query;
use crate::answer::List;
use crate::error::{Error, Result};
use crate::state::Api;

const DEFAULT: i64 = 50;
const MOST: i64 = 100;

/// Which part of a list is wanted.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many rows at most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<i64>,
    /// Where the page starts: `meta.next_cursor` of the page before it. Good for the same list only.
    cursor: Option<String>,
}

/// The part of one certain list: where it starts and how long it is.
#[derive(Debug)]
pub struct Listing {
    pub after: Cursor,
    pub limit: i64,
    account: AccountId,
    name: Cow<'static, str>,
}

#[derive(Deserialize)]
struct Raw {
    limit: Option<String>,
    cursor: Option<String>,
}

/// A filter that is misspelt would filter nothing, and nobody would notice: a list takes the parameters that it is
/// documented to take and no others.
impl FromRequestParts<Api> for Paging {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self> {
        let text = parts.uri.query().unwrap_or_default();
        let path = parts.extensions.get::<MatchedPath>();
        if let Some(known) = path.and_then(|path| api.parameters(path.as_str())) {
            only(known, text)?;
        }
        Self::parse(text)
    }
}

fn only(known: &[String], query: &str) -> Result<()> {
    let mut given = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
    let Some(unknown) = given.find(|name| known.iter().all(|one| one != name)) else {
        return Ok(());
    };
    let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    let message = format!(
        "There is no parameter `{unknown}`; known are {}.",
        known.join(", ")
    );
    Err(Error::bad_field(unknown, message))
}

impl Paging {
    fn parse(text: &str) -> Result<Self> {
        let raw: Raw = query::parse(text)?;
        let limit = raw.limit.map(|text| {
            let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
            limit.ok_or_else(|| {
                Error::bad_field(
                    "limit",
                    format!("`limit` must be a whole number from 1 to {MOST}."),
                )
            })
        });
        Ok(Self {
            limit: limit.transpose()?,
            cursor: raw.cursor,
        })
    }

    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(DEFAULT)
    }

    /// For lists whose cursors are of more than one kind.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Of the account's list `name`. Two lists in different order, or of different things, need different names.
    pub fn of(self, account: AccountId, name: impl Into<Cow<'static, str>>) -> Result<Listing> {
        let name = name.into();
        let limit = self.limit();
        let after = match self.cursor {
            None => Cursor::START,
            Some(text) => Cursor::decode(&text, account, &name).ok_or_else(foreign_cursor)?,
        };
        Ok(Listing {
            after,
            limit,
            account,
            name,
        })
    }
}

/// A cursor of another list, of another account, or of nobody.
pub fn foreign_cursor() -> Error {
    Error::bad_field("cursor", "`cursor` is not one that was issued for this list.")
}

impl Listing {
    pub fn answer<T>(&self, page: Page<T>) -> List<T> {
        let next = page.next.map(|cursor| cursor.encode(self.account, &self.name));
        List::new(page.items, next)
    }
}

#[cfg(test)]
mod tests {
    use recado_model::Time;
    use uuid::Uuid;

    use super::*;

    fn field(query: &str) -> Option<String> {
        match Paging::parse(query).and_then(|paging| paging.of(AccountId::MIN, "things")) {
            Ok(_) => None,
            Err(error) => error.field,
        }
    }

    #[test]
    fn limits_outside_one_to_a_hundred_are_refused() {
        for bad in ["0", "101", "-1", "ten", "", "1e2", "99999999999999999999"] {
            assert_eq!(field(&format!("limit={bad}")).as_deref(), Some("limit"), "{bad}");
        }
        for good in ["1", "50", "100"] {
            assert_eq!(field(&format!("limit={good}")), None);
        }
        let listing = Paging::parse("").unwrap().of(AccountId::MIN, "things").unwrap();
        assert_eq!((listing.limit, listing.after), (50, Cursor::START));
    }

    #[test]
    fn a_parameter_that_the_list_does_not_have_is_named() {
        let known = ["status", "limit"].map(str::to_owned);
        assert!(only(&known, "").is_ok() && only(&known, "limit=5&status=open").is_ok());
        let error = only(&known, "limit=5&stauts=open").unwrap_err();
        assert_eq!(error.field.as_deref(), Some("stauts"));
        let message = "There is no parameter `stauts`; known are `status`, `limit`.";
        assert_eq!(error.message, message);
    }

    #[test]
    fn a_cursor_is_good_for_its_own_list_only() {
        let at = Cursor {
            at: Time::from_seconds(1),
            id: Uuid::from_u128(2),
        };
        let own = Paging::parse("").unwrap().of(AccountId::MIN, "things").unwrap();
        let page = own.answer(Page {
            items: vec![1],
            next: Some(at),
        });
        let page = serde_json::to_value(&page).unwrap();
        let text = page["meta"]["next_cursor"].as_str().unwrap();
        let again = Paging::parse(&format!("cursor={text}"))
            .unwrap()
            .of(AccountId::MIN, "things")
            .unwrap();
        assert_eq!(again.after, at);
        for query in [
            format!("cursor={text}x"),
            "cursor=".to_owned(),
            "cursor=%00".to_owned(),
        ] {
            assert_eq!(field(&query).as_deref(), Some("cursor"), "{query}");
        }
        let other = Paging::parse(&format!("cursor={text}"))
            .unwrap()
            .of(AccountId::MIN, "others");
        assert_eq!(other.unwrap_err().field.as_deref(), Some("cursor"));
        let stranger = Paging::parse(&format!("cursor={text}"))
            .unwrap()
            .of(AccountId::MAX, "things");
        assert!(stranger.is_err());
    }
}
