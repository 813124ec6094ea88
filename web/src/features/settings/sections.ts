/** The pages of the settings, and what each of them needs. */
import {
  Bell,
  Building2,
  KeyRound,
  type LucideIcon,
  MessageSquareText,
  MonitorSmartphone,
  Palette,
  ScrollText,
  ShieldCheck,
  Siren,
  Tags,
  UserRound,
  Users,
  Webhook,
} from "lucide-react";
import type { Needed } from "@/app/permission";

export const SECTIONS = [
  { to: "/settings/profile", icon: UserRound, name: "profile", needs: null },
  { to: "/settings/security", icon: ShieldCheck, name: "security", needs: null },
  { to: "/settings/members", icon: Users, name: "members", needs: null },
  { to: "/settings/account", icon: Building2, name: "account", needs: null },
  { to: "/settings/sessions", icon: MonitorSmartphone, name: "sessions", needs: null },
  { to: "/settings/appearance", icon: Palette, name: "appearance", needs: null },
  { to: "/settings/canned-replies", icon: MessageSquareText, name: "cannedReplies", needs: "messages:send" },
  { to: "/settings/tags", icon: Tags, name: "tags", needs: "contacts:read" },
  { to: "/settings/notifications", icon: Bell, name: "notifications", needs: null },
  { to: "/settings/api-keys", icon: KeyRound, name: "apiKeys", needs: "keys:manage" },
  { to: "/settings/webhooks", icon: Webhook, name: "webhooks", needs: "webhooks:manage" },
  { to: "/settings/attention", icon: Siren, name: "attention", needs: "operations:manage" },
  { to: "/settings/audit", icon: ScrollText, name: "audit", needs: "audit:read" },
] as const satisfies { to: string; icon: LucideIcon; name: string; needs: Needed | null }[];
