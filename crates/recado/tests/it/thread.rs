//! Reading a thread from a message in the middle, to both sides.

use recado_testkit::{ENGINES, Installation, webhooks};
use serde_json::Value;

use crate::RECADO;
use crate::people::{self, id};

const PHONE: &str = "15558200001";

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_is_read_from_the_middle() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = people::owner(&recado).await;
        for nth in 0..30 {
            let body = webhooks::text(
                &recado.ready.meta,
                PHONE,
                &format!("wamid.A{nth}"),
                &format!("No. {nth}"),
            );
            let status = webhooks::post(&recado.stranger(), &recado.ready.meta, &body).await;
            assert_eq!(status.unwrap(), 200);
        }
        let conversation = people::conversation(&client, PHONE).await;
        let path = format!("{}/messages", people::path(&conversation));
        let all: Vec<String> = client
            .all(&path)
            .await
            .iter()
            .map(|one| id(one).to_owned())
            .collect();
        let ids = |page: &Value| -> Vec<String> {
            let rows = page["data"].as_array().unwrap();
            rows.iter().map(|one| id(one).to_owned()).collect()
        };
        // Newest first: number 20 of 30 is the tenth.
        let middle = &all[9];
        for limit in [1, 2, 5] {
            let page = client
                .get(&format!("{path}?around={middle}&limit={limit}"))
                .await
                .ok();
            let mut seen = ids(&page);
            assert!(seen.contains(middle) && seen.len() == limit);
            let mut older = page["meta"]["next_cursor"].as_str().map(str::to_owned);
            while let Some(cursor) = older {
                let page = client
                    .get(&format!("{path}?limit={limit}&cursor={cursor}"))
                    .await
                    .ok();
                assert!(page["meta"]["previous_cursor"].is_string());
                seen.extend(ids(&page));
                older = page["meta"]["next_cursor"].as_str().map(str::to_owned);
            }
            let mut newer = page["meta"]["previous_cursor"].as_str().map(str::to_owned);
            while let Some(cursor) = newer {
                let page = client
                    .get(&format!("{path}?limit={limit}&cursor={cursor}"))
                    .await
                    .ok();
                seen.splice(0..0, ids(&page));
                newer = page["meta"]["previous_cursor"].as_str().map(str::to_owned);
            }
            assert_eq!(seen, all, "{limit} at a time");
        }
        let whole = client
            .get(&format!("{path}?around={}&limit=100", all[29]))
            .await
            .ok();
        assert!(whole["meta"]["previous_cursor"].is_null() && whole["meta"]["next_cursor"].is_null());
        assert_eq!(ids(&whole), all);

        let answer = client.get(&format!("{path}?around={middle}&cursor=x")).await;
        assert_eq!(answer.refused(400, "bad_request")["field"], "around");
        let answer = client.get(&format!("{path}?around=x")).await;
        assert_eq!(answer.refused(400, "bad_request")["field"], "around");
        let others = client.all("/api/v1/conversations").await;
        let other = others.iter().find(|one| one["id"] != conversation["id"]).unwrap();
        let elsewhere = format!("{}/messages?around={middle}", people::path(other));
        client.get(&elsewhere).await.refused(404, "not_found");
    }
}
