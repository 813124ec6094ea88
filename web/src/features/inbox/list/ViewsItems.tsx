/** The saved views, to open one; saving and keeping them in order. */
import { BookmarkPlus, ListX, Settings2, Users } from "lucide-react";
import type { View } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { MenuItem, MenuSeparator } from "@/ui/Menu";
import { useViews } from "../queries/views";

export type ViewsProps = {
  current: View | undefined;
  onOpen: (view: View) => void;
  onLeave: () => void;
  onSave: () => void;
  onManage: () => void;
};

export default function ViewsItems({ current, onOpen, onLeave, onSave, onManage }: ViewsProps) {
  const { t } = useTranslation();
  const { data: views } = useViews();
  return (
    <>
      {(views ?? []).map((view) => (
        <MenuItem key={view.id} onClick={() => onOpen(view)}>
          <span className="min-w-0 flex-1 truncate">
            <bdi>{view.name}</bdi>
          </span>
          {view.shared && (
            <>
              <Users aria-hidden="true" className="size-4 text-faint" />
              <span className="sr-only">{t("inbox.views.shared")}</span>
            </>
          )}
        </MenuItem>
      ))}
      {(views ?? []).length === 0 && (
        <p className="max-w-64 px-2.5 py-2 text-muted text-sm">{t("inbox.views.none")}</p>
      )}
      <MenuSeparator />
      {current && (
        <MenuItem onClick={onLeave}>
          <ListX aria-hidden="true" className="size-4 text-muted" />
          {t("inbox.views.leave", { name: current.name })}
        </MenuItem>
      )}
      <MenuItem onClick={onSave}>
        <BookmarkPlus aria-hidden="true" className="size-4 text-muted" />
        {t("inbox.views.save")}
      </MenuItem>
      {(views ?? []).length > 0 && (
        <MenuItem onClick={onManage}>
          <Settings2 aria-hidden="true" className="size-4 text-muted" />
          {t("inbox.views.manage")}
        </MenuItem>
      )}
    </>
  );
}
