/** The mark: a note with its corner folded up. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={className}>
      <path
        className="fill-accent"
        d="M7 3h18a4 4 0 0 1 4 4v13.2a4 4 0 0 1-1.2 2.8l-4.8 4.8a4 4 0 0 1-2.8 1.2H7a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4Z"
      />
      <path
        className="fill-on-accent/55"
        d="M20.2 29a4 4 0 0 0 2.8-1.2l4.8-4.8a4 4 0 0 0 1.2-2.8h-5.3a3.5 3.5 0 0 0-3.5 3.5Z"
      />
      <path
        className="fill-none stroke-on-accent"
        strokeWidth="2.4"
        strokeLinecap="round"
        d="M9.5 11.5h13M9.5 17h7.5"
      />
    </svg>
  );
}
