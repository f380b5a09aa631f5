import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepShell } from './update.ts'

beforeEach(() => void vi.stubGlobal('document', { hidden: false, addEventListener() {} }))
afterEach(() => void vi.unstubAllGlobals())

/** A browser that keeps the app, as far as it tells the page. */
function browser(controller: object | null) {
  let changed = () => {}
  const container = {
    controller,
    addEventListener: (_: string, listener: () => void) => {
      changed = listener
    },
    register: async () => ({ waiting: null, addEventListener() {} }),
  }
  const reload = vi.fn()
  const update = keepShell(container as unknown as Parameters<typeof keepShell>[0], reload)
  const becomes = (next: object | null) => {
    container.controller = next
    changed()
  }
  return { update, reload, becomes }
}

test('another version that was started elsewhere is told of', () => {
  const { update, reload, becomes } = browser({})
  becomes({})
  expect(update.get().state).toBe('elsewhere')
  expect(reload).not.toHaveBeenCalled()
})

test('the first version on this device is no news', () => {
  const { update, becomes } = browser(null)
  becomes({})
  expect(update.get().state).toBe('current')
})

test('site data that is cleared under the page is no new version', () => {
  const { update, reload, becomes } = browser({})
  becomes(null)
  expect(update.get().state).toBe('current')
  expect(reload).not.toHaveBeenCalled()
})
