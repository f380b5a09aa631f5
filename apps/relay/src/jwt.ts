import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Access, Authorize, Grant } from './auth.ts'

export interface JwtOptions {
  /** HS256. */
  readonly jwtSecret: string | undefined
  /** Where public keys are published; asymmetric algorithms only. */
  readonly jwksUrl: string | undefined
}

const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

type Verify = (token: string) => Promise<JWTPayload>

/**
 * Checks `Authorization: Bearer` tokens: `sub`, `streams` (globs over paths: `*` within a segment, `**`
 * across them) and `can` (verbs). Undefined when neither a secret nor a key set is given.
 */
export function jwtAuthorize(options: JwtOptions): Authorize | undefined {
  const verify = verifier(options)
  return verify && ((access) => judge(access, verify))
}

function verifier({ jwksUrl, jwtSecret }: JwtOptions): Verify | undefined {
  if (jwtSecret !== undefined) {
    const key = new TextEncoder().encode(jwtSecret)
    return async (token) => (await jwtVerify(token, key, { algorithms: ['HS256'] })).payload
  }
  if (jwksUrl === undefined) return undefined
  const keys: JWTVerifyGetKey = createRemoteJWKSet(new URL(jwksUrl))
  return async (token) => (await jwtVerify(token, keys, { algorithms: ASYMMETRIC })).payload
}

async function judge({ headers, path, verb }: Access, verify: Verify): Promise<Grant> {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headers.get('Authorization') ?? '')?.[1]
  if (token === undefined) return { ok: false, code: 'unauthorized', message: 'a bearer token is needed' }
  let claims: JWTPayload
  try {
    claims = await verify(token)
  } catch (error) {
    if (!speaksOfTheToken(error)) throw error
    return { ok: false, code: 'unauthorized', message: 'the token is not valid' }
  }
  if (typeof claims.sub !== 'string' || claims.sub === '') {
    return { ok: false, code: 'unauthorized', message: 'the token names no subject' }
  }
  if (!strings(claims.can).includes(verb) || !strings(claims.streams).some((glob) => covers(glob, path))) {
    return { ok: false, code: 'forbidden', message: `the token does not allow to ${verb} this stream` }
  }
  return claims.exp === undefined ? { ok: true } : { ok: true, until: claims.exp * 1000 }
}

/** Anything else speaks of the keys: a key set that cannot be had now must not sign people out. */
function speaksOfTheToken(error: unknown): boolean {
  return [
    errors.JWTExpired,
    errors.JWTInvalid,
    errors.JWTClaimValidationFailed,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JWKSNoMatchingKey,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
  ].some((kind) => error instanceof kind)
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** Whether `glob` names `path`: `*` stands for part of a segment, `**` for any number of whole ones. */
export function covers(glob: string, path: string): boolean {
  return matchSegments(glob.split('/'), path.split('/'))
}

function matchSegments(globs: readonly string[], segments: readonly string[]): boolean {
  const [glob, ...globsLeft] = globs
  if (glob === undefined) return segments.length === 0
  if (glob === '**') {
    if (globsLeft.length === 0) return segments.length > 0
    return segments.some((_, i) => matchSegments(globsLeft, segments.slice(i)))
  }
  const [segment, ...segmentsLeft] = segments
  return segment !== undefined && matchSegment(glob, segment) && matchSegments(globsLeft, segmentsLeft)
}

function matchSegment(glob: string, segment: string): boolean {
  const [first = '', ...parts] = glob.split('*')
  if (parts.length === 0) return glob === segment
  const last = parts.pop() ?? ''
  if (!segment.startsWith(first) || segment.length < first.length + last.length || !segment.endsWith(last))
    return false
  let at = first.length
  for (const part of parts) {
    const found = segment.indexOf(part, at)
    if (found < 0 || found + part.length > segment.length - last.length) return false
    at = found + part.length
  }
  return true
}
