//! What the team knows of its customers: finding, adding and describing them, and their tags.

mod import;

use recado_db::Tx;
use recado_journal::{Draft, Journal};
use recado_model::activity::What;
use recado_model::text::fold;
use recado_model::{AccountId, Actor, ContactId, Cursor, Page, Permission, Snapshot, TagId, Time};
use recado_store::contacts::{self, ContactDetails, ContactRow, Filter};
use recado_store::tags::{self as rows, Tag};

use crate::events::{CONTACT_CREATED, CONTACT_UPDATED, ContactEvent, draft};
use crate::{Ctx, Error, Result, activities, input, search, tags};

pub use import::{Imported, import};

/// Of names and companies.
const MAX_LINE: usize = 256;
/// In one request, and of one contact.
const MAX_TAGS: usize = 50;

/// Which contacts a list shows.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Beginnings of words of the name, the company or the address, or a part of the phone however it is written.
    pub text: Option<String>,
    pub tag: Option<TagId>,
}

/// One page of contacts, newest first.
pub async fn list(
    ctx: &Ctx,
    actor: &Actor,
    search: &Search,
    cursor: Cursor,
    limit: i64,
) -> Result<Snapshot<Page<ContactDetails>>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let asked = search.text.as_deref().filter(|text| !text.trim().is_empty());
    let filter = Filter {
        among: match asked {
            Some(text) => Some(search::people(&mut tx, actor.account, text).await?),
            None => None,
        },
        tag: search.tag,
    };
    let found = contacts::list(&mut tx, actor.account, filter, cursor, limit + 1).await?;
    let value = Page::from_rows(found, limit, |one| Cursor {
        at: one.created_at,
        id: one.contact.id.0,
    });
    Ok(Snapshot { seq, value })
}

/// # Errors
/// `NotFound` for an unknown id and for another account's.
pub async fn get(ctx: &Ctx, actor: &Actor, id: ContactId) -> Result<Snapshot<ContactDetails>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let value = exists(contacts::get(&mut tx, actor.account, id).await?)?;
    Ok(Snapshot { seq, value })
}

/// A contact to be added.
#[derive(Clone, Debug, Default)]
pub struct NewContact {
    pub phone: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub company: Option<String>,
    pub tags: Vec<String>,
}

/// What became of one.
#[derive(Clone, Debug)]
pub enum Created {
    New(ContactDetails),
    /// There was one with this phone, which stays as it is.
    Known(ContactDetails),
}

/// Adds a contact, unless there is one with this phone in any of the forms providers write it in.
pub async fn create(ctx: &Ctx, actor: &Actor, new: &NewContact) -> Result<Created> {
    match try_create(ctx, actor, new).await {
        // Another request made it at the same moment. Seen from a new transaction it is there.
        Err(Error::Unavailable(recado_db::Error::Retry(_))) => try_create(ctx, actor, new).await,
        result => result,
    }
}

async fn try_create(ctx: &Ctx, actor: &Actor, new: &NewContact) -> Result<Created> {
    let phone = input::phone("phone", &new.phone)?;
    let names = tag_names("tags", &new.tags)?;
    let row = ContactRow {
        id: ctx.ids.next(),
        phone: Some(phone.as_str().to_owned()),
        name: input::line("name", new.name.as_deref(), MAX_LINE)?,
        profile_name: None,
        email: email(new.email.as_deref())?,
        company: input::line("company", new.company.as_deref(), MAX_LINE)?,
        avatar_url: None,
        marketing_opt_out_at: None,
    };
    let account = actor.account;
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    let forms = phone.wa_ids();
    let asked: Vec<&str> = forms.iter().map(String::as_str).collect();
    let known = contacts::by_identities(&mut tx, account, &asked).await?;
    if let Some(known) = forms.iter().find_map(|form| known.get(form)) {
        return Ok(Created::Known(exists(
            contacts::get(&mut tx, account, known.id).await?,
        )?));
    }
    if !contacts::claim(&mut tx, account, &[(asked[0], row.id)], now).await? {
        return Err(Error::Unavailable(recado_db::Error::Retry(
            "another request made the contact".into(),
        )));
    }
    contacts::insert_each(&mut tx, account, std::slice::from_ref(&row), now).await?;
    let (found, mut drafts) = tags::find_or_make(ctx, &mut tx, account, &names, now).await?;
    let ids: Vec<TagId> = found.iter().map(|tag| tag.id).collect();
    rows::attach(&mut tx, account, row.id, &ids).await?;
    let contact = exists(contacts::get(&mut tx, account, row.id).await?)?;
    let event = ContactEvent { contact };
    drafts.push(draft(CONTACT_CREATED, &event)?);
    ctx.journal.append(&mut tx, account, drafts).await?;
    tx.commit().await?;
    Ok(Created::New(event.contact))
}

