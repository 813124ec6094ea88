//! Parameters in the query string.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::explain::explain;
use crate::error::{Error, Result};

/// The query string as a struct of optional fields. Parameters it does not name are another extractor's.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// Characters of the parameter `search`, at most.
const LONGEST_SEARCH: usize = 200;

/// The parameter `search`, unless it is too long.
pub fn searched(text: Option<String>) -> Result<Option<String>> {
    if text
        .as_ref()
        .is_some_and(|text| text.chars().count() > LONGEST_SEARCH)
    {
        let message = format!("`search` must be at most {LONGEST_SEARCH} characters long.");
        return Err(Error::bad_field("search", message));
    }
    Ok(text)
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

pub(super) fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Error> {
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let path = error.path().to_string();
        explain(&path, &error.into_inner().to_string())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use recado_model::{ContactId, ConversationStatus};
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Filter {
        status: Option<ConversationStatus>,
        contact_id: Option<ContactId>,
        since: Option<i64>,
    }

    #[test]
    fn filters_are_parsed_and_others_parameters_left_alone() {
        let filter: Filter = parse("limit=5&status=open").unwrap();
        assert_eq!(
            (filter.status, filter.contact_id),
            (Some(ConversationStatus::Open), None)
        );
        assert_eq!(parse::<Filter>("since=-7").unwrap().since, Some(-7));
        assert!(parse::<Filter>("").unwrap().status.is_none());
    }

    #[test]
    fn a_parameter_that_does_not_fit_is_named() {
        let refusal = |query| {
            let error = parse::<Filter>(query).unwrap_err();
            (error.field.unwrap(), error.message.into_owned())
        };
        let status = "`status` must be one of `open`, `pending`, `closed`, not `opne`.";
        assert_eq!(refusal("status=opne"), ("status".to_owned(), status.to_owned()));
        assert_eq!(refusal("contact_id=7").0, "contact_id");
        assert_eq!(refusal("contact_id=7").1, "`contact_id` must be a UUID.");
        for number in ["since=x", "since=", "since=99999999999999999999", "since=1.5"] {
            assert_eq!(refusal(number).1, "`since` must be a whole number.", "{number}");
        }
        assert_eq!(refusal("status=open&status=closed").1, "`status` is given twice.");
    }

    proptest! {
        #[test]
        fn no_query_breaks_the_parser(query in ".{0,60}") {
            let _ = parse::<Filter>(&query);
        }
    }
}
