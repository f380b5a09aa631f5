import { createClient } from '@strandline/client'

/** What the test reads of a page that writes without a pause. */
export interface Writer {
  /** Begins to write `name-0`, `name-1` and so on; calls `reportSaved(txid)` when each is saved. */
  write(name: string): void
  /** How much waits on this device. */
  pending(): number
  state(): string
  /** Whether the database was there when the page was opened. */
  readonly kept: Promise<boolean>
}

declare global {
  var writer: Writer
  /** Put there by the test. */
  var reportSaved: (txid: string) => Promise<void>
  /** Put there by the test, which ends then. */
  var reportRemoved: (name: string) => Promise<void>
}

// A database that is gone at the next start must be the browser's doing.
IDBFactory.prototype.deleteDatabase = (name) => {
  void globalThis.reportRemoved(name)
  throw new Error(`${name} is not to be removed`)
}
// Asked for before the client opens one. Where the browser cannot open its store, what the client finds in it tells; one
// that does not answer has not said that it is gone.
let tell: (kept: boolean) => void = () => undefined
const found = new Promise<boolean>((resolve) => {
  tell = resolve
})
const kept = Promise.race([
  indexedDB.databases().then(
    (all) => all.some(({ name }) => name?.startsWith('crash-')),
    () => found,
  ),
  new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 5_000)),
])

const client = createClient({ database: 'crash' })
const handle = client.stream('/v1/stream/crash')
// What comes first is the log on this device, where there is one.
handle.subscribe(({ source }) => tell(source === 'local'))

async function writeOn(name: string, number = 0): Promise<void> {
  const txid = `${name}-${number}`
  const items = Array.from({ length: number % 7 === 0 ? 3 : 1 }, (_, index) => ({
    type: 'note',
    key: `${txid}.${index}`,
    value: { text: txid },
    headers: { operation: 'insert' },
  }))
  await handle.append(items, { txid })
  void globalThis.reportSaved(txid)
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
  return writeOn(name, number + 1)
}

globalThis.writer = {
  write: (name) => void writeOn(name),
  pending: () => handle.outbox.get().length,
  state: () => handle.status.get().state,
  kept,
}
