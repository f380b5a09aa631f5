import { deltaItem } from '@strandline/chat'
import type { StateItem } from '@strandline/client'

/** Others' lists hear of a session at most this often from one tab (ms). */
const PAUSE = 20_000

/**
 * Notes in the shared list that something was said: at once, then at most now and then, and the last one always
 * after a while. A list of a thousand people cannot hear of every line.
 */
export function touches(append: (items: readonly StateItem[]) => Promise<void>) {
  const noted = new Map<string, { at: number; timer?: ReturnType<typeof setTimeout> }>()
  const note = (session: string, at: number, by: string) => {
    noted.set(session, { at })
    append([deltaItem('session.touch', session, { at, by })]).catch(() => undefined)
  }
  return (session: string, at: number, by: string): void => {
    const last = noted.get(session)
    clearTimeout(last?.timer)
    const wait = last ? last.at + PAUSE - at : 0
    if (!last || wait <= 0) note(session, at, by)
    else noted.set(session, { at: last.at, timer: setTimeout(() => note(session, at, by), wait) })
  }
}
