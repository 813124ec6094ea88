import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link2, LockKeyhole, UserPlus } from "lucide-react";
import { useState } from "react";
import { api, body } from "@/api/client";
import { reasonOf } from "@/api/errors";
import type { Member, NewInvite, Role } from "@/api/types";
import { useCan, useMe } from "@/app/me";
import { ConfirmDialog } from "@/app/pages/ConfirmDialog";
import { Badge, Card, PageHeader, Pending, RowItem, Rows, Secret } from "@/app/pages/parts";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { keys } from "@/live/keys";
import { MemberAvatar } from "@/team/MemberAvatar";
import { useMembers } from "@/team/queries";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { Switch } from "@/ui/Switch";
import { SelectField, TextField } from "@/ui/TextField";
import { notify, notifyError } from "@/ui/toast";

const ROLES: Role[] = ["owner", "admin", "agent", "viewer"];
const INVITES = ["invites"];

export function MembersPage() {
  const { t } = useTranslation();
  const canManage = useCan("members:manage");
  const [inviting, setInviting] = useState(false);
  return (
    <>
      <PageHeader
        title={t("settings.section.members")}
        lead={t("settings.members.lead")}
        action={
          <Button
            variant="primary"
            onClick={() => setInviting(true)}
            disabledReason={canManage ? undefined : t("permission.membersManage")}
          >
            <UserPlus aria-hidden="true" className="size-4" />
            {t("settings.invites.create")}
          </Button>
        }
      />
      {!canManage && (
        <Notice
          className="mb-5"
          icon={<LockKeyhole aria-hidden="true" className="size-4.5 shrink-0 text-accent" />}
        >
          {t("permission.membersManage")}
        </Notice>
      )}
      <Members canManage={canManage} />
      {canManage && <Invites />}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  );
}

function Members({ canManage }: { canManage: boolean }) {
  const { t } = useTranslation();
  const me = useMe().member;
  const cache = useQueryClient();
  const members = useMembers();
  const [removing, setRemoving] = useState<Member | null>(null);
  const change = useMutation({
    mutationFn: ({ id, ...change }: { id: string; role?: Role; whatsapp_enabled?: boolean }) =>
      body(api.PATCH("/api/v1/members/{id}", { params: { path: { id } }, body: change })),
    onError: (error, { role }) =>
      notifyError(
        t(role ? "settings.members.roleFailed" : "settings.members.whatsappFailed"),
        reasonOf(error) ?? t("error.network"),
      ),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.members }),
  });
  const rows = [...(members.data ?? [])].sort(
    (a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.name.localeCompare(b.name),
  );
  // Only an owner may make or unmake owners; the server holds this too.
  const mayTouch = (role: Role) => canManage && (role !== "owner" || me.role === "owner");
  return (
    <Card>
      {rows.length > 0 ? (
        <Rows label={t("settings.section.members")}>
          {rows.map((member) => (
            <RowItem
              key={member.id}
              icon={<MemberAvatar member={member} />}
              title={
                <>
                  <bdi className="truncate">{member.name}</bdi>
                  {member.id === me.id && <Badge tone="accent">{t("common.you")}</Badge>}
                  {member.is_demo && <Badge>{t("settings.members.demo")}</Badge>}
                </>
              }
              detail={member.email}
            >
              <span className="flex items-center gap-1 text-muted text-sm">
                <span aria-hidden="true">{t("settings.members.whatsapp")}</span>
                <Switch
                  label={t("settings.members.whatsappOf", { name: member.name })}
                  checked={member.whatsapp_enabled}
                  busy={change.isPending && change.variables.id === member.id}
                  disabledReason={
                    mayTouch(member.role)
                      ? undefined
                      : t(canManage ? "settings.members.ownersChange" : "permission.membersManage")
                  }
                  onChange={(whatsapp_enabled) => change.mutate({ id: member.id, whatsapp_enabled })}
                />
              </span>
              {mayTouch(member.role) ? (
                <select
                  aria-label={t("settings.members.roleOf", { name: member.name })}
                  value={member.role}
                  disabled={change.isPending}
                  onChange={(event) => change.mutate({ id: member.id, role: event.target.value as Role })}
                  className="h-9 rounded-md border border-edge/70 bg-raised px-2 text-base pointer-coarse:h-11"
                >
                  {ROLES.filter(mayTouch).map((role) => (
                    <option key={role} value={role}>
                      {t(`role.${role}`)}
                    </option>
                  ))}
                </select>
              ) : (
                <Badge>{t(`role.${member.role}`)}</Badge>
              )}
              {canManage && (
                <Button
                  variant="danger"
                  size="sm"
                  aria-label={t("settings.members.removeNamed", { name: member.name })}
                  onClick={() => setRemoving(member)}
                  disabledReason={
                    member.id === me.id
                      ? t("settings.members.notYourself")
                      : mayTouch(member.role)
                        ? undefined
                        : t("settings.members.ownersOnly")
                  }
                >
                  {t("settings.members.remove")}
                </Button>
              )}
            </RowItem>
          ))}
        </Rows>
      ) : (
        <Pending query={members} />
      )}
      {removing && (
        <ConfirmDialog
          open
          onClose={() => setRemoving(null)}
          title={t("settings.members.removeTitle", { name: removing.name })}
          description={t("settings.members.removeHint")}
          action={t("settings.members.remove")}
          onConfirm={async () => {
            await body(api.DELETE("/api/v1/members/{id}", { params: { path: { id: removing.id } } }));
            await cache.invalidateQueries({ queryKey: keys.members });
          }}
        />
      )}
    </Card>
  );
}

