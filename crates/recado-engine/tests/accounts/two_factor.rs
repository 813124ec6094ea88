use std::time::Duration;

use recado_engine::{Ctx, Error, accounts, invites, members, two_factor};
use recado_model::{Actor, Role};
use recado_store::audit::Filter;
use totp_rs::{Builder, Secret, Totp};

use crate::world::{PASSWORD, client, code, owner, story, token_of};

const EMAIL: &str = "ana@example.com";

/// What an app shows that was given the secret.
fn app(secret: &str) -> Totp {
    let secret = Secret::try_from_base32(secret).unwrap();
    Builder::new().with_secret(secret).build().unwrap()
}

fn shown(ctx: &Ctx, app: &Totp) -> String {
    let seconds = u64::try_from(ctx.clock.now().millis() / 1000).unwrap();
    app.generate(seconds).to_string()
}

async fn enable(ctx: &Ctx, owner: &Actor) -> (Totp, Vec<String>) {
    let enrolment = two_factor::start(ctx, owner, &PASSWORD.into()).await.unwrap();
    let app = app(&enrolment.secret);
    let codes = two_factor::confirm(ctx, owner, &shown(ctx, &app)).await.unwrap();
    (app, codes.codes)
}

async fn sign_in(ctx: &Ctx, code: Option<&str>) -> recado_engine::Result<accounts::SignedIn> {
    recado_engine::sessions::sign_in(ctx, EMAIL, &PASSWORD.into(), code, &client()).await
}

