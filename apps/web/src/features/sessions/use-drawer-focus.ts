import { type RefObject, useEffect, useRef } from 'react'
import type { Drawer } from '../../ui/use-drawer.ts'

/**
 * Moves the focus into the sidebar when it slides over the pane, and back to the button that opens it when it
 * goes. Returns how to ask for a field of it, which cannot take the focus before the sidebar is there.
 */
export function useDrawerFocus(
  drawer: Drawer,
  enter: () => void,
): (field: RefObject<HTMLElement | null>) => void {
  const wanted = useRef<RefObject<HTMLElement | null>>(undefined)
  const latest = useRef(enter)
  useEffect(() => {
    latest.current = enter
  })

  const over = drawer.narrow && drawer.state === 'open'
  useEffect(() => {
    if (!over) return
    const field = wanted.current?.current
    wanted.current = undefined
    if (field) field.focus()
    else if (!document.activeElement?.closest('.sidebar')) latest.current()
    return () => {
      const idle = document.activeElement === document.body || document.activeElement?.closest('[inert]')
      if (idle) document.querySelector<HTMLElement>('[data-testid="drawer-open"]')?.focus()
    }
  }, [over])

  return (field) => {
    wanted.current = field
    drawer.open()
    field.current?.focus()
  }
}
