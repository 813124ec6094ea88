//! Assistants: who may come, and what they can do. Each tool by itself is in `tools`.

mod stories;
mod tools;

use std::collections::BTreeSet;

use recado_testkit::{Client, Engine, Installation};
use reqwest::Method;
use rmcp::ServiceExt as _;
use rmcp::model::CallToolRequestParams;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

/// Every scope that some tool needs.
pub const SCOPES: [&str; 10] = [
    "conversations:read",
    "conversations:write",
    "messages:read",
    "messages:send",
    "notes:read",
    "notes:write",
    "contacts:read",
    "contacts:write",
    "channels:read",
    "members:read",
];

/// An assistant with a key.
pub struct Assistant<'a>(pub &'a Client);

/// What a tool answered.
#[derive(Debug)]
pub struct Said {
    pub failed: bool,
    pub text: String,
    pub data: Value,
}

const JSON_AND_STREAM: (&str, &str) = ("accept", "application/json, text/event-stream");

impl Assistant<'_> {
    pub async fn ask(&self, method: &str, params: Value) -> Value {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let headers = [JSON_AND_STREAM, ("mcp-protocol-version", "2025-11-25")];
        let answer = self.0.call(Method::POST, "/mcp", Some(body), &headers).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body
    }

    pub async fn tools(&self) -> Vec<Value> {
        let answer = self.ask("tools/list", json!({})).await;
        answer["result"]["tools"].as_array().unwrap().clone()
    }

    pub async fn call(&self, tool: &str, arguments: Value) -> Said {
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = self.ask("tools/call", params).await;
        let result = &answer["result"];
        Said {
            failed: result["isError"]
                .as_bool()
                .unwrap_or_else(|| panic!("{tool}: {answer}")),
            text: result["content"][0]["text"].as_str().unwrap().to_owned(),
            data: result["structuredContent"].clone(),
        }
    }

    /// Success, and what it said.
    pub async fn done(&self, tool: &str, arguments: Value) -> Value {
        let said = self.call(tool, arguments).await;
        assert!(!said.failed, "{tool}: {}", said.text);
        said.data
    }
}

impl Said {
    #[track_caller]
    pub fn refused(&self, code: &str) -> Value {
        assert!(self.failed, "{}", self.text);
        assert_eq!(self.data, Value::Null, "structured content is for success");
        let body: Value = serde_json::from_str(&self.text).unwrap();
        assert_eq!(body["error"]["code"], code, "{body}");
        assert!(
            body["error"]["message"].as_str().unwrap().ends_with('.'),
            "{body}"
        );
        body["error"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_is_looked_at_first() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let owner = people::owner(&recado).await;
    let (made, key) = people::key(&owner, &["contacts:read"]).await;
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" },
    } });
    let ask = async |client: &Client, headers: &[(&str, &str)]| {
        let headers: Vec<_> = headers.iter().copied().chain([JSON_AND_STREAM]).collect();
        client
            .call(Method::POST, "/mcp", Some(hello.clone()), &headers)
            .await
    };
    let answer = ask(&key, &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let result = &answer.body["result"];
    assert_eq!(
        (&result["protocolVersion"], &result["serverInfo"]["name"]),
        (&json!("2025-06-18"), &json!("recado"))
    );
    assert!(
        result["capabilities"]["tools"].is_object() && result["instructions"].is_string(),
        "{result}"
    );
    assert!(answer.header("mcp-session-id").is_none(), "no session is kept");
    assert!(answer.header("x-ratelimit-remaining").is_some());
    assert_eq!(answer.header("cache-control").unwrap(), "no-store");

    let nobody = ask(&owner.stranger(), &[]).await;
    nobody.refused(401, "unauthorized");
    assert_eq!(nobody.header("www-authenticate").unwrap(), "Bearer");
    ask(&owner, &[]).await.refused(401, "unauthorized");
    ask(&key, &[("origin", "https://evil.example")])
        .await
        .refused(403, "forbidden");
    // A name that was made to lead here (DNS rebinding).
    let rebound = [("origin", "http://evil.example"), ("host", "evil.example")];
    ask(&key, &rebound).await.refused(403, "forbidden");
    assert_eq!(ask(&key, &[("origin", key.url())]).await.status, 200);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(
            key.call(method, "/mcp", None, &[JSON_AND_STREAM]).await.status,
            405
        );
    }

    // The official client, in the protocol's newest form.
    let config = StreamableHttpClientTransportConfig::with_uri(format!("{}/mcp", key.url()))
        .auth_header(made["key"].as_str().unwrap());
    let client = ().serve(StreamableHttpClientTransport::from_config(config)).await.unwrap();
    let names: BTreeSet<String> = client
        .list_all_tools()
        .await
        .unwrap()
        .into_iter()
        .map(|tool| tool.name.into_owned())
        .collect();
    assert_eq!(
        names,
        BTreeSet::from(["get_contact", "list_tags"].map(str::to_owned))
    );
    let result = client
        .call_tool(CallToolRequestParams::new("list_tags"))
        .await
        .unwrap();
    assert!(result.structured_content.unwrap()["tags"].is_array());
    client.cancel().await.unwrap();

    let path = format!("/api/v1/api-keys/{}", id(&made));
    owner.delete(&path).await;
    ask(&key, &[]).await.refused(401, "unauthorized");
}
