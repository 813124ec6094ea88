//! Contacts from elsewhere: added where they are unknown, completed where they are known, and nothing taken from them. The
//! same ones again change nothing.

use recado_model::Actor;
use recado_store::contacts::{self, ContactDetails};

use super::{
    ChangeTags, Created, NewContact, Update, change_tags, check_tag_count, create, email, tag_names, update,
};
use crate::{Ctx, Result, input, tags};

/// What became of one, or would become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    Created,
    Updated,
    Unchanged,
}

/// Adds a contact, or gives the one with this phone the name, address, company and tags that it does not have like that
/// already. `dry_run`: only tells what would be done.
///
/// # Errors
/// `BadInput` as for adding one; `Conflict` for more tags than there may be.
pub async fn import(ctx: &Ctx, actor: &Actor, new: &NewContact, dry_run: bool) -> Result<Imported> {
    let known = match known(ctx, actor, new).await? {
        Some(known) => known,
        None if dry_run => return Ok(Imported::Created),
        None => match create(ctx, actor, new).await? {
            Created::New(_) => return Ok(Imported::Created),
            Created::Known(known) => known,
        },
    };
    let (change, add) = difference(&known, new)?;
    let changes = change.name.is_some() || change.email.is_some() || change.company.is_some();
    if !changes && add.is_empty() {
        return Ok(Imported::Unchanged);
    }
    let id = known.contact.id;
    if dry_run {
        check_tag_count(known.contact.tags.len() + add.len())?;
        return Ok(Imported::Updated);
    }
    if changes {
        update(ctx, actor, id, &change).await?;
    }
    if !add.is_empty() {
        let change = ChangeTags {
            add,
            create_missing: true,
            ..ChangeTags::default()
        };
        change_tags(ctx, actor, id, &change).await?;
    }
    Ok(Imported::Updated)
}

/// The contact with this phone. What is given is checked first, as nothing may come of it later.
async fn known(ctx: &Ctx, actor: &Actor, new: &NewContact) -> Result<Option<ContactDetails>> {
    let phone = input::phone("phone", &new.phone)?;
    input::line("name", new.name.as_deref(), super::MAX_LINE)?;
    input::line("company", new.company.as_deref(), super::MAX_LINE)?;
    email(new.email.as_deref())?;
    tag_names("tags", &new.tags)?;
    let forms = phone.wa_ids();
    let asked: Vec<&str> = forms.iter().map(String::as_str).collect();
    let mut tx = ctx.db.read().await?;
    let known = contacts::by_identities(&mut tx, actor.account, &asked).await?;
    match forms.iter().find_map(|form| known.get(form)) {
        Some(row) => Ok(contacts::get(&mut tx, actor.account, row.id).await?),
        None => Ok(None),
    }
}

/// What is given and is not there like that: fields to set, tags to add. What is not given stays.
fn difference(known: &ContactDetails, new: &NewContact) -> Result<(Update, Vec<String>)> {
    let differs = |given: Option<String>, there: &Option<String>| match given {
        Some(given) if there.as_ref() != Some(&given) => Some(Some(given)),
        _ => None,
    };
    let there = &known.contact;
    let line = |field, text: &Option<String>| input::line(field, text.as_deref(), super::MAX_LINE);
    let update = Update {
        name: differs(line("name", &new.name)?, &there.name),
        email: differs(email(new.email.as_deref())?, &there.email),
        company: differs(line("company", &new.company)?, &there.company),
        tags: None,
    };
    let names = tag_names("tags", &new.tags)?;
    let add = names.into_iter().filter(|name| !tags::has(&there.tags, name));
    Ok((update, add.collect()))
}

#[cfg(test)]
mod tests {
    use recado_model::{ContactId, TagId, Time};
    use recado_store::contacts::Contact;
    use recado_store::tags::Tag;

    use super::*;

    #[test]
    fn only_what_is_given_and_new_is_changed() {
        let known = ContactDetails {
            contact: Contact {
                id: ContactId::MIN,
                phone: Some("+4915112345678".to_owned()),
                name: Some("Ana".to_owned()),
                email: Some("ana@example.com".to_owned()),
                company: None,
                avatar_url: None,
                marketing_opt_out_at: None,
                tags: vec![Tag {
                    id: TagId::MIN,
                    name: "Crédito".to_owned(),
                    color: "#3b82f6".to_owned(),
                }],
            },
            profile_name: None,
            created_at: Time::MIN,
            updated_at: Time::MIN,
        };
        let new = NewContact {
            phone: "+4915112345678".to_owned(),
            name: Some(" Ana ".to_owned()),
            email: Some("ANA@example.com".to_owned()),
            company: Some("  ".to_owned()),
            tags: vec!["credito".to_owned()],
        };
        let (update, add) = difference(&known, &new).unwrap();
        assert_eq!(
            (update.name, update.email, update.company, add.len()),
            (None, None, None, 0)
        );
        let new = NewContact {
            company: Some("Café Luna".to_owned()),
            tags: vec!["VIP".to_owned(), "crédito".to_owned()],
            ..new
        };
        let (update, add) = difference(&known, &new).unwrap();
        assert_eq!(update.company, Some(Some("Café Luna".to_owned())));
        assert_eq!(add, ["VIP"]);
    }
}
