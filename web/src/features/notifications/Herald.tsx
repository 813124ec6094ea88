/** Sound and the browser's own notifications, for those who want them. Shows nothing itself. */
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { Notification as Told } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { useLive } from "@/live/context";
import { preferencesQuery, usePreferences } from "./queries";
import { chime } from "./sound";
import { wordsOf } from "./words";

/** What is older came while we were away: the bell says so, nobody needs to be startled. */
const FRESH_MS = 30_000;

export default function Herald() {
  const live = useLive();
  const router = useRouter();
  const cache = useQueryClient();
  const { t } = useTranslation();
  const { data: preferences } = usePreferences();
  const latest = useRef({ preferences, t });
  useEffect(() => {
    latest.current = { preferences, t };
  });

  useEffect(() => {
    const herald = async (newest: Told) => {
      // Asked each time: it may have been changed in another tab, or on another device.
      const now = cache.fetchQuery({ ...preferencesQuery, staleTime: 0, retry: false });
      const preferences = await now.catch(() => latest.current.preferences);
      if (!preferences) return;
      if (preferences.sound) inOneTab("sound", newest.id, chime);
      if (preferences.browser && document.visibilityState !== "visible") {
        inOneTab("browser", newest.id, () => show(newest));
      }
    };
    const show = (told: Told) => {
      if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
      const { title, body } = wordsOf(latest.current.t, told);
      const options = { body, tag: told.id, icon: "/icon.svg" };
      const search = told.conversation_id ? { c: told.conversation_id } : {};
      try {
        const shown = new Notification(title, options);
        shown.onclick = () => {
          window.focus();
          shown.close();
          if (told.conversation_id) void router.navigate({ to: "/inbox", search });
        };
      } catch {
        // On phones only service workers may.
        const data = { path: router.buildLocation({ to: "/inbox", search }).href };
        void navigator.serviceWorker?.ready.then((worker) =>
          worker.showNotification(title, { ...options, data }),
        );
      }
    };
    return live.onHeard((changes) => {
      const fresh = [...changes.notifications.values()].flatMap(({ created }) =>
        created && Date.now() - Date.parse(created.created_at) < FRESH_MS ? [created] : [],
      );
      const newest = fresh.at(-1);
      if (newest) void herald(newest);
    });
  }, [live, router, cache]);
  return null;
}

/** Of several tabs, the one that is faster. */
function inOneTab(how: string, id: string, action: () => void): void {
  if (!navigator.locks) {
    action();
    return;
  }
  // Held for as long as the slowest tab may take to hear of it.
  void navigator.locks.request(`recado.${how}.${id}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    action();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  });
}
