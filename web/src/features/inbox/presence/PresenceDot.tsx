import { useTranslation } from "react-i18next";
import { usePresence } from "./presence";

/** Whether a colleague has the app open. Stands in a corner of their picture. */
export function PresenceDot({ member }: { member: string }) {
  const { t } = useTranslation();
  if (!usePresence().has(member)) return null;
  return (
    <span className="absolute -end-0.5 -bottom-0.5 size-2.5 rounded-full bg-open ring-2 ring-surface">
      <span className="sr-only">{t("presence.online")}</span>
    </span>
  );
}
