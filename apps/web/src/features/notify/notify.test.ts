import { afterEach, expect, test, vi } from 'vitest'
import { notify, wished } from './notify.ts'

const news = { about: 'session:a', title: 'Harbour', body: 'Ada: ahoy', path: '/s/a' }

function host({ hidden = true, permission = 'granted' as NotificationPermission } = {}) {
  return { document: { hidden }, Notification: { permission }, show: vi.fn() }
}

afterEach(() => wished.set(false))

test('S1-53 hidden, allowed and wished: one, under the name of what it is about', () => {
  wished.set(true)
  const here = host()
  notify(news, here)
  expect(here.show).toHaveBeenCalledExactlyOnceWith(
    'Harbour',
    expect.objectContaining({ tag: 'strandline:session:a', data: { path: '/s/a' } }),
  )
})

test.each([
  ['somebody looks', true, host({ hidden: false })],
  ['the browser was not asked', true, host({ permission: 'default' })],
  ['the browser forbids it', true, host({ permission: 'denied' })],
  ['nobody wished it', false, host()],
])('S1-53 none where %s', (_, wish, here) => {
  wished.set(wish)
  notify(news, here)
  expect(here.show).not.toHaveBeenCalled()
})
