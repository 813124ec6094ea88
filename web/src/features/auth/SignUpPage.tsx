import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, body } from "@/api/client";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { AuthCard } from "./AuthCard";
import { SHORTEST_PASSWORD, useAuthForm } from "./useAuthForm";

export function SignUpPage() {
  const { t } = useTranslation();
  const [account, setAccount] = useState("");
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const form = useAuthForm(
    async () =>
      (
        await body(
          api.POST("/api/v1/signup", {
            body: { account_name: account.trim(), name: name.trim(), email: email.trim(), password },
          }),
        )
      ).data,
    "/welcome",
  );
  return (
    <AuthCard
      title={t("auth.createAccount")}
      lead={t("auth.createAccountLead")}
      footer={
        <>
          {t("auth.haveAccount")}{" "}
          <Link to="/sign-in" className="font-medium text-accent underline underline-offset-2">
            {t("auth.signIn")}
          </Link>
        </>
      }
    >
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        {form.general && (
          <Notice tone="danger" role="alert">
            {form.general}
          </Notice>
        )}
        <TextField
          label={t("auth.accountName")}
          name="organization"
          autoComplete="organization"
          required
          maxLength={80}
          autoFocus
          value={account}
          onChange={(event) => setAccount(event.target.value)}
          error={form.errorOf("account_name")}
        />
        <TextField
          label={t("auth.name")}
          name="name"
          autoComplete="name"
          required
          maxLength={80}
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
        <Button type="submit" variant="primary" size="lg" busy={form.busy}>
          {t("auth.createAccount")}
        </Button>
      </form>
    </AuthCard>
  );
}
