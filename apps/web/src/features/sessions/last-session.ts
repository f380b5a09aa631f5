import { sessionPath } from '../../routing/route.ts'
import { kept } from '../../sync/kept.ts'

/** The session that was open last on this device. */
export const lastSession = kept<string | null>(
  'strandline:last',
  (stored) => stored,
  (id) => id,
)

/** Where the app begins: the page that was asked for, else what was open last. */
export function beginWhereLeft(): void {
  const last = lastSession.get()
  if (location.pathname === '/' && last !== null) history.replaceState(null, '', sessionPath(last))
}
