//! The one place where a session cookie or an API key becomes an [`Actor`], and where permissions are asked for: in
//! the signature of the handler.

use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use recado_engine::{api_keys, sessions};
use recado_model::{Actor, Permission, Who};

use crate::client::client;
use crate::cookie;
use crate::error::{Error, Result};
use crate::middleware::Afterwards;
use crate::state::Api;

/// A caller who has the permission `P`, by role or by scope. Others are answered 401 or 403.
#[derive(Clone, Copy, Debug)]
pub struct Can<P> {
    actor: Actor,
    permission: PhantomData<P>,
}

/// A caller who is somebody: any session, any key.
#[derive(Clone, Copy, Debug)]
pub struct Anyone(Actor);

/// A person with a session; a key is refused.
#[derive(Clone, Copy, Debug)]
pub struct SignedIn(Actor);

/// A caller who was found out on the way in, so that the handler does not ask (and count) again.
#[derive(Clone, Copy, Debug)]
pub struct Known(pub Actor);

/// A type that stands for a permission in a handler's signature.
pub trait Needs {
    const PERMISSION: Permission;
}

/// One type for each permission that a route asks for.
pub mod perm {
    use recado_model::Permission;

    macro_rules! permissions {
        ($($name:ident,)+) => {
            $(
                #[derive(Clone, Copy, Debug)]
                pub struct $name;

                impl super::Needs for $name {
                    const PERMISSION: Permission = Permission::$name;
                }
            )+
        };
    }

    permissions! {
        ConversationsRead,
        ConversationsWrite,
        ConversationsDelete,
        MessagesRead,
        MessagesSend,
        ContactsRead,
        ContactsWrite,
        MessagesDelete,
        NotesRead,
        NotesWrite,
        ChannelsRead,
        ChannelsManage,
        MembersRead,
        MembersManage,
        KeysManage,
        OperationsManage,
        AccountManage,
        AuditRead,
        WebhooksManage,
    }
}

/// What a request brings to prove who it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential<'a> {
    Key(&'a str),
    Session(&'a str),
}

impl<P: Needs> FromRequestParts<Api> for Can<P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self> {
        let actor = authenticate(parts, api).await?;
        if actor.may(P::PERMISSION) {
            Ok(Self {
                actor,
                permission: PhantomData,
            })
        } else {
            Err(recado_engine::Error::Forbidden(P::PERMISSION).into())
        }
    }
}

impl FromRequestParts<Api> for Anyone {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self> {
        authenticate(parts, api).await.map(Self)
    }
}

impl FromRequestParts<Api> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self> {
        let actor = authenticate(parts, api).await?;
        match actor.who {
            Who::Member { .. } => Ok(Self(actor)),
            Who::Key { .. } | Who::System => Err(Error::forbidden(
                "This needs a session: sign in. An API key has none.",
            )),
        }
    }
}

impl<P> Deref for Can<P> {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.actor
    }
}

impl Deref for Anyone {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.0
    }
}

impl Deref for SignedIn {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.0
    }
}

/// Finds out who asks. What has to go out with the answer (a new cookie, the rate limit) is left in [`Afterwards`].
pub async fn authenticate(parts: &Parts, api: &Api) -> Result<Actor> {
    if let Some(Known(actor)) = parts.extensions.get() {
        return Ok(*actor);
    }
    let client = client(parts, api);
    let afterwards = parts.extensions.get::<Afterwards>();
    match credential(&parts.headers, api.is_secure())? {
        None => Err(Error::unauthorized(
            "Sign in, or send an API key as `Authorization: Bearer …`.",
        )),
        Some(Credential::Key(key)) => {
            let holder = api_keys::find(&api.ctx, key).await?;
            let found = holder.admit(&api.ctx).await;
            if let Some(afterwards) = afterwards {
                afterwards.allow(&found, holder.limit(&api.ctx));
            }
            Ok(found?.actor.at(client.address))
        }
        Some(Credential::Session(token)) => {
            let found = sessions::authenticate(&api.ctx, token, &client).await?;
            if let (Some(afterwards), Some(token)) = (afterwards, found.rotated) {
                afterwards.keep_session(token);
            }
            Ok(found.actor.at(client.address))
        }
    }
}

/// `Authorization` wins over a cookie, also when it is malformed: a program that meant to send a key must not act as
/// whoever is signed in.
pub fn credential(headers: &HeaderMap, secure: bool) -> Result<Option<Credential<'_>>> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Ok(cookie::read(headers, secure).map(Credential::Session));
    };
    let (scheme, key) = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") && !key.trim().is_empty() {
        Ok(Some(Credential::Key(key.trim())))
    } else {
        Err(Error::unauthorized(
            "The header `Authorization` must be `Bearer` and an API key.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;

    use super::*;

    fn headers(authorization: Option<&str>, cookie: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(value) = authorization {
            headers.insert(AUTHORIZATION, value.parse().unwrap());
        }
        if let Some(value) = cookie {
            headers.insert(COOKIE, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_key_wins_over_a_cookie() {
        let both = headers(Some("Bearer wacrm_live_x"), Some("recado=t"));
        assert_eq!(
            credential(&both, false).unwrap(),
            Some(Credential::Key("wacrm_live_x"))
        );
        let lower = headers(Some("bearer  wacrm_live_x "), None);
        assert_eq!(
            credential(&lower, false).unwrap(),
            Some(Credential::Key("wacrm_live_x"))
        );
        let cookie = headers(None, Some("recado=t"));
        assert_eq!(
            credential(&cookie, false).unwrap(),
            Some(Credential::Session("t"))
        );
        assert_eq!(credential(&HeaderMap::new(), false).unwrap(), None);
    }

    #[test]
    fn a_malformed_key_is_not_made_good_by_a_cookie() {
        for authorization in ["Basic dTpw", "Bearer", "Bearer ", "wacrm_live_x", ""] {
            let error = credential(&headers(Some(authorization), Some("recado=t")), false).unwrap_err();
            assert_eq!(
                (error.status.as_u16(), error.code),
                (401, "unauthorized"),
                "{authorization}"
            );
        }
    }
}
