import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { useCan } from "@/app/me";
import { NotAllowed } from "@/app/pages/NotAllowed";
import { PageFrame, PageHeader } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";
import { cx } from "@/ui/cx";
import { MetaForm } from "./MetaForm";
import { BackToNumbers, SandboxHint } from "./parts";
import { TwilioForm } from "./TwilioForm";

const PROVIDERS = ["meta", "twilio"] as const;

export function ConnectPage() {
  const { t } = useTranslation();
  const allowed = useCan("channels:manage");
  const navigate = useNavigate();
  const [provider, setProvider] = useState<(typeof PROVIDERS)[number]>("meta");
  const name = useId();
  if (!allowed) return <NotAllowed reason={t("permission.channelsManage")} />;
  const connected = (id: string) => void navigate({ to: "/numbers/$id", params: { id } });
  return (
    <PageFrame>
      <BackToNumbers />
      <PageHeader title={t("numbers.connect")} lead={t("numbers.connectLead")} />
      <fieldset>
        <legend className="mb-2 font-semibold text-base">{t("numbers.provider")}</legend>
        <div className="grid grid-cols-2 gap-3 max-sm:grid-cols-1">
          {PROVIDERS.map((each) => (
            <label
              key={each}
              className={cx(
                "flex items-start gap-3 rounded-xl border p-4 has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2",
                provider === each ? "border-accent bg-accent-soft" : "border-line bg-surface hover:bg-hover",
              )}
            >
              <input
                type="radio"
                name={name}
                value={each}
                checked={provider === each}
                onChange={() => setProvider(each)}
                className="mt-0.5 size-4 shrink-0 accent-accent outline-none"
              />
              <span>
                <span className="block font-semibold text-base">{t(`numbers.providerName.${each}`)}</span>
                <span className="block text-muted text-sm">{t(`numbers.providerHint.${each}`)}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <div className="my-6 rounded-xl border border-line bg-surface p-4 md:p-6">
        {provider === "meta" ? <MetaForm onConnected={connected} /> : <TwilioForm onConnected={connected} />}
      </div>
      <SandboxHint />
    </PageFrame>
  );
}
