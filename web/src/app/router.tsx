/** The pages and their addresses. Each feature is a chunk of its own. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { isSignedOut } from "@/api/errors";
import { parseSearch } from "@/features/inbox/filter";
import { withManageTexts } from "@/i18n";
import { meQuery } from "./me";
import { ErrorPage } from "./pages/ErrorPage";
import { NotFoundPage } from "./pages/NotFoundPage";
import { Root } from "./Root";
import { SignedInLayout } from "./shell/SignedInLayout";

const root = createRootRouteWithContext<{ cache: QueryClient }>()({
  component: Root,
  notFoundComponent: NotFoundPage,
  errorComponent: ErrorPage,
});

const index = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox", replace: true });
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { next?: string; ended?: boolean } => ({
    ...(typeof search.next === "string" ? { next: search.next } : {}),
    ...(search.ended === true ? { ended: true } : {}),
  }),
  component: lazyRouteComponent(() => import("@/features/auth"), "SignInPage"),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: "/sign-up",
  component: lazyRouteComponent(() => import("@/features/auth"), "SignUpPage"),
});

const invite = createRoute({
  getParentRoute: () => root,
  path: "/invite/$token",
  component: lazyRouteComponent(() => import("@/features/auth"), "InvitePage"),
});

const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  beforeLoad: async ({ context, location }) => {
    try {
      await context.cache.ensureQueryData(meQuery);
    } catch (error) {
      if (!isSignedOut(error)) throw error;
      throw redirect({
        to: "/sign-in",
        search: location.pathname === "/inbox" && !location.searchStr ? {} : { next: location.href },
      });
    }
  },
  component: SignedInLayout,
  errorComponent: ErrorPage,
});

const inbox = createRoute({
  getParentRoute: () => app,
  path: "/inbox",
  validateSearch: parseSearch,
  component: lazyRouteComponent(() => import("@/features/inbox"), "InboxPage"),
});

const numbers = createRoute({
  getParentRoute: () => app,
  path: "/numbers",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/numbers")), "NumbersPage"),
});

const connectNumber = createRoute({
  getParentRoute: () => app,
  path: "/numbers/connect",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/numbers")), "ConnectPage"),
});

const setUpNumber = createRoute({
  getParentRoute: () => app,
  path: "/numbers/$id",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/numbers")), "SetupPage"),
});

const welcome = createRoute({
  getParentRoute: () => app,
  path: "/welcome",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/onboarding")), "WelcomePage"),
});

const templates = createRoute({
  getParentRoute: () => app,
  path: "/templates",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/templates")), "TemplatesPage"),
});

const newTemplate = createRoute({
  getParentRoute: () => app,
  path: "/templates/new",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/templates")), "NewTemplatePage"),
});

const notifications = createRoute({
  getParentRoute: () => app,
  path: "/notifications",
  component: lazyRouteComponent(() => import("@/features/notifications"), "NotificationsPage"),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/settings"), "SettingsLayout"),
});

const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/settings"), "SettingsIndex"),
});

const members = createRoute({
  getParentRoute: () => settings,
  path: "/members",
  component: lazyRouteComponent(() => import("@/features/settings"), "MembersPage"),
});

const sessions = createRoute({
  getParentRoute: () => settings,
  path: "/sessions",
  component: lazyRouteComponent(() => import("@/features/settings"), "SessionsPage"),
});

const apiKeys = createRoute({
  getParentRoute: () => settings,
  path: "/api-keys",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/settings")), "ApiKeysPage"),
});

const cannedReplies = createRoute({
  getParentRoute: () => settings,
  path: "/canned-replies",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/settings")), "CannedRepliesPage"),
});

const tags = createRoute({
  getParentRoute: () => settings,
  path: "/tags",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/settings")), "TagsPage"),
});

const appearance = createRoute({
  getParentRoute: () => settings,
  path: "/appearance",
  component: lazyRouteComponent(() => import("@/features/settings"), "AppearancePage"),
});

const notificationPreferences = createRoute({
  getParentRoute: () => settings,
  path: "/notifications",
  component: lazyRouteComponent(() => import("@/features/notifications"), "PreferencesPage"),
});

const webhooks = createRoute({
  getParentRoute: () => settings,
  path: "/webhooks",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/settings")), "WebhooksPage"),
});

const webhook = createRoute({
  getParentRoute: () => settings,
  path: "/webhooks/$id",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/settings")), "WebhookPage"),
});

const attention = createRoute({
  getParentRoute: () => settings,
  path: "/attention",
  component: lazyRouteComponent(() => import("@/features/settings"), "AttentionPage"),
});

const profile = createRoute({
  getParentRoute: () => settings,
  path: "/profile",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/settings")), "ProfilePage"),
});

const security = createRoute({
  getParentRoute: () => settings,
  path: "/security",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/settings")), "SecurityPage"),
});

const account = createRoute({
  getParentRoute: () => settings,
  path: "/account",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/settings")), "AccountPage"),
});

const audit = createRoute({
  getParentRoute: () => settings,
  path: "/audit",
  component: lazyRouteComponent(() => withManageTexts(import("@/features/settings")), "AuditPage"),
});

const routes = root.addChildren([
  index,
  signIn,
  signUp,
  invite,
  app.addChildren([
    inbox,
    numbers,
    connectNumber,
    setUpNumber,
    welcome,
    templates,
    newTemplate,
    notifications,
    settings.addChildren([
      settingsIndex,
      profile,
      security,
      cannedReplies,
      tags,
      members,
      account,
      sessions,
      apiKeys,
      appearance,
      notificationPreferences,
      webhooks,
      webhook,
      attention,
      audit,
    ]),
  ]),
]);

export function createAppRouter(cache: QueryClient) {
  return createRouter({
    routeTree: routes,
    context: { cache },
    defaultPendingMs: 300,
    // Scripts in the page would be against the content security policy; lists restore their own scroll.
    scrollRestoration: false,
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter;
  }
}
