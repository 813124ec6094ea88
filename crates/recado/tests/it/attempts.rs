//! Calls to the provider that go wrong at every moment: nothing is sent twice, and nothing is forgotten.

use recado_testkit::{Client, ENGINES, Engine, Installation, Provider, Ready, Recado, until, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::people;

const PHONE: &str = "15553000001";

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_goes_wrong_is_sent_once_or_shown() {
    for engine in ENGINES {
        let mut story = Story::begin(engine).await;
        story.the_answer_is_lost().await;
        story = story.the_process_dies_in_the_call().await;
        story.statuses_overtake_the_answer().await;
        story.a_refusal_is_final_or_tried_again().await;
        story.nobody_listens_for_a_while().await;
        story.the_window_closes_while_a_reply_waits().await;
    }
}

/// Between the provider's yes and our record of it, a hundred times.
#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_was_taken_is_never_sent_again() {
    const KILLS: usize = 100;
    let mut story = Story::begin(Engine::Sqlite).await;
    let mut taken = std::collections::BTreeMap::<String, usize>::new();
    for kill in 0..KILLS {
        let text = format!("Taken {kill}");
        story.send(&text).await;
        let call = story.provider.call().await;
        *taken.entry(call.text().to_owned()).or_default() += 1;
        let callback = call.callback();
        // The provider has it. Nobody will hear its answer.
        story = story.die().await;
        call.accept(&format!("wamid.K{kill}"));
        // Every other time the status comes before anybody asks what became of the attempt.
        if kill % 2 == 0 {
            story.until(&text, "unknown").await;
        }
        story
            .tell(&format!("wamid.K{kill}"), "delivered", Some(&callback))
            .await;
        story.until(&text, "delivered").await;
    }
    assert!(story.provider.is_quiet(), "nothing was sent again");
    assert_eq!(taken.len(), KILLS);
    assert!(taken.values().all(|times| *times == 1), "{taken:?}");
}

/// `recado serve` with a provider that does what it is told.
struct Story {
    installation: Installation,
    ready: Ready,
    recado: Recado,
    client: Client,
    address: std::net::SocketAddr,
    provider: Provider,
    path: String,
}

impl Story {
    async fn begin(engine: Engine) -> Self {
        let installation = Installation::new(RECADO, engine).await;
        let address = Provider::free_address();
        let recado = installation
            .start_with(&["--sandbox-listen", &address.to_string()])
            .await;
        let ready = recado.ready.clone();
        recado.terminate().await;
        let provider = Provider::listen(address).await;
        let recado = installation.serve(&ready).await;
        let body = webhooks::text(&ready.meta, PHONE, "wamid.ASKED", "Hello?");
        assert_eq!(
            webhooks::post(&recado.stranger(), &ready.meta, &body)
                .await
                .unwrap(),
            200
        );
        let client = recado.client().checked().await;
        let path = people::path(&people::conversation(&client, PHONE).await);
        Self {
            installation,
            ready,
            recado,
            client,
            address,
            provider,
            path,
        }
    }

    async fn send(&self, text: &str) {
        let answer = self
            .client
            .post(&format!("{}/messages", self.path), json!({ "text": text }))
            .await;
        assert_eq!(answer.status, 202, "{}", answer.text);
    }

    async fn message(&self, text: &str) -> Value {
        let thread = self.client.all(&format!("{}/messages", self.path)).await;
        thread
            .into_iter()
            .find(|one| one["content_text"] == text)
            .unwrap()
    }

    async fn until(&self, text: &str, status: &str) -> Value {
        until(status, async || {
            Some(self.message(text).await).filter(|one| one["status"] == status)
        })
        .await
    }

    async fn tell(&self, id: &str, status: &str, callback: Option<&str>) {
        let body = webhooks::status(&self.ready.meta, id, PHONE, status, callback);
        let answer = webhooks::post(&self.recado.stranger(), &self.ready.meta, &body).await;
        assert_eq!(answer.unwrap(), 200);
    }

    /// Kills the program and starts it again: a minute later, as far as its leases are concerned.
    async fn die(mut self) -> Self {
        self.recado.kill().await;
        self.installation.end_leases().await;
        self.recado = self.installation.serve(&self.ready).await;
        self.client = self.recado.client().checked().await;
        self
    }

    async fn the_answer_is_lost(&mut self) {
        self.send("Lost").await;
        let call = self.provider.call().await;
        assert_eq!(call.text(), "Lost");
        assert_eq!(call.body["to"], PHONE);
        let callback = call.callback();
        call.lose();
        let unknown = self.until("Lost", "unknown").await;
        assert_eq!(unknown["error"]["reason"], "unknown");
        assert!(!unknown["error"]["message"].as_str().unwrap().is_empty());
        // It may have arrived: nobody sends it again, not even on demand.
        let retry = format!("/api/v1/messages/{}/retry", people::id(&unknown));
        self.client.post(&retry, json!({})).await.refused(409, "conflict");
        // The next one does not wait for it.
        self.send("After lost").await;
        let call = self.provider.call().await;
        assert_eq!(call.text(), "After lost");
        call.accept("wamid.S1");
        self.until("After lost", "sent").await;
        self.tell("wamid.S2", "delivered", Some(&callback)).await;
        let told = self.message("Lost").await;
        assert_eq!(
            (&told["status"], &told["whatsapp_message_id"], &told["error"]),
            (&json!("delivered"), &json!("wamid.S2"), &Value::Null)
        );
        self.tell("wamid.S2", "read", None).await;
        assert_eq!(self.message("Lost").await["status"], "read");
        assert!(self.provider.is_quiet());
    }

