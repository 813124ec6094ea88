import { SessionScope } from "../SessionScope";
import { Shell } from "./Shell";

export function SignedInLayout() {
  return (
    <SessionScope>
      <Shell />
    </SessionScope>
  );
}
