use recado_engine::{api_keys, invites, members};
use recado_journal::Audience;
use recado_model::{Actor, Permission, Role, Time, Who};
use recado_store::contacts::{self, ContactRow};
use recado_store::conversations;
use serde_json::json;

use crate::world::{
    self, PASSWORD, accept, code, events, head, id, join, member, owner, sign_in, story, token_of,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_role_is_told_to_the_account() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let agent = member(&ctx, &owner, Role::Agent, "bo@example.com").await;
        let before = head(&ctx, owner.account).await;
        let changed = world::set_role(&ctx, &owner, id(&agent), Role::Viewer)
            .await
            .unwrap();
        assert_eq!(changed.role, Role::Viewer);
        world::set_role(&ctx, &owner, id(&agent), Role::Viewer)
            .await
            .unwrap();

        let listed = members::list(&ctx, &owner).await.unwrap();
        assert_eq!(listed.seq, before + 1);
        let shown: Vec<_> = listed
            .value
            .iter()
            .map(|member| (member.id, member.role))
            .collect();
        assert_eq!(shown, [(id(&owner), Role::Owner), (id(&agent), Role::Viewer)]);
        let events = events(&ctx, owner.account, before).await;
        assert_eq!(events.len(), 1);
        assert_eq!(
            (events[0].0.as_str(), &events[0].1),
            ("member.updated", &Audience::Account)
        );
        assert_eq!(events[0].2, json!({ "member": changed }));
        assert!(events[0].2["member"].get("user_id").is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owners_touch_owners() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let admin = member(&ctx, &owner, Role::Admin, "bo@example.com").await;
        let agent = member(&ctx, &owner, Role::Agent, "cy@example.com").await;
        let before = head(&ctx, owner.account).await;
        assert_eq!(
            code(world::set_role(&ctx, &admin, id(&owner), Role::Agent).await),
            "forbidden"
        );
        assert_eq!(
            code(world::set_role(&ctx, &admin, id(&agent), Role::Owner).await),
            "forbidden"
        );
        assert_eq!(
            code(world::set_role(&ctx, &admin, id(&admin), Role::Owner).await),
            "forbidden"
        );
        assert_eq!(code(members::remove(&ctx, &admin, id(&owner)).await), "forbidden");
        assert_eq!(
            code(invites::create(&ctx, &admin, Role::Owner, None).await),
            "forbidden"
        );
        assert_eq!(
            code(world::set_role(&ctx, &agent, id(&agent), Role::Admin).await),
            "forbidden"
        );
        assert_eq!(head(&ctx, owner.account).await, before);
        world::set_role(&ctx, &admin, id(&agent), Role::Admin)
            .await
            .unwrap();

        // A key gives nothing that it does not have.
        let scopes = [Permission::MembersManage, Permission::MembersRead]
            .into_iter()
            .collect();
        let form = api_keys::NewApiKey {
            name: "hr".to_owned(),
            scopes,
            expires_at: None,
            rate_limit: None,
        };
        let key = api_keys::create(&ctx, &admin, form).await.unwrap();
        let key = api_keys::authenticate_key(&ctx, &key.key).await.unwrap().actor;
        assert_eq!(
            code(world::set_role(&ctx, &key, id(&agent), Role::Viewer).await),
            "forbidden"
        );
        assert_eq!(
            code(invites::create(&ctx, &key, Role::Admin, None).await),
            "forbidden"
        );
        assert_eq!(
            code(invites::create(&ctx, &key, Role::Viewer, None).await),
            "forbidden"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_keeps_an_owner() {
    story(async |ctx| {
        let ana = owner(&ctx, "ana@example.com").await;
        assert_eq!(
            code(world::set_role(&ctx, &ana, id(&ana), Role::Admin).await),
            "last_owner"
        );
        assert_eq!(code(members::remove(&ctx, &ana, id(&ana)).await), "last_owner");
        let bo = member(&ctx, &ana, Role::Owner, "bo@example.com").await;

        // Each takes the other's crown at the same time, often enough for them to meet.
        for _ in 0..20 {
            let (one, other) = tokio::join!(
                world::set_role(&ctx, &ana, id(&bo), Role::Admin),
                world::set_role(&ctx, &bo, id(&ana), Role::Admin),
            );
            let (left, fallen, loser) = if one.is_ok() {
                (ana, bo, other)
            } else {
                (bo, ana, one)
            };
            assert_eq!(code(loser), "last_owner");
            world::set_role(&ctx, &left, id(&fallen), Role::Owner)
                .await
                .unwrap();
        }
        let (one, other) = tokio::join!(
            members::remove(&ctx, &ana, id(&bo)),
            members::remove(&ctx, &bo, id(&ana))
        );
        let (left, loser) = if one.is_ok() { (ana, other) } else { (bo, one) };
        assert_eq!(code(loser), "last_owner");
        let members = members::list(&ctx, &left).await.unwrap().value;
        assert_eq!(
            members.iter().map(|member| member.id).collect::<Vec<_>>(),
            [id(&left)]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_removed_is_gone_and_may_come_again() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let agent = member(&ctx, &owner, Role::Agent, "bo@example.com").await;
        let before = head(&ctx, owner.account).await;
        members::remove(&ctx, &owner, id(&agent)).await.unwrap();
        assert_eq!(code(members::remove(&ctx, &owner, id(&agent)).await), "not_found");

        let events = events(&ctx, owner.account, before).await;
        let told: Vec<_> = events
            .iter()
            .map(|(kind, audience, _)| (kind.as_str(), *audience))
            .collect();
        assert_eq!(
            told,
            [
                ("member.removed", Audience::Account),
                ("session.ended", Audience::Member(id(&agent)))
            ]
        );
        let Who::Member { session, .. } = agent.who else {
            panic!("{agent:?}")
        };
        assert_eq!(events[1].2, json!({ "session_ids": [session] }));
        assert_eq!(
            code(sign_in(&ctx, "bo@example.com", PASSWORD).await),
            "bad_credentials"
        );

        // With another password, since nothing was kept of the first time.
        let url = invites::create(&ctx, &owner, Role::Agent, None)
            .await
            .unwrap()
            .url;
        accept(&ctx, token_of(&url), "bo@example.com", "another password")
            .await
            .unwrap();
        sign_in(&ctx, "bo@example.com", "another password").await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_removed_from_one_account_stays_in_another() {
    story(async |ctx| {
        let ana = owner(&ctx, "ana@example.com").await;
        let bo = owner(&ctx, "bo@example.com").await;
        let joined = join(&ctx, &ana, Role::Agent, "bo@example.com").await;
        let there = joined.me.member.unwrap().id;
        members::remove(&ctx, &ana, there).await.unwrap();
        let signed_in = sign_in(&ctx, "bo@example.com", PASSWORD).await.unwrap();
        assert_eq!(
            (signed_in.me.account.id, signed_in.me.member.unwrap().id),
            (bo.account, id(&bo))
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recado_itself_may_make_an_owner() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let system = Actor::system(owner.account);
        let made = member(&ctx, &system, Role::Owner, "bo@example.com").await;
        assert_eq!(made.role(), Role::Owner);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_cannot_reply_any_more_has_no_conversations() {
    story(async |ctx| {
        let owner = owner(&ctx, "ana@example.com").await;
        let account = owner.account;
        let agent = member(&ctx, &owner, Role::Agent, "bo@example.com").await;
        let (contact, conversation) = (ctx.ids.next(), ctx.ids.next());
        let assign = async |member| {
            let mut tx = ctx.db.begin().await.unwrap();
            let assigned =
                conversations::assign(&mut tx, account, conversation, Some(member), Time::MIN).await;
            assert!(assigned.unwrap().is_some());
            tx.commit().await.unwrap();
            head(&ctx, account).await
        };
        let mut tx = ctx.db.begin().await.unwrap();
        let row = ContactRow {
            id: contact,
            phone: None,
            name: Some("Rosa".to_owned()),
            profile_name: None,
            email: None,
            company: None,
            avatar_url: None,
            marketing_opt_out_at: None,
        };
        contacts::insert_each(&mut tx, account, &[row], Time::MIN)
            .await
            .unwrap();
        let opened = [(conversation, contact, ctx.ids.next())];
        let inserted = conversations::insert_each(&mut tx, account, &opened, Time::MIN).await;
        assert!(inserted.unwrap());
        tx.commit().await.unwrap();

        let before = assign(id(&agent)).await;
        world::set_role(&ctx, &owner, id(&agent), Role::Admin)
            .await
            .unwrap();
        assert_eq!(events(&ctx, account, before).await.len(), 1);
        let before = head(&ctx, account).await;
        world::set_role(&ctx, &owner, id(&agent), Role::Viewer)
            .await
            .unwrap();
        let told = events(&ctx, account, before).await;
        let kinds: Vec<&str> = told.iter().map(|event| event.0.as_str()).collect();
        assert_eq!(
            kinds,
            ["conversation.updated", "activity.created", "member.updated"]
        );
        let told = &told[0].2["conversation"];
        assert_eq!(
            (&told["id"], &told["assigned_agent_id"]),
            (&json!(conversation), &json!(null))
        );
        assert_eq!(told["contact"]["name"], "Rosa");

        let before = assign(id(&agent)).await;
        members::remove(&ctx, &owner, id(&agent)).await.unwrap();
        assert_eq!(events(&ctx, account, before).await[0].0, "conversation.updated");
        let row = conversations::row(&mut ctx.db.read().await.unwrap(), account, conversation)
            .await
            .unwrap();
        assert_eq!(row.unwrap().assigned_member_id, None);
    })
    .await;
}
