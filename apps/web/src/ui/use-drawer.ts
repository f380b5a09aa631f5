import { useCallback, useState, useSyncExternalStore } from 'react'

const NARROW = '(width < 45rem)'

export interface Drawer {
  readonly state: 'open' | 'shut'
  /** The sidebar lies over the pane instead of beside it. */
  readonly narrow: boolean
  open(): void
  close(): void
}

/** The sidebar of narrow screens; it shuts when another page is shown. */
export function useDrawer(page: string | undefined): Drawer {
  const [opened, setOpened] = useState<{ readonly on: string | undefined }>()
  const narrow = useSyncExternalStore(subscribe, isNarrow, () => false)
  const open = useCallback(() => setOpened({ on: page }), [page])
  const close = useCallback(() => setOpened(undefined), [])
  return { state: opened && opened.on === page ? 'open' : 'shut', narrow, open, close }
}

function isNarrow(): boolean {
  return matchMedia(NARROW).matches
}

function subscribe(onChange: () => void): () => void {
  const query = matchMedia(NARROW)
  query.addEventListener('change', onChange)
  return () => query.removeEventListener('change', onChange)
}
