//! What pages of other sites can make a browser do: nothing.

use recado_testkit::{Engine, Installation};
use reqwest::Method;

use crate::RECADO;
use crate::people::Team;

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_cannot_use_a_session() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let client = recado.stranger().checked().await;
    let team = Team::of(&recado, &client).await;
    let cookie = team.owner.cookie().unwrap();
    let own = recado.ready.url.as_str();
    let ask = async |method: Method, path: &str, headers: &[(&str, &str)]| {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        client
            .raw(method, path, b"{\"name\":\"X\",\"scopes\":[]}".to_vec(), &all)
            .await
            .unwrap()
    };
    let keys = "/api/v1/api-keys";
    for foreign in [
        [("origin", "https://evil.example"), ("sec-fetch-mode", "cors")],
        [("origin", "null"), ("sec-fetch-mode", "cors")],
        [("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")],
    ] {
        for (method, path) in [
            (Method::POST, keys),
            (Method::DELETE, "/api/v1/session"),
            (Method::PATCH, "/api/v1/members/x"),
        ] {
            let headers = [&[("cookie", cookie)], &foreign[..]].concat();
            ask(method.clone(), path, &headers)
                .await
                .refused(403, "forbidden");
        }
        // Nor sign somebody in as somebody else.
        ask(Method::POST, "/api/v1/session", &foreign)
            .await
            .refused(403, "forbidden");
    }
    for good in [
        &[("origin", own)][..],
        &[("origin", own), ("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
    ] {
        let headers = [&[("cookie", cookie)], good].concat();
        assert_eq!(ask(Method::POST, keys, &headers).await.status, 201);
    }
    // A key is not sent by a browser on its own.
    let bearer = format!("Bearer {}", recado.ready.api_key);
    let headers = [
        ("authorization", bearer.as_str()),
        ("origin", "https://evil.example"),
    ];
    assert_eq!(ask(Method::POST, keys, &headers).await.status, 201);
    // With a malformed one, the cookie beside it does not count.
    let headers = [("authorization", "Bearer x"), ("cookie", cookie), ("origin", own)];
    ask(Method::POST, keys, &headers)
        .await
        .refused(401, "unauthorized");
    // A page of another site may neither open the socket nor read what it fetches.
    let headers = [("cookie", cookie), ("origin", "https://evil.example")];
    let answer = ask(Method::GET, "/api/v1/live", &headers).await;
    answer.refused(403, "forbidden");
    let answer = ask(Method::GET, "/api/v1/me", &headers).await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
}
