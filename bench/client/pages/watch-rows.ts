/** Notes when each row was first part of a painted frame. */
export function watchRows(): void {
  globalThis.seen = new Map()
  const look = () => {
    // A task of its own after the frame's callbacks: what they put into the page is painted by then.
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      const now = performance.timeOrigin + performance.now()
      for (const { id } of document.querySelectorAll('li'))
        if (!globalThis.seen.has(id)) globalThis.seen.set(id, now)
      port1.close()
    }
    port2.postMessage(null)
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}
