import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createRelay, type Relay, type RelayNews } from './index.ts'
import { covers, jwtAuthorize } from './jwt.ts'
import { memoryStore } from './stores/memory.ts'
import { ask, codeOf, JSON_TYPE } from './testing/client.ts'

const secret = 'a secret of at least thirty-two bytes'
const key = new TextEncoder().encode(secret)
const ALL = ['read', 'append', 'create', 'delete']

type Claims = { sub?: string; streams?: unknown; can?: unknown }
const token = (claims: Claims, more: { exp?: string | number; alg?: string; key?: Uint8Array } = {}) =>
  new SignJWT({ sub: 'ann', ...claims })
    .setProtectedHeader({ alg: more.alg ?? 'HS256' })
    .setExpirationTime(more.exp ?? '1h')
    .sign(more.key ?? key)
const bearer = (text: string) => ({ Authorization: `Bearer ${text}` })

const VERBS = [
  ['create', 'PUT', 'fresh'],
  ['append', 'POST', 'ann/a'],
  ['read', 'GET', 'ann/a'],
  ['read', 'HEAD', 'ann/a'],
  ['read', 'GET', 'ann/a?offset=-1&live=sse'],
  ['read', 'GET', 'ann/a?offset=-1&live=long-poll'],
  ['delete', 'DELETE', 'ann/a'],
] as const

let relay: Relay
beforeEach(async () => {
  relay = createRelay({
    store: memoryStore(),
    authorize: jwtAuthorize({ jwtSecret: secret, jwksUrl: undefined }) ?? fail,
  })
  const owner = bearer(await token({ streams: ['**'], can: ALL }))
  await send('PUT', 'ann/a', owner)
  await send('POST', 'ann/a', owner)
  before = await snapshot()
})
afterEach(() => relay.close())

let before: unknown
const fail = () => {
  throw new Error('there is a secret')
}
const send = (method: string, path: string, headers: Record<string, string> = {}) =>
  ask(relay, path, {
    method,
    headers: { ...JSON_TYPE, ...headers },
    ...(method === 'POST' && { body: '{"author":"bob"}' }),
  })
const snapshot = async () => {
  const reader = bearer(await token({ streams: ['**'], can: ['read'] }))
  return [await (await send('GET', 'ann/a', reader)).text(), relay.stats()]
}

describe.each(VERBS)('%s by %s %s', (verb, method, path) => {
  it.each([
    ['no credentials', () => Promise.resolve({}), 401],
    ['another scheme', () => Promise.resolve({ Authorization: 'Basic YTpi' }), 401],
    ['garbage', () => Promise.resolve(bearer('a.b.c')), 401],
    [
      'another secret',
      async () => bearer(await token({ streams: ['**'], can: ALL }, { key: key.slice(1) })),
      401,
    ],
    ['an expired token', async () => bearer(await token({ streams: ['**'], can: ALL }, { exp: 1000 })), 401],
    ['no subject', async () => bearer(await token({ sub: '', streams: ['**'], can: ALL })), 401],
    ['somebody else', async () => bearer(await token({ sub: 'bob', streams: ['bob/**'], can: ALL })), 403],
    [
      'another verb',
      async () => bearer(await token({ streams: ['**'], can: ALL.filter((can) => can !== verb) })),
      403,
    ],
    ['claims of a wrong type', async () => bearer(await token({ streams: '**', can: verb })), 403],
  ])('with %s is refused before anything happens (S1-27, S1-28, S3-3)', async (_, credentials, status) => {
    const answer = await send(method, path, await credentials())
    expect(answer.status).toBe(status)
    if (method !== 'HEAD') expect(await codeOf(answer)).toBe(status === 401 ? 'unauthorized' : 'forbidden')
    expect(await snapshot()).toEqual(before)
  })

  it('with the right credentials is carried out', async () => {
    const right = bearer(await token({ streams: ['ann/*', 'fresh'], can: [verb] }))
    const leaving = new AbortController()
    const request = new Request(`http://relay.test/v1/stream/${path}`, {
      method,
      headers: { ...JSON_TYPE, ...right },
      signal: leaving.signal,
      ...(method === 'POST' && { body: '1' }),
    })
    const answer = await relay.fetch(request)
    expect(answer.status).toBeLessThan(300)
    leaving.abort()
  })
})

