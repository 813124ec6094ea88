//! An HTTP client that knows the contract: every answer it sees is held against the OpenAPI document.

use std::sync::Arc;

use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::contract::Contract;

/// Calls one Recado as one caller.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    key: Option<String>,
    cookie: Option<String>,
    contract: Option<Arc<Contract>>,
}

/// An answer, its body read.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Client {
    pub fn new(url: &str) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        #[expect(clippy::disallowed_methods, reason = "tests call the program as strangers do")]
        let builder = reqwest::Client::builder();
        let http = builder
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Self {
            http,
            url: url.to_owned(),
            key: None,
            cookie: None,
            contract: None,
        }
    }

    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self {
            key: Some(key.to_owned()),
            cookie: None,
            ..self.clone()
        }
    }

    /// The same caller without the promise of [`checked`](Self::checked): for input that no document describes.
    #[must_use]
    pub fn unchecked(&self) -> Self {
        Self {
            contract: None,
            ..self.clone()
        }
    }

    /// Nobody.
    #[must_use]
    pub fn stranger(&self) -> Self {
        Self {
            key: None,
            cookie: None,
            ..self.clone()
        }
    }

    /// A member with a session of their own.
    pub async fn signed_in(&self, email: &str, password: &str) -> Self {
        let form = serde_json::json!({ "email": email, "password": password });
        let answer = self.stranger().post("/api/v1/session", form).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        self.with_cookie_of(&answer)
    }

    /// Method and path of every operation that the server's OpenAPI document has: `GET /api/v1/me`.
    pub async fn operations(&self) -> std::collections::BTreeSet<String> {
        let document = self.get("/api/v1/openapi.json").await.ok();
        let paths = document["paths"].as_object().expect("paths");
        let operations = paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().expect("operations").keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        });
        operations.collect()
    }

    /// Keeps the cookie that an answer set.
    #[must_use]
    pub fn with_cookie_of(&self, answer: &Answer) -> Self {
        self.with_cookie(&answer.cookie().expect("the answer sets a cookie"))
    }

    #[must_use]
    pub fn with_cookie(&self, cookie: &str) -> Self {
        Self {
            cookie: Some(cookie.to_owned()),
            key: None,
            ..self.clone()
        }
    }

    /// Holds every answer below `/api/v1` against the server's own OpenAPI document from now on.
    pub async fn checked(&self) -> Self {
        let document = self.get("/api/v1/openapi.json").await;
        Self {
            contract: Some(Arc::new(Contract::new(document.body))),
            ..self.clone()
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body), &[]).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, Some(body), &[]).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None, &[]).await
    }

    /// Any call. A body is sent as JSON.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.url));
        if let Some(body) = body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_string());
        }
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        if let Some(cookie) = &self.cookie {
            // As a browser on our own pages does.
            request = request.header(COOKIE, cookie).header("origin", &self.url);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request
            .send()
            .await
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap_or_default();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        if let Some(contract) = &self.contract {
            contract.check(&method, path, status, &body);
        }
        Answer {
            status,
            headers,
            body,
            text,
        }
    }

    /// Any call with a body as it is.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        headers: &[(&str, &str)],
    ) -> Option<Answer> {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.url))
            .body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.ok()?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.ok()?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Some(Answer {
            status,
            headers,
            body,
            text,
        })
    }

    /// Every row of a list, page by page.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut cursor = String::new();
        loop {
            let separator = if path.contains('?') { '&' } else { '?' };
            let page = self
                .get(&format!("{path}{separator}limit=100{cursor}"))
                .await
                .ok();
            rows.extend(page["data"].as_array().expect("a list").iter().cloned());
            match page["meta"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return rows,
            }
        }
    }
}

impl Answer {
    /// The body of a success.
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        self.body
    }

    /// What is under `data` of a success.
    pub fn data(self) -> Value {
        self.ok()["data"].take()
    }

    /// The code of an error.
    pub fn code(&self) -> &str {
        self.body["error"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("no error: {} {}", self.status, self.text))
    }

    /// The body of an error that is as all errors are, with this status and code.
    pub fn refused(&self, status: u16, code: &str) -> &Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.code(), code, "{}", self.text);
        let error = &self.body["error"];
        assert!(
            error["message"].as_str().is_some_and(|words| !words.is_empty()),
            "{}",
            self.text
        );
        assert_eq!(
            error["request_id"].as_str(),
            self.header("x-request-id"),
            "{}",
            self.text
        );
        error
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The session cookie, as a browser would send it back.
    pub fn cookie(&self) -> Option<String> {
        let set = self.headers.get(SET_COOKIE)?.to_str().ok()?;
        set.split(';').next().map(str::to_owned)
    }

    /// The journal position of a snapshot.
    pub fn seq(&self) -> i64 {
        let header = self
            .headers
            .get("x-journal-seq")
            .expect("a snapshot says its journal position");
        header.to_str().expect("digits").parse().expect("digits")
    }
}