async fn log(ctx: &Ctx, actor: &Actor) -> Vec<&'static str> {
    let start = recado_model::Cursor::START;
    let page = recado_engine::audit::list(ctx, actor, &Filter::default(), start, 100).await;
    let mut told: Vec<_> = page
        .unwrap()
        .items
        .iter()
        .map(|one| one.action.as_str())
        .collect();
    told.reverse();
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_counts_once_the_app_has_shown_it() {
    story(async |ctx| {
        let owner = owner(&ctx, EMAIL).await;
        let wrong = two_factor::start(&ctx, &owner, &"another one".into()).await;
        assert_eq!(code(wrong), "password");
        assert_eq!(
            code(two_factor::confirm(&ctx, &owner, "123456").await),
            "not_started"
        );
        let enrolment = two_factor::start(&ctx, &owner, &PASSWORD.into()).await.unwrap();
        assert!(
            enrolment
                .url
                .starts_with("otpauth://totp/Recado:ana%40example.com?"),
            "{}",
            enrolment.url
        );
        assert!(enrolment.qr_svg.contains("<svg"));
        sign_in(&ctx, None).await.unwrap();
        // Whoever starts again has another secret.
        let again = two_factor::start(&ctx, &owner, &PASSWORD.into()).await.unwrap();
        assert_ne!(enrolment.secret, again.secret);
        let old = shown(&ctx, &app(&enrolment.secret));
        assert_eq!(code(two_factor::confirm(&ctx, &owner, &old).await), "code");
        let app = app(&again.secret);
        let codes = two_factor::confirm(&ctx, &owner, &shown(&ctx, &app))
            .await
            .unwrap()
            .codes;
        assert_eq!(codes.len(), 10);
        let status = two_factor::status(&ctx, &owner).await.unwrap();
        assert_eq!((status.enabled, status.recovery_codes_left), (true, 10));
        assert!(
            accounts::me(&ctx, &owner)
                .await
                .unwrap()
                .member
                .unwrap()
                .two_factor
        );
        let again = two_factor::start(&ctx, &owner, &PASSWORD.into()).await;
        assert_eq!(code(again), "already_enabled");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_takes_a_code_and_each_code_only_once() {
    story(async |ctx| {
        let owner = owner(&ctx, EMAIL).await;
        let (app, _) = enable(&ctx, &owner).await;
        assert_eq!(code(sign_in(&ctx, None).await), "second_step_required");
        assert_eq!(code(sign_in(&ctx, Some(" ")).await), "second_step_required");
        // The code that confirmed is used up.
        let used = shown(&ctx, &app);
        assert_eq!(code(sign_in(&ctx, Some(&used)).await), "bad_code");
        ctx.clock.advance(Duration::from_secs(30));
        let spaced = shown(&ctx, &app);
        let spaced = format!(" {} {} ", &spaced[..3], &spaced[3..]);
        sign_in(&ctx, Some(&spaced)).await.unwrap();
        assert_eq!(code(sign_in(&ctx, Some(&spaced)).await), "bad_code");
        // A clock half a minute behind is forgiven, one of two minutes is not.
        let early = shown(&ctx, &app);
        ctx.clock.advance(Duration::from_mins(1));
        let late = shown(&ctx, &app);
        ctx.clock.advance(Duration::from_secs(30));
        assert_eq!(code(sign_in(&ctx, Some(&early)).await), "bad_code");
        sign_in(&ctx, Some(&late)).await.unwrap();
        let told = log(&ctx, &owner).await;
        assert_eq!(
            told.iter()
                .filter(|word| **word == "session.second_step_failed")
                .count(),
            3
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_stopped_for_a_while() {
    story(async |ctx| {
        let owner = owner(&ctx, EMAIL).await;
        let (app, _) = enable(&ctx, &owner).await;
        for _ in 0..5 {
            assert_eq!(code(sign_in(&ctx, Some("12345")).await), "bad_code");
        }
        ctx.clock.advance(Duration::from_secs(30));
        let right = shown(&ctx, &app);
        let locked = sign_in(&ctx, Some(&right)).await.unwrap_err();
        assert!(
            matches!(locked, Error::RateLimited { retry_after } if retry_after > Duration::from_mins(14))
        );
        ctx.clock.advance(Duration::from_mins(15));
        sign_in(&ctx, Some(&shown(&ctx, &app))).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_is_good_once_and_new_ones_replace_it() {
    story(async |ctx| {
        let owner = owner(&ctx, EMAIL).await;
        let (_, codes) = enable(&ctx, &owner).await;
        // However it was written down.
        let typed = codes[3].to_uppercase().replace('-', " ");
        sign_in(&ctx, Some(&typed)).await.unwrap();
        assert_eq!(code(sign_in(&ctx, Some(&codes[3])).await), "bad_code");
        assert_eq!(
            two_factor::status(&ctx, &owner)
                .await
                .unwrap()
                .recovery_codes_left,
            9
        );
        let new = two_factor::renew_codes(&ctx, &owner, &PASSWORD.into())
            .await
            .unwrap();
        assert_eq!(code(sign_in(&ctx, Some(&codes[4])).await), "bad_code");
        sign_in(&ctx, Some(&new.codes[0])).await.unwrap();
        two_factor::disable(&ctx, &owner, &PASSWORD.into()).await.unwrap();
        sign_in(&ctx, None).await.unwrap();
        assert_eq!(
            code(two_factor::disable(&ctx, &owner, &PASSWORD.into()).await),
            "not_enabled"
        );
        let told = log(&ctx, &owner).await;
        for word in [
            "member.two_factor_enabled",
            "member.recovery_code_used",
            "member.recovery_codes_renewed",
            "member.two_factor_disabled",
        ] {
            assert!(told.contains(&word), "{word} in {told:?}");
        }
    })
    .await;
}

/// An invite is no way around the second step, and who is forgotten takes their secret along.
#[tokio::test(flavor = "multi_thread")]
async fn joining_with_a_known_user_takes_the_code_too() {
    story(async |ctx| {
        let ana = owner(&ctx, EMAIL).await;
        let (app, _) = enable(&ctx, &ana).await;
        let other = owner(&ctx, "eve@example.com").await;
        let url = invites::create(&ctx, &other, Role::Agent, None)
            .await
            .unwrap()
            .url;
        let accept = async |code: Option<String>| {
            let form = invites::Acceptance {
                name: "Ana".to_owned(),
                email: EMAIL.to_owned(),
                password: PASSWORD.into(),
                code,
            };
            invites::accept(&ctx, token_of(&url), form, &client()).await
        };
        assert_eq!(code(accept(None).await), "second_step_required");
        assert_eq!(code(accept(Some("000".to_owned())).await), "bad_code");
        ctx.clock.advance(Duration::from_secs(30));
        let joined = accept(Some(shown(&ctx, &app))).await.unwrap();
        let member = joined.me.member.unwrap().id;
        members::remove(&ctx, &other, member).await.unwrap();
        assert!(two_factor::status(&ctx, &ana).await.unwrap().enabled);
    })
    .await;
}
