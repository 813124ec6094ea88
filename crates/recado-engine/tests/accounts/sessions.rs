use std::time::Duration;

use recado_engine::accounts;
use recado_engine::sessions::{self, LIFETIME};
use recado_engine::tokens::SessionToken;
use recado_engine::{Ctx, members};
use recado_journal::Audience;
use recado_model::{Actor, Role, Time};
use secrecy::SecretString;
use serde_json::json;

use crate::world::{
    self, PASSWORD, actor, client, code, events, form, head, id, member, owner, sign_in, story,
};

const DAY: Duration = Duration::from_hours(24);
const MINUTE: Duration = Duration::from_mins(1);

async fn token(ctx: &Ctx, email: &str) -> SessionToken {
    accounts::sign_up(ctx, form(email), &client())
        .await
        .unwrap()
        .token
}

async fn rotated(ctx: &Ctx, token: &SessionToken) -> Option<SessionToken> {
    sessions::authenticate(ctx, token.expose(), &client())
        .await
        .unwrap()
        .rotated
}

#[tokio::test(flavor = "multi_thread")]
async fn in_and_out() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let signed_in = sign_in(&ctx, " ANA@example.com", PASSWORD).await.unwrap();
        let again = actor(&ctx, &signed_in.token).await.unwrap();
        assert_eq!((again.account, again.member()), (owner.account, owner.member()));
        assert_ne!(again.who, owner.who);

        let before = head(&ctx, owner.account).await;
        sessions::sign_out(&ctx, &again).await.unwrap();
        assert_eq!(code(actor(&ctx, &signed_in.token).await), "unauthorized");
        assert_eq!(code(sessions::recheck(&ctx, &again).await), "session_expired");
        assert_eq!(sessions::recheck(&ctx, &owner).await.unwrap(), owner);
        let events = events(&ctx, owner.account, before).await;
        assert_eq!(events.len(), 1);
        assert_eq!(
            (events[0].0.as_str(), &events[0].1),
            ("session.ended", &Audience::Member(id(&owner)))
        );
        assert_eq!(events[0].2, json!({ "session_ids": [session(&again)] }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_email_and_a_wrong_password_look_the_same() {
    story(async |ctx| {
        owner(&ctx, "ana@example.com").await;
        let wrong = [
            ("ana@example.com", "correct horse batterY"),
            ("ana@example.com", ""),
            ("bo@example.com", PASSWORD),
            ("not an email", PASSWORD),
            ("", ""),
        ];
        for (email, password) in wrong {
            assert_eq!(
                code(sign_in(&ctx, email, password).await),
                "bad_credentials",
                "{email}"
            );
        }
        for token in ["", "x", "\u{0}", &"t".repeat(43)] {
            assert_eq!(
                code(sessions::authenticate(&ctx, token, &client()).await),
                "unauthorized"
            );
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_seen_lives_and_one_that_is_not_ends() {
    story(async |ctx| {
        let mut token = token(&ctx, "ana@example.com").await;
        for _ in 0..3 {
            ctx.clock.advance(29 * DAY);
            token = rotated(&ctx, &token).await.unwrap_or(token);
        }
        ctx.clock.advance(LIFETIME);
        assert_eq!(code(actor(&ctx, &token).await), "session_expired");

        let now = sign_in(&ctx, "ana@example.com", PASSWORD).await.unwrap();
        assert_eq!(code(actor(&ctx, &token).await), "unauthorized");
        let listed = sessions::list(&ctx, &actor(&ctx, &now.token).await.unwrap())
            .await
            .unwrap();
        assert_eq!(listed.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_changed_once_a_day_and_the_old_one_ends_after_a_minute() {
    story(async |ctx| {
        let first = token(&ctx, "ana@example.com").await;
        ctx.clock.advance(Duration::from_mins(24 * 60 - 1));
        assert!(rotated(&ctx, &first).await.is_none());
        ctx.clock.advance(MINUTE);

        // Two tabs ask at once: both get in, one carries the new token home.
        let client = client();
        let (one, other) = tokio::join!(
            sessions::authenticate(&ctx, first.expose(), &client),
            sessions::authenticate(&ctx, first.expose(), &client),
        );
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(one.actor, other.actor);
        let second = match (one.rotated, other.rotated) {
            (Some(token), None) | (None, Some(token)) => token,
            both => panic!("{both:?}"),
        };

        ctx.clock.advance(Duration::from_millis(59_999));
        assert!(rotated(&ctx, &first).await.is_none());
        assert!(rotated(&ctx, &second).await.is_none());
        ctx.clock.advance(Duration::from_millis(1));
        assert_eq!(code(actor(&ctx, &first).await), "session_expired");
        assert_eq!(actor(&ctx, &second).await.unwrap(), one.actor);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_token_that_got_lost_on_the_way_ends_nobodys_session() {
    story(async |ctx| {
        let first = token(&ctx, "ana@example.com").await;
        ctx.clock.advance(DAY);
        let lost = rotated(&ctx, &first).await.unwrap();
        ctx.clock.advance(MINUTE);
        let second = rotated(&ctx, &first).await.unwrap();
        assert_eq!(code(actor(&ctx, &lost).await), "unauthorized");
        actor(&ctx, &second).await.unwrap();
        ctx.clock.advance(MINUTE);
        assert_eq!(code(actor(&ctx, &first).await), "session_expired");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_role_holds_at_once_and_changes_the_token() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let joined = crate::world::join(&ctx, &owner, Role::Viewer, "bo@example.com").await;
        let viewer = actor(&ctx, &joined.token).await.unwrap();
        world::set_role(&ctx, &owner, id(&viewer), Role::Admin)
            .await
            .unwrap();

        assert_eq!(
            sessions::recheck(&ctx, &viewer).await.unwrap().role(),
            Role::Admin
        );
        let found = sessions::authenticate(&ctx, joined.token.expose(), &client())
            .await
            .unwrap();
        assert_eq!(
            (found.actor.role(), found.actor.permissions),
            (Role::Admin, Role::Admin.permissions())
        );
        let token = found.rotated.unwrap();
        assert!(rotated(&ctx, &token).await.is_none());

        members::remove(&ctx, &owner, id(&viewer)).await.unwrap();
        assert_eq!(code(actor(&ctx, &token).await), "unauthorized");
        assert_eq!(code(sessions::recheck(&ctx, &viewer).await), "session_expired");
        assert_eq!(
            code(sign_in(&ctx, "bo@example.com", PASSWORD).await),
            "bad_credentials"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_and_ends_ones_own_sessions() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let stranger = member(&ctx, &owner, Role::Admin, "bo@example.com").await;
        ctx.clock.advance(MINUTE);
        let phone = sign_in(&ctx, "ana@example.com", PASSWORD).await.unwrap();
        let phone = actor(&ctx, &phone.token).await.unwrap();
        let laptop = sign_in(&ctx, "ana@example.com", PASSWORD).await.unwrap();

        let listed = sessions::list(&ctx, &phone).await.unwrap();
        let shown: Vec<_> = listed
            .iter()
            .map(|session| (session.current, session.ip.as_str()))
            .collect();
        assert_eq!(
            shown,
            [(false, "192.0.2.7"), (true, "192.0.2.7"), (false, "192.0.2.7")]
        );
        assert_eq!(listed[1].id, session(&phone));
        assert_eq!(listed[1].user_agent.as_deref(), Some("Firefox"));
        assert_eq!(listed[1].expires_at, ctx.clock.now().plus(LIFETIME));

        assert_eq!(
            code(sessions::end(&ctx, &stranger, session(&owner)).await),
            "not_found"
        );
        sessions::end(&ctx, &phone, session(&owner)).await.unwrap();
        assert_eq!(
            code(sessions::end(&ctx, &phone, session(&owner)).await),
            "not_found"
        );
        assert!(sessions::recheck(&ctx, &owner).await.is_err());

        sessions::end_others(&ctx, &phone).await.unwrap();
        let before = head(&ctx, owner.account).await;
        sessions::end_others(&ctx, &phone).await.unwrap();
        assert_eq!(head(&ctx, owner.account).await, before);
        assert_eq!(code(actor(&ctx, &laptop.token).await), "unauthorized");
        assert_eq!(sessions::list(&ctx, &phone).await.unwrap().len(), 1);
        assert!(sessions::recheck(&ctx, &stranger).await.is_ok());
        assert_eq!(
            code(sessions::list(&ctx, &Actor::system(owner.account)).await),
            "forbidden"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn being_seen_is_written_down_once_a_minute() {
    story(async |ctx| {
        let token = token(&ctx, "ana@example.com").await;
        let actor = actor(&ctx, &token).await.unwrap();
        let start = ctx.clock.now();
        let seen = async || -> Time { sessions::list(&ctx, &actor).await.unwrap()[0].last_seen_at };
        ctx.clock.advance(Duration::from_secs(59));
        assert!(rotated(&ctx, &token).await.is_none());
        assert_eq!(seen().await, start);
        ctx.clock.advance(Duration::from_secs(1));
        assert!(rotated(&ctx, &token).await.is_none());
        assert_eq!(seen().await, start.plus(MINUTE));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_hash_is_made_stronger_at_the_next_sign_in() {
    story(async |ctx| {
        owner(&ctx, "ana@example.com").await;
        let kept = async || -> String {
            let mut tx = ctx.db.read().await.unwrap();
            recado_store::users::by_email(&mut tx, "ana@example.com")
                .await
                .unwrap()
                .unwrap()
                .password_hash
        };
        // Argon2id of the password with 8 KiB and one pass.
        let weak = weak_hash(&PASSWORD.into());
        let mut tx = ctx.db.begin().await.unwrap();
        let user = recado_store::users::by_email(&mut tx, "ana@example.com")
            .await
            .unwrap()
            .unwrap();
        recado_store::users::set_password_hash(&mut tx, user.id, &weak, &user.password_hash)
            .await
            .unwrap();
        tx.commit().await.unwrap();

        assert_eq!(
            code(sign_in(&ctx, "ana@example.com", "wrong password").await),
            "bad_credentials"
        );
        assert_eq!(kept().await, weak);
        sign_in(&ctx, "ana@example.com", PASSWORD).await.unwrap();
        assert!(kept().await.contains("m=19456,t=2,p=1"));
        sign_in(&ctx, "ana@example.com", PASSWORD).await.unwrap();
    })
    .await;
}

fn weak_hash(password: &SecretString) -> String {
    use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
    use secrecy::ExposeSecret as _;
    Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(8, 1, 1, None).unwrap(),
    )
    .hash_password(password.expose_secret().as_bytes())
    .unwrap()
    .to_string()
}

fn session(actor: &Actor) -> recado_model::SessionId {
    match actor.who {
        recado_model::Who::Member { session, .. } => session,
        other => panic!("{other:?}"),
    }
}
