/** A webhook's secret, this once, and how a receiver checks with it that a request is ours. */
import { useState } from "react";
import { Secret } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TabBar, tabId } from "@/ui/TabBar";
import { notify } from "@/ui/toast";

const SNIPPETS = {
  TypeScript: `import { Webhook } from "standardwebhooks";

app.post("/recado", express.raw({ type: "application/json" }), (request, response) => {
  // Throws if the request is not Recado's, or is old.
  const event = new Webhook(process.env.RECADO_SECRET).verify(
    request.body.toString(),
    request.headers,
  );
  response.sendStatus(204);
});`,
  Python: `from standardwebhooks.webhooks import Webhook

@app.post("/recado")
def recado():
    # Raises if the request is not Recado's, or is old.
    event = Webhook(os.environ["RECADO_SECRET"]).verify(
        request.get_data(), dict(request.headers)
    )
    return "", 204`,
} as const;

type Language = keyof typeof SNIPPETS;

export function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [language, setLanguage] = useState<Language>("TypeScript");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(SNIPPETS[language]);
      notify(t("common.copied"));
    } catch {
      // Clipboard access is closed on plain http: what stands there can be copied by hand.
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("webhooks.secretTitle")}
      closeLabel={t("common.close")}
    >
      <div className="flex flex-col gap-5">
        <Secret label={t("webhooks.secret")} value={secret} hint={t("webhooks.secretHint")} />
        <section className="flex flex-col gap-2">
          <h3 className="font-medium text-sm">{t("webhooks.verify")}</h3>
          <TabBar
            id="verify"
            label={t("webhooks.verify")}
            value={language}
            onChange={setLanguage}
            tabs={(Object.keys(SNIPPETS) as Language[]).map((name) => ({ value: name, label: name }))}
            className="flex border-line border-b"
          />
          <div id="verify" role="tabpanel" aria-labelledby={tabId("verify", language)}>
            <Code text={SNIPPETS[language]} label={language} />
          </div>
        </section>
        <div className="flex justify-end gap-2">
          <Button onClick={() => void copy()}>{t("webhooks.copyCode")}</Button>
          <Button variant="primary" onClick={onClose}>
            {t("common.done")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** Text in lines of its own width, which scrolls; also by keyboard. */
export function Code({ text, label }: { text: string; label: string }) {
  return (
    <section
      aria-label={label}
      // Where the page goes from right to left too, it begins where the lines do.
      dir="ltr"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
      tabIndex={0}
      className="thin-scroll max-h-72 overflow-auto rounded-md bg-sunken"
    >
      <pre className="w-max p-3 font-mono text-sm">{text}</pre>
    </section>
  );
}
