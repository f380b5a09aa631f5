import { useMemo, useSyncExternalStore } from 'react'
import { type Route, routeOf } from './route.ts'

const listeners = new Set<() => void>()

/** Shows another page of the app; `replace` leaves no step to go back to. */
export function navigate(path: string, { replace = false } = {}): void {
  if (path === location.pathname) return
  if (replace) history.replaceState(null, '', path)
  else history.pushState(null, '', path)
  for (const listener of [...listeners]) listener()
}

/** Follows where a notification leads; runs while the app does. */
export function followNotifications(): void {
  const { serviceWorker } = navigator as Partial<Pick<Navigator, 'serviceWorker'>>
  serviceWorker?.addEventListener('message', ({ data }) => {
    const { go } = Object(data) as { readonly go?: unknown }
    if (typeof go === 'string' && go.startsWith('/')) navigate(go)
  })
}

export function useRoute(): Route {
  const path = useSyncExternalStore(subscribe, () => location.pathname)
  return useMemo(() => routeOf(path), [path])
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('popstate', listener)
  }
}
