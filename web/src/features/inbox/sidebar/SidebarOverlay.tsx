import { Dialog } from "@base-ui/react/dialog";
import type { Conversation } from "@/api/types";
import { useTranslation } from "@/i18n/useTranslation";
import type { Stamped } from "@/live/stamped";
import ContactSidebar from "./ContactSidebar";

/** The sidebar where there is no room beside the thread: over it, with the focus inside. */
export default function SidebarOverlay({
  conversation,
  onClose,
}: {
  conversation: Stamped<Conversation>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 animate-appear bg-[oklch(0.15_0.02_265/0.45)]" />
        <Dialog.Popup
          aria-label={t("inbox.sidebar.title")}
          className="fixed inset-y-0 end-0 z-40 w-[min(340px,100vw)] animate-appear shadow-pop outline-none"
        >
          <ContactSidebar conversation={conversation} onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
