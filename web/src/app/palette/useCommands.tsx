/** Everything that can be done from the palette by somebody in their role, and why not where it cannot. */
import { useNavigate } from "@tanstack/react-router";
import {
  AlarmClock,
  Archive,
  Bell,
  CalendarClock,
  CircleDot,
  Hand,
  Inbox,
  Keyboard,
  Languages,
  LayoutTemplate,
  LockKeyhole,
  LogOut,
  Mail,
  MailOpen,
  MessageCircleReply,
  MessageSquarePlus,
  MessageSquareText,
  Monitor,
  Moon,
  RotateCcw,
  Settings,
  Smartphone,
  Sun,
  SunMoon,
  UserRound,
} from "lucide-react";
import type { Conversation, Snooze } from "@/api/types";
import { AVAILABILITIES, useSetAvailability } from "@/app/availability";
import { useMe } from "@/app/me";
import { useReasons } from "@/app/permission";
import { useChooseLanguage } from "@/app/preferences";
import { signOut } from "@/app/session";
import { type Theme, useTheme } from "@/app/theme";
import { TABS } from "@/features/inbox/filter";
import { snoozeChoices } from "@/features/inbox/list/snooze";
import { useConversationActions } from "@/features/inbox/queries/actions";
import { SECTIONS } from "@/features/settings/sections";
import { LANGUAGES, type Language } from "@/i18n";
import { useFormat, useTimeZone } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { MemberAvatar } from "@/team/MemberAvatar";
import { useContactName, useMembers } from "@/team/queries";
import { lazy } from "@/ui/lazy";
import { PresenceDot } from "@/ui/PresenceDot";
import { pressShortcut } from "@/ui/shortcuts";
import { notifyError } from "@/ui/toast";
import type { Command, Group } from "./match";

const SnoozeDialog = lazy(() => import("@/features/inbox/list/SnoozeDialog"));

const THEMES = [
  { value: "light", icon: Sun },
  { value: "dark", icon: Moon },
  { value: "system", icon: Monitor },
] as const satisfies { value: Theme; icon: typeof Sun }[];

/** What can be done with `conversation`, wherever it stands. */
export function useConversationCommands(conversation: Conversation | undefined): Group[] {
  const { t } = useTranslation();
  const format = useFormat();
  const zone = useTimeZone();
  const me = useMe().member;
  const reasonFor = useReasons();
  const contactName = useContactName();
  const { data: members } = useMembers();
  const { change, markRead, markUnread } = useConversationActions();
  if (!conversation) return [];

  const { id, status, assigned_agent_id: assignee } = conversation;
  const now = new Date();
  const name = contactName(conversation.contact);
  const reason = reasonFor("conversations:write");
  const assign = (to: string | null) => void change(id, { assigned_agent_id: to });
  const snooze = (wanted: Snooze | null) => void change(id, { snooze: wanted });
  const colleagues = (members ?? [])
    .filter((member) => member.role !== "viewer" || member.id === assignee)
    .sort((a, b) => (a.id === me.id ? -1 : b.id === me.id ? 1 : a.name.localeCompare(b.name)));

  const items: Command[] = [
    {
      id: "reply",
      label: t("palette.reply"),
      icon: MessageSquareText,
      shortcut: "r",
      reason: reasonFor("messages:send"),
      after: () => pressShortcut("r"),
    },
    {
      id: "note",
      label: t("palette.note"),
      icon: LockKeyhole,
      shortcut: "n",
      reason: reasonFor("notes:write"),
      after: () => pressShortcut("n"),
    },
    ...(assignee
      ? []
      : [
          {
            id: "attend",
            label: t("palette.attend"),
            icon: Hand,
            reason: reason ?? reasonFor("messages:send"),
            run: () => assign(me.id),
          },
        ]),
    {
      id: "assign",
      label: `${t("palette.assign")}…`,
      icon: UserRound,
      shortcut: "a",
      reason,
      opens: "assign",
    },
    {
      id: "close",
      label: t(status === "closed" ? "palette.reopen" : "palette.close"),
      icon: status === "closed" ? RotateCcw : Archive,
      shortcut: "e",
      reason,
      run: () => void change(id, { status: status === "closed" ? "open" : "closed" }),
    },
    ...(status === "pending"
      ? []
      : [
          {
            id: "pending",
            label: t("palette.pending"),
            icon: CircleDot,
            reason,
            run: () => void change(id, { status: "pending" }),
          },
        ]),
    { id: "snooze", label: `${t("inbox.snooze.button")}…`, icon: AlarmClock, reason, opens: "snooze" },
    {
      id: "unread",
      label: t(conversation.unread_count === 0 ? "inbox.markUnread" : "palette.read"),
      icon: conversation.unread_count === 0 ? Mail : MailOpen,
      shortcut: "u",
      reason,
      run: () => void (conversation.unread_count === 0 ? markUnread(id) : markRead(id)),
    },
    ...colleagues.map(
      (member): Command => ({
        id: `assign:${member.id}`,
        label: member.id === me.id ? t("inbox.assignee.me", { name: member.name }) : member.name,
        words: member.email,
        icon: <MemberAvatar member={member} size="sm" />,
        under: "assign",
        reason,
        current: member.id === assignee,
        run: () => assign(member.id),
      }),
    ),
    {
      id: "assign:nobody",
      label: t("palette.nobody"),
      icon: UserRound,
      under: "assign",
      reason,
      current: !assignee,
      run: () => assign(null),
    },
    ...snoozeChoices(now, zone).map(
      ({ id, until }): Command => ({
        id: `snooze:${id}`,
        label: t(`inbox.snooze.${id}`),
        detail: format.coming(until.toISOString(), now.getTime()),
        icon: AlarmClock,
        under: "snooze",
        reason,
        run: () => snooze({ until: until.toISOString() }),
      }),
    ),
    {
      id: "snooze:reply",
      label: t("inbox.snooze.reply"),
      icon: MessageCircleReply,
      under: "snooze",
      reason,
      run: () => snooze({ until: null }),
    },
    {
      id: "snooze:choose",
      label: t("inbox.snooze.choose"),
      icon: CalendarClock,
      under: "snooze",
      reason,
      dialog: (onClose) => <SnoozeDialog onClose={onClose} onChoose={(until) => snooze({ until })} />,
    },
    ...(conversation.snooze
      ? [
          {
            id: "snooze:wake",
            label: t("inbox.snooze.wake"),
            icon: Sun,
            under: "snooze" as const,
            reason,
            run: () => snooze(null),
          },
        ]
      : []),
  ];
  return [{ value: t("inbox.threadWith", { name }), items }];
}

