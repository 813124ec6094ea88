use std::time::Duration;

use recado_engine::api_keys::{self, CreatedApiKey, NewApiKey};
use recado_engine::{Ctx, Error, accounts, sessions};
use recado_model::{Actor, Permission, Permissions, Role, Time, Who};

use crate::world::{code, limits, member, owner, story};

const DAY: Duration = Duration::from_hours(24);

fn scopes(list: &[Permission]) -> Permissions {
    list.iter().copied().collect()
}

async fn make(ctx: &Ctx, by: &Actor, scopes: Permissions, expires_at: Option<Time>) -> CreatedApiKey {
    let form = NewApiKey {
        name: " Shop ".to_owned(),
        scopes,
        expires_at,
        rate_limit: None,
    };
    api_keys::create(ctx, by, form).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_its_account_with_its_scopes() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let scopes = scopes(&[Permission::MessagesSend, Permission::ChannelsRead]);
        let made = make(&ctx, &owner, scopes, None).await;
        assert!(made.key.starts_with("wacrm_live_") && made.key.starts_with(&made.details.key_prefix));
        assert!(!format!("{made:?}").contains(&made.key));

        let found = api_keys::authenticate_key(&ctx, &made.key).await.unwrap();
        let who = Who::Key { key: made.details.id };
        assert_eq!(
            found.actor,
            Actor {
                account: owner.account,
                who,
                permissions: scopes,
                address: None,
            }
        );
        assert_eq!(
            (found.allowance.limit, found.allowance.remaining),
            (100_000, 99_999)
        );
        let me = accounts::me(&ctx, &found.actor).await.unwrap();
        assert_eq!(me.member, None);
        assert_eq!(
            serde_json::to_value(me.key).unwrap()["scopes"],
            serde_json::json!(["messages:send", "channels:read"])
        );
        assert_eq!(code(sessions::sign_out(&ctx, &found.actor).await), "forbidden");

        let mut listed = api_keys::list(&ctx, &owner).await.unwrap();
        assert_eq!(listed[0].last_used_at, Some(ctx.clock.now()));
        listed[0].last_used_at = None;
        assert_eq!(listed, [made.details]);
        assert_eq!(listed[0].name, "Shop");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_cannot_have_more_than_its_maker() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let agent = member(&ctx, &owner, Role::Agent, "bo@example.com").await;
        let form = |scope: Permission| NewApiKey {
            name: "k".to_owned(),
            scopes: scopes(&[scope]),
            expires_at: None,
            rate_limit: None,
        };
        assert_eq!(
            code(api_keys::create(&ctx, &agent, form(Permission::KeysManage)).await),
            "scopes"
        );
        let made = make(
            &ctx,
            &owner,
            scopes(&[Permission::KeysManage, Permission::ContactsRead]),
            None,
        )
        .await;
        let key = api_keys::authenticate_key(&ctx, &made.key).await.unwrap().actor;
        assert_eq!(
            code(api_keys::create(&ctx, &key, form(Permission::ContactsWrite)).await),
            "scopes"
        );
        api_keys::create(&ctx, &key, form(Permission::ContactsRead))
            .await
            .unwrap();
        let none = make(&ctx, &key, Permissions::NONE, None).await;
        let none = api_keys::authenticate_key(&ctx, &none.key).await.unwrap().actor;
        assert_eq!(
            accounts::me(&ctx, &none).await.unwrap().permissions,
            Permissions::NONE
        );
        let all = make(
            &ctx,
            &Actor::system(owner.account),
            Role::Owner.permissions(),
            None,
        )
        .await;
        assert_eq!(all.details.scopes, Role::Owner.permissions());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_ends_when_it_expires_or_is_revoked() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let now = ctx.clock.now();
        for at in [now, now.plus(366 * DAY), Time::MIN, Time::MAX] {
            let form = NewApiKey {
                name: "k".to_owned(),
                scopes: Permissions::NONE,
                expires_at: Some(at),
                rate_limit: None,
            };
            assert_eq!(code(api_keys::create(&ctx, &owner, form).await), "expires_at");
        }
        let form = NewApiKey {
            name: "\n".to_owned(),
            scopes: Permissions::NONE,
            expires_at: None,
            rate_limit: None,
        };
        assert_eq!(code(api_keys::create(&ctx, &owner, form).await), "name");

        let short = make(&ctx, &owner, Permissions::NONE, Some(now.plus(DAY))).await;
        let long = make(&ctx, &owner, Permissions::NONE, Some(now.plus(365 * DAY))).await;
        let actor = api_keys::authenticate_key(&ctx, &long.key).await.unwrap().actor;
        ctx.clock.advance(DAY);
        assert_eq!(
            code(api_keys::authenticate_key(&ctx, &short.key).await),
            "unauthorized"
        );
        api_keys::authenticate_key(&ctx, &long.key).await.unwrap();

        api_keys::revoke(&ctx, &owner, long.details.id).await.unwrap();
        let revoked = ctx.clock.now();
        assert_eq!(
            code(api_keys::authenticate_key(&ctx, &long.key).await),
            "unauthorized"
        );
        assert_eq!(code(sessions::recheck(&ctx, &actor).await), "unauthorized");
        ctx.clock.advance(DAY);
        api_keys::revoke(&ctx, &owner, long.details.id).await.unwrap();
        let listed = api_keys::list(&ctx, &owner).await.unwrap();
        let revocations: Vec<_> = listed.iter().map(|key| (key.id, key.revoked_at)).collect();
        assert_eq!(
            revocations,
            [(long.details.id, Some(revoked)), (short.details.id, None)]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_whole_or_not_ours_is_refused() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let made = make(&ctx, &owner, Permissions::NONE, None).await;
        let foreign = recado_engine::tokens::ApiKeyToken::generate().expose();
        for bearer in [
            "",
            "wacrm_live_",
            "\u{0}",
            &made.key[..73],
            &foreign,
            &made.key.to_uppercase(),
        ] {
            assert_eq!(
                code(api_keys::authenticate_key(&ctx, bearer).await),
                "unauthorized",
                "{bearer:?}"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_ask_so_often_and_its_use_is_written_down_once_a_minute() {
    story(async |mut ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let made = make(&ctx, &owner, Permissions::NONE, None).await;
        let other = make(&ctx, &owner, Permissions::NONE, None).await;
        let start = ctx.clock.now();
        for seconds in [0, 59, 1] {
            ctx.clock.advance(Duration::from_secs(seconds));
            api_keys::authenticate_key(&ctx, &made.key).await.unwrap();
            let used = api_keys::list(&ctx, &owner).await.unwrap()[1]
                .last_used_at
                .unwrap();
            assert_eq!(
                used,
                if seconds == 1 {
                    start.plus(Duration::from_mins(1))
                } else {
                    start
                }
            );
        }

        ctx.limits = limits(1);
        assert_eq!(
            api_keys::authenticate_key(&ctx, &made.key)
                .await
                .unwrap()
                .allowance
                .remaining,
            0
        );
        let refusal = api_keys::authenticate_key(&ctx, &made.key).await;
        assert!(matches!(refusal, Err(Error::RateLimited { .. })), "{refusal:?}");
        api_keys::authenticate_key(&ctx, &other.key).await.unwrap();
    })
    .await;
}
