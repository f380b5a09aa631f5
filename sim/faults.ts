/** How often each fault has happened; one that never does proves nothing. */
export class Faults {
  readonly counts = new Map<string, number>()

  happened(fault: Fault): void {
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1)
  }
}

export const FAULTS = [
  'request lost',
  'answer lost',
  'request doubled',
  'request late',
  'tail cut',
  'relay down',
  'relay restarted',
  'relay forgot producers',
  'stream wiped',
  'stream restored',
  'device cloned',
  'busy answer',
  'credentials refused',
  'write refused',
  'tab crashed',
  'tab closed',
  'tab frozen',
  'two leaders',
  'news between tabs lost',
  'disk full',
  'disk failed',
  'clock jumped',
  'log damaged',
  'log evicted',
  'log joined',
  'log folded',
] as const

export type Fault = (typeof FAULTS)[number]
