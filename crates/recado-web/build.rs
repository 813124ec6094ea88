//! Tells cargo when the embedded files have changed. Debug builds read them from disk and need no telling.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        // Without a dist folder watch its parent, so that the first `npm run build` is noticed. Naming a missing
        // path would make cargo rebuild this crate, and all above it, every time.
        let watched = if Path::new("../../web/dist").exists() {
            "../../web/dist"
        } else {
            "../../web"
        };
        println!("cargo:rerun-if-changed={watched}");
    }
}
