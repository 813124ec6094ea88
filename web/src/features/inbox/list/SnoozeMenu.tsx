/** Puts conversations away until a time, or until the customer writes. */
import { type ComponentProps, Suspense, useState } from "react";
import type { Snooze } from "@/api/types";
import { lazy } from "@/ui/lazy";
import { Menu } from "@/ui/Menu";

const SnoozeItems = lazy(() => import("./SnoozeItems"));
const SnoozeDialog = lazy(() => import("./SnoozeDialog"));

export function SnoozeMenu({
  trigger,
  snoozed,
  onSnooze,
}: {
  trigger: ComponentProps<typeof Menu>["trigger"];
  /** Whether it is put away now, and can be taken out again. */
  snoozed: boolean;
  onSnooze: (snooze: Snooze | null) => void;
}) {
  const [choosing, setChoosing] = useState(false);
  return (
    <>
      <Menu trigger={trigger} align="end">
        <SnoozeItems snoozed={snoozed} onSnooze={onSnooze} onChoose={() => setChoosing(true)} />
      </Menu>
      {choosing && (
        <Suspense fallback={null}>
          <SnoozeDialog onClose={() => setChoosing(false)} onChoose={(until) => onSnooze({ until })} />
        </Suspense>
      )}
    </>
  );
}
