//! Transactions, told on both engines.

use recado_db::testing::each_engine;
use recado_db::{Migration, record, sql};

const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001",
    text: "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT)",
}];

record! { pub struct Thing { pub id: i64, pub name: Option<String> } }
sql!(INSERT -> () = "INSERT INTO things (name, id) VALUES ($2, $1)");
sql!(GET -> Thing = "SELECT id, name FROM things WHERE id = $1");

#[tokio::test]
async fn committed_rows_are_there() {
    each_engine(MIGRATIONS, async |db| {
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.run(&INSERT, &[&1_i64, &"a"]).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(tx.one(&GET, &[&1_i64]).await.unwrap().name.as_deref(), Some("a"));
    })
    .await;
}
