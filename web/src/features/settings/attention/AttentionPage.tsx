/** What the machinery could not do by itself: webhooks it did not understand, jobs it gave up on. */
import {
  type InfiniteData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { FileWarning, Hammer } from "lucide-react";
import { useState } from "react";
import { api, body } from "@/api/client";
import { reasonOf } from "@/api/errors";
import type { Intake, Job } from "@/api/types";
import { useCan } from "@/app/me";
import { NotAllowed } from "@/app/pages/NotAllowed";
import { Badge, Card, More, PageHeader, Pending, RowItem, Rows } from "@/app/pages/parts";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { keys } from "@/live/keys";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { notify, notifyError } from "@/ui/toast";

const JOBS = ["jobs", "dead"];

type Page<T> = { data: T[]; meta: { next_cursor?: string | null } };

export function AttentionPage() {
  const { t } = useTranslation();
  const allowed = useCan("operations:manage");
  if (!allowed) return <NotAllowed reason={t("permission.operationsManage")} />;
  return (
    <>
      <PageHeader title={t("settings.section.attention")} lead={t("settings.attention.lead")} />
      <Intakes />
      <Jobs />
    </>
  );
}

function Intakes() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const cache = useQueryClient();
  const [shown, setShown] = useState<Intake | null>(null);
  const intakes = useInfiniteQuery({
    queryKey: keys.intakes,
    queryFn: ({ pageParam }) =>
      body(
        api.GET("/api/v1/intakes", {
          params: { query: { state: "rejected", ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: next,
  });
  const replay = useMutation({
    mutationFn: (id: string) => body(api.POST("/api/v1/intakes/{id}/replay", { params: { path: { id } } })),
    onSuccess: ({ data }) =>
      data.state === "accepted"
        ? notify(t("settings.intakes.accepted"))
        : notifyError(t("settings.intakes.still"), data.problems?.[0]?.detail),
    onError: (error) =>
      notifyError(t("settings.intakes.replayFailed"), reasonOf(error) ?? t("error.network")),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.intakes }),
  });
  const rows = flat(intakes.data);
  return (
    <Card title={t("settings.intakes.title")} lead={t("settings.intakes.lead")}>
      {rows.length > 0 ? (
        <Rows label={t("settings.intakes.title")}>
          {rows.map((intake) => (
            <RowItem
              key={intake.id}
              icon={<FileWarning aria-hidden="true" className="size-5 text-pending" />}
              title={headline(intake, t)}
              detail={
                <>
                  <time dateTime={intake.received_at} title={format.full(intake.received_at)}>
                    {format.ago(intake.received_at, now)}
                  </time>
                  {" · "}
                  {t("settings.intakes.size", { count: intake.size, size: format.number(intake.size) })}
                  {intake.problems?.map((problem) => (
                    <span key={`${problem.what} ${problem.detail}`} className="block">
                      {problem.detail}
                    </span>
                  ))}
                </>
              }
            >
              <Button size="sm" variant="quiet" onClick={() => setShown(intake)}>
                {t("settings.intakes.show")}
              </Button>
              <Button size="sm" busy={replay.isPending} onClick={() => replay.mutate(intake.id)}>
                {t("settings.intakes.replay")}
              </Button>
            </RowItem>
          ))}
        </Rows>
      ) : (
        <Pending query={intakes} empty={t("settings.intakes.none")} />
      )}
      {intakes.hasNextPage && (
        <More busy={intakes.isFetchingNextPage} onClick={() => void intakes.fetchNextPage()} />
      )}
      {shown && <BodyDialog intake={shown} onClose={() => setShown(null)} />}
    </Card>
  );
}

function BodyDialog({ intake, onClose }: { intake: Intake; onClose: () => void }) {
  const { t } = useTranslation();
  const whole = useQuery({
    queryKey: [...keys.intakes, intake.id],
    queryFn: async () =>
      (await body(api.GET("/api/v1/intakes/{id}", { params: { path: { id: intake.id } } }))).data,
  });
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("settings.intakes.bodyTitle")}
      description={headline(intake, t)}
      closeLabel={t("common.close")}
    >
      {whole.data ? (
        <pre
          dir="ltr"
          className="thin-scroll overflow-auto whitespace-pre-wrap rounded-md bg-sunken p-3 font-mono text-sm [overflow-wrap:anywhere]"
        >
          {pretty(whole.data.body ?? "")}
        </pre>
      ) : (
        <Pending query={whole} />
      )}
    </Dialog>
  );
}

function Jobs() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const cache = useQueryClient();
  const jobs = useInfiniteQuery({
    queryKey: JOBS,
    queryFn: ({ pageParam }) =>
      body(
        api.GET("/api/v1/jobs", {
          params: { query: { state: "dead", ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: next,
  });
  const retry = useMutation({
    mutationFn: (id: string) => body(api.POST("/api/v1/jobs/{id}/retry", { params: { path: { id } } })),
    onSuccess: () => notify(t("settings.jobs.retried")),
    onError: (error) => notifyError(t("settings.jobs.retryFailed"), reasonOf(error) ?? t("error.network")),
    onSettled: () => cache.invalidateQueries({ queryKey: JOBS }),
  });
  const rows: Job[] = flat(jobs.data);
  return (
    <Card title={t("settings.jobs.title")} lead={t("settings.jobs.lead")}>
      {rows.length > 0 ? (
        <Rows label={t("settings.jobs.title")}>
          {rows.map((job) => (
            <RowItem
              key={job.id}
              icon={<Hammer aria-hidden="true" className="size-5 text-danger" />}
              title={
                <>
                  <code dir="ltr" className="font-mono text-sm">
                    {job.kind}
                  </code>
                  <Badge>{t("settings.jobs.attempts", { count: job.attempt })}</Badge>
                </>
              }
              detail={
                <>
                  {format.ago(job.created_at, now)}
                  {job.last_error && <span className="block">{job.last_error}</span>}
                </>
              }
            >
              <Button size="sm" busy={retry.isPending} onClick={() => retry.mutate(job.id)}>
                {t("settings.jobs.retry")}
              </Button>
            </RowItem>
          ))}
        </Rows>
      ) : (
        <Pending query={jobs} empty={t("settings.jobs.none")} />
      )}
      {jobs.hasNextPage && <More busy={jobs.isFetchingNextPage} onClick={() => void jobs.fetchNextPage()} />}
    </Card>
  );
}

function next(page: Page<unknown>): string | undefined {
  return page.meta.next_cursor ?? undefined;
}

function flat<T>(data: InfiniteData<Page<T>> | undefined): T[] {
  return data?.pages.flatMap((page) => page.data) ?? [];
}

function headline(intake: Intake, t: TFunction): string {
  const what = new Set(intake.problems?.map((problem) => problem.what));
  return (
    [...what].map((kind) => t(`settings.intakes.problem.${kind}`)).join(" · ") ||
    t("settings.intakes.noReason")
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
