import { type FormEvent, useState } from "react";
import { ApiError, NetworkError } from "@/api/errors";
import type { Me } from "@/api/types";
import { signedIn } from "@/app/session";
import { useTranslation } from "@/i18n/useTranslation";

export const SHORTEST_PASSWORD = 10;

/** The state of a form that ends in a session: busy, and what is wrong with which field. */
export function useAuthForm(submit: () => Promise<Me>, next?: string) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ text: string; field: string | undefined } | null>(null);
  /** The password was right, and a code is wanted as well. */
  const [wantsCode, setWantsCode] = useState(false);

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await signedIn(await submit(), next);
    } catch (error) {
      if (error instanceof ApiError && error.code === "second_step_required") setWantsCode(true);
      else setProblem(explain(error));
      setBusy(false);
    }
  };

  const explain = (error: unknown): { text: string; field: string | undefined } => {
    if (error instanceof NetworkError) return { text: t("error.network"), field: undefined };
    if (!(error instanceof ApiError)) throw error;
    switch (error.code) {
      case "bad_credentials":
        return { text: t("auth.badCredentials"), field: undefined };
      case "bad_code":
        return { text: t("auth.badCode"), field: "code" };
      case "email_taken":
        return { text: t("auth.emailTaken"), field: "email" };
      case "rate_limited":
        return {
          text: t("auth.rateLimited", {
            count: Math.max(1, Math.ceil((error.retryAfter ?? 60_000) / 60_000)),
          }),
          field: undefined,
        };
      default:
        return { text: error.message, field: error.field };
    }
  };

  const errorOf = (field: string) => (problem?.field === field ? problem.text : undefined);
  const fields = ["email", "password", "name", "account_name", "code"];
  const general = problem && !fields.includes(problem.field ?? "") ? problem.text : undefined;
  const startAgain = () => {
    setWantsCode(false);
    setProblem(null);
  };
  return { busy, onSubmit, errorOf, general, wantsCode, startAgain };
}
