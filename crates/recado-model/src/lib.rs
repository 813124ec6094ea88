//! Recado's words: ids, values and rules. No I/O, no async, knows no other crate of ours.

pub mod activity;
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
pub mod member;
pub mod message;
pub mod notification;
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
pub mod view;
pub mod webhook;

pub use actor::{Actor, Who};
pub use audit::{AuditAction, AuditActor};
pub use content::{Details, Reaction, ReactionActor};
pub use conversation::{ConversationStatus, ReopenedFrom, Snooze, Window};
pub use failure::{Failure, FailureReason, Retry};
pub use ids::{
    AccountId, ActivityId, ApiKeyId, AttemptId, AuditId, AvatarId, CannedReplyId, ContactId, ConversationId,
    Ids, IntakeId, InviteId, JobId, MediaId, MemberId, MessageId, MetaAppId, NoteId, NotificationId,
    NumberId, SessionId, TagId, TemplateId, TwilioAccountId, UserId, ViewId, WebhookDeliveryId, WebhookId,
};
pub use inbound::{
    HealthUpdate, Identity, Inbound, InboundChange, InboundContent, InboundMedia, InboundMessage,
    InboundReaction, MAX_PROVIDER_ID, MarketingChoice, Problem, ProblemKind, StatusUpdate, Subject,
    TemplateUpdate,
};
pub use intake::IntakeState;
pub use language::Language;
pub use media::{Media, MediaKind, MediaState};
pub use member::Availability;
pub use message::{ContentType, DeletedBy, Direction, SenderType};
pub use notification::{CausedBy, NotificationData, NotificationType};
pub use number::{AutoAssign, NumberError, NumberKind, NumberStatus, Provider};
pub use page::{Cursor, Page, Snapshot};
pub use permission::{Permission, Permissions, Role};
pub use phone::{Phone, PhoneError};
pub use status::MessageStatus;
pub use stored::{Json, Scalar, Stored, StoredError};
pub use template::{TemplateCategory, TemplateStatus};
pub use time::{Clock, Time};
pub use view::ViewFilter;
pub use webhook::{DeliveryState, DisabledReason, EventFilter, WebhookEvent};
