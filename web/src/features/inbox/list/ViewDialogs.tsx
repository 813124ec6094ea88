/** Saving the list under a name, and keeping what is saved in order. */
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { reasonOf } from "@/api/errors";
import type { View } from "@/api/types";
import { useMe } from "@/app/me";
import { useReason } from "@/app/permission";
import { useTranslation } from "@/i18n/useTranslation";
import type { ListFilter } from "@/live/conversations";
import { useMemberMap } from "@/team/queries";
import { Button, IconButton } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { Switch } from "@/ui/Switch";
import { TextField } from "@/ui/TextField";
import { toView } from "../filter";
import { useMayChangeView, useViewActions, useViews } from "../queries/views";

export function SaveView({
  filter,
  onClose,
  onSaved,
}: {
  filter: ListFilter;
  onClose: () => void;
  onSaved: (view: View) => void;
}) {
  const { t } = useTranslation();
  const { add } = useViewActions();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const save = async () => {
    setBusy(true);
    try {
      onSaved(await add(name, toView(filter), shared));
      onClose();
    } catch (error) {
      setProblem(reasonOf(error) ?? t("error.network"));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("inbox.views.save")}
      description={t("inbox.views.saveHint")}
      closeLabel={t("common.close")}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void save();
        }}
      >
        <TextField
          label={t("inbox.views.name")}
          required
          maxLength={80}
          value={name}
          error={problem}
          onChange={(event) => {
            setName(event.target.value);
            setProblem(undefined);
          }}
        />
        <Shared checked={shared} onChange={setShared} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t("inbox.views.saveNow")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function ManageViews({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { data: views } = useViews();
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("inbox.views.manage")}
      description={t("inbox.views.manageHint")}
      closeLabel={t("common.close")}
    >
      {views && views.length > 0 ? (
        <ul className="flex flex-col divide-y divide-line">
          {views.map((view) => (
            <ViewRow key={view.id} view={view} />
          ))}
        </ul>
      ) : (
        <p className="text-base text-muted">{t("inbox.views.none")}</p>
      )}
    </Dialog>
  );
}

function ViewRow({ view }: { view: View }) {
  const { t } = useTranslation();
  const me = useMe().member.id;
  const mayChange = useMayChangeView()(view);
  const members = useMemberMap();
  const { change, remove } = useViewActions();
  const [name, setName] = useState(view.name);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(reasonOf(error) ?? t("error.network"));
    }
    setBusy(false);
  };
  const owner = members.get(view.member_id)?.name;
  if (!mayChange) {
    return (
      <li className="flex flex-col py-3">
        <span className="font-medium text-base">
          <bdi>{view.name}</bdi>
        </span>
        {owner && <span className="text-muted text-sm">{t("inbox.views.by", { name: owner })}</span>}
      </li>
    );
  }
  return (
    <li className="flex flex-col gap-2 py-3">
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void run(() => change(view.id, { name }));
        }}
      >
        <TextField
          label={t("inbox.views.name")}
          required
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
          className="min-w-0 flex-1"
        />
        {name !== view.name && (
          <Button type="submit" size="lg" busy={busy}>
            {t("inbox.views.saveNow")}
          </Button>
        )}
        <IconButton
          label={t("inbox.views.remove", { name: view.name })}
          variant="danger"
          busy={busy}
          onClick={() => void run(() => remove(view.id))}
          className="size-10"
        >
          <Trash2 aria-hidden="true" className="size-4" />
        </IconButton>
      </form>
      <Shared
        checked={view.shared}
        busy={busy}
        onChange={(shared) => void run(() => change(view.id, { shared }))}
      />
      {owner && view.member_id !== me && (
        <p className="text-muted text-sm">{t("inbox.views.by", { name: owner })}</p>
      )}
      {problem && (
        <Notice tone="danger" role="alert">
          {problem}
        </Notice>
      )}
    </li>
  );
}

function Shared({
  checked,
  busy = false,
  onChange,
}: {
  checked: boolean;
  busy?: boolean;
  onChange: (shared: boolean) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="flex items-center justify-between gap-3">
      <span className="text-base">{t("inbox.views.share")}</span>
      <Switch
        label={t("inbox.views.share")}
        checked={checked}
        busy={busy}
        disabledReason={useReason("conversations:write")}
        onChange={onChange}
      />
    </div>
  );
}