/// What to change; what is not given stays, and `Some(None)` or a blank clears.
#[derive(Clone, Debug, Default)]
pub struct Update {
    pub name: Option<Option<String>>,
    pub email: Option<Option<String>>,
    pub company: Option<Option<String>>,
    /// All of the contact's tags from now on, made where they are missing.
    pub tags: Option<Vec<String>>,
}

/// Changes what the team knows of a contact. Setting what is set already changes nothing and says nothing.
pub async fn update(ctx: &Ctx, actor: &Actor, id: ContactId, update: &Update) -> Result<ContactDetails> {
    let line = |field, given: &Option<Option<String>>| match given {
        Some(text) => input::line(field, text.as_deref(), MAX_LINE).map(Some),
        None => Ok(None),
    };
    let name = line("name", &update.name)?;
    let company = line("company", &update.company)?;
    let email = match &update.email {
        Some(text) => Some(email(text.as_deref())?),
        None => None,
    };
    let names = update
        .tags
        .as_deref()
        .map(|given| tag_names("tags", given))
        .transpose()?;

    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    let before = exists(contacts::lock(&mut tx, actor.account, id).await?)?;
    let after = ContactRow {
        name: name.unwrap_or_else(|| before.name.clone()),
        email: email.unwrap_or_else(|| before.email.clone()),
        company: company.unwrap_or_else(|| before.company.clone()),
        ..before.clone()
    };
    let described: Vec<String> = [
        ("name", before.name != after.name),
        ("email", before.email != after.email),
        ("company", before.company != after.company),
    ]
    .into_iter()
    .filter(|(_, changed)| *changed)
    .map(|(field, _)| field.to_owned())
    .collect();
    if !described.is_empty() {
        let (name, email) = (after.name.as_deref(), after.email.as_deref());
        let company = after.company.as_deref();
        contacts::describe(&mut tx, actor.account, id, name, email, company, now).await?;
    }
    let change = match &names {
        Some(names) => replace_tags(ctx, &mut tx, actor.account, id, names, now).await?,
        None => TagChange::default(),
    };
    finish(ctx, actor, tx, id, change, described, now).await
}

/// Tags to give and to take, by name.
#[derive(Clone, Debug, Default)]
pub struct ChangeTags {
    pub add: Vec<String>,
    pub remove: Vec<String>,
    /// Whether tags are made that there are none of.
    pub create_missing: bool,
}