    async fn the_process_dies_in_the_call(mut self) -> Self {
        self.send("Died").await;
        let call = self.provider.call().await;
        let callback = call.callback();
        self.send("Waiting behind it").await;
        let mut story = self.die().await;
        call.accept("wamid.S3");
        let unknown = story.until("Died", "unknown").await;
        assert_eq!(unknown["error"]["reason"], "unknown");
        let call = story.provider.call().await;
        assert_eq!(
            call.text(),
            "Waiting behind it",
            "what was called is not called again"
        );
        call.accept("wamid.S4");
        story.until("Waiting behind it", "sent").await;
        story.tell("wamid.S3", "sent", Some(&callback)).await;
        assert_eq!(story.message("Died").await["status"], "sent");
        assert!(story.provider.is_quiet());
        story
    }

    async fn statuses_overtake_the_answer(&mut self) {
        for (nth, with_callback) in [(0, true), (1, false)] {
            let (text, id) = (format!("Overtaken {nth}"), format!("wamid.O{nth}"));
            self.send(&text).await;
            let call = self.provider.call().await;
            let callback = with_callback.then(|| call.callback());
            self.tell(&id, "sent", callback.as_deref()).await;
            self.tell(&id, "delivered", callback.as_deref()).await;
            let early = if with_callback { "delivered" } else { "queued" };
            assert_eq!(self.message(&text).await["status"], early);
            call.accept(&id);
            let message = self.until(&text, "delivered").await;
            assert_eq!(message["whatsapp_message_id"], id.as_str());
            self.tell(&id, "read", None).await;
            assert_eq!(self.message(&text).await["status"], "read");
        }
        // A failure, too.
        self.send("Overtaken by bad news").await;
        let call = self.provider.call().await;
        let mut body = webhooks::status(&self.ready.meta, "wamid.O3", PHONE, "failed", None);
        body["entry"][0]["changes"][0]["value"]["statuses"][0]["errors"] = json!([{ "code": 131_047 }]);
        webhooks::post(&self.recado.stranger(), &self.ready.meta, &body)
            .await
            .unwrap();
        call.accept("wamid.O3");
        let failed = self.until("Overtaken by bad news", "failed").await;
        assert_eq!(failed["error"]["reason"], "window_closed");
    }

    async fn a_refusal_is_final_or_tried_again(&mut self) {
        for (status, code, reason) in [
            (400, 131_047, "window_closed"),
            (400, 100, "bad_request"),
            (401, 190, "number_unhealthy"),
        ] {
            let text = format!("Refused {code}");
            self.send(&text).await;
            self.provider.call().await.refuse(status, code);
            let failed = self.until(&text, "failed").await;
            assert_eq!(
                (&failed["error"]["reason"], &failed["error"]["code"]),
                (&json!(reason), &json!(code.to_string()))
            );
            assert!(failed["error"]["message"].as_str().unwrap().contains("no"));
        }
        self.send("Too fast").await;
        let call = self.provider.call().await;
        let first = call.callback();
        call.refuse(429, 130_429);
        let call = self.provider.call().await;
        assert_eq!(call.text(), "Too fast");
        assert_ne!(call.callback(), first, "each try is told apart");
        assert_eq!(self.message("Too fast").await["status"], "queued");
        call.accept("wamid.R1");
        self.until("Too fast", "sent").await;
        assert!(self.provider.is_quiet());
    }

    async fn nobody_listens_for_a_while(&mut self) {
        let (nobody, address) = (Provider::listen(Provider::free_address()).await, self.address);
        drop(std::mem::replace(&mut self.provider, nobody));
        until("the provider to be gone", async || {
            tokio::net::TcpStream::connect(address).await.err()
        })
        .await;
        self.send("Into the dark").await;
        let tried = "SELECT count(*) FROM attempts WHERE state = 'failed'";
        let before = self.installation.rows().number(tried).await;
        until("a try", async || {
            (self.installation.rows().number(tried).await > before).then_some(())
        })
        .await;
        assert_eq!(
            self.message("Into the dark").await["status"],
            "queued",
            "it certainly did not leave"
        );
        self.provider = Provider::listen(address).await;
        let call = self.provider.call().await;
        assert_eq!(call.text(), "Into the dark");
        call.accept("wamid.N1");
        self.until("Into the dark", "sent").await;
        assert!(self.provider.is_quiet());
    }

    async fn the_window_closes_while_a_reply_waits(&mut self) {
        self.send("In time").await;
        let call = self.provider.call().await;
        self.send("Too late").await;
        self.installation
            .rows()
            .change("UPDATE conversations SET window_expires_at = 1")
            .await;
        call.accept("wamid.W1");
        self.until("In time", "sent").await;
        let failed = self.until("Too late", "failed").await;
        assert_eq!(failed["error"]["reason"], "window_closed");
        assert!(self.provider.is_quiet(), "it did not leave");
    }
}
