/** The button that opens the saved views. */
import { Bookmark } from "lucide-react";

import { useTranslation } from "@/i18n/useTranslation";
import { IconButton } from "@/ui/Button";
import { lazy } from "@/ui/lazy";
import { Menu } from "@/ui/Menu";
import type { ViewsProps } from "./ViewsItems";

const ViewsItems = lazy(() => import("./ViewsItems"));

export function ViewsMenu(props: ViewsProps) {
  const { t } = useTranslation();
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={t("inbox.views.title")} variant={props.current ? "secondary" : "quiet"}>
          <Bookmark className="size-4" />
        </IconButton>
      }
    >
      <ViewsItems {...props} />
    </Menu>
  );
}
