/** Who did what, newest first. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { useState } from "react";
import { api, body } from "@/api/client";
import type { AuditAction } from "@/api/types";
import { useCan } from "@/app/me";
import { NotAllowed } from "@/app/pages/NotAllowed";
import { Card, More, PageHeader, Pending, RowItem, Rows } from "@/app/pages/parts";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { useMemberMap, useMembers } from "@/team/queries";
import { Avatar } from "@/ui/Avatar";
import { SelectField } from "@/ui/TextField";
import { deviceOf } from "../sessions/device";
import { ACTIONS, changesOf, isField, isRole, word } from "./entries";

export function AuditPage() {
  const { t } = useTranslation();
  const allowed = useCan("audit:read");
  if (!allowed) return <NotAllowed reason={t("permission.auditRead")} />;
  return (
    <>
      <PageHeader title={t("settings.section.audit")} lead={t("team.audit.lead")} />
      <Log />
    </>
  );
}

function Log() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const members = useMembers().data ?? [];
  const byId = useMemberMap();
  const [actor, setActor] = useState("");
  const [action, setAction] = useState<AuditAction | "">("");
  const log = useInfiniteQuery({
    queryKey: ["audit-log", actor, action],
    queryFn: ({ pageParam }) =>
      body(
        api.GET("/api/v1/audit-log", {
          params: {
            query: {
              ...(actor ? { actor } : {}),
              ...(action ? { action } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.meta.next_cursor ?? undefined,
    // What happened since belongs at the top whenever somebody looks.
    staleTime: 0,
  });
  const deviceName = (agent: string) => {
    const { browser, system } = deviceOf(agent);
    return browser && system ? t("settings.sessions.device", { browser, system }) : browser || system;
  };
  /** Words and ids of the API as people know them. */
  const value = (what: string, text: string) => {
    if (what === "role" && isRole(text)) return t(`role.${text}`);
    return what === "assigned_member_id" ? (byId.get(text)?.name ?? text) : text;
  };
  const rows = log.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <>
      <div className="mb-4 grid grid-cols-2 gap-3 max-sm:grid-cols-1">
        <SelectField
          label={t("team.audit.who")}
          value={actor}
          onChange={(event) => setActor(event.target.value)}
        >
          <option value="">{t("team.audit.everybody")}</option>
          {members.map((member) => (
            <option key={member.id} value={member.id}>
              {member.name}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t("team.audit.what")}
          value={action}
          onChange={(event) => setAction(event.target.value as AuditAction | "")}
        >
          <option value="">{t("team.audit.everything")}</option>
          {ACTIONS.map((action) => (
            <option key={action} value={action}>
              {t(`team.audit.action.${word(action)}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <Card>
        {rows.length > 0 ? (
          <Rows label={t("settings.section.audit")}>
            {rows.map((entry) => {
              const known = entry.actor_id ? byId.get(entry.actor_id) : undefined;
              const name = entry.actor_name ?? t("team.audit.system");
              const changes = changesOf(entry.summary);
              const about = changes.device ? deviceName(changes.device) : changes.about;
              return (
                <RowItem
                  key={entry.id}
                  icon={
                    entry.actor_type === "member" ? (
                      <Avatar id={entry.actor_id ?? name} name={name} url={known?.avatar_url} />
                    ) : (
                      <ScrollText aria-hidden="true" className="size-5 text-faint" />
                    )
                  }
                  title={
                    <>
                      <bdi>{name}</bdi>
                      <span className="font-normal">{t(`team.audit.action.${word(entry.action)}`)}</span>
                      {about && about !== name && <bdi className="font-normal text-muted">{about}</bdi>}
                    </>
                  }
                  detail={
                    <>
                      {changes.lines.map(({ what, from, to }) => (
                        <span key={what} className="block">
                          {t("team.audit.change", {
                            what: isField(what) ? t(`team.audit.field.${what}`) : what,
                            from: value(what, from),
                            to: value(what, to),
                          })}
                        </span>
                      ))}
                      <time dateTime={entry.created_at} title={format.full(entry.created_at)}>
                        {format.ago(entry.created_at, now)}
                      </time>
                      {entry.ip && (
                        <>
                          {" · "}
                          <bdi>{entry.ip}</bdi>
                        </>
                      )}
                    </>
                  }
                />
              );
            })}
          </Rows>
        ) : (
          <Pending query={log} empty={t("team.audit.none")} />
        )}
        {log.hasNextPage && <More busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()} />}
      </Card>
    </>
  );
}
