import { Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { Channel, Template } from "@/api/types";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { qualityOf } from "@/team/quality";
import { TemplatePreview } from "@/templates/TemplatePreview";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { languageName } from "./languages";
import { StatusBadge } from "./parts";

export function TemplateDetails({
  template,
  number,
  onClose,
  onDelete,
}: {
  template: Template;
  number: Channel | undefined;
  onClose: () => void;
  onDelete: (() => void) | undefined;
}) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { status, reason } = template;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={template.name}
      description={[languageName(template.language, i18n.language), number?.label]
        .filter(Boolean)
        .join(" · ")}
      closeLabel={t("common.close")}
    >
      <div className="flex flex-col gap-4">
        <div>
          <StatusBadge status={status} />
          <p className="mt-1 text-base text-muted">{t(`templates.statusHint.${status}`)}</p>
        </div>
        {reason && status !== "approved" && (
          <Notice tone="danger">
            <p className="font-medium">{t("templates.reason")}</p>
            <bdi className="break-words">{reason}</bdi>
          </Notice>
        )}
        <figure className="rounded-lg bg-sunken p-4">
          <figcaption className="mb-2 text-muted text-sm">{t("templates.preview")}</figcaption>
          <TemplatePreview template={template} />
        </figure>
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3">
          <Fact name={t("templates.filter.category")}>
            {template.category ? t(`templates.category.${template.category}`) : "–"}
          </Fact>
          <Fact name={t("templates.qualityTitle")}>
            {t(`templates.quality.${qualityOf(template.quality)}`)}
          </Fact>
          <Fact name={t("templates.updated")}>
            <time dateTime={template.updated_at} title={format.full(template.updated_at)}>
              {format.ago(template.updated_at, now)}
            </time>
          </Fact>
        </dl>
        {onDelete && (
          <Button variant="danger" className="self-start" onClick={onDelete}>
            <Trash2 aria-hidden="true" className="size-4" />
            {t("templates.delete")}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted text-sm">{name}</dt>
      <dd className="text-base">{children}</dd>
    </div>
  );
}
