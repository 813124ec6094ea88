//! A webhook answered 200 is there after `kill -9`, once, whatever is sent again.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use recado_testkit::{Client, ENGINES, Engine, Installation, webhooks};

use crate::RECADO;

/// Webhooks of one stream, and the customers they come from.
const STREAM: usize = 2000;
const CUSTOMERS: usize = 50;
/// Connections that send them.
const SENDERS: usize = 16;
/// Kills during the stream.
const KILLS: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_webhook_survives_kill_9_once() {
    for engine in ENGINES {
        story(engine).await;
    }
}

async fn story(engine: Engine) {
    let installation = Installation::new(RECADO, engine).await;
    let acknowledged: Arc<Vec<AtomicBool>> = Arc::new((0..STREAM).map(|_| AtomicBool::new(false)).collect());
    for kill in 1..=KILLS {
        let recado = installation.start().await;
        let meta = recado.ready.meta.clone();
        let next = Arc::new(AtomicUsize::new(0));
        let sent = Arc::new(AtomicUsize::new(0));
        let until = STREAM * kill / (KILLS + 1);
        let senders: Vec<_> = (0..SENDERS)
            .map(|_| {
                let (acknowledged, next, sent) =
                    (Arc::clone(&acknowledged), Arc::clone(&next), Arc::clone(&sent));
                let (client, meta) = (recado.stranger(), meta.clone());
                tokio::spawn(async move {
                    loop {
                        let nth = next.fetch_add(1, Ordering::Relaxed);
                        if nth >= STREAM {
                            return;
                        }
                        if acknowledged[nth].load(Ordering::SeqCst) {
                            continue;
                        }
                        match webhooks::post(&client, &meta, &webhook(&meta, nth)).await {
                            Some(status) => {
                                assert_eq!(status, 200);
                                acknowledged[nth].store(true, Ordering::SeqCst);
                                sent.fetch_add(1, Ordering::SeqCst);
                            }
                            None => return,
                        }
                    }
                })
            })
            .collect();
        let target = until.saturating_sub(count(&acknowledged));
        recado_testkit::until("part of the stream", async || {
            (sent.load(Ordering::SeqCst) >= target).then_some(())
        })
        .await;
        recado.kill().await;
        for sender in senders {
            sender.await.unwrap();
        }
        assert!(count(&acknowledged) < STREAM, "killed too late to prove anything");
    }

    // Before anything is sent again: what was acknowledged is there.
    let recado = installation.start().await;
    let client = recado.client();
    let before = stored(&client).await;
    for (nth, acknowledged) in acknowledged.iter().enumerate() {
        if acknowledged.load(Ordering::SeqCst) {
            assert_eq!(
                before.get(&id(nth)),
                Some(&1),
                "{engine:?}: webhook {nth} was acknowledged"
            );
        }
    }
    // The provider sends what was not acknowledged again, and for good measure all the rest too.
    let meta = &recado.ready.meta;
    for nth in 0..STREAM {
        assert_eq!(
            webhooks::post(&client, meta, &webhook(meta, nth)).await.unwrap(),
            200
        );
    }
    let after = stored(&client).await;
    for nth in 0..STREAM {
        assert_eq!(after.get(&id(nth)), Some(&1), "{engine:?}: webhook {nth}");
    }
    assert_eq!(after.len(), STREAM);
}

fn count(acknowledged: &[AtomicBool]) -> usize {
    acknowledged
        .iter()
        .filter(|one| one.load(Ordering::SeqCst))
        .count()
}

fn id(nth: usize) -> String {
    format!("wamid.KILL{nth}")
}

fn webhook(meta: &recado_testkit::Meta, nth: usize) -> serde_json::Value {
    let from = format!("1555{:07}", nth % CUSTOMERS);
    webhooks::text(meta, &from, &id(nth), &format!("message {nth}"))
}

/// How often each message of the stream is stored, over all conversations; unread counts agree.
async fn stored(client: &Client) -> HashMap<String, usize> {
    let mut stored = HashMap::new();
    for conversation in client.all("/api/v1/conversations").await {
        let id = conversation["id"].as_str().unwrap();
        let messages = client.all(&format!("/api/v1/conversations/{id}/messages")).await;
        let mine: Vec<_> = messages
            .iter()
            .filter_map(|message| message["whatsapp_message_id"].as_str())
            .filter(|id| id.starts_with("wamid.KILL"))
            .collect();
        if !mine.is_empty() {
            assert_eq!(
                conversation["unread_count"],
                mine.len(),
                "unread and messages belong together"
            );
        }
        for id in mine {
            *stored.entry(id.to_owned()).or_insert(0) += 1;
        }
    }
    stored
}
