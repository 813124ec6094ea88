//! A database that is away for a while.

use std::time::Duration;

use recado_db::{Migration, testing::each_engine};
use recado_journal::{MIGRATION, Next};
use recado_model::Time;

use crate::{account, append, node, quiet, seqs, within};

const AWAY: Migration = Migration {
    name: "9001_away",
    text: "ALTER TABLE events RENAME TO events_away;",
};
const BACK: Migration = Migration {
    name: "9002_back",
    text: "ALTER TABLE events_away RENAME TO events;",
};

#[tokio::test]
async fn no_frame_is_lost_when_the_table_cannot_be_read() {
    each_engine(&[MIGRATION], async |db| {
        let (here, there) = (node(&db, quiet()), node(&db, quiet()));
        append(&db, &here, account(1), 3).await;

        db.migrate(&[MIGRATION, AWAY], Time::MIN).await.unwrap();
        let mut live = there.subscribe(account(1), None).await.unwrap();
        let mut late = there.subscribe(account(1), Some(1)).await.unwrap();
        for subscription in [&mut live, &mut late] {
            let next = tokio::time::timeout(Duration::from_millis(150), subscription.next()).await;
            assert!(next.is_err(), "{next:?} out of a table that is not there");
        }

        db.migrate(&[MIGRATION, AWAY, BACK], Time::MIN).await.unwrap();
        append(&db, &here, account(1), 1).await;
        there.hint(account(1), 4);
        for (subscription, expected) in [(&mut live, 4..=4), (&mut late, 2..=4)] {
            let mut seen = Vec::new();
            while seen.last() != Some(&4) {
                let Next::Frames(frames) = within(subscription.next()).await else {
                    panic!("reset")
                };
                seen.extend(seqs(&frames));
            }
            assert_eq!(seen, expected.collect::<Vec<_>>());
        }
    })
    .await;
}
