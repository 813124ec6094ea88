use recado_engine::{api_keys, audit, invites, members};
use recado_model::{Actor, AuditAction, AuditActor, Cursor, Permission, Role};
use recado_store::audit::{AuditEntry, Filter};
use serde_json::json;

use crate::world::{self, PASSWORD, client, id, member, owner, sign_in, story};

async fn entries(ctx: &recado_engine::Ctx, actor: &Actor, filter: Filter) -> Vec<AuditEntry> {
    let page = audit::list(ctx, actor, &filter, Cursor::START, 100)
        .await
        .unwrap();
    page.items
}

async fn actions(ctx: &recado_engine::Ctx, actor: &Actor, filter: Filter) -> Vec<&'static str> {
    let entries = entries(ctx, actor, filter).await;
    entries.iter().map(|entry| entry.action.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_did_what_is_told_newest_first_and_by_actor_and_action() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let agent = member(&ctx, &owner, Role::Agent, "bo@example.com").await;
        world::set_role(&ctx, &owner, id(&agent), Role::Viewer)
            .await
            .unwrap();
        // Nothing changes, nothing is noted.
        world::set_role(&ctx, &owner, id(&agent), Role::Viewer)
            .await
            .unwrap();
        sign_in(&ctx, "bo@example.com", PASSWORD).await.unwrap();
        members::remove(&ctx, &owner, id(&agent)).await.unwrap();

        let all = entries(&ctx, &owner, Filter::default()).await;
        let told: Vec<_> = all.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(
            told,
            [
                "member.removed",
                "session.started",
                "member.changed",
                "member.joined",
                "invite.created",
                "account.created"
            ]
        );
        let changed = &all[2];
        assert_eq!(
            (changed.actor_type, changed.actor_id, changed.subject_id),
            (AuditActor::Member, Some(id(&owner).0), Some(id(&agent).0))
        );
        assert_eq!(
            changed.summary.0,
            json!({ "name": "Bo", "role": { "from": "agent", "to": "viewer" } })
        );
        // They are called as they were, also when they are gone.
        let signed_in = &all[1];
        assert_eq!(
            (signed_in.actor_name.as_deref(), signed_in.ip.as_deref()),
            (Some("Bo"), Some("192.0.2.7"))
        );
        let of_bo = Filter {
            actor: Some(id(&agent).0),
            action: None,
        };
        assert_eq!(
            actions(&ctx, &owner, of_bo).await,
            ["session.started", "member.joined"]
        );
        let of_both = Filter {
            action: Some(AuditAction::MemberJoined),
            ..of_bo
        };
        assert_eq!(actions(&ctx, &owner, of_both).await, ["member.joined"]);
        let of_invites = Filter {
            actor: None,
            action: Some(AuditAction::InviteCreated),
        };
        assert_eq!(actions(&ctx, &owner, of_invites).await, ["invite.created"]);

        let first = audit::list(&ctx, &owner, &Filter::default(), Cursor::START, 4)
            .await
            .unwrap();
        let rest = audit::list(&ctx, &owner, &Filter::default(), first.next.unwrap(), 4)
            .await
            .unwrap();
        assert_eq!([first.items, rest.items].concat(), all);
        assert!(rest.next.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_named_and_no_secret_is_written_down() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await.at(client().address);
        let form = api_keys::NewApiKey {
            name: "Shop".to_owned(),
            scopes: [Permission::MembersManage].into_iter().collect(),
            expires_at: None,
            rate_limit: None,
        };
        let made = api_keys::create(&ctx, &owner, form).await.unwrap();
        let key = api_keys::authenticate_key(&ctx, &made.key).await.unwrap().actor;
        let invite = invites::create(&ctx, &key, Role::Viewer, None).await.unwrap_err();
        assert!(matches!(invite, recado_engine::Error::NotAllowed(_)));
        api_keys::revoke(&ctx, &owner, made.details.id).await.unwrap();
        api_keys::revoke(&ctx, &owner, made.details.id).await.unwrap();
        let all = entries(&ctx, &owner, Filter::default()).await;
        let told: Vec<_> = all.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(told, ["api_key.revoked", "api_key.created", "account.created"]);
        assert_eq!(
            all[1].summary.0,
            json!({ "name": "Shop", "scopes": ["members:manage"] })
        );
        let text = serde_json::to_string(&all).unwrap();
        assert!(!text.contains(&made.key[24..]));
    })
    .await;
}