/** Where one can go, and what one can set for oneself. */
export function useCommonCommands(): Group[] {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { member } = useMe();
  const reasonFor = useReasons();
  const [theme, setTheme] = useTheme();
  const chooseLanguage = useChooseLanguage();
  const setAvailability = useSetAvailability();

  const pages: Command[] = [
    ...TABS.map(
      (tab): Command => ({
        id: `inbox:${tab}`,
        label: t("palette.under", { what: t("shell.inbox"), which: t(`inbox.tab.${tab}`) }),
        icon: Inbox,
        run: () => void navigate({ to: "/inbox", search: { tab } }),
        leaves: true,
      }),
    ),
    {
      id: "start",
      label: `${t("inbox.start.title")}…`,
      icon: MessageSquarePlus,
      shortcut: "c",
      reason: reasonFor("messages:send"),
      run: () => void navigate({ to: "/inbox", search: (now) => ({ ...now, start: true as const }) }),
      leaves: true,
    },
    {
      id: "notifications",
      label: t("notifications.title"),
      icon: Bell,
      run: () => void navigate({ to: "/notifications" }),
      leaves: true,
    },
    {
      id: "templates",
      label: t("shell.templates"),
      icon: LayoutTemplate,
      run: () => void navigate({ to: "/templates" }),
      leaves: true,
    },
    {
      id: "templates:new",
      label: t("templates.create"),
      icon: LayoutTemplate,
      reason: reasonFor("channels:manage") && t("permission.templatesManage"),
      run: () => void navigate({ to: "/templates/new" }),
      leaves: true,
    },
    {
      id: "numbers",
      label: t("shell.numbers"),
      icon: Smartphone,
      run: () => void navigate({ to: "/numbers" }),
      leaves: true,
    },
    {
      id: "numbers:connect",
      label: t("numbers.connect"),
      icon: Smartphone,
      reason: reasonFor("channels:manage"),
      run: () => void navigate({ to: "/numbers/connect" }),
      leaves: true,
    },
    { id: "settings", label: `${t("settings.title")}…`, icon: Settings, opens: "settings" },
    ...SECTIONS.map(
      ({ to, icon, name, needs }): Command => ({
        id: to,
        label: t(`settings.section.${name}`),
        icon,
        under: "settings",
        reason: needs ? reasonFor(needs) : undefined,
        run: () => void navigate({ to }),
        leaves: true,
      }),
    ),
  ];

  const more: Command[] = [
    { id: "theme", label: `${t("appearance.theme")}…`, icon: SunMoon, opens: "theme" },
    { id: "language", label: `${t("appearance.language")}…`, icon: Languages, opens: "language" },
    { id: "availability", label: `${t("presence.availability")}…`, icon: CircleDot, opens: "availability" },
    {
      id: "shortcuts",
      label: t("shortcuts.title"),
      icon: Keyboard,
      shortcut: "?",
      after: () => pressShortcut("?"),
    },
    {
      id: "sign-out",
      label: t("auth.signOut"),
      icon: LogOut,
      run: () => void signOut().catch(() => notifyError(t("auth.signOutFailed"), t("error.network"))),
    },
    ...THEMES.map(
      ({ value, icon }): Command => ({
        id: `theme:${value}`,
        label: t(`appearance.${value}`),
        icon,
        under: "theme",
        current: value === theme,
        run: () => setTheme(value),
      }),
    ),
    ...(Object.keys(LANGUAGES) as Language[]).map(
      (language): Command => ({
        id: `language:${language}`,
        label: LANGUAGES[language],
        shown: <bdi lang={language}>{LANGUAGES[language]}</bdi>,
        // Whoever does not read the language it is in types what they know.
        words: new Intl.DisplayNames(["en"], { type: "language" }).of(language) ?? "",
        icon: Languages,
        under: "language",
        current: language === i18n.language,
        run: () => chooseLanguage(language),
      }),
    ),
    ...AVAILABILITIES.map(
      (availability): Command => ({
        id: `availability:${availability}`,
        label: t(`presence.${availability}`),
        icon: <PresenceDot availability={availability} className="mx-1" />,
        under: "availability",
        current: availability === member.availability,
        run: () => setAvailability(availability),
      }),
    ),
  ];
  return [
    { value: t("palette.pages"), items: pages },
    { value: t("palette.more"), items: more },
  ];
}
