use recado_engine::{accounts, members, profile};
use recado_model::{Language, Role};

use crate::world::{self, PASSWORD, actor, code, events, head, id, join, member, owner, sign_in, story};

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_the_persons_in_all_their_accounts() {
    story(async |ctx| {
        let ana = owner(&ctx, "ana@example.com").await;
        let bo = owner(&ctx, "bo@example.com").await;
        let there = join(&ctx, &bo, Role::Agent, "ana@example.com").await;
        let before = (head(&ctx, ana.account).await, head(&ctx, bo.account).await);
        let change = profile::Change {
            name: Some(" Ana Maria ".to_owned()),
            language: Some(Some(Language::Portuguese)),
            time_zone: Some(Some("America/Sao_Paulo".to_owned())),
        };
        let me = profile::change(&ctx, &ana, change).await.unwrap().member.unwrap();
        assert_eq!(
            (me.name.as_str(), me.language),
            ("Ana Maria", Some(Language::Portuguese))
        );
        assert_eq!(me.time_zone.as_deref(), Some("America/Sao_Paulo"));
        for (account, before) in [(ana.account, before.0), (bo.account, before.1)] {
            let told = events(&ctx, account, before).await;
            assert_eq!(told.len(), 1);
            assert_eq!(told[0].0, "member.updated");
            assert_eq!(told[0].2["member"]["name"], "Ana Maria");
        }
        let there = actor(&ctx, &there.token).await.unwrap();
        let seen = accounts::me(&ctx, &there).await.unwrap().member.unwrap();
        assert_eq!(seen.language, Some(Language::Portuguese));
        // What is not sent stays, null goes back.
        let change = profile::Change {
            language: Some(None),
            ..profile::Change::default()
        };
        let me = profile::change(&ctx, &there, change)
            .await
            .unwrap()
            .member
            .unwrap();
        assert_eq!((me.name.as_str(), me.language), ("Ana Maria", None));
        for odd in ["", "Europe Lisbon", "<b>", &"x".repeat(65)] {
            let change = profile::Change {
                time_zone: Some(Some(odd.to_owned())),
                ..profile::Change::default()
            };
            assert_eq!(code(profile::change(&ctx, &ana, change).await), "time_zone");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_all_other_sessions_everywhere() {
    story(async |ctx| {
        let ana = owner(&ctx, "ana@example.com").await;
        let bo = owner(&ctx, "bo@example.com").await;
        let elsewhere = join(&ctx, &bo, Role::Agent, "ana@example.com").await;
        let before = head(&ctx, bo.account).await;
        let new = "a better password";
        let wrong = profile::change_password(&ctx, &ana, &"another one".into(), &new.into()).await;
        assert_eq!(code(wrong), "current_password");
        let short = profile::change_password(&ctx, &ana, &PASSWORD.into(), &"short".into()).await;
        assert_eq!(code(short), "new_password");
        profile::change_password(&ctx, &ana, &PASSWORD.into(), &new.into())
            .await
            .unwrap();
        assert_eq!(code(actor(&ctx, &elsewhere.token).await), "unauthorized");
        assert_eq!(events(&ctx, bo.account, before).await[0].0, "session.ended");
        assert_eq!(
            code(sign_in(&ctx, "ana@example.com", PASSWORD).await),
            "bad_credentials"
        );
        sign_in(&ctx, "ana@example.com", new).await.unwrap();
        accounts::me(&ctx, &ana).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_changes_hands_and_its_old_owner_can_leave() {
    story(async |ctx| {
        let ana = owner(&ctx, "ana@example.com").await;
        let bo = member(&ctx, &ana, Role::Agent, "bo@example.com").await;
        let give = async |from, to, password: &str| {
            members::transfer_ownership(&ctx, from, to, &password.into()).await
        };
        assert_eq!(
            code(members::leave(&ctx, &ana, &PASSWORD.into()).await),
            "last_owner"
        );
        assert_eq!(code(give(&bo, id(&bo), PASSWORD).await), "forbidden");
        assert_eq!(code(give(&ana, id(&ana), PASSWORD).await), "member_id");
        assert_eq!(code(give(&ana, id(&bo), "another one").await), "password");
        let before = head(&ctx, ana.account).await;
        assert_eq!(give(&ana, id(&bo), PASSWORD).await.unwrap().role, Role::Owner);
        let told = events(&ctx, ana.account, before).await;
        let roles: Vec<_> = told
            .iter()
            .map(|one| one.2["member"]["role"].as_str().unwrap())
            .collect();
        assert_eq!(roles, ["owner", "admin"]);
        // The role in hand is an old one: what counts is the one there is.
        assert_eq!(code(give(&ana, id(&bo), PASSWORD).await), "forbidden");
        let members = members::list(&ctx, &bo).await.unwrap().value;
        assert_eq!(members.iter().filter(|one| one.role == Role::Owner).count(), 1);
        members::leave(&ctx, &ana, &PASSWORD.into()).await.unwrap();
        assert_eq!(members::list(&ctx, &bo).await.unwrap().value.len(), 1);
        assert_eq!(
            code(sign_in(&ctx, "ana@example.com", PASSWORD).await),
            "bad_credentials"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_a_new_name_for_everybody() {
    story(async |ctx| {
        let ana = owner(&ctx, "ana@example.com").await;
        let before = head(&ctx, ana.account).await;
        assert_eq!(code(accounts::rename(&ctx, &ana, " ").await), "name");
        accounts::rename(&ctx, &ana, "Lima & Co.").await.unwrap();
        accounts::rename(&ctx, &ana, "Lima & Co.").await.unwrap();
        let told = world::events(&ctx, ana.account, before).await;
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].0.as_str(), &told[0].2["account"]["name"]),
            ("account.updated", &"Lima & Co.".into())
        );
    })
    .await;
}
