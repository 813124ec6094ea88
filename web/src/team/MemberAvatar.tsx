/** A colleague's picture, with a dot that tells whether they are here. */

import type { Member } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import { Avatar } from "@/ui/Avatar";
import { PresenceDot } from "@/ui/PresenceDot";
import { useAvailabilityOf } from "./presence";

export function MemberAvatar({ member, size = "md" }: { member: Member; size?: "sm" | "md" }) {
  const { t } = useTranslation();
  const availability = useAvailabilityOf()(member);
  return (
    <span className="relative inline-flex shrink-0">
      <Avatar id={member.id} name={member.name} url={member.avatar_url} size={size} />
      {availability && (
        <>
          <PresenceDot
            availability={availability}
            className="absolute -end-0.5 -bottom-0.5 ring-2 ring-raised"
          />
          <span className="sr-only">{t(`presence.${availability}`)}</span>
        </>
      )}
    </span>
  );
}