/// Gives a contact tags and takes others from it.
///
/// # Errors
/// `NotFound` for the contact; `BadInput` for a name that stands in both lists, and for one that there is none of and
/// that is not to be made.
pub async fn change_tags(
    ctx: &Ctx,
    actor: &Actor,
    id: ContactId,
    change: &ChangeTags,
) -> Result<ContactDetails> {
    let add = tag_names("add", &change.add)?;
    let remove = tag_names("remove", &change.remove)?;
    if let Some(both) = remove
        .iter()
        .find(|name| add.iter().any(|other| fold(other) == fold(name)))
    {
        return Err(Error::bad_input(
            "remove",
            format!("“{both}” cannot be both added and removed."),
        ));
    }
    let account = actor.account;
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    exists(contacts::lock(&mut tx, account, id).await?)?;
    if !change.create_missing {
        let known = rows::named(&mut tx, account, &add).await?;
        if let Some(missing) = add.iter().find(|name| !tags::has(&known, name)) {
            return Err(Error::bad_input("add", format!("There is no tag “{missing}”.")));
        }
    }
    let (to_add, drafts) = tags::find_or_make(ctx, &mut tx, account, &add, now).await?;
    let to_remove = rows::named(&mut tx, account, &remove).await?;
    let change = apply(&mut tx, account, id, to_add, to_remove, drafts).await?;
    finish(ctx, actor, tx, id, change, Vec::new(), now).await
}

/// Tags to give to the contacts of several conversations, and others to take from them.
#[derive(Clone, Debug, Default)]
pub struct TagEach {
    pub add: Vec<TagId>,
    pub remove: Vec<TagId>,
}

/// Which of these contacts have changed, and what the journal is to be told of them.
///
/// # Errors
/// `Forbidden` for who may not change contacts, `BadInput` for a tag that is not there.
pub(crate) async fn tag_each(
    ctx: &Ctx,
    tx: &mut Tx,
    actor: &Actor,
    ids: &[ContactId],
    change: &TagEach,
) -> Result<(Vec<ContactId>, Vec<Draft>)> {
    let (mut changed, mut drafts) = (Vec::new(), Vec::new());
    if change.add.is_empty() && change.remove.is_empty() {
        return Ok((changed, drafts));
    }
    if !actor.may(Permission::ContactsWrite) {
        return Err(Error::Forbidden(Permission::ContactsWrite));
    }
    let to_add = all_of(tx, actor.account, "add_tags", &change.add).await?;
    let to_remove = all_of(tx, actor.account, "remove_tags", &change.remove).await?;
    if change.add.iter().any(|tag| change.remove.contains(tag)) {
        return Err(Error::bad_input(
            "remove_tags",
            "A tag cannot be both added and removed.",
        ));
    }
    let now = ctx.clock.now();
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    for id in sorted {
        exists(contacts::lock(tx, actor.account, id).await?)?;
        let added = rows::attach(tx, actor.account, id, &change.add).await?;
        let removed = rows::detach(tx, actor.account, id, &change.remove).await?;
        if added.is_empty() && removed.is_empty() {
            continue;
        }
        contacts::touch(tx, actor.account, id, now).await?;
        let contact = exists(contacts::get(tx, actor.account, id).await?)?;
        check_tag_count(contact.contact.tags.len())?;
        let (added, removed) = (among(to_add.clone(), &added), among(to_remove.clone(), &removed));
        drafts.extend(write_down(ctx, actor, tx, id, &added, &removed, Vec::new()).await?);
        drafts.push(draft(CONTACT_UPDATED, &ContactEvent { contact })?);
        changed.push(id);
    }
    Ok((changed, drafts))
}

/// The tags of these ids, of which none may be missing.
async fn all_of(tx: &mut Tx, account: AccountId, field: &'static str, ids: &[TagId]) -> Result<Vec<Tag>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let tag = rows::get(tx, account, *id).await?;
        found.push(tag.ok_or_else(|| Error::bad_input(field, "There is no such tag in the account."))?);
    }
    Ok(found)
}

fn among(tags: Vec<Tag>, ids: &[TagId]) -> Vec<Tag> {
    tags.into_iter().filter(|tag| ids.contains(&tag.id)).collect()
}

/// What became of a contact's tags.
#[derive(Debug, Default)]
struct TagChange {
    added: Vec<Tag>,
    removed: Vec<Tag>,
    /// Of tags that were made on the way.
    drafts: Vec<Draft>,
}

