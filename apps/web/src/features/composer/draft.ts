import { load, save } from '../../sync/kept.ts'

const PREFIX = 'strandline:draft:'
const PAUSE = 300

export interface Draft {
  /** What was typed and not sent. */
  read(): string
  /** Keeps it a little later; what is typed meanwhile replaces it. */
  write(text: string): void
  /** Keeps it now. */
  flush(): void
}

/** The unsent text of one session; it survives a reload. */
export function draftOf(session: string): Draft {
  const key = PREFIX + session
  let waiting: { readonly text: string; readonly timer: ReturnType<typeof setTimeout> } | undefined

  const flush = () => {
    if (!waiting) return
    clearTimeout(waiting.timer)
    save(key, waiting.text === '' ? null : waiting.text)
    waiting = undefined
  }

  return {
    read: () => waiting?.text ?? load(key) ?? '',
    write(text) {
      clearTimeout(waiting?.timer)
      waiting = { text, timer: setTimeout(flush, PAUSE) }
    },
    flush,
  }
}
