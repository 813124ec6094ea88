/** Virtual phones of the sandbox. */
export function Sandbox() {
  return <main className="p-6 text-muted">The sandbox is not built yet.</main>;
}
