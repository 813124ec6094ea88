import { Copy } from "lucide-react";
import { useTranslation } from "@/i18n/useTranslation";
import { IconButton } from "@/ui/Button";
import { notify } from "@/ui/toast";

/** Stands in a `group/fact`, and shows when somebody points there. */
export function CopyButton({ what, value }: { what: string; value: string }) {
  const { t } = useTranslation();
  return (
    <IconButton
      label={t("inbox.sidebar.copy", { what })}
      size="sm"
      className="absolute end-0 bg-surface opacity-0 focus-visible:opacity-100 group-hover/fact:opacity-100 pointer-coarse:static pointer-coarse:opacity-100"
      onClick={() => void navigator.clipboard?.writeText(value).then(() => notify(t("common.copied")))}
    >
      <Copy aria-hidden="true" className="size-4" />
    </IconButton>
  );
}