function Invites() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const cache = useQueryClient();
  const invites = useQuery({
    queryKey: INVITES,
    queryFn: async () => (await body(api.GET("/api/v1/invites"))).data,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => body(api.DELETE("/api/v1/invites/{id}", { params: { path: { id } } })),
    onSuccess: () => notify(t("settings.invites.revoked")),
    onError: (error) =>
      notifyError(t("settings.invites.revokeFailed"), reasonOf(error) ?? t("error.network")),
    onSettled: () => cache.invalidateQueries({ queryKey: INVITES }),
  });
  const rows = invites.data ?? [];
  return (
    <Card title={t("settings.invites.title")} lead={t("settings.invites.lead")}>
      {rows.length > 0 ? (
        <Rows label={t("settings.invites.title")}>
          {rows.map((invite) => (
            <RowItem
              key={invite.id}
              icon={<Link2 aria-hidden="true" className="size-5 text-faint" />}
              title={
                <>
                  <bdi>{invite.email || t("settings.invites.anyone")}</bdi>
                  <Badge>{t(`role.${invite.role}`)}</Badge>
                </>
              }
              detail={
                Date.parse(invite.expires_at) > now
                  ? t("settings.invites.expires", { at: format.full(invite.expires_at) })
                  : t("settings.invites.expired")
              }
            >
              <Button
                variant="danger"
                size="sm"
                busy={revoke.isPending}
                onClick={() => revoke.mutate(invite.id)}
              >
                {t("settings.invites.revoke")}
              </Button>
            </RowItem>
          ))}
        </Rows>
      ) : (
        <Pending query={invites} empty={t("settings.invites.none")} />
      )}
    </Card>
  );
}

function InviteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe().member;
  const cache = useQueryClient();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("agent");
  const create = useMutation({
    mutationFn: async (): Promise<NewInvite> =>
      (
        await body(
          api.POST("/api/v1/invites", { body: { role, ...(email.trim() ? { email: email.trim() } : {}) } }),
        )
      ).data,
    onSuccess: () => cache.invalidateQueries({ queryKey: INVITES }),
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("settings.invites.create")}
      description={create.data ? undefined : t("settings.invites.createLead")}
      closeLabel={t("common.close")}
    >
      {create.data?.url ? (
        <div className="flex flex-col gap-5">
          <Secret
            label={t("settings.invites.link")}
            value={create.data.url}
            hint={t("settings.invites.linkHint", { at: format.full(create.data.expires_at) })}
          />
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
          <SelectField
            label={t("settings.members.role")}
            hint={t(`roleHint.${role}`)}
            value={role}
            onChange={(event) => setRole(event.target.value as Role)}
          >
            {ROLES.filter((role) => role !== "owner" || me.role === "owner").map((role) => (
              <option key={role} value={role}>
                {t(`role.${role}`)}
              </option>
            ))}
          </SelectField>
          <TextField
            label={t("settings.invites.email")}
            hint={t("settings.invites.emailHint")}
            type="email"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
          <Button type="submit" variant="primary" busy={create.isPending} className="self-end">
            {t("settings.invites.makeLink")}
          </Button>
        </form>
      )}
    </Dialog>
  );
}
