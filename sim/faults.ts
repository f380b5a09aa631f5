export const FAULTS = [
  'request lost',
  'answer lost',
  'answer late',
  'request doubled',
  'request late',
  'tail cut',
  'tail stalled',
  'relay down',
  'relay restarted',
  'relay forgot producers',
  'stream wiped',
  'stream restored',
  'stream set back within its life',
  'device cloned',
  'busy answer',
  'credentials refused',
  'credentials expired in the middle of a claim',
  'write refused',
  'tab crashed',
  'tab crashed between two steps of its store',
  'power lost',
  'tab closed',
  'tab frozen',
  'two leaders',
  'news between tabs lost',
  'quota abort',
  'disk failed',
  'clock jumped',
  'log damaged',
  'log evicted',
  'log joined',
  'log folded',
] as const

export type Fault = (typeof FAULTS)[number]

/** How often each fault has happened; one that never does proves nothing. */
export class Faults {
  readonly counts = new Map<string, number>(FAULTS.map((fault) => [fault, 0]))

  happened(fault: Fault): void {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1)
  }
}
