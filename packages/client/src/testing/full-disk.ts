import { SyncError } from '../errors.ts'
import { type Storage, storageOver } from '../storage.ts'
import { memoryStore } from '../store/memory.ts'

/** A disk that refuses what needs room while it is full. */
export function fullable() {
  let time = 0
  const inner = storageOver(memoryStore(), () => ++time)
  const state = { full: false, kind: 'indexeddb' as const }
  const refuse = () => {
    if (state.full) throw new SyncError('quota', 'the disk is full')
  }
  const disk: Storage = {
    ...inner,
    kind: 'indexeddb',
    log: {
      ...inner.log,
      async append(...args) {
        refuse()
        return inner.log.append(...args)
      },
      async evict(...args) {
        state.full = false
        return inner.log.evict(...args)
      },
    },
    outbox: {
      ...inner.outbox,
      async add(...args) {
        refuse()
        return inner.outbox.add(...args)
      },
    },
  }
  return { disk, state }
}
