//! Every event reaches every socket in order, once, across cuts.

use recado_testkit::{Engine, Installation, Live, webhooks};
use serde_json::Value;

use crate::RECADO;

const STREAM: usize = 2000;
const CUTS: usize = 50;

/// Takes every frame up to `last`, whatever happens to the connection in between.
async fn follow(client: recado_testkit::Client, from: i64, last: i64, cuts: usize) -> Vec<Value> {
    let mut seen: Vec<Value> = Vec::new();
    let mut at = from;
    // After how many frames the connection is cut: uneven, and more often than there are batches.
    let mut left = cuts;
    let mut random = 0x2545_F491_4F6C_DD1D_u64;
    while at < last {
        let mut live = Live::connect(&client, Some(at)).await.expect("a socket");
        let hello = live.next().await.expect("hello");
        assert_eq!(hello["type"], "hello");
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let mut frames = usize::try_from(random % 70).expect("small");
        while at < last {
            if left > 0 && frames == 0 {
                left -= 1;
                break;
            }
            frames = frames.saturating_sub(1);
            let Some(frame) = live.next().await else { break };
            assert_ne!(frame["type"], "reset", "nobody is that far behind");
            let seq = frame["seq"].as_i64().expect("a number");
            assert_eq!(seq, at + 1, "dense and in order");
            at = seq;
            seen.push(frame);
        }
    }
    assert_eq!(left, 0, "every cut happened");
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_cut_50_times_sees_what_an_uncut_one_sees() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let client = recado.client();
    let from = client.get("/api/v1/conversations?limit=1").await.seq();
    // Each webhook of a known customer is one event; the first of each customer opens a conversation: two.
    // The first of all shows with the number.
    let customers = 20;
    let last = from + i64::try_from(STREAM + customers + 1).unwrap();

    let uncut = tokio::spawn(follow(client.clone(), from, last, 0));
    let cut = tokio::spawn(follow(client.clone(), from, last, CUTS));
    let meta = recado.ready.meta.clone();
    let senders: Vec<_> = (0..8)
        .map(|sender| {
            let (client, meta) = (recado.stranger(), meta.clone());
            tokio::spawn(async move {
                for nth in (sender..STREAM).step_by(8) {
                    let from = format!("1556{:07}", nth % customers);
                    let body = webhooks::text(
                        &meta,
                        &from,
                        &format!("wamid.LIVE{nth}"),
                        &format!("message {nth}"),
                    );
                    assert_eq!(webhooks::post(&client, &meta, &body).await.unwrap(), 200);
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    let (uncut, cut) = (uncut.await.unwrap(), cut.await.unwrap());
    assert_eq!(uncut, cut);
    let messages = uncut
        .iter()
        .filter(|frame| frame["event"] == "message.created")
        .count();
    assert_eq!(messages, STREAM);
}
