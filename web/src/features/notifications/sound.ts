/** Two soft notes. Made here: nothing to load, nothing to license. */
const NOTES = [
  { hertz: 880, at: 0 },
  { hertz: 1174.66, at: 0.12 },
];

let context: AudioContext | null = null;

export function chime(): void {
  try {
    context ??= new AudioContext();
    // Until somebody has pressed something in the tab browsers keep it silent.
    void context.resume().catch(() => {});
    const start = context.currentTime;
    for (const { hertz, at } of NOTES) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.0001, start + at);
      volume.gain.exponentialRampToValueAtTime(0.12, start + at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + at + 0.35);
      tone.connect(volume).connect(context.destination);
      tone.start(start + at);
      tone.stop(start + at + 0.4);
    }
  } catch {
    // A browser without sound is silent.
  }
}
