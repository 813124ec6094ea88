/** What can be done with all chosen conversations at once. */
import { AlarmClock, Archive, Check, CircleDot, RotateCcw, Tag, UserRound, X } from "lucide-react";
import { useState } from "react";
import type { Conversation } from "@/api/types";
import { useCan, useMe } from "@/app/me";
import { useTags } from "@/contacts/queries";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { MemberAvatar } from "@/team/MemberAvatar";
import { useMembers } from "@/team/queries";
import { Button, IconButton } from "@/ui/Button";
import { Menu, MenuItem } from "@/ui/Menu";
import { notify } from "@/ui/toast";
import { type ChangeOfMany, useConversationActions } from "../queries/actions";
import { SnoozeMenu } from "./SnoozeMenu";
import type { Selection } from "./selection";

export default function BulkBar({ rows, selection }: { rows: Conversation[]; selection: Selection }) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useMe().member.id;
  const { data: members } = useMembers();
  const { changeMany } = useConversationActions();
  const [busy, setBusy] = useState(false);
  const reason = useCan("conversations:write") ? undefined : t("permission.conversationsWrite");
  const chosen = rows.filter((row) => selection.ids.has(row.id));
  const assignable = (members ?? [])
    .filter((member) => member.role !== "viewer")
    .sort((a, b) => (a.id === me ? -1 : b.id === me ? 1 : a.name.localeCompare(b.name)));
  const none = chosen.length === 0 ? t("inbox.bulk.chooseFirst") : reason;
  const allClosed = chosen.length > 0 && chosen.every((row) => row.status === "closed");

  const { data: tags = [] } = useTags();
  const mayTag = useCan("contacts:write");
  const haveAll = (tag: string) =>
    chosen.length > 0 && chosen.every((row) => row.contact.tags.some(({ id }) => id === tag));

  const apply = async (change: ChangeOfMany) => {
    setBusy(true);
    const { changed, complete } = await changeMany(chosen, change);
    setBusy(false);
    if (complete || changed > 0) notify(t("inbox.bulk.done", { number: format.number(changed) }));
    // What was not reached stays chosen, for another try.
    if (complete) selection.clear();
  };
  const button = { busy, disabledReason: none };

  return (
    <div
      role="toolbar"
      aria-label={t("inbox.bulk.label")}
      className="flex flex-wrap items-center gap-1 border-line border-b bg-accent-soft px-2 py-1.5"
    >
      <IconButton size="sm" label={t("inbox.bulk.clear")} onClick={selection.clear}>
        <X aria-hidden="true" className="size-4" />
      </IconButton>
      <span role="status" className="flex-1 whitespace-nowrap font-medium text-sm">
        {t("inbox.bulk.chosen", { number: format.number(chosen.length) })}
      </span>
      <Button variant="quiet" size="sm" onClick={selection.all}>
        {t("inbox.bulk.all")}
      </Button>
      <span className="flex items-center">
        <Menu
          align="end"
          trigger={
            <IconButton size="sm" label={t("inbox.bulk.assign")} {...button}>
              <UserRound aria-hidden="true" className="size-4" />
            </IconButton>
          }
        >
          <MenuItem onClick={() => void apply({ assigned_agent_id: null })}>
            <UserRound aria-hidden="true" className="size-6 p-1 text-muted" />
            {t("inbox.assignee.unassigned")}
          </MenuItem>
          {assignable.map((member) => (
            <MenuItem key={member.id} onClick={() => void apply({ assigned_agent_id: member.id })}>
              <MemberAvatar member={member} size="sm" />
              {member.id === me ? t("inbox.assignee.me", { name: member.name }) : member.name}
            </MenuItem>
          ))}
        </Menu>
        {mayTag && tags.length > 0 && (
          <Menu
            align="end"
            trigger={
              <IconButton size="sm" label={t("inbox.bulk.tag")} {...button}>
                <Tag aria-hidden="true" className="size-4" />
              </IconButton>
            }
          >
            {tags.map((tag) => {
              const all = haveAll(tag.id);
              return (
                <MenuItem
                  key={tag.id}
                  onClick={() => void apply(all ? { remove_tags: [tag.id] } : { add_tags: [tag.id] })}
                >
                  <span
                    aria-hidden="true"
                    className="size-2.5 shrink-0 rounded-full"
                    style={{ backgroundColor: tag.color }}
                  />
                  <span className="min-w-0 flex-1 truncate">
                    <bdi>{tag.name}</bdi>
                  </span>
                  {all && (
                    <>
                      <Check aria-hidden="true" className="size-4 text-accent" />
                      <span className="sr-only">{t("inbox.bulk.untag")}</span>
                    </>
                  )}
                </MenuItem>
              );
            })}
          </Menu>
        )}
        <SnoozeMenu
          snoozed={chosen.some((row) => row.snooze)}
          onSnooze={(snooze) => void apply({ snooze })}
          trigger={
            <IconButton size="sm" label={t("inbox.snooze.button")} {...button}>
              <AlarmClock aria-hidden="true" className="size-4" />
            </IconButton>
          }
        />
        <IconButton
          size="sm"
          label={t("inbox.bulk.pending")}
          onClick={() => void apply({ status: "pending" })}
          {...button}
        >
          <CircleDot aria-hidden="true" className="size-4" />
        </IconButton>
        <IconButton
          size="sm"
          label={t(allClosed ? "inbox.reopen" : "inbox.close")}
          onClick={() => void apply({ status: allClosed ? "open" : "closed" })}
          {...button}
        >
          {allClosed ? (
            <RotateCcw aria-hidden="true" className="size-4" />
          ) : (
            <Archive aria-hidden="true" className="size-4" />
          )}
        </IconButton>
      </span>
    </div>
  );
}
