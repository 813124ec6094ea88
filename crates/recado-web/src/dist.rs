//! The files of `web/dist`, wherever they are: in the binary (release) or on disk (debug).

use std::borrow::Cow;
use std::fmt::Write;

use rust_embed::Embed;

/// A file of the build.
pub(crate) struct File {
    pub(crate) data: Cow<'static, [u8]>,
    /// Changes with the content.
    pub(crate) tag: String,
}

/// Where files come from: the build, or a small stand-in in tests.
pub(crate) trait Files {
    fn get(&self, name: &str) -> Option<File>;
}

pub(crate) struct Embedded;

#[derive(Embed)]
#[folder = "../../web/dist"]
#[exclude = ".vite/*"]
#[allow_missing = true]
struct Dist;

impl Files for Embedded {
    fn get(&self, name: &str) -> Option<File> {
        let file = Dist::get(name)?;
        let mut tag = String::with_capacity(32);
        for byte in &file.metadata.sha256_hash()[..16] {
            let _ = write!(tag, "{byte:02x}");
        }
        Some(File { data: file.data, tag })
    }
}
