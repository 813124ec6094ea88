//! The languages that Recado's pages are written in.

crate::words! {
    pub enum Language {
        English = "en",
        Spanish = "es",
        Portuguese = "pt",
        Arabic = "ar",
    }
}
