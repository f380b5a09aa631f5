import { kept } from '../../sync/kept.ts'

export interface News {
  /** One at a time for each: a later one takes the place of the one before, in whatever tab it came in. */
  readonly about: string
  readonly title: string
  readonly body: string
  /** The page that it leads to. */
  readonly path: string
}

/** Whether the person wants to be told; the browser has to allow it as well. */
export const wished = kept<boolean>(
  'strandline:notify',
  (stored) => stored === 'yes',
  (value) => (value ? 'yes' : null),
)

type Host = {
  readonly document: Pick<Document, 'hidden'>
  readonly Notification?: { readonly permission: NotificationPermission }
  readonly show: (title: string, options: NotificationOptions) => void
}

/** Tells of something that happened just now, where nobody looks at this page. */
export function notify({ about, title, body, path }: News, host: Host = browser()): void {
  if (!host.document.hidden || !wished.get() || host.Notification?.permission !== 'granted') return
  host.show(title, {
    body: body.slice(0, 200),
    tag: `strandline:${about}`,
    icon: '/icon-192.png',
    data: { path },
  })
}

function browser(): Host {
  const { document, Notification } = globalThis as unknown as Partial<Host>
  return { document: document ?? { hidden: false }, ...(Notification && { Notification }), show }
}

/** Through the service worker where there is one: on phones there is no other way, and a click finds the page. */
function show(title: string, options: NotificationOptions): void {
  const { serviceWorker } = navigator as Partial<Pick<Navigator, 'serviceWorker'>>
  const plain = () => new Notification(title, options)
  if (!serviceWorker?.controller) return void plain()
  serviceWorker.ready.then((registration) => registration.showNotification(title, options)).catch(plain)
}
