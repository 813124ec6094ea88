/** Where rows of the list will be, while they are on their way. */
import { useTranslation } from "@/i18n/useTranslation";
import { Bone, Delayed } from "@/ui/Skeleton";

export function RowBones({ count }: { count: number }) {
  const { t } = useTranslation();
  return (
    <Delayed>
      <div role="status" aria-label={t("common.loading")} className="flex flex-col">
        {Array.from({ length: count }, (_, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no identity but their place
          <div key={at} className="flex h-[68px] items-center gap-3 px-3">
            <Bone className="size-11 rounded-full" />
            <div className="flex flex-1 flex-col gap-2">
              <Bone className="h-3.5 w-2/5" />
              <Bone className="h-3 w-4/5" />
            </div>
          </div>
        ))}
      </div>
    </Delayed>
  );
}
