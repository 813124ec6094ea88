import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ChangeEvent, type FormEvent, useId, useRef, useState } from "react";
import { api, body } from "@/api/client";
import { ApiError, reasonOf } from "@/api/errors";
import type { Me } from "@/api/types";
import { meQuery, useMe } from "@/app/me";
import { Card, PageHeader } from "@/app/pages/parts";
import { useChangeProfile, useChooseLanguage } from "@/app/preferences";
import { LANGUAGES, type Language } from "@/i18n";
import { useTranslation } from "@/i18n/useTranslation";
import { Avatar } from "@/ui/Avatar";
import { Button } from "@/ui/Button";
import { SelectField, TextField } from "@/ui/TextField";
import { notify, notifyError } from "@/ui/toast";

export function ProfilePage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t("settings.section.profile")} lead={t("team.profile.lead")} />
      <Card>
        <Picture />
        <Name />
        <Surroundings />
      </Card>
    </>
  );
}

function Picture() {
  const { t } = useTranslation();
  const { member } = useMe();
  const cache = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const done = ({ data }: { data: Me }) => cache.setQueryData(meQuery.queryKey, data);
  const failed = (error: Error) =>
    notifyError(t("team.profile.pictureFailed"), reasonOf(error) ?? t("error.network"));
  const set = useMutation({
    mutationFn: (file: File) =>
      body(
        api.PUT("/api/v1/me/avatar", {
          body: { file: "" },
          bodySerializer: () => {
            const form = new FormData();
            form.append("file", file);
            return form;
          },
        }),
      ),
    onSuccess: done,
    onError: failed,
  });
  const remove = useMutation({
    mutationFn: () => body(api.DELETE("/api/v1/me/avatar")),
    onSuccess: done,
    onError: failed,
  });
  const chosen = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (file) set.mutate(file);
  };
  return (
    <div className="flex flex-wrap items-center gap-4 border-line border-b p-5">
      <Avatar id={member.id} name={member.name} url={member.avatar_url} size="xl" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-medium text-base">{t("team.profile.picture")}</p>
        <p id={id} className="text-muted text-sm">
          {t("team.profile.pictureHint")}
        </p>
      </div>
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp"
        aria-label={t("team.profile.picture")}
        tabIndex={-1}
        className="sr-only"
        onChange={chosen}
      />
      <div className="flex gap-2">
        {member.avatar_url && (
          <Button variant="quiet" busy={remove.isPending} onClick={() => remove.mutate()}>
            {t("team.profile.pictureRemove")}
          </Button>
        )}
        <Button busy={set.isPending} aria-describedby={id} onClick={() => input.current?.click()}>
          {t("team.profile.pictureChoose")}
        </Button>
      </div>
    </div>
  );
}

function Name() {
  const { t } = useTranslation();
  const { member } = useMe();
  const [name, setName] = useState(member.name);
  const change = useChangeProfile();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ name: name.trim() }, { onSuccess: () => notify(t("team.saved")) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 border-line border-b p-5">
      <TextField
        label={t("auth.name")}
        hint={t("team.profile.nameHint")}
        autoComplete="name"
        required
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={change.error ? problem(change.error, t("error.network")) : undefined}
        className="max-w-md"
      />
      <TextField label={t("auth.email")} value={member.email} readOnly className="max-w-md" />
      <Button
        type="submit"
        variant="primary"
        busy={change.isPending}
        disabledReason={name.trim() === member.name ? t("team.unchanged") : undefined}
        className="self-start"
      >
        {t("team.save")}
      </Button>
    </form>
  );
}

/** Language and time zone: saved as soon as they are chosen. */
function Surroundings() {
  const { t, i18n } = useTranslation();
  const { member } = useMe();
  const chooseLanguage = useChooseLanguage();
  const change = useChangeProfile();
  const browser = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = Intl.supportedValuesOf("timeZone");
  const kept = member.time_zone;
  const zones = kept && !known.includes(kept) ? [kept, ...known] : known;
  return (
    <div className="flex flex-col gap-4 p-5">
      <SelectField
        label={t("appearance.language")}
        hint={t("team.profile.languageHint")}
        value={i18n.language}
        onChange={(event) => chooseLanguage(event.target.value as Language)}
        className="max-w-md"
      >
        {(Object.keys(LANGUAGES) as Language[]).map((language) => (
          <option key={language} value={language} lang={language}>
            {LANGUAGES[language]}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t("team.profile.timeZone")}
        hint={t("team.profile.timeZoneHint")}
        value={kept ?? ""}
        onChange={(event) => change.mutate({ time_zone: event.target.value || null })}
        error={change.error ? problem(change.error, t("error.network")) : undefined}
        className="max-w-md"
      >
        <option value="">{t("team.profile.timeZoneBrowser", { zone: browser })}</option>
        {zones.map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll("_", " ")}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

function problem(error: Error, otherwise: string): string {
  return error instanceof ApiError ? error.message : otherwise;
}
