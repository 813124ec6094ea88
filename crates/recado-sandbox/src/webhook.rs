//! Webhooks as Meta posts them: their shape, their bytes, their signature, and the loop that delivers them.

pub(crate) mod deliver;
pub(crate) mod escape;
pub(crate) mod shape;
pub(crate) mod sign;
