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
  /** Whether the stream can be read from its start: a gateway that refuses everything says nothing of the log. */
  const answers = (signal: AbortSignal) =>
    transport.read(OFFSET_START, signal).then(
      () => true,
      () => false,
    )

  const asked = async <T>(from: Offset, signal: AbortSignal, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask()
    } catch (cause) {
      if (!(cause instanceof SyncError)) throw cause
      const ofTheOffset = cause.status === 400 || cause.status === 412
      if (ofTheOffset && from !== OFFSET_START && (await answers(signal)))
        throw new SyncError('incarnation', 'the relay never issued this offset', { cause })
      if (cause.code !== 'gone') throw cause
      await transport.head(signal)
      throw new SyncError('trimmed', 'the relay no longer has what follows', { cause })
    }
  }
  return {
    ...transport,
    read: (from, signal) => asked(from, signal, () => transport.read(from, signal).then(sane)),
    tail: (from, mode, listener, signal) => {
      const onPage = async (page: Page) => listener.onPage(sane(page))
      return asked(from, signal, () => transport.tail(from, mode, { ...listener, onPage }, signal))
    },
  }
}

/** A tail before the log's head: the relay lost what we hold, which makes it another life. */
function sane(page: Page): Page {
  if (compareOffsets(page.to, page.from) < 0)
    throw new SyncError('incarnation', 'the relay ends before the log')
  return page
}
