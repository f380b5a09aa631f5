import { describe, expect, it } from 'vitest'
import { isLoopback, refuseStranger } from './names.ts'

const judge = (headers: Record<string, string>, ...names: string[]) =>
  refuseStranger(new Headers(headers), new Set(names))?.code ?? 'taken'

describe('the names of this machine', () => {
  it.each(['localhost', 'LocalHost', 'app.localhost', '127.0.0.1', '127.1.2.3', '::1', '[::1]'])(
    'include %s',
    (name) => expect(isLoopback(name)).toBe(true),
  )

  it.each(['localhost.evil.example', 'evil-localhost', '127.0.0.1.evil.example', '0.0.0.0', '128.0.0.1', ''])(
    'do not include %j',
    (name) => expect(isLoopback(name)).toBe(false),
  )
})

describe('a request by a name', () => {
  it.each(['localhost:4437', '127.0.0.1', '[::1]:4437', 'app.localhost:80', 'LOCALHOST', 'localhost.'])(
    'of this machine is taken: %s',
    (host) => expect(judge({ Host: host })).toBe('taken'),
  )

  it.each([
    'evil.example:4437',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    '[',
    '',
    'a b',
    '192.168.0.7',
  ])('of anybody else is refused: %j', (host) => expect(judge({ Host: host })).toBe('host-not-allowed'))

  it('that is allowed is taken, with any port', () => {
    expect(judge({ Host: 'Relay.Example:8080' }, 'relay.example')).toBe('taken')
    expect(judge({ Host: 'sub.relay.example' }, 'relay.example')).toBe('host-not-allowed')
  })

  it('that names none, as no browser does, is taken', () => {
    expect(judge({})).toBe('taken')
  })
})

describe('a request from a page', () => {
  it.each(['http://localhost:5173', 'https://app.localhost', 'http://[::1]:3000', 'http://127.0.0.1'])(
    'of this machine is taken: %s',
    (origin) => expect(judge({ Host: 'localhost', Origin: origin })).toBe('taken'),
  )

  it.each(['https://evil.example', 'null', 'http://localhost.evil.example', 'chrome-extension://abc'])(
    'of anybody else is refused: %s',
    (origin) => expect(judge({ Host: 'localhost', Origin: origin })).toBe('host-not-allowed'),
  )

  it('of a site that is allowed is taken', () => {
    expect(judge({ Host: 'localhost', Origin: 'https://app.example' }, 'app.example')).toBe('taken')
  })
})
