//! Recado's words: ids, values and rules. No I/O, no async, knows no other crate of ours.

pub mod actor;
pub mod conversation;
pub mod failure;
pub mod ids;
pub mod inbound;
pub mod intake;
pub mod message;
pub mod number;
pub mod page;
pub mod permission;
pub mod phone;
pub mod status;
pub mod stored;
pub mod time;

pub use actor::{Actor, Who};
pub use conversation::ConversationStatus;
pub use failure::{Failure, FailureReason, Retry};
pub use ids::{
    AccountId, ApiKeyId, AttemptId, ContactId, ConversationId, Ids, IntakeId, InviteId, JobId, MemberId,
    MessageId, MetaAppId, NumberId, SessionId, TagId, UserId,
};
pub use inbound::{
    Identity, Inbound, InboundContent, InboundMessage, MAX_PROVIDER_ID, Problem, ProblemKind, StatusUpdate,
};
pub use intake::IntakeState;
pub use message::{ContentType, Direction, SenderType};
pub use number::{NumberKind, NumberStatus};
pub use page::{Cursor, Page, Snapshot};
pub use permission::{Permission, Permissions, Role};
pub use phone::{Phone, PhoneError};
pub use status::MessageStatus;
pub use stored::{Json, Scalar, Stored, StoredError};
pub use time::{Clock, Time};
