import type { StreamDBMethods } from '../options.ts'

/** Milliseconds a database outlives its last user: a remount within them costs nothing. */
const GRACE = 1_000

interface Hold {
  users: number
  timer: ReturnType<typeof setTimeout> | undefined
  closed: boolean
}

const holds = new WeakMap<object, Hold>()

/** Starts `db` and holds it until the returned function runs; `replace` runs where it was closed before. */
export function retain(db: Pick<StreamDBMethods, 'preload' | 'close'>, replace: () => void): () => void {
  const hold = holds.get(db) ?? { users: 0, timer: undefined, closed: false }
  holds.set(db, hold)
  if (hold.closed) {
    replace()
    return () => undefined
  }
  hold.users += 1
  clearTimeout(hold.timer)
  db.preload().catch(() => undefined)
  return () => {
    hold.users -= 1
    if (hold.users > 0) return
    hold.timer = setTimeout(() => {
      hold.closed = true
      db.close().catch(() => undefined)
    }, GRACE)
  }
}
