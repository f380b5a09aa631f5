/**
 * Tells the page that its device lost or found a network, as a browser does: `navigator.onLine`, and the event that
 * makes clients ask again at once. A host without a window is told nothing.
 */
export function tellDevice(online: boolean): void {
  const { window, navigator } = globalThis as {
    window?: EventTarget & { Event?: typeof Event }
    navigator?: object
  }
  if (!window || !navigator) return
  if (online) Reflect.deleteProperty(navigator, 'onLine')
  else Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => false })
  const DeviceEvent = window.Event ?? Event
  window.dispatchEvent(new DeviceEvent(online ? 'online' : 'offline'))
}
