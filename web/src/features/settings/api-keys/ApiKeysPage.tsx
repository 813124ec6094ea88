import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { api, body } from "@/api/client";
import { reasonOf } from "@/api/errors";
import type { ApiKey, Permission } from "@/api/types";
import { useCan, useMe } from "@/app/me";
import { ConfirmDialog } from "@/app/pages/ConfirmDialog";
import { NotAllowed } from "@/app/pages/NotAllowed";
import { Badge, Card, PageHeader, Pending, RowItem, Rows, Secret } from "@/app/pages/parts";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { SelectField, TextField } from "@/ui/TextField";
import { notify } from "@/ui/toast";
import { Assistant } from "./Assistant";

const KEYS = ["api-keys"];
const DAY_MS = 86_400_000;
const LIFETIMES = [30, 90, 365] as const;

export function ApiKeysPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const cache = useQueryClient();
  const allowed = useCan("keys:manage");
  const [creating, setCreating] = useState(false);
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
                      <span dir="ltr">{key.scopes.join(" ")}</span>
                    </>
                  }
                >
                  {!key.revoked_at && (
                    <Button
                      variant="danger"
                      size="sm"
                      aria-label={t("settings.keys.revokeNamed", { name: key.name })}
                      onClick={() => setRevoking(key)}
                    >
                      {t("settings.keys.revoke")}
                    </Button>
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
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
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

/** What goes with the same things stands together: `messages:read` and `messages:send`. */
function groups(scopes: readonly Permission[]): Permission[][] {
  const found = new Map<string, Permission[]>();
  for (const scope of scopes) {
    const noun = scope.split(":")[0] ?? scope;
    found.set(noun, [...(found.get(noun) ?? []), scope]);
  }
  return [...found.values()];
}

function CreateDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const offered = useMe().permissions;
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Permission[]>([
    "conversations:read",
    "messages:read",
    "messages:send",
  ]);
  const [days, setDays] = useState("");
  const [limit, setLimit] = useState("");
  const create = useMutation({
    mutationFn: async () =>
      (
        await body(
          api.POST("/api/v1/api-keys", {
            body: {
              name: name.trim(),
              scopes,
              ...(days ? { expires_at: new Date(Date.now() + Number(days) * DAY_MS).toISOString() } : {}),
              ...(limit ? { rate_limit: Number(limit) } : {}),
            },
          }),
        )
      ).data,
    onSuccess: () => cache.invalidateQueries({ queryKey: KEYS }),
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={create.data ? t("settings.keys.created") : t("settings.keys.create")}
      closeLabel={t("common.close")}
    >
      {create.data?.key ? (
        <div className="flex flex-col gap-5">
          <Secret label={create.data.name} value={create.data.key} hint={t("settings.keys.onceHint")} />
          <Button onClick={onClose} className="self-end">
            {t("common.done")}
          </Button>
        </div>
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate();
          }}
        >
          {create.error && (
            <Notice tone="danger" role="alert">
              {reasonOf(create.error) ?? t("error.network")}
            </Notice>
          )}
          <TextField
            label={t("settings.keys.name")}
            hint={t("settings.keys.nameHint")}
            required
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <fieldset>
            <legend className="mb-1.5 font-medium text-sm">{t("settings.keys.scopes")}</legend>
            <div className="flex flex-col gap-1">
              {groups(offered).map((group) => (
                <div key={group[0]} className="flex flex-wrap gap-x-4">
                  {group.map((scope) => (
                    <label
                      key={scope}
                      className="flex min-h-8 min-w-44 items-center gap-2.5 text-base pointer-coarse:min-h-11"
                    >
                      <input
                        type="checkbox"
                        className="size-4 accent-accent"
                        checked={scopes.includes(scope)}
                        onChange={(event) =>
                          setScopes(
                            event.target.checked
                              ? [...scopes, scope]
                              : scopes.filter((known) => known !== scope),
                          )
                        }
                      />
                      <code dir="ltr" className="font-mono text-sm">
                        {scope}
                      </code>
                    </label>
                  ))}
                </div>
              ))}
            </div>
          </fieldset>
          <SelectField
            label={t("settings.keys.lifetime")}
            value={days}
            onChange={(event) => setDays(event.target.value)}
          >
            <option value="">{t("settings.keys.noExpiry")}</option>
            {LIFETIMES.map((count) => (
              <option key={count} value={count}>
                {t("settings.keys.days", { count })}
              </option>
            ))}
          </SelectField>
          <TextField
            label={t("settings.keys.rateLimit")}
            hint={t("settings.keys.rateLimitHint")}
            type="number"
            inputMode="numeric"
            min={1}
            max={6000}
            value={limit}
            onChange={(event) => setLimit(event.target.value)}
          />
          <Button
            type="submit"
            variant="primary"
            busy={create.isPending}
            disabledReason={scopes.length === 0 ? t("settings.keys.noScopes") : undefined}
            className="self-end"
          >
            {t("settings.keys.create")}
          </Button>
        </form>
      )}
    </Dialog>
  );
}
