//! The words a team sorts its contacts by. A name is one tag's, whatever its case and accents.

use recado_db::Tx;
use recado_journal::{Draft, Journal};
use recado_model::text::fold;
use recado_model::{AccountId, Actor, AuditAction, Snapshot, TagId, Time};
use recado_store::tags::{self, Tag};
use serde_json::json;

use crate::events::{TAG_CREATED, TAG_REMOVED, TAG_UPDATED, TagEvent, draft};
use crate::{Ctx, Error, Result, audit, input};

const MAX_NAME: usize = 50;
/// A list of them is always whole.
const MAX_TAGS: i64 = 500;

/// What a tag gets whose colour nobody chose: told apart by eye, and readable on light and dark.
const COLORS: [&str; 10] = [
    "#3b82f6", "#ef4444", "#10b981", "#f59e0b", "#8b5cf6", "#ec4899", "#14b8a6", "#f97316", "#6366f1",
    "#64748b",
];

/// All of the account, by name.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Snapshot<Vec<Tag>>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let value = tags::all(&mut tx, actor.account).await?;
    Ok(Snapshot { seq, value })
}

/// # Errors
/// `Conflict` if there is one of this name.
pub async fn create(ctx: &Ctx, actor: &Actor, text: &str, color: Option<&str>) -> Result<Tag> {
    let name = name("name", text)?;
    let tag = Tag {
        id: ctx.ids.next(),
        color: match color {
            Some(color) => color_of(color)?,
            None => usual_color(&name),
        },
        name,
    };
    let mut tx = ctx.db.begin().await?;
    room_for(&mut tx, actor.account, 1).await?;
    if !tags::insert(&mut tx, actor.account, &tag, ctx.clock.now()).await? {
        return Err(taken(&tag.name));
    }
    let event = TagEvent { tag };
    ctx.journal
        .append(&mut tx, actor.account, vec![draft(TAG_CREATED, &event)?])
        .await?;
    tx.commit().await?;
    Ok(event.tag)
}

/// What to change; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub name: Option<String>,
    pub color: Option<String>,
}

/// Everybody who has the tag has it under its new name and colour.
///
/// # Errors
/// `NotFound` for the tag, `Conflict` if another one has this name.
pub async fn change(ctx: &Ctx, actor: &Actor, id: TagId, change: Change) -> Result<Tag> {
    let name = change
        .name
        .as_deref()
        .map(|text| name("name", text))
        .transpose()?;
    let color = change.color.as_deref().map(color_of).transpose()?;
    let mut tx = ctx.db.begin().await?;
    let before = tags::get(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("tag"))?;
    let wanted = Tag {
        id,
        name: name.unwrap_or_else(|| before.name.clone()),
        color: color.unwrap_or_else(|| before.color.clone()),
    };
    if wanted == before {
        return Ok(before);
    }
    let tag = match tags::change(&mut tx, actor.account, &wanted).await {
        Err(recado_db::Error::Conflict { .. }) => return Err(taken(&wanted.name)),
        changed => changed?.ok_or(Error::NotFound("tag"))?,
    };
    let event = TagEvent { tag };
    ctx.journal
        .append(&mut tx, actor.account, vec![draft(TAG_UPDATED, &event)?])
        .await?;
    tx.commit().await?;
    Ok(event.tag)
}

/// Takes a tag from everybody and away.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: TagId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    let tag = tags::remove(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("tag"))?;
    let summary = json!({ "name": tag.name });
    audit::record(ctx, &mut tx, actor, AuditAction::TagDeleted, id.0, summary).await?;
    let event = TagEvent { tag };
    ctx.journal
        .append(&mut tx, actor.account, vec![draft(TAG_REMOVED, &event)?])
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Names as they were given in a field, checked; those that are the same to people once.
pub(crate) fn names(field: &'static str, given: &[String]) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::with_capacity(given.len());
    for text in given {
        let name = name(field, text)?;
        if !names.iter().any(|known| fold(known) == fold(&name)) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The tags of these names, made where they are missing, and what the journal is to be told of those.
pub(crate) async fn find_or_make(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    names: &[String],
    now: Time,
) -> Result<(Vec<Tag>, Vec<Draft>)> {
    if names.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let mut found = tags::named(tx, account, names).await?;
    let missing: Vec<&String> = names.iter().filter(|name| !has(&found, name)).collect();
    if missing.is_empty() {
        return Ok((found, Vec::new()));
    }
    room_for(tx, account, missing.len()).await?;
    let mut drafts = Vec::new();
    for name in missing {
        let tag = Tag {
            id: ctx.ids.next(),
            name: name.clone(),
            color: usual_color(name),
        };
        if tags::insert(tx, account, &tag, now).await? {
            drafts.push(draft(TAG_CREATED, &TagEvent { tag: tag.clone() })?);
            found.push(tag);
        } else {
            // Somebody else made it between the two statements.
            found.extend(tags::named(tx, account, std::slice::from_ref(name)).await?);
        }
    }
    Ok((found, drafts))
}

/// Whether one of these goes by this name.
pub(crate) fn has(tags: &[Tag], name: &str) -> bool {
    tags.iter().any(|tag| fold(&tag.name) == fold(name))
}

async fn room_for(tx: &mut Tx, account: AccountId, more: usize) -> Result<()> {
    let more = i64::try_from(more).unwrap_or(i64::MAX);
    if tags::count(tx, account).await?.saturating_add(more) > MAX_TAGS {
        return Err(Error::conflict(
            "too_many",
            format!("An account has at most {MAX_TAGS} tags. Delete some that are not used."),
        ));
    }
    Ok(())
}

fn name(field: &'static str, text: &str) -> Result<String> {
    let name = input::line(field, Some(text), MAX_NAME)?;
    name.filter(|name| !fold(name).is_empty())
        .ok_or_else(|| Error::bad_input(field, "A tag needs a name."))
}

fn color_of(text: &str) -> Result<String> {
    let is_color = text
        .strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if is_color {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(Error::bad_input(
            "color",
            "A colour is `#` and six hexadecimal digits.",
        ))
    }
}

/// The same one for the same name.
fn usual_color(name: &str) -> String {
    let sum = fold(name).bytes().fold(7_usize, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(byte))
    });
    COLORS[sum % COLORS.len()].to_owned()
}

fn taken(name: &str) -> Error {
    Error::conflict("tag_exists", format!("There is a tag “{name}” already."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_of_one_form() {
        assert_eq!(color_of("#3B82f6").unwrap(), "#3b82f6");
        for text in ["3b82f6", "#3b8", "#3b82f", "#3b82fg", "#３b82f6", "red", ""] {
            assert!(color_of(text).is_err(), "{text:?}");
        }
        assert_eq!(usual_color("VIP"), usual_color("vip"));
    }

    #[test]
    fn names_that_are_the_same_to_people_count_once() {
        let given = ["VIP", " vip ", "Crédito", "credito"].map(str::to_owned);
        assert_eq!(names("add", &given).unwrap(), ["VIP", "Crédito"]);
        for bad in ["", "  ", "a\nb", "\u{301}", &"n".repeat(51)] {
            assert!(names("add", &[bad.to_owned()]).is_err(), "{bad:?}");
        }
    }
}
