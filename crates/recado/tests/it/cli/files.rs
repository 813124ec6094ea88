//! `recado import` and `recado export`: contacts in and out, and everything out.

use std::process::Stdio;

use recado_testkit::{ENGINES, Engine, Installation, Live};
use serde_json::{Value, json};

use super::{lines, run};
use crate::RECADO;
use crate::people;

const FILE: &str = "\u{feff}Phone Number;Name;E-Mail;Tags;Shoe size\r\n\
    0151 23456780;Ana Lima;ana@example.com;VIP; 38\r\n\
    +49 151 23456781;=cmd|' /C calc'!A1;;VIP;Newsletter\r\n\
    12;Too short;;;\r\n\
    +49 151 23456780;\"Ana Lima\";ANA@example.com;vip;\r\n\
    ;Nobody;;;\r\n\
    +4915123456782;Ben;not an address;;\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn contacts_come_in_once_and_are_seen_at_once() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client();
        let file = installation.folder().join("contacts.csv");
        std::fs::write(&file, FILE).unwrap();
        let path = file.to_str().unwrap();
        let form = [path, "--country", "de", "--json"];
        let seq = client.get("/api/v1/contacts").await.seq();

        let (code, out, told) = run(
            &installation,
            "import",
            &[path, "--country", "de", "--json", "--dry-run"],
        )
        .await;
        assert_eq!(code, 1, "{told}");
        assert_eq!(lines(&out)[0]["refused"], 3);
        assert_eq!(
            client.get("/api/v1/contacts").await.seq(),
            seq,
            "nothing was done"
        );

        let mut live = Live::connect(&client, Some(seq)).await.unwrap();
        let (code, out, told) = run(&installation, "import", &form).await;
        assert_eq!(code, 1, "{told}");
        assert_eq!(
            lines(&out),
            [json!({ "created": 2, "updated": 0, "unchanged": 1, "refused": 3 })]
        );
        for line in [
            "line 4: phone:",
            "line 6: phone: it is missing",
            "line 7: email:",
            "\"shoe size\" is passed over",
        ] {
            assert!(told.contains(line), "{line}: {told}");
        }
        let event = live.event("contact.created").await;
        assert_eq!(event["data"]["contact"]["phone"], "+4915123456780");
        assert_eq!(event["data"]["contact"]["tags"][0]["name"], "VIP");

        let before = client.get("/api/v1/contacts").await.seq();
        let (_, out, _) = run(&installation, "import", &form).await;
        assert_eq!(
            lines(&out),
            [json!({ "created": 0, "updated": 0, "unchanged": 3, "refused": 3 })]
        );
        assert_eq!(
            client.get("/api/v1/contacts").await.seq(),
            before,
            "a second time changes nothing"
        );

        // What was not told stays.
        std::fs::write(&file, "tags,company,phone\nNew,Café Luna,+4915123456780\n").unwrap();
        let (code, out, told) = run(&installation, "import", &[path]).await;
        assert_eq!(
            (code, out.as_str()),
            (0, "0 created, 1 updated, 0 unchanged, 0 refused\n"),
            "{told}"
        );
        let found = client.get("/api/v1/contacts?search=Ana%20Lima").await.data();
        let ana = &found[0];
        assert_eq!(
            (&ana["company"], &ana["email"]),
            (&json!("Café Luna"), &json!("ana@example.com"))
        );
        let names: Vec<&str> = ana["tags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tag| tag["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["New", "VIP"]);

        // Out, and in again: nothing changes, and nothing is a formula.
        let (code, csv, told) = run(&installation, "export contacts", &[]).await;
        assert_eq!(code, 0, "{told}");
        assert!(
            csv.contains(",'=cmd|'") && csv.starts_with("phone,name,email,company,tags"),
            "{csv}"
        );
        let rows = client.all("/api/v1/contacts").await.len();
        assert_eq!(csv.lines().count(), rows + 1);
        std::fs::write(&file, &csv).unwrap();
        let (code, out, told) = run(&installation, "import", &[path, "--json"]).await;
        assert_eq!(code, 0, "{told}");
        assert_eq!(
            lines(&out),
            [json!({ "created": 0, "updated": 0, "unchanged": rows, "refused": 0 })]
        );
        recado.terminate().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_an_account_comes_out() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client();
        let phone = recado.sandbox().add_phone("Ana").await;
        recado.sandbox().say(&phone, "Hello?").await;
        recado.sandbox().settled().await;
        let picture = installation.folder().join("picture.png");
        std::fs::write(&picture, people::PNG).unwrap();
        let to = format!("+{phone}");
        let sent = super::client(&recado, "send")
            .args(["--to", &to, "--media", picture.to_str().unwrap()])
            .output()
            .await;
        assert_eq!(sent.unwrap().status.code(), Some(0));
        let conversation = people::conversation(&client, &phone).await;
        let note = json!({ "conversation_id": conversation["id"], "text": "A regular" });
        client.post("/api/v1/notes", note).await.ok();

        let files = installation.folder().join("files");
        let file = installation.folder().join("account.jsonl");
        let form = [
            "--media",
            files.to_str().unwrap(),
            "--output",
            file.to_str().unwrap(),
        ];
        let (code, out, told) = run(&installation, "export account", &form).await;
        assert_eq!((code, out.as_str()), (0, ""), "{told}");
        let written = lines(&std::fs::read_to_string(&file).unwrap());
        let of = |kind: &str| {
            written
                .iter()
                .filter(|line| line["kind"] == kind)
                .map(|line| &line["data"])
                .collect::<Vec<_>>()
        };
        let head = of("export")[0];
        assert_eq!(head["account"]["id"], recado.ready.account_id);
        assert_eq!(
            head["journal_seq"],
            client.get("/api/v1/conversations").await.seq()
        );
        let end = written.last().unwrap();
        assert_eq!(end["kind"], "end");
        let conversations = client.all("/api/v1/conversations").await;
        assert_eq!(of("conversation"), conversations.iter().collect::<Vec<_>>());
        assert_eq!(
            of("contact"),
            client.all("/api/v1/contacts").await.iter().collect::<Vec<_>>()
        );
        let mut messages = Vec::new();
        for one in &conversations {
            messages.extend(client.all(&format!("{}/messages", people::path(one))).await);
        }
        assert_eq!(of("message"), messages.iter().collect::<Vec<&Value>>());
        assert_eq!(of("note")[0]["text"], "A regular");
        assert_eq!(end["data"]["messages"], messages.len());
        assert_eq!(
            (&end["data"]["files"], &end["data"]["missing_files"]),
            (&json!(1), &json!(0))
        );
        let media = messages.iter().find(|one| !one["media"].is_null()).unwrap();
        let copy = std::fs::read(files.join(media["media"]["id"].as_str().unwrap())).unwrap();
        assert_eq!(copy, people::PNG);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(
            !text.contains("password") && !text.contains("argon2"),
            "no secrets"
        );

        let (code, _, told) = run(&installation, "export account", &form).await;
        assert!(
            code == 2 && told.contains("cannot be made"),
            "nothing is written over: {told}"
        );
        recado.terminate().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_has_enough_is_no_error() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    for command in ["export account", "export contacts", "keys list", "doctor"] {
        let mut running = installation
            .command(command)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(running.stdout.take());
        let output = running.wait_with_output().await.unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            !told.contains("panicked") && output.status.code() == Some(0),
            "{command}: {told}"
        );
    }
    recado.terminate().await;
}
