//! Row types: structs declared with [`record!`](crate::record), and tuples of up to four values.

use recado_model::Stored;

use crate::{Result, Row};

/// A type a row is read as, by the position of its columns.
pub trait Record: Sized + Send + 'static {
    const COLUMNS: Columns;

    fn from_row(row: &Row<'_>) -> Result<Self>;
}

/// What a statement must answer to be read as a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// Exactly these names in this order.
    Named(&'static [&'static str]),
    /// This many columns of any name.
    Counted(usize),
}

impl Record for () {
    const COLUMNS: Columns = Columns::Counted(0);

    fn from_row(_row: &Row<'_>) -> Result<Self> {
        Ok(())
    }
}

macro_rules! tuple {
    ($count:literal: $($type:ident $index:literal),+) => {
        impl<$($type: Stored + 'static),+> Record for ($($type,)+) {
            const COLUMNS: Columns = Columns::Counted($count);

            fn from_row(row: &Row<'_>) -> Result<Self> {
                Ok(($(row.get::<$type>($index)?,)+))
            }
        }
    };
}

tuple!(1: A 0);
tuple!(2: A 0, B 1);
tuple!(3: A 0, B 1, C 2);
tuple!(4: A 0, B 1, C 2, D 3);

/// The column a field is read from: its name, without the mark of a raw identifier.
#[doc(hidden)]
pub const fn column_name(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// Declares a struct (`Debug`, `Clone`) whose fields are read, in order, from the columns of the same names.
///
/// ```
/// recado_db::record! {
///     /// A person as the list shows it.
///     #[derive(PartialEq)]
///     pub struct Contact { pub id: i64, pub name: Option<String> }
/// }
/// ```
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident : $type:ty),+ $(,)?
    }) => {
        #[derive(Debug, Clone)]
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type,)+ }

        impl $crate::Record for $name {
            const COLUMNS: $crate::Columns =
                $crate::Columns::Named(&[$($crate::internal::column_name(stringify!($field)),)+]);

            fn from_row(row: &$crate::Row<'_>) -> $crate::Result<Self> {
                let mut at = 0_usize..;
                let mut next = || at.next().unwrap_or_default();
                Ok(Self { $($field: row.get::<$type>(next())?,)+ })
            }
        }
    };
}
