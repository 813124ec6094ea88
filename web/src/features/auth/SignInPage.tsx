import { Link, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { api, body } from "@/api/client";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { TextField } from "@/ui/TextField";
import { AuthCard } from "./AuthCard";
import { CodeField } from "./CodeField";
import { useAuthForm } from "./useAuthForm";

export function SignInPage() {
  const { t } = useTranslation();
  const { next, ended } = useSearch({ from: "/sign-in" });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const form = useAuthForm(
    async () =>
      (
        await body(
          api.POST("/api/v1/session", {
            body: { email: email.trim(), password, ...(code.trim() ? { code: code.trim() } : {}) },
          }),
        )
      ).data,
    next,
  );
  if (form.wantsCode) {
    return (
      <AuthCard
        title={t("auth.codeTitle")}
        lead={email}
        footer={
          <button
            type="button"
            onClick={() => {
              setPassword("");
              setCode("");
              form.startAgain();
            }}
            className="font-medium text-accent underline underline-offset-2 pointer-coarse:min-h-11"
          >
            {t("auth.otherUser")}
          </button>
        }
      >
        <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
          {form.general && (
            <Notice tone="danger" role="alert">
              {form.general}
            </Notice>
          )}
          <CodeField value={code} onChange={setCode} error={form.errorOf("code")} />
          <Button type="submit" variant="primary" size="lg" busy={form.busy}>
            {t("auth.signIn")}
          </Button>
        </form>
      </AuthCard>
    );
  }
  return (
    <AuthCard
      title={t("auth.signIn")}
      footer={
        <>
          {t("auth.newHere")}{" "}
          <Link to="/sign-up" className="font-medium text-accent underline underline-offset-2">
            {t("auth.createAccount")}
          </Link>
        </>
      }
    >
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        {form.general ? (
          <Notice tone="danger" role="alert">
            {form.general}
          </Notice>
        ) : (
          ended && (
            <Notice tone="warning" role="status">
              {t("auth.ended")}
            </Notice>
          )
        )}
        <TextField
          label={t("auth.email")}
          type="email"
          name="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={form.errorOf("email")}
        />
        <TextField
          label={t("auth.password")}
          type="password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={form.errorOf("password")}
        />
        <Button type="submit" variant="primary" size="lg" busy={form.busy}>
          {t("auth.signIn")}
        </Button>
      </form>
    </AuthCard>
  );
}
