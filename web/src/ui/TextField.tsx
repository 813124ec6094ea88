import { type ComponentProps, type ReactNode, useId } from "react";
import { cx } from "./cx";

export const INPUT =
  "w-full rounded-md border border-edge/70 bg-raised px-3 text-base text-text placeholder:text-faint focus-visible:border-accent focus-visible:outline-2 focus-visible:outline-accent focus-visible:outline-offset-0 aria-invalid:border-danger disabled:opacity-60";

export type TextFieldProps = Omit<ComponentProps<"input">, "id"> & {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
};

export function TextField({ label, hint, error, className, ...rest }: TextFieldProps) {
  const id = useId();
  const about = error ? `${id}-error` : hint ? `${id}-hint` : undefined;
  return (
    <div className={cx("flex flex-col gap-1.5", className)}>
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <input
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={about}
        className={cx(INPUT, "h-10 pointer-coarse:h-11")}
      />
      <Below id={id} error={error} hint={hint} />
    </div>
  );
}

export function SelectField({
  label,
  hint,
  error,
  className,
  children,
  ...rest
}: Omit<ComponentProps<"select">, "id"> & { label: string; hint?: ReactNode; error?: string | undefined }) {
  const id = useId();
  return (
    <div className={cx("flex flex-col gap-1.5", className)}>
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <select
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : hint ? `${id}-hint` : undefined}
        className={cx(INPUT, "h-10 pointer-coarse:h-11")}
      >
        {children}
      </select>
      <Below id={id} error={error} hint={hint} />
    </div>
  );
}

export function TextArea({
  label,
  hint,
  error,
  className,
  ...rest
}: Omit<ComponentProps<"textarea">, "id"> & { label: string; hint?: ReactNode; error?: string | undefined }) {
  const id = useId();
  return (
    <div className={cx("flex flex-col gap-1.5", className)}>
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <textarea
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : hint ? `${id}-hint` : undefined}
        className={cx(INPUT, "thin-scroll min-h-28 py-2")}
      />
      <Below id={id} error={error} hint={hint} />
    </div>
  );
}

function Below({ id, error, hint }: { id: string; error: string | undefined; hint: ReactNode }) {
  if (error) {
    return (
      <p id={`${id}-error`} className="text-danger text-sm">
        {error}
      </p>
    );
  }
  return (
    hint && (
      <p id={`${id}-hint`} className="text-muted text-sm">
        {hint}
      </p>
    )
  );
}