async fn replace_tags(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    id: ContactId,
    names: &[String],
    now: Time,
) -> Result<TagChange> {
    let had = exists(contacts::get(tx, account, id).await?)?.contact.tags;
    let (wanted, drafts) = tags::find_or_make(ctx, tx, account, names, now).await?;
    let surplus = had
        .into_iter()
        .filter(|tag| !wanted.iter().any(|other| other.id == tag.id))
        .collect();
    apply(tx, account, id, wanted, surplus, drafts).await
}

async fn apply(
    tx: &mut Tx,
    account: AccountId,
    id: ContactId,
    add: Vec<Tag>,
    remove: Vec<Tag>,
    drafts: Vec<Draft>,
) -> Result<TagChange> {
    let ids = |tags: &[Tag]| tags.iter().map(|tag| tag.id).collect::<Vec<TagId>>();
    let added = rows::attach(tx, account, id, &ids(&add)).await?;
    let removed = rows::detach(tx, account, id, &ids(&remove)).await?;
    Ok(TagChange {
        added: among(add, &added),
        removed: among(remove, &removed),
        drafts,
    })
}

/// Tells the journal and the threads with the contact if something changed, commits, and answers the contact as it is
/// now. `described` are the fields that are not what they were.
async fn finish(
    ctx: &Ctx,
    actor: &Actor,
    mut tx: Tx,
    id: ContactId,
    change: TagChange,
    described: Vec<String>,
    now: Time,
) -> Result<ContactDetails> {
    let tagged = !change.added.is_empty() || !change.removed.is_empty();
    if tagged {
        contacts::touch(&mut tx, actor.account, id, now).await?;
    }
    let contact = exists(contacts::get(&mut tx, actor.account, id).await?)?;
    check_tag_count(contact.contact.tags.len())?;
    let event = ContactEvent { contact };
    let mut drafts = change.drafts;
    if tagged || !described.is_empty() {
        drafts.extend(write_down(ctx, actor, &mut tx, id, &change.added, &change.removed, described).await?);
        drafts.push(draft(CONTACT_UPDATED, &event)?);
    }
    if !drafts.is_empty() {
        ctx.journal.append(&mut tx, actor.account, drafts).await?;
    }
    tx.commit().await?;
    Ok(event.contact)
}

fn check_tag_count(count: usize) -> Result<()> {
    if count > MAX_TAGS {
        return Err(Error::conflict(
            "too_many",
            format!("A contact has at most {MAX_TAGS} tags."),
        ));
    }
    Ok(())
}

/// A line in every conversation with the contact for each thing that happened to it.
async fn write_down(
    ctx: &Ctx,
    actor: &Actor,
    tx: &mut Tx,
    id: ContactId,
    added: &[Tag],
    removed: &[Tag],
    described: Vec<String>,
) -> Result<Vec<Draft>> {
    let mut happened: Vec<What> = Vec::new();
    if !described.is_empty() {
        happened.push(What::ContactChanged { fields: described });
    }
    happened.extend(removed.iter().map(|tag| What::Untagged {
        tag_id: tag.id,
        name: tag.name.clone(),
    }));
    happened.extend(added.iter().map(|tag| What::Tagged {
        tag_id: tag.id,
        name: tag.name.clone(),
    }));
    let lines = contacts::conversations(tx, actor.account, id)
        .await?
        .into_iter()
        .flat_map(|conversation| happened.iter().map(move |what| (conversation, what.clone())))
        .collect();
    activities::record_each(ctx, tx, actor.account, actor, lines, ctx.clock.now()).await
}

fn tag_names(field: &'static str, given: &[String]) -> Result<Vec<String>> {
    if given.len() > MAX_TAGS {
        return Err(Error::bad_input(
            field,
            format!("At most {MAX_TAGS} tags at once."),
        ));
    }
    tags::names(field, given)
}

/// None for none and for a blank.
fn email(text: Option<&str>) -> Result<Option<String>> {
    text.filter(|text| !text.trim().is_empty())
        .map(input::email)
        .transpose()
}

fn exists<T>(contact: Option<T>) -> Result<T> {
    contact.ok_or(Error::NotFound("contact"))
}
