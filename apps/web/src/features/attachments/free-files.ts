import { keptList } from '../../sync/kept-list.ts'
import type { Streams } from '../../sync/streams.ts'

type Freeing = Pick<Streams, 'free'>

/** Attachments that no message names any more, and that may still be on this device or on the relay. */
const leftOver = keptList('strandline:freeing')
let sweeping = false

/** Lets go of attachments that no message names any more; without a network as soon as there is one. */
export function freeFiles(streams: Freeing, urls: readonly string[]): void {
  leftOver.add(urls)
  void sweepFiles(streams)
}

/** Goes through what is left over; what cannot be freed now stays for the next time. */
async function sweepFiles(streams: Freeing): Promise<void> {
  if (sweeping) return
  sweeping = true
  const tried = new Set<string>()
  const next = () => leftOver.get().find((url) => !tried.has(url))
  for (let url = next(); url !== undefined; url = next()) {
    tried.add(url)
    const done = await streams.free(url).then(
      () => true,
      () => false,
    )
    if (done) leftOver.remove([url])
  }
  sweeping = false
}

/** Sweeps with each start, and whenever the network is back. */
export function keepSweeping(streams: Freeing): void {
  void sweepFiles(streams)
  addEventListener('online', () => void sweepFiles(streams))
}
