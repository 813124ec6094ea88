/** What people have set for themselves, wherever they sign in: language and time zone. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, body } from "@/api/client";
import type { components } from "@/api/schema";
import type { Me } from "@/api/types";
import { type Language, setLanguage } from "@/i18n";
import { setTimeZone } from "@/i18n/format";
import { meQuery, useMe } from "./me";

export type ProfileChange = components["schemas"]["ChangeProfile"];

/** Shows pages as the member wants them. */
export function usePreferences(): void {
  const { language, time_zone } = useMe().member;
  useEffect(() => {
    if (language) void setLanguage(language);
  }, [language]);
  useEffect(() => setTimeZone(time_zone), [time_zone]);
}

export function useChangeProfile() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (change: ProfileChange): Promise<Me> =>
      (await body(api.PATCH("/api/v1/me", { body: change }))).data,
    onSuccess: (me) => cache.setQueryData(meQuery.queryKey, me),
  });
}

/** Changes the language here at once, and with the next sign-in everywhere. */
export function useChooseLanguage(): (language: Language) => void {
  const { mutate } = useChangeProfile();
  return (language) => {
    void setLanguage(language);
    mutate({ language });
  };
}
