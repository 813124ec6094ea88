import { CloudOff } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "@/i18n/useTranslation";
import { useLive, useLiveState } from "@/live/context";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";

/** Short breaks mend themselves and are not worth a word. */
const GRACE_MS = 1_000;

export function ConnectionBanner() {
  const { t } = useTranslation();
  const live = useLive();
  const state = useLiveState();
  const down = state === "waiting" || state === "connecting";
  const [shown, setShown] = useState(false);

  useEffect(() => {
    if (!down) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), GRACE_MS);
    return () => clearTimeout(timer);
  }, [down]);

  return (
    <div role="status" data-live={state}>
      {shown && (
        <Notice
          tone="warning"
          icon={<CloudOff aria-hidden="true" className="size-4 text-pending" />}
          className="rounded-none border-line border-b"
          action={
            <Button size="sm" onClick={() => live.retryNow()}>
              {t("connection.retry")}
            </Button>
          }
        >
          <strong className="font-semibold">{t("connection.lost")}</strong> {t("connection.kept")}
        </Notice>
      )}
    </div>
  );
}
