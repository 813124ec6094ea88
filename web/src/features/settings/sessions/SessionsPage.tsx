import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Laptop, Smartphone } from "lucide-react";
import { api, body } from "@/api/client";
import { reasonOf } from "@/api/errors";
import { Badge, Card, PageHeader, Pending, RowItem, Rows } from "@/app/pages/parts";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { keys } from "@/live/keys";
import { Button } from "@/ui/Button";
import { notify, notifyError } from "@/ui/toast";
import { deviceOf } from "./device";

export function SessionsPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const cache = useQueryClient();
  const sessions = useQuery({
    queryKey: keys.sessions,
    queryFn: async () => (await body(api.GET("/api/v1/sessions"))).data,
  });
  const settle = {
    onSuccess: () => notify(t("settings.sessions.ended")),
    onError: (error: Error) =>
      notifyError(t("settings.sessions.endFailed"), reasonOf(error) ?? t("error.network")),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.sessions }),
  };
  const end = useMutation({
    mutationFn: (id: string) => body(api.DELETE("/api/v1/sessions/{id}", { params: { path: { id } } })),
    ...settle,
  });
  const endOthers = useMutation({ mutationFn: () => body(api.DELETE("/api/v1/sessions")), ...settle });
  const rows = [...(sessions.data ?? [])].sort(
    (a, b) => Number(b.current) - Number(a.current) || b.last_seen_at.localeCompare(a.last_seen_at),
  );
  return (
    <>
      <PageHeader
        title={t("settings.section.sessions")}
        lead={t("settings.sessions.lead")}
        action={
          rows.length > 1 && (
            <Button variant="danger" busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
              {t("settings.sessions.endOthers")}
            </Button>
          )
        }
      />
      <Card>
        {rows.length > 0 ? (
          <Rows label={t("settings.section.sessions")}>
            {rows.map((session) => {
              const device = deviceOf(session.user_agent ?? "");
              const Icon = device.mobile ? Smartphone : Laptop;
              return (
                <RowItem
                  key={session.id}
                  icon={<Icon aria-hidden="true" className="size-5 text-faint" />}
                  title={
                    <>
                      {device.browser && device.system
                        ? t("settings.sessions.device", { browser: device.browser, system: device.system })
                        : device.browser || device.system || t("settings.sessions.unknownDevice")}
                      {session.current && <Badge tone="accent">{t("settings.sessions.current")}</Badge>}
                    </>
                  }
                  detail={
                    <>
                      {session.ip && <bdi>{session.ip}</bdi>}
                      {session.ip && " · "}
                      {session.current
                        ? t("settings.sessions.now")
                        : t("settings.sessions.lastSeen", { ago: format.ago(session.last_seen_at, now) })}
                    </>
                  }
                >
                  {!session.current && (
                    <Button
                      variant="danger"
                      size="sm"
                      busy={end.isPending}
                      onClick={() => end.mutate(session.id)}
                    >
                      {t("settings.sessions.end")}
                    </Button>
                  )}
                </RowItem>
              );
            })}
          </Rows>
        ) : (
          <Pending query={sessions} />
        )}
      </Card>
    </>
  );
}
