import { CSPProvider } from "@base-ui/react/csp-provider";
import { DirectionProvider } from "@base-ui/react/direction-provider";
import { Outlet } from "@tanstack/react-router";
import { direction } from "@/i18n";
import { useTranslation } from "@/i18n/useTranslation";
import { TooltipLayer } from "@/ui/TooltipLayer";
import { ToastArea } from "@/ui/toast";

export function Root() {
  const { t, i18n } = useTranslation();
  return (
    <CSPProvider disableStyleElements>
      <DirectionProvider direction={direction(i18n.language)}>
        <Outlet />
        <ToastArea dismissLabel={t("common.dismiss")} />
        <TooltipLayer />
      </DirectionProvider>
    </CSPProvider>
  );
}
