import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LayoutTemplate, LockKeyhole, Plus, RefreshCw } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { api, body } from "@/api/client";
import { reasonOf } from "@/api/errors";
import type { Channel, Template } from "@/api/types";
import { useCan } from "@/app/me";
import { ConfirmDialog } from "@/app/pages/ConfirmDialog";
import { Badge, PageFrame, PageHeader, Pending, PRIMARY_LINK } from "@/app/pages/parts";
import { useTranslation } from "@/i18n/useTranslation";
import { useLive } from "@/live/context";
import { keys } from "@/live/keys";
import { useChannels } from "@/team/queries";
import { useTemplates } from "@/templates/queries";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { EmptyState } from "@/ui/EmptyState";
import { plainText } from "@/ui/formatText";
import { Notice } from "@/ui/Notice";
import { SearchField } from "@/ui/SearchField";
import { INPUT } from "@/ui/TextField";
import { notify, notifyError } from "@/ui/toast";
import { EVERYTHING, type Filter, filtered, grouped } from "./filter";
import { languageName } from "./languages";
import { STATUSES, StatusBadge } from "./parts";
import { TemplateDetails } from "./TemplateDetails";

const CATEGORIES = ["utility", "marketing", "authentication"] as const;

export function TemplatesPage() {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const manages = useCan("channels:manage");
  const channels = useChannels();
  const templates = useTemplates();
  const [filter, setFilter] = useState<Filter>(EVERYTHING);
  const [shown, setShown] = useState<string | null>(null);
  const [deleting, setDeleting] = useState<Template | null>(null);
  useNews(templates.data);
  const numbers = (channels.data ?? []).filter(({ status }) => status !== "deleted");
  const rows = templates.data ?? [];
  const groups = grouped(filtered(rows, filter, numbers), numbers);
  const open = rows.find(({ id }) => id === shown);
  const sync = useMutation({
    mutationFn: () =>
      Promise.all(
        numbers
          .filter(({ id }) => !filter.channel || filter.channel === id)
          .map(({ id }) =>
            body(api.POST("/api/v1/channels/{id}/templates/sync", { params: { path: { id } } })),
          ),
      ),
    onSuccess: () => notify(t("templates.syncing"), t("templates.syncingHint")),
    onError: (error) => notifyError(t("templates.syncFailed"), reasonOf(error) ?? t("error.network")),
  });
  const create = manages && (
    <Link to="/templates/new" className={PRIMARY_LINK}>
      <Plus aria-hidden="true" className="size-4" />
      {t("templates.create")}
    </Link>
  );
  return (
    <PageFrame wide>
      <PageHeader
        title={t("templates.title")}
        lead={t("templates.lead")}
        action={
          manages &&
          numbers.length > 0 && (
            <div className="flex flex-wrap gap-2">
              <Button busy={sync.isPending} onClick={() => sync.mutate()}>
                <RefreshCw aria-hidden="true" className={cx("size-4", sync.isPending && "animate-spin")} />
                {t("templates.sync")}
              </Button>
              {rows.length > 0 && create}
            </div>
          )
        }
      />
      {!manages && (
        <Notice
          className="mb-5"
          icon={<LockKeyhole aria-hidden="true" className="size-4.5 shrink-0 text-accent" />}
        >
          {t("permission.templatesManage")}
        </Notice>
      )}
      {rows.length > 0 ? (
        <>
          <Filters filter={filter} onChange={setFilter} numbers={numbers} />
          {groups.map(({ numbers, rows }) => (
            <Group key={numbers[0]?.id} numbers={numbers} rows={rows} onOpen={setShown} />
          ))}
          <p
            role="status"
            className={groups.length > 0 ? "sr-only" : "py-10 text-center text-base text-muted"}
          >
            {groups.length === 0 && t("templates.nothingFound")}
          </p>
        </>
      ) : templates.isSuccess && channels.isSuccess ? (
        <div className="rounded-xl border border-line bg-surface">
          {numbers.length > 0 ? (
            <EmptyState icon={LayoutTemplate} title={t("templates.none")} action={create}>
              {t(manages ? "templates.noneHint" : "templates.noneAsk")}
            </EmptyState>
          ) : (
            <EmptyState
              icon={LayoutTemplate}
              title={t("templates.noNumber")}
              action={
                manages && (
                  <Link to="/numbers" className={PRIMARY_LINK}>
                    {t("templates.toNumbers")}
                  </Link>
                )
              }
            >
              {t("templates.noNumberHint")}
            </EmptyState>
          )}
        </div>
      ) : (
        <Pending query={templates} />
      )}
      {open && (
        <TemplateDetails
          template={open}
          number={numbers.find(({ id }) => id === open.channel_id)}
          onClose={() => setShown(null)}
          onDelete={
            manages
              ? () => {
                  setShown(null);
                  setDeleting(open);
                }
              : undefined
          }
        />
      )}
      {deleting && (
        <ConfirmDialog
          open
          onClose={() => setDeleting(null)}
          title={t("templates.deleteTitle", { name: deleting.name })}
          description={t("templates.deleteHint")}
          action={t("templates.delete")}
          onConfirm={async () => {
            const { id, name } = deleting;
            await body(api.DELETE("/api/v1/templates/{id}", { params: { path: { id } } }));
            cache.setQueryData<Template[]>(keys.templates, (rows) => rows?.filter((row) => row.id !== id));
            notify(t("templates.deleted", { name }));
          }}
        />
      )}
    </PageFrame>
  );
}

