import { SyncError } from './errors.ts'
import type { Page } from './http/page.ts'
import { compareOffsets, OFFSET_START, type Offset } from './protocol/index.ts'
import type { Transport } from './transport.ts'

/**
 * The HTTP of a stream for those who hold its log. Whoever reads from an offset that the log has, learns what a
 * refusal says of it: `incarnation` where the relay never issued it or ends before it, so that the log is of another
 * life (invariant 10), and `trimmed` where the relay no longer retains what follows it.
 */
export function heldOffsets(transport: Transport): Transport {
  const asked = async <T>(from: Offset, signal: AbortSignal, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask()
    } catch (cause) {
      if (!(cause instanceof SyncError)) throw cause
      const ofTheOffset = cause.status === 400 || cause.status === 412
      if (ofTheOffset && from !== OFFSET_START && (await answers(transport, signal)))
        throw new SyncError('incarnation', 'the relay never issued an offset that the log has', { cause })
      if (cause.code !== 'gone') throw cause
      await transport.head(signal)
      throw new SyncError('trimmed', 'the relay no longer retains what follows the log', { cause })
    }
  }
  return {
    ...transport,
    read: (from, signal) => asked(from, signal, async () => sane(await transport.read(from, signal))),
    tail: (from, mode, { onPage, onHeard }, signal) => {
      const listener = { onHeard, onPage: async (page: Page) => onPage(sane(page)) }
      return asked(from, signal, () => transport.tail(from, mode, listener, signal))
    },
  }
}

/** A tail before the log's head: the relay lost what we hold, which makes it another life. */
function sane(page: Page): Page {
  if (compareOffsets(page.to, page.from) < 0)
    throw new SyncError('incarnation', 'the relay ends before the log does')
  return page
}

/** Whether the stream can be read from its start: a gateway that refuses everything says nothing of the log. */
async function answers(transport: Transport, signal: AbortSignal): Promise<boolean> {
  try {
    await transport.read(OFFSET_START, signal)
    return true
  } catch {
    return false
  }
}
