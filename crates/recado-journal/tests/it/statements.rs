//! The statements themselves: they can be prepared, answer what their rows expect, and use indexes.

use recado_db::testing::{check_statements, each_engine};
use recado_journal::MIGRATION;

#[tokio::test]
async fn every_statement_holds_on_both_engines() {
    let names: Vec<&str> = recado_db::statements().map(|statement| statement.name).collect();
    assert!(names.contains(&"recado_journal::SINCE"), "{names:?}");
    each_engine(&[MIGRATION], async |db| {
        let complaints = check_statements(&db).await.unwrap();
        assert!(complaints.is_empty(), "{complaints:#?}");
    })
    .await;
}
