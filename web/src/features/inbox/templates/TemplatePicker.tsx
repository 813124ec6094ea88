/** Choosing a template, filling it in, and seeing it as the customer will. For whoever shows it in a dialog. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ArrowLeft, FileX2, LayoutTemplate, SendHorizontal } from "lucide-react";
import { useState } from "react";
import { api, body } from "@/api/client";
import type { Contact, FilledTemplate, Template, TemplateValues } from "@/api/types";
import { useMe } from "@/app/me";
import { useIsNarrow } from "@/app/useMediaQuery";
import { useTranslation } from "@/i18n/useTranslation";
import { keys } from "@/live/keys";
import { fill, problems, toSend } from "@/templates/fill";
import { TemplatePreview } from "@/templates/TemplatePreview";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { EmptyState } from "@/ui/EmptyState";
import { plainText } from "@/ui/formatText";
import { Notice } from "@/ui/Notice";
import { SearchField } from "@/ui/SearchField";
import { useRested } from "../search/queries";
import { knownOf, prefill } from "./prefill";
import { type HeaderFile, TemplateFields, useFieldNames } from "./TemplateFields";

type Sending = {
  /** Whom it is for: what is known of them is filled in. */
  contact: Contact;
  onSend: (template: FilledTemplate) => void;
  /** It is on its way. */
  sending?: boolean;
  /** Why it did not leave. */
  problem?: string | null;
};

export function TemplatePicker({ channel, ...sending }: Sending & { channel: string }) {
  const { t } = useTranslation();
  const narrow = useIsNarrow();
  const [search, setSearch] = useState("");
  const asked = useRested(search.trim());
  const [chosen, setChosen] = useState<Template | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: [...keys.templates, "picker", channel, asked],
    queryFn: async ({ signal }) =>
      (
        await body(
          api.GET("/api/v1/templates", {
            params: {
              query: {
                channel_id: channel,
                status: "approved",
                limit: 100,
                ...(asked ? { search: asked } : {}),
              },
            },
            signal,
          }),
        )
      ).data,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

  const list = (
    <div className="flex min-h-0 flex-col gap-2">
      <SearchField label={t("inbox.templates.search")} value={search} onChange={setSearch} />
      {error && !data ? (
        <EmptyState
          icon={FileX2}
          title={t("inbox.templates.failed")}
          action={<Button onClick={() => void refetch()}>{t("common.retry")}</Button>}
        >
          {error.message}
        </EmptyState>
      ) : data?.length === 0 ? (
        <EmptyState
          icon={LayoutTemplate}
          title={t(asked ? "inbox.templates.nothingFound" : "inbox.templates.none")}
        >
          {asked ? null : t("inbox.templates.noneHint")}
        </EmptyState>
      ) : (
        <ul
          aria-label={t("inbox.templates.list")}
          aria-busy={!data}
          className="thin-scroll -mx-1 flex min-h-40 flex-col gap-0.5 overflow-y-auto px-1 md:max-h-[62vh]"
        >
          {data?.map((template) => (
            <li key={template.id}>
              <button
                type="button"
                aria-pressed={chosen?.id === template.id}
                onClick={() => setChosen(template)}
                className={cx(
                  "block w-full rounded-md px-2.5 py-2 text-start",
                  chosen?.id === template.id ? "bg-selected" : "hover:bg-hover",
                )}
              >
                <span className="flex items-baseline gap-2">
                  <bdi className="min-w-0 flex-1 truncate font-medium text-base text-ui-start">
                    {template.name}
                  </bdi>
                  <bdi className="shrink-0 text-muted text-xs">{template.language}</bdi>
                </span>
                <span dir="auto" className="line-clamp-2 text-muted text-sm text-ui-start">
                  {plainText(template.body)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );

  if (narrow) {
    return chosen ? (
      <>
        <Button variant="quiet" size="sm" className="-ms-2 mb-2" onClick={() => setChosen(null)}>
          <ArrowLeft aria-hidden="true" className="size-4 rtl:-scale-x-100" />
          {t("inbox.templates.back")}
        </Button>
        <Fill key={chosen.id} template={chosen} {...sending} />
      </>
    ) : (
      list
    );
  }
  return (
    <div className="grid min-h-[50vh] grid-cols-[minmax(220px,300px)_1fr] gap-5">
      {list}
      <div className="border-line border-s ps-5">
        {chosen ? (
          <Fill key={chosen.id} template={chosen} {...sending} />
        ) : (
          <div className="flex h-full items-center justify-center">
            <EmptyState icon={LayoutTemplate} title={t("inbox.templates.choose")}>
              {null}
            </EmptyState>
          </div>
        )}
      </div>
    </div>
  );
}

function Fill({ template, contact, onSend, sending = false, problem }: Sending & { template: Template }) {
  const { t, i18n } = useTranslation();
  const me = useMe().member.name;
  const known = knownOf(contact, me);
  const [values, setValues] = useState<TemplateValues>(() => prefill(template, known));
  const [file, setFile] = useState<HeaderFile | null>(null);
  const [busy, setBusy] = useState(false);
  const nameOf = useFieldNames(template);
  const wrong = problems(template, values);
  const missing = wrong.filter(({ what }) => what !== "bad_text").map(nameOf);
  const optedOut = template.category === "marketing" && contact.marketing_opt_out_at !== null;
  const blocked = wrong.length > 0 || busy || sending || optedOut;

  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (blocked) return;
        const sent = toSend(template, values);
        onSend({ ...fill(template, sent), name: template.name, language: template.language, values: sent });
      }}
    >
      <div className="rounded-lg bg-sunken p-4">
        <h3 className="sr-only">{t("inbox.templates.preview")}</h3>
        <TemplatePreview template={template} values={values} media={file} className="mx-auto" />
      </div>
      <TemplateFields
        template={template}
        values={values}
        known={known}
        onChange={setValues}
        onFile={setFile}
        onBusy={setBusy}
      />
      {problem && (
        <Notice tone="danger" role="alert">
          {problem}
        </Notice>
      )}
      <div className="sticky -bottom-5 -mb-5 flex items-center gap-3 border-line border-t bg-raised py-3">
        <p role="status" className="min-w-0 flex-1 text-pending text-sm">
          {optedOut && t("inbox.templates.noPromotions")}
          {!optedOut &&
            missing.length > 0 &&
            t("inbox.templates.missing", {
              what: new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(missing),
            })}
        </p>
        <Button type="submit" variant="primary" disabled={blocked} aria-busy={sending || undefined}>
          <SendHorizontal aria-hidden="true" className="size-4 rtl:-scale-x-100" />
          {t("inbox.templates.send")}
        </Button>
      </div>
    </form>
  );
}
