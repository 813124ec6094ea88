import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { api, body } from "@/api/client";
import type { ApiKey } from "@/api/types";
import { useCan } from "@/app/me";
import { ConfirmDialog } from "@/app/pages/ConfirmDialog";
import { NotAllowed } from "@/app/pages/NotAllowed";
import { Badge, Card, PageHeader, Pending, RowItem, Rows } from "@/app/pages/parts";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { Button, IconButton } from "@/ui/Button";
import { notify } from "@/ui/toast";
import { Assistant } from "./Assistant";
import { CreateKey } from "./CreateKey";
import { EditKey } from "./EditKey";
import { KEYS, scopesInShort } from "./parts";

export function ApiKeysPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const cache = useQueryClient();
  const allowed = useCan("keys:manage");
  const [creating, setCreating] = useState(false);
  const [editing, setEditing] = useState<ApiKey | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const apiKeys = useQuery({
    queryKey: KEYS,
    queryFn: async () => (await body(api.GET("/api/v1/api-keys"))).data,
    enabled: allowed,
  });
  if (!allowed) return <NotAllowed reason={t("permission.keysManage")} />;
  const rows = apiKeys.data ?? [];
  return (
    <>
      <PageHeader
        title={t("settings.section.apiKeys")}
        lead={t("settings.keys.lead")}
        action={
          <Button variant="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden="true" className="size-4" />
            {t("settings.keys.create")}
          </Button>
        }
      />
      <Card>
        {rows.length > 0 ? (
          <Rows label={t("settings.section.apiKeys")}>
            {rows.map((key) => {
              const expired = key.expires_at ? Date.parse(key.expires_at) <= now : false;
              return (
                <RowItem
                  key={key.id}
                  icon={<KeyRound aria-hidden="true" className="size-5 text-faint" />}
                  title={
                    <>
                      <bdi>{key.name}</bdi>
                      <code dir="ltr" className="font-mono font-normal text-muted text-sm">
                        {key.key_prefix}…
                      </code>
                      {key.revoked_at ? (
                        <Badge tone="danger">{t("settings.keys.revoked")}</Badge>
                      ) : (
                        expired && <Badge tone="warning">{t("settings.keys.expired")}</Badge>
                      )}
                    </>
                  }
                  detail={
                    <>
                      {key.last_used_at
                        ? t("settings.keys.lastUsed", { ago: format.ago(key.last_used_at, now) })
                        : t("settings.keys.neverUsed")}
                      {" · "}
                      {key.expires_at
                        ? t("settings.keys.expires", { at: format.date(key.expires_at) })
                        : t("settings.keys.noExpiry")}
                      {key.rate_limit !== null &&
                        ` · ${t("settings.keys.ownLimit", { limit: format.number(key.rate_limit) })}`}
                      <br />
                      <span dir="ltr">{scopesInShort(key.scopes)}</span>
                    </>
                  }
                >
                  {!key.revoked_at && (
                    <div className="flex gap-2">
                      <IconButton
                        label={t("settings.keys.editNamed", { name: key.name })}
                        onClick={() => setEditing(key)}
                      >
                        <Pencil aria-hidden="true" className="size-4" />
                      </IconButton>
                      <Button
                        variant="danger"
                        size="sm"
                        aria-label={t("settings.keys.revokeNamed", { name: key.name })}
                        onClick={() => setRevoking(key)}
                      >
                        {t("settings.keys.revoke")}
                      </Button>
                    </div>
                  )}
                </RowItem>
              );
            })}
          </Rows>
        ) : (
          <Pending query={apiKeys} empty={t("settings.keys.none")} />
        )}
      </Card>
      <Assistant />
      {creating && <CreateKey onClose={() => setCreating(false)} />}
      {editing && <EditKey apiKey={editing} onClose={() => setEditing(null)} />}
      {revoking && (
        <ConfirmDialog
          open
          onClose={() => setRevoking(null)}
          title={t("settings.keys.revokeTitle", { name: revoking.name })}
          description={t("settings.keys.revokeHint")}
          action={t("settings.keys.revoke")}
          onConfirm={async () => {
            await body(api.DELETE("/api/v1/api-keys/{id}", { params: { path: { id: revoking.id } } }));
            notify(t("settings.keys.revokedNotice"));
            await cache.invalidateQueries({ queryKey: KEYS });
          }}
        />
      )}
    </>
  );
}
