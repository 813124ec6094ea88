//! Recado's words: ids, values and rules. No I/O, no async, knows no other crate of ours.

pub mod actor;
pub mod audit;
pub mod content;
pub mod conversation;
pub mod failure;
pub mod ids;
pub mod inbound;
pub mod intake;
pub mod language;
pub mod media;
pub mod message;
pub mod number;
pub mod page;
pub mod permission;
pub mod phone;
pub mod search;
pub mod status;
pub mod stored;
pub mod template;
pub mod text;
pub mod time;

pub use actor::{Actor, Who};
pub use audit::{AuditAction, AuditActor};
pub use content::{Details, Reaction, ReactionActor};
pub use conversation::ConversationStatus;
pub use failure::{Failure, FailureReason, Retry};
pub use ids::{
    AccountId, ApiKeyId, AttemptId, AuditId, AvatarId, CannedReplyId, ContactId, ConversationId, Ids,
    IntakeId, InviteId, JobId, MediaId, MemberId, MessageId, MetaAppId, NumberId, SessionId, TagId,
    TemplateId, TwilioAccountId, UserId,
};
pub use inbound::{
    HealthUpdate, Identity, Inbound, InboundChange, InboundContent, InboundMedia, InboundMessage,
    InboundReaction, MAX_PROVIDER_ID, Problem, ProblemKind, StatusUpdate, Subject, TemplateUpdate,
};
pub use intake::IntakeState;
pub use language::Language;
pub use media::{Media, MediaKind, MediaState};
pub use message::{ContentType, Direction, SenderType};
pub use number::{NumberError, NumberKind, NumberStatus, Provider};
pub use page::{Cursor, Page, Snapshot};
pub use permission::{Permission, Permissions, Role};
pub use phone::{Phone, PhoneError};
pub use status::MessageStatus;
pub use stored::{Json, Scalar, Stored, StoredError};
pub use template::{TemplateCategory, TemplateStatus};
pub use time::{Clock, Time};
