/** What plays in a part of the page that is out of sight, but kept, falls silent: nobody could stop it there. A ref. */
export function quietWhenLeft(player: HTMLMediaElement | null): () => void {
  return () => player?.pause();
}
