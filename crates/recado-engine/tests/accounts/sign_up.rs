use recado_engine::accounts::{self, SignUp};
use recado_engine::{Error, limits::Limits};
use recado_model::{Actor, Permissions, Role, Who};
use serde_json::json;

use crate::world::{PASSWORD, actor, client, code, events, form, limits, sign_in, story};

#[tokio::test(flavor = "multi_thread")]
async fn signing_up_opens_an_account_with_its_owner() {
    story(async |ctx| {
        let signed_in = accounts::sign_up(&ctx, form(" Ana@Example.com "), &client())
            .await
            .unwrap();
        let me = signed_in.me.clone();
        let member = me.member.clone().unwrap();
        assert_eq!(
            (me.account.name.as_str(), me.account.is_demo),
            ("Lima Flowers", false)
        );
        assert_eq!(
            (member.name.as_str(), member.email.as_str(), member.role),
            ("Ana Lima", "ana@example.com", Role::Owner)
        );
        assert_eq!(me.permissions, Role::Owner.permissions());

        let owner = actor(&ctx, &signed_in.token).await.unwrap();
        assert_eq!(
            (owner.account, owner.member(), owner.role()),
            (me.account.id, Some(member.id), Role::Owner)
        );
        assert_eq!(accounts::me(&ctx, &owner).await.unwrap(), me);

        let events = events(&ctx, owner.account, 0).await;
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].0, "member.created");
        assert_eq!(
            events[0].2["member"],
            json!({
                "id": member.id,
                "name": "Ana Lima",
                "email": "ana@example.com",
                "role": "owner",
                "avatar_url": null,
                "whatsapp_enabled": true,
                "availability": "online",
                "is_demo": false,
                "created_at": ctx.clock.now(),
            })
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_sign_up_with_one_email_one_is_told_that_it_is_taken() {
    story(async |ctx| {
        let client = client();
        let (one, other) = tokio::join!(
            accounts::sign_up(&ctx, form("ana@example.com"), &client),
            accounts::sign_up(&ctx, form("ANA@example.com"), &client),
        );
        let (winner, loser) = if one.is_ok() { (one, other) } else { (other, one) };
        assert_eq!(code(loser), "email_taken");
        assert_eq!(
            code(accounts::sign_up(&ctx, form("ana@example.com"), &client).await),
            "email_taken"
        );

        let again = sign_in(&ctx, "ana@example.com", PASSWORD).await.unwrap();
        assert_eq!(again.me, winner.unwrap().me);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_is_checked_and_nothing_is_left_behind() {
    story(async |ctx| {
        let bad = [
            (
                "account_name",
                SignUp {
                    account_name: " ".to_owned(),
                    ..form("ana@example.com")
                },
            ),
            (
                "name",
                SignUp {
                    name: "A\u{0}na".to_owned(),
                    ..form("ana@example.com")
                },
            ),
            ("email", form("ana.example.com")),
            ("email", form("ana\u{0}@example.com")),
            (
                "password",
                SignUp {
                    password: "short".into(),
                    ..form("ana@example.com")
                },
            ),
        ];
        for (field, form) in bad {
            assert_eq!(code(accounts::sign_up(&ctx, form, &client()).await), field);
        }
        accounts::sign_up(&ctx, form("ana@example.com"), &client())
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_tired_of_trying() {
    story(async |mut ctx| {
        ctx.limits = limits(2);
        let refused = |error: Error| match error {
            Error::RateLimited { retry_after } => retry_after.as_secs() < 60,
            other => panic!("{other}"),
        };
        for email in ["a@example.com", "b@example.com"] {
            accounts::sign_up(&ctx, form(email), &client()).await.unwrap();
            assert_eq!(
                code(sign_in(&ctx, "a@example.com", "wrong password").await),
                "bad_credentials"
            );
        }
        assert!(refused(
            accounts::sign_up(&ctx, form("c@example.com"), &client())
                .await
                .unwrap_err()
        ));
        assert!(refused(
            sign_in(&ctx, "a@example.com", PASSWORD).await.unwrap_err()
        ));
        ctx.limits = Limits::new(&recado_engine::limits::LimitSettings::default()).into();
        sign_in(&ctx, "a@example.com", PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recado_itself_is_neither_member_nor_key() {
    story(async |ctx| {
        let owner = crate::world::owner(&ctx, "ana@example.com").await;
        let me = accounts::me(&ctx, &Actor::system(owner.account)).await.unwrap();
        assert_eq!((me.member, me.key), (None, None));
        let key = Actor {
            who: Who::System,
            permissions: Permissions::NONE,
            ..owner
        };
        assert_eq!(
            accounts::me(&ctx, &key).await.unwrap().permissions,
            Permissions::NONE
        );
    })
    .await;
}
