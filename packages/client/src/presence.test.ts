import { expect, test } from 'vitest'
import { browserPresence } from './presence.ts'

/** A window with its document and navigator, as far as presence looks at them. */
function host() {
  const navigator = { onLine: true }
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' as DocumentVisibilityState })
  return Object.assign(new EventTarget(), { navigator, document })
}

test('hears the network go and come and the page be hidden, until its signal ends', () => {
  const page = host()
  const presence = browserPresence(page)
  const life = new AbortController()
  const heard: unknown[] = []
  presence.watch(() => heard.push([presence.online(), presence.visible()]), life.signal)
  const happen = () => {
    page.navigator.onLine = false
    page.dispatchEvent(new Event('offline'))
    page.navigator.onLine = true
    page.dispatchEvent(new Event('online'))
    page.document.visibilityState = 'hidden'
    page.document.dispatchEvent(new Event('visibilitychange'))
    page.document.visibilityState = 'visible'
    page.document.dispatchEvent(new Event('visibilitychange'))
  }
  const all = [
    [false, true],
    [true, true],
    [true, false],
    [true, true],
  ]
  happen()
  expect(heard).toEqual(all)
  life.abort()
  happen()
  expect(heard).toEqual(all)
})

test('a host without window and document is always present', () => {
  const presence = browserPresence({})
  presence.watch(() => undefined, new AbortController().signal)
  expect([presence.online(), presence.visible()]).toEqual([true, true])
})
