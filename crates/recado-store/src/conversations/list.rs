//! Lists of conversations: filtered, in one of four orders, page by page; and how many there are.

use recado_db::{Result, Sql, Tx, record, sql};
use recado_model::conversation::{CLOSING, WINDOW};
use recado_model::{
    AccountId, ContactId, ConversationStatus, Cursor, MemberId, NumberId, Stored, TagId, Time, Window,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Conversation, ConversationRow, with_contacts};

/// What a list shows, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of these states; empty: of all.
    pub status: Vec<ConversationStatus>,
    pub contact: Option<ContactId>,
    pub assigned: Option<Assigned>,
    pub number: Option<NumberId>,
    /// Whose contact has this tag.
    pub tag: Option<TagId>,
    pub unread: bool,
    pub window: Option<Window>,
    pub sort: Sort,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assigned {
    To(MemberId),
    Nobody,
}

/// Newest first by either time, or what needs somebody first and then by activity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Created,
    Activity,
    /// Who has waited longest first.
    Waiting,
    /// What is unread first.
    Unread,
}

/// What needs somebody stands before all else, so in a cursor its time lies beyond all others: the year 5138.
const FIRST: i64 = 100_000_000_000_000;

/// A tag that more contacts than this have, or unread conversations beyond this many, are common enough to be met on the
/// way through the list.
const COMMON: i64 = 2000;

// A list is one statement per driving index; the conditions that do not drive are checked on the way. All take the
// same parameters: an empty word or the nil id stands for "any".
macro_rules! conditions {
    () => {
        " AND ($6 = '' OR ($6 = 'nobody' AND assigned_member_id IS NULL) OR assigned_member_id = $7)
        AND (number_id = $8 OR $8 = $10) AND (contact_id = $9 OR $9 = $10)
        AND ($11 = $10 OR EXISTS (SELECT 1 FROM contact_tags x WHERE x.account_id = $1
            AND x.contact_id = conversations.contact_id AND x.tag_id = $11))
        AND ($12 = '' OR ($12 = 'unread' AND unread_count > 0) OR ($12 = 'read' AND unread_count = 0))
        AND ($13 = '' OR ($13 = 'closed' AND (window_expires_at IS NULL OR window_expires_at <= $14))
            OR ($13 <> 'closed' AND window_expires_at > $14 AND ($13 = 'open' OR window_expires_at <= $15)))
        AND last_message_at >= $16 AND ($17 = '' OR waiting_since IS NULL)"
    };
}

// The rows of one state, as far as a page reaches.
macro_rules! of_state {
    ($status:literal, $sort:literal, $drive:literal) => {
        concat!(
            "SELECT * FROM (SELECT ",
            columns!(),
            " FROM conversations WHERE account_id = $1 AND status = '",
            $status,
            "' AND $2 LIKE '%",
            $status,
            "%' AND ",
            $drive,
            conditions!(),
            " AND (",
            $sort,
            ", id) < ($3, $4) ORDER BY ",
            $sort,
            " DESC, id DESC LIMIT $5) AS ",
            $status,
            "_ones"
        )
    };
}

// Merged from one list per state, so that nobody reads through what is closed to find what is open, and all states
// together need no index of their own.
macro_rules! by_state {
    ($name:ident, $sort:literal, $drive:literal) => {
        sql!($name -> ConversationRow = concat!(
            of_state!("open", $sort, $drive), " UNION ALL ",
            of_state!("pending", $sort, $drive), " UNION ALL ",
            of_state!("closed", $sort, $drive),
            " ORDER BY ", $sort, " DESC, id DESC LIMIT $5"
        ));
    };
}

// Of few rows, sorted when they are found.
macro_rules! few {
    ($name:ident, $sort:literal, $drive:literal) => {
        sql!($name -> ConversationRow = concat!(
            "SELECT ", columns!(), " FROM conversations WHERE account_id = $1 AND ", $drive,
            " AND $2 LIKE '%' || status || '%'", conditions!(),
            " AND (", $sort, ", id) < ($3, $4) ORDER BY ", $sort, " DESC, id DESC LIMIT $5"
        ));
    };
}

by_state!(CREATED, "created_at", "1 = 1");
by_state!(ACTIVITY, "last_message_at", "1 = 1");
by_state!(ACTIVITY_ASSIGNEE, "last_message_at", "assigned_member_id = $7");
by_state!(
    ACTIVITY_UNASSIGNED,
    "last_message_at",
    "assigned_member_id IS NULL"
);
few!(ACTIVITY_UNREAD, "last_message_at", "is_unread");
few!(CREATED_CONTACT, "created_at", "contact_id = $9");
few!(ACTIVITY_CONTACT, "last_message_at", "contact_id = $9");
few!(
    CREATED_TAGGED,
    "created_at",
    "contact_id IN (SELECT contact_id FROM contact_tags WHERE account_id = $1 AND tag_id = $11)"
);
few!(
    ACTIVITY_TAGGED,
    "last_message_at",
    "contact_id IN (SELECT contact_id FROM contact_tags WHERE account_id = $1 AND tag_id = $11)"
);

