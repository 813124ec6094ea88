/** How an assistant is connected: the address, and what to write into its configuration. */

import { Card, Secret } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";

export function Assistant() {
  const { t } = useTranslation();
  const url = `${window.location.origin}/mcp`;
  const recado = { type: "http", url, headers: { Authorization: "Bearer YOUR_KEY" } };
  return (
    <Card title={t("settings.assistant.title")} lead={t("settings.assistant.lead")}>
      <div className="flex flex-col gap-4 p-4">
        <Secret label={t("settings.assistant.url")} value={url} variant="secondary" />
        <Secret
          label={t("settings.assistant.config")}
          value={JSON.stringify({ mcpServers: { recado } })}
          hint={t("settings.assistant.hint")}
          variant="secondary"
        />
      </div>
    </Card>
  );
}
