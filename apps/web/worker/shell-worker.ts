export type {}

declare const self: ServiceWorkerGlobalScope

/** Put in by the build (see `scripts/lib/shell-plugin.ts`): a name for this version, and what it is made of. */
declare const SHELL: { readonly version: string; readonly files: readonly string[] }

const PREFIX = 'strandline-shell-'
const CACHE = PREFIX + SHELL.version
/** Never kept here: streams have a log of their own. */
const STREAMS = /^\/(?:v1\/|health$)/u
/** A hash in the name: such a file never changes. */
const HASHED = /^\/assets\//u

self.addEventListener('install', (event) => {
  const fetchAll = async () => {
    const cache = await caches.open(CACHE)
    await cache.addAll(SHELL.files.map((file) => new Request(file, { cache: 'reload' })))
  }
  event.waitUntil(fetchAll())
})

/** The version before this one stays for the tabs that still run it. */
self.addEventListener('activate', (event) => {
  const settle = async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE)
    await Promise.all(names.slice(0, -1).map((name) => caches.delete(name)))
    await self.clients.claim()
  }
  event.waitUntil(settle())
})

/** A person asked for the new version. */
self.addEventListener('message', ({ data }) => {
  if (data === 'take-over') void self.skipWaiting()
})

/** A click on a notification leads to the page that it is about, in a window that is open where there is one. */
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const { path = '/' } = Object(event.notification.data) as { readonly path?: string }
  const show = async () => {
    const [window] = await self.clients.matchAll({ type: 'window' })
    if (!window) return self.clients.openWindow(path)
    window.postMessage({ go: path })
    return window.focus()
  }
  event.waitUntil(show())
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin || STREAMS.test(pathname)) return
  event.respondWith(request.mode === 'navigate' ? page(request) : file(request, pathname))
})

async function page(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  return (await cache.match('/index.html')) ?? fetch(request)
}

async function file(request: Request, pathname: string): Promise<Response> {
  const cache = await caches.open(CACHE)
  const known = (await cache.match(request)) ?? (await caches.match(request))
  if (known) return known
  const fresh = await fetch(request)
  // Letters of other scripts: fetched when they are met, kept from then on.
  if (fresh.ok && HASHED.test(pathname)) await cache.put(request, fresh.clone())
  return fresh
}
