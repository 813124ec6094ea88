//! Every statement of this floor and the machinery below it, prepared and explained on both engines.

use recado_db::testing::{check_statements, each_engine};

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_fits_its_row_type_and_an_index() {
    each_engine(recado_store::MIGRATIONS, async |db| {
        let complaints = check_statements(&db).await.unwrap();
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    })
    .await;
}

#[test]
fn every_table_statement_is_registered() {
    // Guards the check above against a linker that drops the registry.
    assert!(
        recado_db::statements()
            .filter(|statement| statement.name.starts_with("recado_store::"))
            .count()
            > 60
    );
}
