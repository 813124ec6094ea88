/** Virtual phones: on the left whose there are, beside it the one that was picked up. */
import { Smartphone, UserRoundPlus } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { EmptyState } from "@/ui/EmptyState";
import { Notice } from "@/ui/Notice";
import { Delayed } from "@/ui/Skeleton";
import { AddCustomer } from "./AddCustomer";
import { Customers } from "./Customers";
import { Faults } from "./Faults";
import { PhoneView } from "./PhoneView";
import { Templates } from "./Templates";
import { t } from "./texts";
import { useBench } from "./useBench";
import { useRoute } from "./useRoute";

export function Sandbox() {
  const [open, go] = useRoute();
  const [state, add] = useBench(open);
  const [adding, setAdding] = useState(false);
  const { bench } = state;
  const phone = bench?.phones.find(({ wa_id }) => wa_id === open);
  const unread = bench?.phones.reduce((sum, { unread }) => sum + unread, 0) ?? 0;

  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${phone ? `${phone.name} · ` : ""}${t.title} · Recado`;
  }, [unread, phone]);

  return (
    <div className="flex h-dvh flex-col">
      {!state.live && (
        <Delayed ms={1000}>
          <Notice tone="warning" role="status" className="rounded-none">
            {t.reconnecting}
          </Notice>
        </Delayed>
      )}
      {bench && (
        <div className="flex min-h-0 flex-1">
          <Customers
            bench={bench}
            open={open}
            onOpen={go}
            onAdd={() => setAdding(true)}
            className={cx(open !== null && "max-md:hidden")}
          />
          <main className={cx("min-w-0 flex-1 bg-sunken", open === null && "max-md:hidden")}>
            {open === "templates" ? (
              <Templates changes={state.changes.templates} onBack={() => go(null)} />
            ) : open === "faults" ? (
              <Faults bench={bench} changes={state.changes.faults} onBack={() => go(null)} />
            ) : phone ? (
              <PhoneView
                key={phone.wa_id}
                phone={phone}
                bench={bench}
                messages={state.fetched.has(phone.wa_id) ? (state.chats[phone.wa_id] ?? []) : null}
                typing={state.typing.has(phone.wa_id)}
                onBack={() => go(null)}
                onSaid={(message) => add(phone.wa_id, message)}
              />
            ) : (
              <div className="grid h-full place-items-center">
                <Nobody
                  unknown={open !== null}
                  empty={bench.phones.length === 0}
                  onAdd={() => setAdding(true)}
                  onBack={() => go(null)}
                />
              </div>
            )}
          </main>
        </div>
      )}
      <AddCustomer
        open={adding}
        onOpenChange={setAdding}
        onAdded={(added) => {
          setAdding(false);
          go(added.wa_id);
        }}
      />
    </div>
  );
}

function Nobody({
  unknown,
  empty,
  onAdd,
  onBack,
}: {
  unknown: boolean;
  empty: boolean;
  onAdd: () => void;
  onBack: () => void;
}) {
  if (unknown)
    return (
      <EmptyState
        icon={Smartphone}
        title={t.unknownTitle}
        action={<Button onClick={onBack}>{t.back}</Button>}
      >
        {t.unknownText}
      </EmptyState>
    );
  if (empty)
    return (
      <EmptyState
        icon={UserRoundPlus}
        title={t.noCustomersTitle}
        action={
          <Button variant="primary" onClick={onAdd}>
            {t.addCustomer}
          </Button>
        }
      >
        {t.noCustomersText}
      </EmptyState>
    );
  return (
    <EmptyState icon={Smartphone} title={t.pickTitle}>
      {t.pickText}
    </EmptyState>
  );
}