sql!(WAITING -> ConversationRow = concat!(
    "SELECT ", columns!(), " FROM conversations WHERE account_id = $1 AND waiting_since IS NOT NULL",
    " AND $2 LIKE '%' || status || '%'", conditions!(),
    " AND (waiting_since, id) > ($3, $4) ORDER BY waiting_since, id LIMIT $5"
));

/// Which of an order's two parts: what comes first, and all the rest by activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    First,
    Rest,
}

/// Up to `limit` conversations after `cursor`, each with its contact and that contact's tags. Where each stands is
/// said by [`position`].
pub async fn list(
    tx: &mut Tx,
    account: AccountId,
    filter: &Filter,
    cursor: Cursor,
    limit: i64,
    now: Time,
) -> Result<Vec<Conversation>> {
    let tag_is_rare = match filter.tag {
        Some(tag) => is_rare(tx, account, tag).await?,
        None => false,
    };
    let unread_is_rare =
        (filter.unread || filter.sort == Sort::Unread) && is_unread_rare(tx, account).await?;
    let find = Find {
        account,
        filter,
        tag_is_rare,
        unread_is_rare,
        now,
    };
    if matches!(filter.sort, Sort::Created | Sort::Activity) {
        let rows = find.rows(tx, Part::Whole, cursor, limit).await?;
        return with_contacts(tx, account, rows).await;
    }
    let mut rows = Vec::new();
    let mut rest = cursor;
    if cursor.at.millis() >= FIRST {
        let after = if filter.sort == Sort::Waiting {
            cursor.mirrored()
        } else if cursor == Cursor::START {
            cursor
        } else {
            moved(cursor, -FIRST)
        };
        rows = find.rows(tx, Part::First, after, limit).await?;
        rest = Cursor::START;
    }
    let missing = limit.saturating_sub(i64::try_from(rows.len()).unwrap_or(limit));
    if missing > 0 {
        rows.extend(find.rows(tx, Part::Rest, rest, missing).await?);
    }
    with_contacts(tx, account, rows).await
}

/// Where a conversation stands in the list of this order.
pub fn position(sort: Sort, row: &ConversationRow) -> Cursor {
    let by_activity = Cursor {
        at: row.last_message_at,
        id: row.id.0,
    };
    match (sort, row.waiting_since) {
        (Sort::Created, _) => Cursor {
            at: row.created_at,
            id: row.id.0,
        },
        (Sort::Waiting, Some(since)) => Cursor {
            at: since,
            id: row.id.0,
        }
        .mirrored(),
        (Sort::Unread, _) if row.unread_count > 0 => moved(by_activity, FIRST),
        _ => by_activity,
    }
}

fn moved(cursor: Cursor, by: i64) -> Cursor {
    Cursor {
        at: Time::from_millis(cursor.at.millis().saturating_add(by)),
        id: cursor.id,
    }
}

struct Find<'f> {
    account: AccountId,
    filter: &'f Filter,
    tag_is_rare: bool,
    unread_is_rare: bool,
    now: Time,
}

impl Find<'_> {
    async fn rows(&self, tx: &mut Tx, part: Part, after: Cursor, limit: i64) -> Result<Vec<ConversationRow>> {
        let filter = self.filter;
        let status = self.status();
        let (assigned, member) = match filter.assigned {
            None => ("", MemberId::MIN),
            Some(Assigned::Nobody) => ("nobody", MemberId::MIN),
            Some(Assigned::To(member)) => ("member", member),
        };
        let number = filter.number.unwrap_or(NumberId::MIN);
        let contact = filter.contact.unwrap_or(ContactId::MIN);
        let tag = filter.tag.unwrap_or(TagId::MIN);
        let unread = match (filter.sort, part) {
            // What is read is not wanted, and what is not stands in the first part.
            (Sort::Unread, Part::Rest) if filter.unread => return Ok(Vec::new()),
            (Sort::Unread, Part::Rest) => "read",
            (Sort::Unread, Part::First) => "unread",
            _ if filter.unread => "unread",
            _ => "",
        };
        let answered = if part == Part::Rest && filter.sort == Sort::Waiting {
            "answered"
        } else {
            ""
        };
        let window = filter.window.map_or("", Window::as_str);
        let closing = self.now.plus(CLOSING);
        // Whose window is open has written within it, so what is older need not be looked at.
        let since = match filter.window {
            Some(Window::Open | Window::Closing) => self.now.minus(WINDOW),
            _ => Time::MIN,
        };
        let params: [&dyn Stored; 17] = [
            &self.account,
            &status,
            &after.at,
            &after.id,
            &limit,
            &assigned,
            &member,
            &number,
            &contact,
            &Uuid::nil(),
            &tag,
            &unread,
            &window,
            &self.now,
            &closing,
            &since,
            &answered,
        ];
        tx.all(self.statement(part), &params).await
    }

    /// The words of the states that are wanted.
    fn status(&self) -> String {
        let wanted = match self.filter.status.as_slice() {
            [] => ConversationStatus::ALL,
            some => some,
        };
        let words: Vec<&str> = wanted.iter().map(|status| status.as_str()).collect();
        words.join(" ")
    }

    /// The one whose index leaves least to be looked at.
    fn statement(&self, part: Part) -> &'static Sql<ConversationRow> {
        let Filter {
            contact,
            assigned,
            sort,
            unread,
            ..
        } = self.filter;
        let by_creation = *sort == Sort::Created;
        match (sort, part) {
            (Sort::Waiting, Part::First) => return &WAITING,
            (Sort::Unread, Part::First) if self.unread_is_rare => return &ACTIVITY_UNREAD,
            _ => {}
        }
        match assigned {
            _ if contact.is_some() && by_creation => &CREATED_CONTACT,
            _ if contact.is_some() => &ACTIVITY_CONTACT,
            _ if self.tag_is_rare && by_creation => &CREATED_TAGGED,
            _ if self.tag_is_rare => &ACTIVITY_TAGGED,
            _ if by_creation => &CREATED,
            _ if *unread && self.unread_is_rare => &ACTIVITY_UNREAD,
            Some(Assigned::To(_)) => &ACTIVITY_ASSIGNEE,
            Some(Assigned::Nobody) => &ACTIVITY_UNASSIGNED,
            None => &ACTIVITY,
        }
    }
}