describe('who writes', () => {
  it('is told by the credentials and the path; what a body says of it is data (S4-15)', async () => {
    const bob = bearer(await token({ sub: 'bob', streams: ['bob/**'], can: ALL }))
    expect((await send('PUT', 'bob/a', bob)).status).toBe(201)
    const forged = (path: string) =>
      ask(relay, path, { method: 'POST', headers: { ...JSON_TYPE, ...bob }, body: '{"author":"ann"}' })
    expect((await forged('ann/a')).status).toBe(403)
    expect((await forged('bob/a')).status).toBe(204)
    expect(await (await send('GET', 'bob/a', bob)).json()).toEqual([{ author: 'ann' }])
  })

  it('is not told by a token in the URL, which ends up in logs (S3-3)', async () => {
    const right = await token({ streams: ['**'], can: ALL })
    for (const name of ['token', 'access_token', 'authorization']) {
      for (const live of ['', '&live=sse', '&live=long-poll']) {
        expect((await send('GET', `ann/a?offset=-1${live}&${name}=${right}`)).status).toBe(401)
      }
    }
  })
})

describe('a fork', () => {
  it('needs to read its source', async () => {
    const from = { 'Stream-Forked-From': '/v1/stream/ann/a' }
    const creator = bearer(await token({ streams: ['bob/*', 'ann/*'], can: ['create'] }))
    expect((await send('PUT', 'bob/f', { ...creator, ...from })).status).toBe(403)
    const foreigner = bearer(await token({ streams: ['bob/*'], can: ALL }))
    expect((await send('PUT', 'bob/f', { ...foreigner, ...from })).status).toBe(403)
    expect(await snapshot()).toEqual(before)
    const both = bearer(await token({ streams: ['bob/*', 'ann/*'], can: ALL }))
    expect((await send('PUT', 'bob/f', { ...both, ...from })).status).toBe(201)
  })
})

describe('the figures of the relay', () => {
  it('are for who may read everything; its health is for all', async () => {
    expect((await send('GET', '/health')).status).toBe(200)
    expect((await send('GET', '/stats')).status).toBe(401)
    expect((await send('GET', '/stats', bearer(await token({ streams: ['ann/*'], can: ALL })))).status).toBe(
      403,
    )
    expect(
      (await send('GET', '/stats', bearer(await token({ streams: ['**'], can: ['read'] })))).status,
    ).toBe(200)
  })
})

describe('without a secret or keys', () => {
  it('there is nothing to check', () => {
    expect(jwtAuthorize({ jwtSecret: undefined, jwksUrl: undefined })).toBeUndefined()
  })
})

/** By the keys that are found where it looks for them. */
function keyedBy(answer: () => Response) {
  const asked = vi.fn(async () => answer())
  vi.stubGlobal('fetch', asked)
  onTestFinished(() => {
    vi.unstubAllGlobals()
    expect(asked).toHaveBeenCalledOnce()
  })
  return jwtAuthorize({ jwtSecret: undefined, jwksUrl: 'http://keys.test/jwks' }) ?? fail
}

describe('a key set', () => {
  it('checks signatures by its public keys, and takes no shared secret for one', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }
    const authorize = keyedBy(() => Response.json({ keys: [jwk] }))
    const keyed = createRelay({ store: memoryStore(), authorize })
    const claims = { sub: 'ann', streams: ['**'], can: ALL }
    const good = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setExpirationTime('1h')
      .sign(privateKey)
    expect((await ask(keyed, 'a', { method: 'PUT', headers: bearer(good) })).status).toBe(201)
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(key)
    expect((await ask(keyed, 'b', { method: 'PUT', headers: bearer(forged) })).status).toBe(401)
    await keyed.close()
  })
})

describe('a key set that cannot be had', () => {
  it('is a trouble of the relay, which clients wait out, not a token that is not valid', async () => {
    const authorize = keyedBy(() => new Response(null, { status: 503 }))
    const reported: string[] = []
    const report = ({ event }: RelayNews) => reported.push(event)
    const keyed = createRelay({ store: memoryStore(), authorize, report })
    const { privateKey } = await generateKeyPair('ES256')
    const token = await new SignJWT({ sub: 'ann', streams: ['**'], can: ALL })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .sign(privateKey)
    const answer = await ask(keyed, 'a', { method: 'PUT', headers: bearer(token) })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toBe('1')
    expect(await codeOf(answer)).toBe('authorize-failed')
    expect(reported).toEqual(['authorize-failed'])
    await keyed.close()
  })
})

describe('globs', () => {
  it.each([
    ['**', 'a', true],
    ['**', 'a/b/c', true],
    ['a/**', 'a/b/c', true],
    ['a/**', 'a', false],
    ['a/**', 'ab/c', false],
    ['a/*', 'a/b', true],
    ['a/*', 'a/b/c', false],
    ['a/*', 'a/', true],
    ['*/b', 'a/b', true],
    ['**/b', 'a/a/b', true],
    ['a-*-z', 'a-m-z', true],
    ['a-*-z', 'a-z', false],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'abc', true],
    ['a*bc*c', 'abc', false],
    ['a.c', 'abc', false],
    ['', 'a', false],
  ])('%j over %j is %s', (glob, path, expected) => {
    expect(covers(glob, path)).toBe(expected)
  })
})
