//! Files: what is served to whom and how, and what is not taken.

use recado_testkit::{ENGINES, Installation};
use serde_json::json;

use super::{Desk, Line, sample};
use crate::{RECADO, people};

#[tokio::test(flavor = "multi_thread")]
async fn files_are_kept_from_others_and_from_the_browser() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let desk = Desk::open(&recado, Line::Meta).await;
        desk.parts_of_a_file().await;
        desk.a_page_is_no_page().await;
        desk.what_whatsapp_does_not_take().await;
        desk.addresses_inside_the_network().await;
        desk.an_address_that_does_not_answer().await;
        desk.files_of_the_conversation().await;
        let photo = desk
            .upload("photo.jpg", "image/jpeg", &sample("photo.jpg"), &[])
            .await
            .data();
        let path = format!("/api/v1/media/{}", photo["id"].as_str().unwrap());
        assert_eq!(desk.owner.get(&path).await.status, 200);
        assert_eq!(
            desk.owner
                .get(&format!("{path}/thumbnail"))
                .await
                .header("content-type"),
            Some("image/jpeg")
        );
        desk.owner
            .stranger()
            .get(&path)
            .await
            .refused(401, "unauthorized");
        let other = people::sign_up(&recado.stranger(), "eve@elsewhere.example").await;
        other.get(&path).await.refused(404, "not_found");
    }
}

impl Desk<'_> {
    async fn parts_of_a_file(&self) {
        let bytes = sample("clip.mp4");
        let clip = self.upload("clip.mp4", "video/mp4", &bytes, &[]).await.data();
        let path = format!("/api/v1/media/{}", clip["id"].as_str().unwrap());
        let part = self
            .owner
            .call(reqwest::Method::GET, &path, None, &[("range", "bytes=10-19")])
            .await;
        assert_eq!(part.status, 206);
        assert_eq!(
            part.header("content-range"),
            Some(format!("bytes 10-19/{}", bytes.len()).as_str())
        );
        assert_eq!(part.header("content-length"), Some("10"));
        let beyond = format!("bytes={}-", bytes.len());
        let refused = self
            .owner
            .call(reqwest::Method::GET, &path, None, &[("range", &beyond)])
            .await;
        refused.refused(416, "bad_range");
        let etag = part.header("etag").unwrap();
        let again = self
            .owner
            .call(reqwest::Method::GET, &path, None, &[("if-none-match", etag)])
            .await;
        assert_eq!(again.status, 304);
    }

    /// What the sidebar shows: files by kind, newest first, without what was taken back.
    async fn files_of_the_conversation(&self) {
        for (filename, mime) in [
            ("photo.jpg", "image/jpeg"),
            ("menu.pdf", "application/pdf"),
            ("clip.mp4", "video/mp4"),
        ] {
            let file = self.upload(filename, mime, &sample(filename), &[]).await.data();
            let message = json!({ "type": file["kind"], "media_id": file["id"] });
            let sent = self.owner.post(&format!("{}/messages", self.path), message).await;
            assert_eq!(sent.status, 202, "{}", sent.text);
        }
        let thread = self.thread().await;
        let of = async |query: &str| self.owner.all(&format!("{}/media{query}", self.path)).await;
        for (query, kinds) in [
            ("", &["image", "document", "video"][..]),
            ("?kind=image,video", &["image", "video"]),
            ("?kind=document", &["document"]),
            ("?kind=audio", &[]),
        ] {
            let wanted: Vec<_> = thread
                .iter()
                .filter(|one| kinds.iter().any(|kind| one["media"]["kind"] == *kind))
                .map(|one| &one["id"])
                .collect();
            assert!(wanted.len() >= kinds.len(), "{query}");
            let found = of(query).await;
            assert_eq!(found.iter().map(|one| &one["id"]).collect::<Vec<_>>(), wanted);
        }
        let refused = self.owner.get(&format!("{}/media?kind=film", self.path)).await;
        assert_eq!(refused.refused(400, "bad_request")["field"], "kind");
    }

    /// A page with a script, sent as a document, must not run at our address.
    async fn a_page_is_no_page(&self) {
        let page = b"<!DOCTYPE html><script>alert(1)</script>";
        let file = self.upload("page.html", "text/html", page, &[]).await.data();
        let path = format!("/api/v1/media/{}", file["id"].as_str().unwrap());
        let served = self.owner.get(&path).await;
        assert_eq!(served.status, 200);
        assert_ne!(
            served.header("content-type").unwrap().split(';').next(),
            Some("text/html")
        );
        assert!(
            served
                .header("content-disposition")
                .unwrap()
                .starts_with("attachment")
        );
        assert!(
            served
                .header("content-security-policy")
                .unwrap()
                .contains("sandbox")
        );
        assert_eq!(served.header("x-content-type-options"), Some("nosniff"));
    }

    async fn what_whatsapp_does_not_take(&self) {
        let large = vec![0xff; 6 * 1024 * 1024];
        let mut jpeg = sample("photo.jpg");
        jpeg.extend_from_slice(&large);
        let refused = self.upload("large.jpg", "image/jpeg", &jpeg, &[]).await;
        let error = refused.refused(413, "too_large");
        assert!(error["message"].as_str().unwrap().contains("5 MB"), "{error}");
        let refused = self
            .upload(
                "a.webp",
                "image/webp",
                &sample("photo.jpg"),
                &[("kind", "sticker")],
            )
            .await;
        refused.refused(415, "unsupported_media");
        let refused = self.upload("empty.txt", "text/plain", b"", &[]).await;
        assert_eq!(refused.refused(400, "bad_request")["field"], "file");
        let path = format!("{}/messages", self.path);
        let unknown = json!({"type": "image", "media_id": "0192e4a0-0000-7000-8000-000000000009"});
        let refused = self.owner.post(&path, unknown).await;
        assert_eq!(refused.refused(400, "bad_request")["field"], "media_id");
    }

    async fn addresses_inside_the_network(&self) {
        let path = format!("{}/messages", self.path);
        let answer = self
            .owner
            .post(
                &path,
                json!({"type": "document", "media_url": "http://169.254.169.254/latest/meta-data"}),
            )
            .await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        let id = answer.data()["id"].clone();
        let failed = recado_testkit::until("it to fail", async || {
            let message = self.thread().await.into_iter().find(|one| one["id"] == id)?;
            (message["status"] == "failed").then_some(message)
        })
        .await;
        assert_eq!(failed["error"]["reason"], "media_rejected", "{failed}");
    }

    /// Mistyped, as a rule: whoever gave it is told, and the replies after it do not wait for long.
    async fn an_address_that_does_not_answer(&self) {
        let path = format!("{}/messages", self.path);
        let file = json!({"type": "document", "media_url": "https://nobody.invalid/menu.pdf"});
        let file = self.owner.post(&path, file).await.data()["id"].clone();
        let text = json!({"type": "text", "text": "The menu comes in a minute."});
        let text = self.owner.post(&path, text).await.data()["id"].clone();
        let (failed, after) = recado_testkit::until("the reply after it to leave", async || {
            let thread = self.thread().await;
            let of = |id| thread.iter().find(|one| one["id"] == id).cloned();
            let (failed, after) = (of(file.clone())?, of(text.clone())?);
            (after["status"] != "queued").then_some((failed, after))
        })
        .await;
        assert_ne!(after["status"], "failed", "{after}");
        assert_eq!(failed["status"], "failed", "{failed}");
        assert_eq!(failed["error"]["reason"], "media_rejected", "{failed}");
    }
}
