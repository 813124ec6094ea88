//! What automatic assignment reads and remembers: who there is, how much they have, and who got the last one.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, AutoAssign, Availability, MemberId, NumberId, Role, Stored};

use crate::slices;

record! {
    /// How a number's new conversations are given away.
    #[derive(Copy)]
    pub struct Rule {
        pub auto_assign: AutoAssign,
        pub last_assigned_member_id: Option<MemberId>,
    }
}

record! {
    #[derive(Copy)]
    struct Somebody {
        id: MemberId,
        role: Role,
    }
}

sql!(RULE -> Rule = "SELECT auto_assign, last_assigned_member_id FROM numbers WHERE account_id = $1 AND id = $2");

pub async fn rule(tx: &mut Tx, account: AccountId, number: NumberId) -> Result<Option<Rule>> {
    tx.first(&RULE, &[&account, &number]).await
}

sql!(SET_RULE -> () = "UPDATE numbers SET auto_assign = $3 WHERE account_id = $1 AND id = $2");

pub async fn set_rule(tx: &mut Tx, account: AccountId, number: NumberId, rule: AutoAssign) -> Result<()> {
    tx.run(&SET_RULE, &[&account, &number, &rule]).await?;
    Ok(())
}

sql!(SET_LAST -> () = "UPDATE numbers SET last_assigned_member_id = $3 WHERE account_id = $1 AND id = $2");

/// The next one of the number goes to whoever comes after this member.
pub async fn set_last(tx: &mut Tx, account: AccountId, number: NumberId, member: MemberId) -> Result<()> {
    tx.run(&SET_LAST, &[&account, &number, &member]).await?;
    Ok(())
}

sql!(AVAILABLE -> Somebody = "SELECT id, role FROM members WHERE account_id = $1 AND availability = $2 ORDER BY id");

/// Members who say they are there, with their roles, in the order they joined.
pub async fn available(tx: &mut Tx, account: AccountId) -> Result<Vec<(MemberId, Role)>> {
    let rows = tx.all(&AVAILABLE, &[&account, &Availability::Online]).await?;
    Ok(rows.into_iter().map(|one| (one.id, one.role)).collect())
}

sql!(AT_WORK -> (i64,) = "SELECT COUNT(*) FROM conversations
    WHERE account_id = $1 AND assigned_member_id = $2 AND status IN ('open', 'pending')");

/// How many conversations that are not closed each member has, in the order asked.
pub async fn at_work(tx: &mut Tx, account: AccountId, members: &[MemberId]) -> Result<Vec<i64>> {
    let sets: Vec<[&dyn Stored; 2]> = members
        .iter()
        .map(|member| [&account as &dyn Stored, member])
        .collect();
    let counts = tx.each(&AT_WORK, &slices(&sets)).await?;
    Ok(counts
        .into_iter()
        .map(|rows| rows.first().map_or(0, |(count,)| *count))
        .collect())
}