sql!(TAGGED -> (i64,) = "SELECT count(*) FROM (SELECT 1 FROM contact_tags WHERE account_id = $1 AND tag_id = $2
    LIMIT $3) AS found");

async fn is_rare(tx: &mut Tx, account: AccountId, tag: TagId) -> Result<bool> {
    let (count,) = tx.one(&TAGGED, &[&account, &tag, &COMMON]).await?;
    Ok(count < COMMON)
}

sql!(UNREAD -> (i64,) = "SELECT count(*) FROM (SELECT 1 FROM conversations WHERE account_id = $1 AND is_unread
    LIMIT $2) AS found");

async fn is_unread_rare(tx: &mut Tx, account: AccountId) -> Result<bool> {
    let (count,) = tx.one(&UNREAD, &[&account, &COMMON]).await?;
    Ok(count < COMMON)
}

/// The most that is counted: a number this high says "or more".
pub const COUNTED: i64 = 1000;

record! {
    /// How many conversations are not closed, each counted up to 1000, which says "1000 or more".
    #[derive(PartialEq, Eq, Serialize, ToSchema)]
    pub struct Counts {
        /// The caller's own; none of an API key.
        pub mine: i64,
        pub unassigned: i64,
        pub all: i64,
        pub unread: i64,
    }
}

macro_rules! counted {
    ($what:literal) => {
        concat!(
            "(SELECT count(*) FROM (SELECT 1 FROM conversations WHERE account_id = $1 AND status IN ('open', 'pending')",
            $what,
            " LIMIT $3) AS found)"
        )
    };
}

sql!(COUNTS -> Counts = concat!(
    "SELECT ", counted!(" AND assigned_member_id = $2"), " AS mine, ",
    counted!(" AND assigned_member_id IS NULL"), " AS unassigned, ",
    counted!(""), " AS \"all\", ", counted!(" AND is_unread"), " AS unread"
));

/// Never reads more than 1000 entries of an index for each number.
pub async fn counts(tx: &mut Tx, account: AccountId, member: Option<MemberId>) -> Result<Counts> {
    let member = member.unwrap_or(MemberId::MIN);
    tx.one(&COUNTS, &[&account, &member, &COUNTED]).await
}

#[cfg(test)]
mod tests {
    use recado_model::{ConversationId, ConversationStatus};

    use super::*;

    fn row(at: i64, waiting: Option<i64>, unread: i64) -> ConversationRow {
        ConversationRow {
            id: ConversationId::MIN,
            contact_id: ContactId::MIN,
            number_id: NumberId::MIN,
            status: ConversationStatus::Open,
            assigned_member_id: None,
            last_message_id: None,
            last_message_text: None,
            last_message_type: None,
            last_message_direction: None,
            last_message_status: None,
            last_message_at: Time::from_seconds(at),
            window_expires_at: None,
            unread_count: unread,
            waiting_since: waiting.map(Time::from_seconds),
            snooze: None,
            reopened_from: None,
            created_at: Time::from_seconds(at),
            updated_at: Time::from_seconds(at),
        }
    }

    #[test]
    fn who_waits_longest_and_what_is_unread_stand_before_all_else() {
        let now = 1_700_000_000;
        let waits = |since| position(Sort::Waiting, &row(now, Some(since), 0)).at;
        let rest = position(Sort::Waiting, &row(now, None, 0)).at;
        assert!(waits(now - 9) > waits(now) && waits(now) > rest);
        assert!(waits(now).millis() >= FIRST && rest.millis() < FIRST);
        let unread = |at, count| position(Sort::Unread, &row(at, None, count)).at;
        assert!(unread(now, 1) > unread(now - 9, 1) && unread(now - 9, 1) > unread(now, 0));
        assert!(unread(0, 1).millis() >= FIRST && unread(now, 0).millis() < FIRST);
    }
}
