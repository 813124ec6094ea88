import {
  AlarmClock,
  Archive,
  ArrowLeft,
  ChevronDown,
  CircleDot,
  Clock,
  PanelRight,
  RotateCcw,
  UserRound,
} from "lucide-react";
import { memo } from "react";
import type { Conversation, ConversationStatus } from "@/api/types";
import { useCan, useMe } from "@/app/me";
import { useNow } from "@/app/useNow";
import { ContactAvatar } from "@/contacts/ContactAvatar";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { MemberAvatar } from "@/team/MemberAvatar";
import { useContactName, useMembers } from "@/team/queries";
import { Button, IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { Menu, MenuChoices } from "@/ui/Menu";
import { AttendButton } from "../list/AttendButton";
import { SnoozeMenu } from "../list/SnoozeMenu";
import { useConversationActions } from "../queries/actions";
import { MoreMenu } from "./MoreMenu";

const STATUSES: ConversationStatus[] = ["open", "pending", "closed"];
const TONES: Record<ConversationStatus, string> = {
  open: "text-open",
  pending: "text-pending",
  closed: "text-closed",
};
const NOBODY = "nobody";
const WINDOW_SOON_MS = 4 * 3_600_000;

export const ThreadHeader = memo(function ThreadHeader({
  conversation,
  onBack,
  sidebarOpen,
  onToggleSidebar,
}: {
  conversation: Conversation;
  onBack: (() => void) | null;
  sidebarOpen: boolean;
  onToggleSidebar: () => void;
}) {
  const { t } = useTranslation();
  const contactName = useContactName();
  const name = contactName(conversation.contact);
  return (
    <header className="@container shrink-0 border-line border-b bg-surface">
      <div className="flex h-14 items-center gap-2 @max-2xl:gap-1 @max-md:gap-0.5 px-2 md:px-4">
        {onBack && (
          <IconButton label={t("inbox.back")} onClick={onBack}>
            <ArrowLeft aria-hidden="true" className="size-5 rtl:-scale-x-100" />
          </IconButton>
        )}
        <span className="@max-md:hidden">
          <ContactAvatar contact={conversation.contact} />
        </span>
        <div className="min-w-0 flex-1 @max-2xl:ps-1">
          <h2 className="truncate font-semibold text-base" title={name}>
            <bdi>{name}</bdi>
          </h2>
          <WindowLeft conversation={conversation} />
        </div>
        <AttendButton conversation={conversation} className="@max-xl:hidden" />
        <Assignee conversation={conversation} />
        <Status conversation={conversation} />
        <SnoozeButton conversation={conversation} />
        <CloseButton conversation={conversation} />
        <MoreMenu conversation={conversation} />
        <IconButton
          label={t(sidebarOpen ? "inbox.sidebar.hide" : "inbox.sidebar.show")}
          aria-expanded={sidebarOpen}
          onClick={onToggleSidebar}
          className={cx(sidebarOpen && "bg-hover text-text")}
        >
          <PanelRight aria-hidden="true" className="size-4.5 rtl:-scale-x-100" />
        </IconButton>
      </div>
      {/* On a phone, or between list and details, it would leave no room for the name. */}
      <AttendButton conversation={conversation} className="mx-3 mb-2.5 w-[calc(100%-1.5rem)] @xl:hidden" />
    </header>
  );
});

/** How long free text may still be sent. Always in view. */
function WindowLeft({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const expires = conversation.window_expires_at;
  const left = expires ? Date.parse(expires) - now : 0;
  return (
    <p
      className={cx(
        "flex items-center gap-1 truncate text-xs",
        left > 0 && left < WINDOW_SOON_MS ? "text-pending" : "text-muted",
      )}
      title={expires ? t("inbox.window.until", { at: format.full(expires) }) : undefined}
    >
      <Clock aria-hidden="true" className="size-3 shrink-0 @max-md:hidden" />
      <span className="truncate">
        {left > 0 ? t("inbox.window.left", { time: format.left(left) }) : t("inbox.window.closed")}
      </span>
    </p>
  );
}

function Assignee({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const me = useMe().member;
  const canWrite = useCan("conversations:write");
  const { data: members } = useMembers();
  const { change } = useConversationActions();
  const current = members?.find((member) => member.id === conversation.assigned_agent_id);
  const assignable = (members ?? [])
    .filter((member) => member.role !== "viewer" || member.id === conversation.assigned_agent_id)
    .sort((a, b) => (a.id === me.id ? -1 : b.id === me.id ? 1 : a.name.localeCompare(b.name)));
  const label = current
    ? t("inbox.assignee.assignedTo", { name: current.name })
    : conversation.assigned_agent_id
      ? t("inbox.assignee.someone")
      : t("inbox.assignee.unassigned");
  const button = (
    <Button
      variant="quiet"
      size="sm"
      aria-label={t("inbox.assignee.button", { current: label })}
      disabledReason={canWrite ? undefined : t("permission.conversationsWrite")}
      data-shortcut="assign"
      data-tip={t("inbox.assignee.button", { current: label })}
      data-tip-key="a"
      className="max-w-44 @max-3xl:px-1.5 pointer-coarse:min-w-11"
    >
      {current ? (
        <MemberAvatar member={current} size="sm" />
      ) : (
        <UserRound aria-hidden="true" className="size-4" />
      )}
      <span className="truncate @max-3xl:hidden">
        {current ? current.name : t("inbox.assignee.unassigned")}
      </span>
      <ChevronDown aria-hidden="true" className="size-3.5 @max-3xl:hidden" />
    </Button>
  );
  if (!canWrite) return button;
  return (
    <Menu trigger={button} align="end">
      <MenuChoices
        label={t("inbox.assignee.title")}
        value={conversation.assigned_agent_id ?? NOBODY}
        onChange={(id) => void change(conversation.id, { assigned_agent_id: id === NOBODY ? null : id })}
        choices={[
          {
            value: NOBODY,
            label: t("inbox.assignee.unassigned"),
            icon: <UserRound aria-hidden="true" className="size-6 p-1 text-muted" />,
          },
          ...assignable.map((member) => ({
            value: member.id,
            label: member.id === me.id ? t("inbox.assignee.me", { name: member.name }) : member.name,
            icon: <MemberAvatar member={member} size="sm" />,
          })),
        ]}
      />
    </Menu>
  );
}

function Status({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const canWrite = useCan("conversations:write");
  const { change } = useConversationActions();
  const current = t(`inbox.conversationStatus.${conversation.status}`);
  const button = (
    <Button
      variant="quiet"
      size="sm"
      aria-label={t("inbox.statusButton", { current })}
      disabledReason={canWrite ? undefined : t("permission.conversationsWrite")}
      className="pointer-coarse:min-w-11"
    >
      <CircleDot aria-hidden="true" className={cx("size-4", TONES[conversation.status])} />
      <span className="@max-2xl:hidden">{current}</span>
      <ChevronDown aria-hidden="true" className="size-3.5 @max-2xl:hidden" />
    </Button>
  );
  if (!canWrite) return button;
  return (
    <Menu trigger={button} align="end">
      <MenuChoices
        label={t("inbox.statusTitle")}
        value={conversation.status}
        onChange={(status) => void change(conversation.id, { status })}
        choices={STATUSES.map((status) => ({
          value: status,
          label: t(`inbox.conversationStatus.${status}`),
          icon: <CircleDot aria-hidden="true" className={cx("size-4", TONES[status])} />,
        }))}
      />
    </Menu>
  );
}

function SnoozeButton({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const canWrite = useCan("conversations:write");
  const { change } = useConversationActions();
  const button = (
    <IconButton
      label={t("inbox.snooze.button")}
      disabledReason={canWrite ? undefined : t("permission.conversationsWrite")}
      className={cx("max-md:hidden", conversation.snooze && "text-pending")}
    >
      <AlarmClock aria-hidden="true" className="size-4.5" />
    </IconButton>
  );
  if (!canWrite) return button;
  return (
    <SnoozeMenu
      trigger={button}
      snoozed={conversation.snooze !== null}
      onSnooze={(snooze) => void change(conversation.id, { snooze })}
    />
  );
}

function CloseButton({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const canWrite = useCan("conversations:write");
  const { change } = useConversationActions();
  const closed = conversation.status === "closed";
  const Icon = closed ? RotateCcw : Archive;
  return (
    <Button
      size="sm"
      disabledReason={canWrite ? undefined : t("permission.conversationsWrite")}
      onClick={() => void change(conversation.id, { status: closed ? "open" : "closed" })}
      aria-label={t(closed ? "inbox.reopen" : "inbox.close")}
      data-tip={t(closed ? "inbox.reopen" : "inbox.close")}
      data-tip-key="e"
      className="@max-xl:hidden"
    >
      <Icon aria-hidden="true" className="size-4" />
      <span className="@max-3xl:hidden">{t(closed ? "inbox.reopen" : "inbox.close")}</span>
    </Button>
  );
}
