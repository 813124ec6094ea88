/** Whether colleagues may count on us: kept by the server, chosen here. */
import { useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import type { Availability } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { notifyError } from "@/ui/toast";
import { meQuery } from "./me";

export const AVAILABILITIES: readonly Availability[] = ["online", "away", "offline"];

export function useSetAvailability(): (availability: Availability) => void {
  const { t } = useTranslation();
  const cache = useQueryClient();
  return (availability) =>
    void body(api.PUT("/api/v1/me/availability", { body: { availability } })).then(
      ({ data }) => cache.setQueryData(meQuery.queryKey, data),
      (error: unknown) => notifyError(t("presence.failed"), error instanceof Error ? error.message : ""),
    );
}
