import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body } from "@/api/client";
import { reasonOf } from "@/api/errors";
import { meQuery, useCan, useMe } from "@/app/me";
import { Card, PageHeader, RowItem, Rows } from "@/app/pages/parts";
import { sessionEnded } from "@/app/session";
import { useTranslation } from "@/i18n/useTranslation";
import { useMembers } from "@/team/queries";
import { Button } from "@/ui/Button";
import { SelectField, TextField } from "@/ui/TextField";
import { notify } from "@/ui/toast";
import { PasswordDialog } from "../parts";

export function AccountPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t("settings.section.account")} lead={t("team.account.lead")} />
      <AccountName />
      <Farewells />
    </>
  );
}

function AccountName() {
  const { t } = useTranslation();
  const { account } = useMe();
  const canManage = useCan("account:manage");
  const cache = useQueryClient();
  const [name, setName] = useState(account.name);
  const rename = useMutation({
    mutationFn: () => body(api.PATCH("/api/v1/account", { body: { name: name.trim() } })),
    onSuccess: () => {
      notify(t("team.saved"));
      return cache.fetchQuery({ ...meQuery, staleTime: 0 });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!rename.isPending) rename.mutate();
  };
  const reason = canManage
    ? name.trim() === account.name
      ? t("team.unchanged")
      : undefined
    : t("permission.accountManage");
  return (
    <Card>
      <form onSubmit={submit} className="flex flex-col gap-4 p-5">
        <TextField
          label={t("auth.accountName")}
          hint={t(canManage ? "team.account.nameHint" : "permission.accountManage")}
          required
          maxLength={80}
          readOnly={!canManage}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={rename.error ? (reasonOf(rename.error) ?? t("error.network")) : undefined}
          className="max-w-md"
        />
        <Button
          type="submit"
          variant="primary"
          busy={rename.isPending}
          disabledReason={reason}
          className="self-start"
        >
          {t("team.save")}
        </Button>
      </form>
    </Card>
  );
}

/** What cannot be undone alone: handing the account over, leaving it. */
function Farewells() {
  const { t } = useTranslation();
  const { account, member: me } = useMe();
  const cache = useQueryClient();
  const members = useMembers().data ?? [];
  const [asking, setAsking] = useState<"transfer" | "leave" | null>(null);
  const [heir, setHeir] = useState("");
  const others = members.filter((member) => member.id !== me.id);
  const chosen = others.find((member) => member.id === heir) ?? others[0];
  const close = () => setAsking(null);
  return (
    <Card title={t("team.account.farewells")}>
      <Rows label={t("team.account.farewells")}>
        <RowItem title={t("team.account.transfer")} detail={t("team.account.transferLead")}>
          <Button
            onClick={() => setAsking("transfer")}
            disabledReason={
              me.role !== "owner"
                ? t("team.account.ownersOnly")
                : others.length === 0
                  ? t("team.account.nobodyElse")
                  : undefined
            }
          >
            {t("team.account.transferAction")}
          </Button>
        </RowItem>
        <RowItem title={t("team.account.leave")} detail={t("team.account.leaveLead")}>
          <Button variant="danger" onClick={() => setAsking("leave")}>
            {t("team.account.leaveAction")}
          </Button>
        </RowItem>
      </Rows>
      {asking === "transfer" && chosen && (
        <PasswordDialog
          danger
          title={t("team.account.transfer")}
          lead={t("team.account.transferWarning")}
          action={t("team.account.transferAction")}
          onConfirm={(password) =>
            body(api.POST("/api/v1/account/owner", { body: { member_id: chosen.id, password } }))
          }
          onDone={() => {
            close();
            notify(t("team.account.transferred", { name: chosen.name }));
            void cache.fetchQuery({ ...meQuery, staleTime: 0 }).catch(() => {});
          }}
          onClose={close}
        >
          <SelectField
            label={t("team.account.heir")}
            value={chosen.id}
            onChange={(event) => setHeir(event.target.value)}
          >
            {others.map((member) => (
              <option key={member.id} value={member.id}>
                {member.name} · {member.email}
              </option>
            ))}
          </SelectField>
        </PasswordDialog>
      )}
      {asking === "leave" && (
        <PasswordDialog
          danger
          title={t("team.account.leaveTitle", { account: account.name })}
          lead={t("team.account.leaveWarning")}
          action={t("team.account.leaveAction")}
          onConfirm={(password) => body(api.POST("/api/v1/me/leave", { body: { password } }))}
          onDone={sessionEnded}
          onClose={close}
        />
      )}
    </Card>
  );
}
