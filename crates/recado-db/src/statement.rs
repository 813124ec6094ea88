//! Statements as statics: declared with [`sql!`](crate::sql), registered, so that a test can try them all.

use std::marker::PhantomData;

use crate::{Columns, Engine, Record};

/// A statement and the record its rows are read as. Made by [`sql!`](crate::sql).
#[derive(Debug)]
pub struct Sql<R> {
    statement: Statement,
    row: PhantomData<fn() -> R>,
}

/// A statement without its row type, as listed by [`statements`].
#[derive(Debug)]
pub struct Statement {
    /// Module path and name of the static.
    pub name: &'static str,
    pub file: &'static str,
    pub line: u32,
    pub sqlite: &'static str,
    pub postgres: &'static str,
    /// What the row type expects to be answered.
    pub columns: Columns,
    /// Why this statement may read a whole table, if it may.
    pub scan: Option<&'static str>,
}

/// Every statement of the program, in no particular order.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    inventory::iter::<Registered>
        .into_iter()
        .map(|registered| registered.0)
}

/// What [`sql!`](crate::sql) hands to `inventory`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Registered(pub &'static Statement);

inventory::collect!(Registered);

impl<R: Record> Sql<R> {
    #[doc(hidden)]
    pub const fn new(
        (name, file, line): (&'static str, &'static str, u32),
        sqlite: &'static str,
        postgres: &'static str,
        scan: &[&'static str],
    ) -> Self {
        let scan = match scan {
            [reason, ..] => Some(*reason),
            [] => None,
        };
        let statement = Statement {
            name,
            file,
            line,
            sqlite,
            postgres,
            columns: R::COLUMNS,
            scan,
        };
        Self {
            statement,
            row: PhantomData,
        }
    }
}

impl<R> Sql<R> {
    pub const fn statement(&self) -> &Statement {
        &self.statement
    }
}

impl Statement {
    pub const fn text(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }
}

/// Declares a statement as a static [`Sql`] and registers it.
///
/// ```
/// # use recado_db::sql;
/// sql!(HEAD -> (i64,) = "SELECT head FROM journals WHERE account_id = $1");
/// sql!(
///     /// What the two engines say differently stands together.
///     pub ACCOUNTS -> (i64,) = {
///         sqlite: "SELECT n FROM a WHERE id IN (SELECT value FROM json_each($1))",
///         postgres: "SELECT n FROM a WHERE id IN
///             (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($1 AS JSON)))",
///     }
/// );
/// sql!(#[scan = "an admin command over a table of a few rows"] COUNT -> (i64,) = "SELECT count(*) FROM a");
/// ```
#[macro_export]
macro_rules! sql {
    (
        $(#[doc = $doc:expr])* $(#[scan = $reason:literal])? $vis:vis $name:ident -> $row:ty =
        { sqlite: $sqlite:expr, postgres: $postgres:expr $(,)? } $(;)?
    ) => {
        $(#[doc = $doc])*
        $vis static $name: $crate::Sql<$row> = $crate::Sql::new(
            (concat!(module_path!(), "::", stringify!($name)), file!(), line!()),
            $sqlite,
            $postgres,
            &[$($reason)?],
        );
        $crate::internal::submit! { $crate::internal::Registered($name.statement()) }
    };
    (
        $(#[doc = $doc:expr])* $(#[scan = $reason:literal])? $vis:vis $name:ident -> $row:ty =
        $text:expr $(;)?
    ) => {
        $crate::sql! {
            $(#[doc = $doc])* $(#[scan = $reason])? $vis $name -> $row = { sqlite: $text, postgres: $text }
        }
    };
}
