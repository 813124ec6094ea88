import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, body } from "@/api/client";
import { isNotFound } from "@/api/errors";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Bone, Delayed } from "@/ui/Skeleton";
import { TextField } from "@/ui/TextField";
import { AuthCard } from "./AuthCard";
import { CodeField } from "./CodeField";
import { SHORTEST_PASSWORD, useAuthForm } from "./useAuthForm";

export function InvitePage() {
  const { t } = useTranslation();
  const { token } = useParams({ from: "/invite/$token" });
  const invite = useQuery({
    queryKey: ["invite", token],
    queryFn: async () =>
      (await body(api.GET("/api/v1/invites/token/{token}", { params: { path: { token } } }))).data,
    staleTime: Number.POSITIVE_INFINITY,
  });

  if (invite.isPending) {
    return (
      <AuthCard title={t("auth.invite.title")}>
        <Delayed>
          <div role="status" aria-label={t("common.loading")} className="flex flex-col gap-4">
            <Bone className="h-10" />
            <Bone className="h-10" />
          </div>
        </Delayed>
      </AuthCard>
    );
  }
  if (invite.error) {
    return isNotFound(invite.error) ? (
      <AuthCard title={t("auth.invite.gone")} lead={t("auth.invite.goneHint")}>
        <Link to="/sign-in" className="font-medium text-accent underline underline-offset-2">
          {t("auth.signIn")}
        </Link>
      </AuthCard>
    ) : (
      <AuthCard title={t("error.title")} lead={invite.error.message}>
        <Button onClick={() => void invite.refetch()}>{t("common.retry")}</Button>
      </AuthCard>
    );
  }
  const { account_name: account, role, email, invited_by: by } = invite.data;
  const roleName = t(`role.${role}`);
  return (
    <AuthCard
      title={t("auth.invite.join", { account })}
      lead={by ? t("auth.invite.by", { name: by, role: roleName }) : t("auth.invite.as", { role: roleName })}
    >
      <AcceptForm token={token} email={email ?? ""} />
    </AuthCard>
  );
}

function AcceptForm({ token, email: invited }: { token: string; email: string }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [email, setEmail] = useState(invited);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const form = useAuthForm(
    async () =>
      (
        await body(
          api.POST("/api/v1/invites/token/{token}/accept", {
            params: { path: { token } },
            body: {
              name: name.trim(),
              email: email.trim(),
              password,
              ...(code.trim() ? { code: code.trim() } : {}),
            },
          }),
        )
      ).data,
  );
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
      {form.general && (
        <Notice tone="danger" role="alert">
          {form.general}
        </Notice>
      )}
      <TextField
        label={t("auth.name")}
        name="name"
        autoComplete="name"
        required
        maxLength={80}
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={form.errorOf("name")}
      />
      <TextField
        label={t("auth.email")}
        type="email"
        name="email"
        autoComplete="username"
        required
        readOnly={Boolean(invited)}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={form.errorOf("email")}
      />
      <TextField
        label={t("auth.password")}
        type="password"
        name="password"
        autoComplete="new-password"
        required
        minLength={SHORTEST_PASSWORD}
        hint={t("auth.passwordHint", { count: SHORTEST_PASSWORD })}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={form.errorOf("password")}
      />
      {form.wantsCode && <CodeField value={code} onChange={setCode} error={form.errorOf("code")} />}
      <Button type="submit" variant="primary" size="lg" busy={form.busy}>
        {t("auth.invite.accept")}
      </Button>
    </form>
  );
}
