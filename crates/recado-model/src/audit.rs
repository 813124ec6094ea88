//! What the audit log tells of: who did what to the account's settings, people and data.

crate::words! {
    /// One thing that was done. The word before the dot is what it was done to.
    pub enum AuditAction {
        AccountCreated = "account.created",
        AccountRenamed = "account.renamed",
        OwnershipTransferred = "account.ownership_transferred",
        SignedIn = "session.started",
        /// The password was right, the second step was not.
        SecondStepFailed = "session.second_step_failed",
        SessionEnded = "session.ended",
        OtherSessionsEnded = "session.others_ended",
        MemberJoined = "member.joined",
        MemberChanged = "member.changed",
        MemberRemoved = "member.removed",
        MemberLeft = "member.left",
        ProfileChanged = "member.profile_changed",
        PasswordChanged = "member.password_changed",
        TwoFactorEnabled = "member.two_factor_enabled",
        TwoFactorDisabled = "member.two_factor_disabled",
        RecoveryCodesRenewed = "member.recovery_codes_renewed",
        RecoveryCodeUsed = "member.recovery_code_used",
        InviteCreated = "invite.created",
        InviteRevoked = "invite.revoked",
        ApiKeyCreated = "api_key.created",
        ApiKeyChanged = "api_key.changed",
        ApiKeyRevoked = "api_key.revoked",
        ChannelConnected = "channel.connected",
        ChannelChanged = "channel.changed",
        ChannelRemoved = "channel.removed",
        TwilioSet = "integration.twilio_set",
        TwilioForgotten = "integration.twilio_forgotten",
        TemplateCreated = "template.created",
        TemplateDeleted = "template.deleted",
        MessageDeleted = "message.deleted",
        ConversationDeleted = "conversation.deleted",
        /// Two contacts turned out to be one person.
        ContactMerged = "contact.merged",
        TagDeleted = "tag.deleted",
        CannedReplyDeleted = "canned_reply.deleted",
        NoteDeleted = "note.deleted",
        JobRetried = "job.retried",
        WebhookCreated = "webhook.created",
        WebhookChanged = "webhook.changed",
        WebhookDeleted = "webhook.deleted",
        WebhookSecretRotated = "webhook.secret_rotated",
        /// By Recado itself, as nothing reached the endpoint.
        WebhookDisabled = "webhook.disabled",
    }
}

crate::words! {
    pub enum AuditActor {
        Member = "member",
        Key = "key",
        /// Recado itself.
        System = "system",
    }
}
