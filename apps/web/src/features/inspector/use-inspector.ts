import { useEffect, useState } from 'react'

/** Whether the inspector may be opened at all: builds for development, and pages that were asked for with it. */
const ALLOWED = import.meta.env.DEV || new URLSearchParams(globalThis.location?.search).has('inspect')

/** Open where the address asks for it; Ctrl and ` opens and closes it. */
export function useInspector() {
  const [open, setOpen] = useState(ALLOWED && !import.meta.env.DEV)
  useEffect(() => {
    if (!ALLOWED) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (!event.ctrlKey || event.key !== '`') return
      event.preventDefault()
      setOpen((now) => !now)
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
  return { open, close: () => setOpen(false) }
}
