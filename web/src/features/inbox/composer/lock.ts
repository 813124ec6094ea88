/** Whether one may write freely here, and if not, why. */

import type { Conversation } from "@/api/types";
import { useCan } from "@/app/me";
import { useNow } from "@/app/useNow";
import { useFormat } from "@/i18n/format";
import { useTranslation } from "@/i18n/useTranslation";
import { useChannels } from "@/team/queries";

export type Lock = {
  reason: string;
  /** A template may be sent all the same. */
  byWindow: boolean;
};

export function useLock(conversation: Conversation): Lock | null {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const canSend = useCan("messages:send");
  const { data: channels } = useChannels();
  const channel = channels?.find(({ id }) => id === conversation.channel_id);
  const expires = conversation.window_expires_at;
  if (!canSend) return { reason: t("inbox.composer.notAllowed"), byWindow: false };
  // Nothing leaves through it, templates neither.
  if (channels && (!channel || channel.status === "deleted"))
    return { reason: t("inbox.composer.numberGone"), byWindow: false };
  if (channel?.status === "inactive") return { reason: t("inbox.composer.numberOff"), byWindow: false };
  if (!expires) return { reason: t("inbox.composer.windowNeverOpen"), byWindow: true };
  if (Date.parse(expires) > now) return null;
  return { reason: t("inbox.composer.windowClosed", { at: format.full(expires) }), byWindow: true };
}
