import { PageHeader } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";
import { Password } from "./Password";
import { TwoFactor } from "./TwoFactor";

export function SecurityPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t("settings.section.security")} lead={t("team.security.lead")} />
      <Password />
      <TwoFactor />
    </>
  );
}
