import { expect, test } from 'vitest'
import { splitLinks } from './links.ts'

function links(text: string): string[] {
  return splitLinks(text).flatMap((part) => (part.href ? [part.text] : []))
}

test.each([
  ['see https://a.example/x.', ['https://a.example/x']],
  ['(https://a.example/x)', ['https://a.example/x']],
  ['https://a.example/wiki/Tide_(sea)', ['https://a.example/wiki/Tide_(sea)']],
  [
    'https://a.example/?q=1&r=2#top, and http://b.example',
    ['https://a.example/?q=1&r=2#top', 'http://b.example'],
  ],
  ['「https://a.example/x」。', ['https://a.example/x']],
  ['HTTPS://A.EXAMPLE/', ['HTTPS://A.EXAMPLE/']],
  ['"https://a.example"', ['https://a.example']],
  ['nothing here', []],
])('%s', (text, expected) => {
  expect(links(text)).toEqual(expected)
})

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'ftp://a.example',
  'https://',
  'http://[',
  'xhttps//a',
])('%s is no link', (text) => {
  expect(links(text)).toEqual([])
})

test('only http and https come out, as what the browser will open', () => {
  for (const { href } of splitLinks('https://a.example/ä http://b.example')) {
    if (href) expect(href).toMatch(/^https?:\/\//u)
  }
})

test('the parts joined are the text', () => {
  const text = 'a https://a.example/x) b\nhttp://b.example/ (https://c.example/(d)) 🌊'
  expect(
    splitLinks(text)
      .map((part) => part.text)
      .join(''),
  ).toBe(text)
})

test('a long text of near misses takes no time', () => {
  const text = `${'https://('.repeat(5000)}${')'.repeat(20_000)}`
  const before = performance.now()
  splitLinks(text)
  expect(performance.now() - before).toBeLessThan(1000)
})
