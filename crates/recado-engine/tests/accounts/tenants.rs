use recado_engine::{api_keys, invites, members, sessions};
use recado_model::{Permissions, Role, Who};

use crate::world::{self, code, head, id, owner, story};

#[tokio::test(flavor = "multi_thread")]
async fn another_accounts_ids_are_not_found() {
    story(async |ctx| {
        let (ana, eve) = (
            owner(&ctx, "ana@example.com").await,
            owner(&ctx, "eve@example.com").await,
        );
        let Who::Member { session, .. } = ana.who else {
            panic!("{ana:?}")
        };
        let invite = invites::create(&ctx, &ana, Role::Agent, None)
            .await
            .unwrap()
            .invite;
        let form = api_keys::NewApiKey {
            name: "k".to_owned(),
            scopes: Permissions::NONE,
            expires_at: None,
            rate_limit: None,
        };
        let key = api_keys::create(&ctx, &ana, form).await.unwrap();
        let before = (head(&ctx, ana.account).await, head(&ctx, eve.account).await);

        assert_eq!(
            code(world::set_role(&ctx, &eve, id(&ana), Role::Viewer).await),
            "not_found"
        );
        assert_eq!(code(members::remove(&ctx, &eve, id(&ana)).await), "not_found");
        assert_eq!(code(sessions::end(&ctx, &eve, session).await), "not_found");
        assert_eq!(code(invites::revoke(&ctx, &eve, invite.id).await), "not_found");
        assert_eq!(
            code(api_keys::revoke(&ctx, &eve, key.details.id).await),
            "not_found"
        );
        sessions::end_others(&ctx, &eve).await.unwrap();

        assert_eq!(
            (head(&ctx, ana.account).await, head(&ctx, eve.account).await),
            before
        );
        assert_eq!(sessions::recheck(&ctx, &ana).await.unwrap(), ana);
        assert_eq!(invites::list(&ctx, &ana).await.unwrap(), [invite]);
        assert!(invites::list(&ctx, &eve).await.unwrap().is_empty());
        assert!(api_keys::list(&ctx, &eve).await.unwrap().is_empty());
        assert_eq!(members::list(&ctx, &eve).await.unwrap().value.len(), 1);
        api_keys::authenticate_key(&ctx, &key.key).await.unwrap();
    })
    .await;
}
