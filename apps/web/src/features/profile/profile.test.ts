import { displayName, hueOf, nameOfId } from '@strandline/chat'
import { expect, test } from 'vitest'
import { cleanName, NAME_LIMIT, parseProfile } from './profile.ts'

test('a newcomer gets an id and is not met yet', () => {
  const one = parseProfile(null)
  expect(one.id).toMatch(/^u-[0-9a-f]{12}$/u)
  expect(one).toMatchObject({ name: undefined, met: false })
  expect(parseProfile(null).id).not.toBe(one.id)
})

test.each(['', '{', 'null', '7', '{"id":7}', '{"id":""}'])(
  'what is stored as %j makes a newcomer',
  (stored) => {
    expect(parseProfile(stored).met).toBe(false)
  },
)

test('what was kept comes back, its name cleaned', () => {
  expect(parseProfile('{"id":"u-1","name":"  Ada \\n L ","met":true,"since":7}')).toEqual({
    id: 'u-1',
    name: 'Ada L',
    met: true,
    since: 7,
  })
})

test('a name is cut between letters, and a blank one is none', () => {
  expect(cleanName('🌊'.repeat(NAME_LIMIT + 5))).toBe('🌊'.repeat(NAME_LIMIT))
  expect(cleanName(' \t ')).toBeUndefined()
})

test('a made id has a readable name, the same every time; a chosen one stands', () => {
  expect(nameOfId('u-278c2586')).toBe(nameOfId('u-278c2586'))
  expect(displayName('u-278c2586')).toBe(nameOfId('u-278c2586'))
  expect(displayName('u-278c2586', ' Ada ')).toBe('Ada')
  expect(displayName('alice')).toBe('alice')
})

test('hues are spread over the circle', () => {
  const hues = Array.from({ length: 200 }, (_, index) => hueOf(`u-${index}`))
  for (const third of [0, 120, 240])
    expect(hues.filter((hue) => hue >= third && hue < third + 120).length).toBeGreaterThan(40)
})