function Filters({
  filter,
  onChange,
  numbers,
}: {
  filter: Filter;
  onChange: (filter: Filter) => void;
  numbers: Channel[];
}) {
  const { t } = useTranslation();
  const select = (name: "channel" | "status" | "category", choices: [value: string, label: string][]) => (
    <select
      aria-label={t(`templates.filter.${name}`)}
      value={filter[name]}
      onChange={(event) => onChange({ ...filter, [name]: event.target.value })}
      className={cx(
        INPUT,
        "h-10 w-auto max-w-56 pointer-coarse:h-11 max-sm:max-w-none max-sm:flex-1 max-sm:basis-[40%]",
      )}
    >
      <option value="">{t(`templates.filter.any.${name}`)}</option>
      {choices.map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
  return (
    <search className="mb-5 flex flex-wrap gap-2">
      <SearchField
        label={t("templates.search")}
        value={filter.search}
        onChange={(search) => onChange({ ...filter, search })}
        className="min-w-52 flex-1 max-sm:basis-full"
      />
      {numbers.length > 1 &&
        select(
          "channel",
          numbers.map(({ id, label }) => [id, label]),
        )}
      {select(
        "status",
        STATUSES.map((status) => [status, t(`templates.status.${status}`)]),
      )}
      {select(
        "category",
        CATEGORIES.map((category) => [category, t(`templates.category.${category}`)]),
      )}
    </search>
  );
}

function Group({
  numbers,
  rows,
  onOpen,
}: {
  numbers: Channel[];
  rows: Template[];
  onOpen: (id: string) => void;
}) {
  const { t, i18n } = useTranslation();
  const name = new Intl.ListFormat(i18n.language).format(numbers.map(({ label }) => label));
  return (
    <section aria-label={name} className="mb-6">
      <h2 className="mb-2 flex flex-wrap items-baseline gap-x-2 font-semibold text-lg">
        {numbers.map(({ id, label, display_phone }) => (
          <span key={id} className="flex flex-wrap items-baseline gap-x-2 me-3">
            <bdi>{label}</bdi>
            <bdi dir="ltr" className="font-normal text-base text-muted tabular-nums">
              {display_phone}
            </bdi>
          </span>
        ))}
      </h2>
      <ul
        aria-label={t("templates.of", { name })}
        className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-surface"
      >
        {rows.map((template) => (
          <li key={template.id}>
            <button
              type="button"
              onClick={() => onOpen(template.id)}
              className="flex w-full flex-wrap items-start gap-x-4 gap-y-1.5 px-4 py-3 text-start outline-offset-[-2px] hover:bg-hover"
            >
              <span className="min-w-0 flex-1 basis-72">
                <span className="flex flex-wrap items-center gap-x-2">
                  <bdi className="break-all font-medium text-base">{template.name}</bdi>
                  <span className="text-muted text-sm">{languageName(template.language, i18n.language)}</span>
                </span>
                <bdi className="line-clamp-1 break-all text-muted text-sm text-ui-start">
                  {plainText(template.body)}
                </bdi>
                {template.reason && template.status !== "approved" && (
                  <bdi className="line-clamp-2 text-danger text-sm text-ui-start">{template.reason}</bdi>
                )}
              </span>
              <span className="flex flex-wrap items-center gap-1.5 pt-0.5">
                {template.category && <Badge>{t(`templates.category.${template.category}`)}</Badge>}
                {(template.quality === "YELLOW" || template.quality === "RED") && (
                  <Badge tone={template.quality === "RED" ? "danger" : "warning"}>
                    {t(`templates.quality.${template.quality}`)}
                  </Badge>
                )}
                <StatusBadge status={template.status} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Says when WhatsApp has decided about a template while somebody looks. */
function useNews(rows: Template[] | undefined): void {
  const { t } = useTranslation();
  const live = useLive();
  const known = useRef(new Map<string, string>());
  useEffect(() => {
    known.current = new Map((rows ?? []).map(({ id, status }) => [id, status]));
  }, [rows]);
  useEffect(
    () =>
      live.onHeard((changes) => {
        for (const { template } of changes.templates.values()) {
          const before = template && known.current.get(template.id);
          if (!before || before === template.status) continue;
          const title = t("templates.news", {
            name: template.name,
            status: t(`templates.status.${template.status}`),
          });
          if (template.status === "approved") notify(title);
          else notify(title, template.reason ?? undefined);
        }
      }),
    [live, t],
  );
}
