use std::time::Duration;

use recado_engine::{accounts, invites, members};
use recado_model::Role;

use crate::world::{PASSWORD, accept, actor, client, code, events, head, id, member, owner, story, token_of};

#[tokio::test(flavor = "multi_thread")]
async fn a_link_makes_a_member() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let made = invites::create(&ctx, &owner, Role::Agent, Some("Bo@Example.com"))
            .await
            .unwrap();
        let token = token_of(&made.url);
        assert_eq!(
            made.invite.expires_at,
            ctx.clock.now().plus(Duration::from_hours(7 * 24))
        );
        assert_eq!(
            invites::list(&ctx, &owner).await.unwrap()[..],
            *std::slice::from_ref(&made.invite)
        );
        let preview = invites::preview(&ctx, token, &client()).await.unwrap();
        assert_eq!(
            serde_json::to_value(preview).unwrap(),
            serde_json::json!({
                "account_name": "Lima Flowers",
                "role": "agent",
                "email": "bo@example.com",
                "invited_by": "Ana Lima",
            })
        );

        let before = head(&ctx, owner.account).await;
        assert_eq!(
            code(accept(&ctx, token, "cy@example.com", PASSWORD).await),
            "email"
        );
        assert_eq!(
            code(accept(&ctx, token, "bo@example.com", "short").await),
            "password"
        );
        let joined = accept(&ctx, token, "bo@example.com", PASSWORD).await.unwrap();
        assert_eq!(joined.me.account.id, owner.account);
        let agent = actor(&ctx, &joined.token).await.unwrap();
        assert_eq!(
            (agent.role(), agent.permissions),
            (Role::Agent, Role::Agent.permissions())
        );
        let events = events(&ctx, owner.account, before).await;
        assert_eq!(events.len(), 1);
        assert_eq!(
            (events[0].0.as_str(), &events[0].2["member"]["email"]),
            ("member.created", &"bo@example.com".into())
        );

        assert_eq!(
            code(accept(&ctx, token, "bo@example.com", PASSWORD).await),
            "not_found"
        );
        assert_eq!(code(invites::preview(&ctx, token, &client()).await), "not_found");
        assert_eq!(
            code(invites::revoke(&ctx, &owner, made.invite.id).await),
            "not_found"
        );
        assert!(invites::list(&ctx, &owner).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_good_once() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let url = invites::create(&ctx, &owner, Role::Agent, None)
            .await
            .unwrap()
            .url;
        let token = token_of(&url);
        let (one, other) = tokio::join!(
            accept(&ctx, token, "bo@example.com", PASSWORD),
            accept(&ctx, token, "cy@example.com", PASSWORD),
        );
        let loser = if one.is_ok() { other } else { one };
        assert_eq!(code(loser), "not_found");
        assert_eq!(members::list(&ctx, &owner).await.unwrap().value.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_after_a_week_or_when_it_is_taken_back() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let old = invites::create(&ctx, &owner, Role::Agent, None).await.unwrap();
        ctx.clock.advance(Duration::from_hours(7 * 24));
        let new = invites::create(&ctx, &owner, Role::Agent, None).await.unwrap();
        assert_eq!(
            invites::list(&ctx, &owner).await.unwrap()[..],
            *std::slice::from_ref(&new.invite)
        );
        assert_eq!(
            code(accept(&ctx, token_of(&old.url), "bo@example.com", PASSWORD).await),
            "not_found"
        );
        invites::revoke(&ctx, &owner, new.invite.id).await.unwrap();
        assert_eq!(
            code(accept(&ctx, token_of(&new.url), "bo@example.com", PASSWORD).await),
            "not_found"
        );
        assert_eq!(
            code(invites::preview(&ctx, "\u{0}", &client()).await),
            "not_found"
        );
        assert_eq!(
            code(invites::create(&ctx, &owner, Role::Agent, Some("nobody")).await),
            "email"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_signed_up_before_proves_it() {
    story(async |ctx| {
        let ana = owner(&ctx, "ana@example.com").await;
        let bo = owner(&ctx, "bo@example.com").await;
        let url = invites::create(&ctx, &ana, Role::Viewer, None).await.unwrap().url;
        let token = token_of(&url);
        assert_eq!(
            code(accept(&ctx, token, "bo@example.com", "another password").await),
            "bad_credentials"
        );
        let joined = accept(&ctx, token, "bo@example.com", PASSWORD).await.unwrap();
        let member = joined.me.member.unwrap();
        // The name is the user's own, not the one typed this time.
        assert_eq!(
            (joined.me.account.id, member.name.as_str()),
            (ana.account, "Ana Lima")
        );
        assert_ne!(member.id, id(&bo));

        let url = invites::create(&ctx, &ana, Role::Admin, None).await.unwrap().url;
        assert_eq!(
            code(accept(&ctx, token_of(&url), "bo@example.com", PASSWORD).await),
            "conflict"
        );
        // Refused, the link is still good.
        accept(&ctx, token_of(&url), "cy@example.com", PASSWORD)
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inviter_who_has_left_is_not_named() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let admin = member(&ctx, &owner, Role::Admin, "bo@example.com").await;
        let url = invites::create(&ctx, &admin, Role::Agent, None)
            .await
            .unwrap()
            .url;
        members::remove(&ctx, &owner, id(&admin)).await.unwrap();
        let preview = invites::preview(&ctx, token_of(&url), &client()).await.unwrap();
        assert_eq!(preview.invited_by, None);
        let me = accounts::me(&ctx, &owner).await.unwrap();
        assert_eq!(preview.account_name, me.account.name);
    })
    .await;
}
