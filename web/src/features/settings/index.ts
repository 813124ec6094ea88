export { ApiKeysPage } from "./api-keys/ApiKeysPage";
export { AppearancePage } from "./appearance/AppearancePage";
export { AttentionPage } from "./attention/AttentionPage";
export { CannedRepliesPage } from "./canned-replies/CannedRepliesPage";
export { MembersPage } from "./members/MembersPage";
export { SettingsIndex, SettingsLayout } from "./SettingsLayout";
export { SessionsPage } from "./sessions/SessionsPage";
export { TagsPage } from "./tags/TagsPage";
