import { useState } from "react";
import type { NotificationPreferences } from "@/api/types";
import { Card, PageHeader } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";
import { Switch } from "@/ui/Switch";
import { useChangePreferences, usePreferences } from "./queries";
import { chime } from "./sound";
import { TYPES } from "./types";

/** What one is told of, and how. */
export function PreferencesPage() {
  const { t } = useTranslation();
  const { data } = usePreferences();
  const { mutate } = useChangePreferences();
  const [refused, setRefused] = useState(false);
  const change = (name: keyof NotificationPreferences, on: boolean) => mutate({ [name]: on });
  const browser = async (on: boolean) => {
    if (on && (await ask()) !== "granted") {
      setRefused(true);
      return;
    }
    setRefused(false);
    change("browser", on);
  };
  const rows = (names: readonly (keyof NotificationPreferences)[]) =>
    data &&
    names.map((name) => (
      <li key={name} className="flex items-center gap-4 px-5 py-3">
        <span className="min-w-0 flex-1">
          <span className="block font-medium text-base">{t(`notifications.type.${name}`)}</span>
          <span className="block text-muted text-sm">{t(`notifications.about.${name}`)}</span>
          {name === "browser" && refused && (
            <span role="alert" className="mt-1 block text-danger text-sm">
              {t("notifications.refused")}
            </span>
          )}
        </span>
        <Switch
          label={t(`notifications.type.${name}`)}
          checked={data[name]}
          onChange={(on) => {
            if (name === "browser") void browser(on);
            else change(name, on);
            if (name === "sound" && on) chime();
          }}
        />
      </li>
    ));
  return (
    <>
      <PageHeader title={t("notifications.title")} lead={t("notifications.lead")} />
      <div className="flex flex-col gap-6">
        <Card>
          <ul className="divide-y divide-line">{rows(TYPES)}</ul>
        </Card>
        <Card>
          <ul className="divide-y divide-line">{rows(["sound", "browser"])}</ul>
        </Card>
      </div>
    </>
  );
}

async function ask(): Promise<NotificationPermission> {
  if (typeof Notification === "undefined") return "denied";
  return Notification.requestPermission();
}
