import { type Readable, writable } from '@strandline/client'

/** Whether this page is the newest version of the app that this device has. */
export type Update =
  | { readonly state: 'current' }
  /** A newer one is here and waits; `apply` starts it, and with it every page that is open. */
  | { readonly state: 'waiting'; apply(): void }
  /** It was started from another tab; this page is the old one until it is loaded again. */
  | { readonly state: 'elsewhere'; apply(): void }

/** Of a page that is not kept on the device. */
export const CURRENT: Readable<Update> = writable<Update>({ state: 'current' })

type Container = Pick<ServiceWorkerContainer, 'controller' | 'register' | 'addEventListener'>

/** How often a page that is looked at asks whether there is a newer version (ms). */
const ASK_EVERY = 30 * 60_000

/** Keeps the app itself on this device. Nothing is replaced before a person asks for it. */
export function keepShell(container: Container, reload: () => void): Readable<Update> {
  const update = writable<Update>({ state: 'current' })
  let asked = false
  const controlled = container.controller !== null

  const offer = (worker: ServiceWorker) => {
    const apply = () => {
      asked = true
      worker.postMessage('take-over')
    }
    update.set({ state: 'waiting', apply })
  }
  container.addEventListener('controllerchange', () => {
    if (asked) reload()
    // With none at all, what the browser keeps for this site was cleared.
    else if (controlled && container.controller) update.set({ state: 'elsewhere', apply: reload })
  })
  container.register('/sw.js').then(
    (registration) => {
      if (registration.waiting && controlled) offer(registration.waiting)
      registration.addEventListener('updatefound', () => {
        const { installing } = registration
        installing?.addEventListener('statechange', () => {
          if (installing.state === 'installed' && container.controller) offer(installing)
        })
      })
      askNowAndThen(registration)
    },
    // A private window or an insecure address: the app works, only not without its server.
    () => undefined,
  )
  return update
}

function askNowAndThen(registration: ServiceWorkerRegistration): void {
  let last = Date.now()
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || Date.now() - last < ASK_EVERY) return
    last = Date.now()
    registration.update().catch(() => undefined)
  })
}
