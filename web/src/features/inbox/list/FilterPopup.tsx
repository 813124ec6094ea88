/** What narrows the list, each kind by itself. Loaded when somebody first reaches for it. */
import { type RefObject, useId } from "react";
import { useTags } from "@/contacts/queries";
import { useTranslation } from "@/i18n/useTranslation";
import type { ListFilter, StatusFilter } from "@/live/conversations";
import { useChannels, useMembers } from "@/team/queries";
import { Button } from "@/ui/Button";
import { Kbd } from "@/ui/Kbd";
import { Popup } from "@/ui/Popup";
import { Switch } from "@/ui/Switch";
import { SelectField } from "@/ui/TextField";
import { narrowings, STATUSES, WINDOWS, without } from "../filter";

export default function FilterPopup({
  anchor,
  filter,
  onChange,
  onSave,
  onClose,
}: {
  anchor: RefObject<HTMLElement | null>;
  filter: ListFilter;
  onChange: (filter: ListFilter) => void;
  onSave: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { data: members } = useMembers();
  const { data: channels } = useChannels();
  const { data: tags } = useTags();
  const unreadId = useId();
  const narrowed = narrowings(filter);
  const set = (key: "member" | "channel" | "tag" | "window", value: string) => {
    const left = without(filter, [key]);
    onChange(value ? ({ ...left, [key]: value } as ListFilter) : left);
  };
  return (
    <Popup
      anchor={anchor}
      label={t("inbox.filter.title")}
      align="end"
      side="bottom"
      onClose={onClose}
      className="thin-scroll max-h-[min(76vh,var(--available-height))] w-[min(320px,calc(100vw-24px))] overflow-y-auto"
    >
      <div className="flex flex-col gap-3 p-3">
        <SelectField
          label={t("inbox.filter.status")}
          value={filter.status}
          onChange={(event) => onChange({ ...filter, status: event.target.value as StatusFilter })}
        >
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {t(`inbox.statusFilter.${status}`)}
            </option>
          ))}
        </SelectField>
        {filter.tab === "all" && (
          <SelectField
            label={t("inbox.filter.member")}
            value={filter.member ?? ""}
            onChange={(event) => set("member", event.target.value)}
          >
            <option value="">{t("inbox.filter.anyone")}</option>
            {isGone(filter.member, members) && (
              <option value={filter.member}>{t("inbox.assignee.someone")}</option>
            )}
            {(members ?? []).map((member) => (
              <option key={member.id} value={member.id}>
                {member.name}
              </option>
            ))}
          </SelectField>
        )}
        {((channels ?? []).length > 1 || filter.channel) && (
          <SelectField
            label={t("inbox.filter.channel")}
            value={filter.channel ?? ""}
            onChange={(event) => set("channel", event.target.value)}
          >
            <option value="">{t("inbox.filter.anyChannel")}</option>
            {isGone(filter.channel, channels) && (
              <option value={filter.channel}>{t("inbox.filter.goneChannel")}</option>
            )}
            {(channels ?? []).map((channel) => (
              <option key={channel.id} value={channel.id}>
                {channel.label}
              </option>
            ))}
          </SelectField>
        )}
        {(tags?.length || filter.tag) && (
          <SelectField
            label={t("inbox.filter.tag")}
            value={filter.tag ?? ""}
            onChange={(event) => set("tag", event.target.value)}
          >
            <option value="">{t("inbox.filter.anyTag")}</option>
            {isGone(filter.tag, tags) && <option value={filter.tag}>{t("inbox.filter.goneTag")}</option>}
            {tags?.map((tag) => (
              <option key={tag.id} value={tag.id}>
                {tag.name}
              </option>
            ))}
          </SelectField>
        )}
        <SelectField
          label={t("inbox.filter.window")}
          value={filter.window ?? ""}
          onChange={(event) => set("window", event.target.value)}
        >
          <option value="">{t("inbox.filter.anyWindow")}</option>
          {WINDOWS.map((window) => (
            <option key={window} value={window}>
              {t(`inbox.filter.windows.${window}`)}
            </option>
          ))}
        </SelectField>
        <div className="flex items-center justify-between gap-3">
          <span id={unreadId} className="flex items-center gap-2 font-medium text-sm">
            {t("inbox.filter.unread")}
            <span aria-hidden="true" className="pointer-coarse:hidden">
              <Kbd>Shift U</Kbd>
            </span>
          </span>
          <Switch
            label={t("inbox.filter.unread")}
            checked={filter.unread === true}
            onChange={(unread) => {
              const left = without(filter, ["unread"]);
              onChange(unread ? { ...left, unread } : left);
            }}
          />
        </div>
        <div className="flex flex-wrap justify-between gap-2 border-line border-t pt-3">
          <Button
            variant="quiet"
            size="sm"
            disabledReason={narrowed.length === 0 ? t("inbox.filter.nothing") : undefined}
            onClick={() => onChange(without(filter, narrowed))}
          >
            {t("inbox.filter.clear")}
          </Button>
          <Button size="sm" onClick={onSave}>
            {t("inbox.views.save")}
          </Button>
        </div>
      </div>
    </Popup>
  );
}

/** What is asked for stays to be seen, though nothing can have it any more. */
function isGone(id: string | undefined, rows: readonly { id: string }[] | undefined): boolean {
  return id !== undefined && rows !== undefined && !rows.some((row) => row.id === id);
}
