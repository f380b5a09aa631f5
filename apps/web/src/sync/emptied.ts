import type { StreamHandle } from '@strandline/client'
import { surface } from './surface.ts'

/** Drops what an outbox holds; resolves when nothing is left: what is being sent has to come to its end first. */
export async function emptied(handle: StreamHandle): Promise<void> {
  await handle.discard('')
  await new Promise<void>((resolve) => {
    const asked = new Set<string>()
    const look = () => {
      const left = handle.outbox.get()
      if (left.length === 0) {
        stop()
        return resolve()
      }
      for (const { txid, state } of left) {
        if (state === 'sending' || state === 'sent' || asked.has(txid)) continue
        asked.add(txid)
        handle.discard(txid).then(() => asked.delete(txid), surface)
      }
    }
    const stop = handle.outbox.subscribe(look)
    look()
  })
}
