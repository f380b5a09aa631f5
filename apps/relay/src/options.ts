import { parseArgs } from 'node:util'
import { isLoopback } from './hosts/names.ts'

export interface MainOptions {
  readonly port: number
  readonly host: string
  readonly data: string
  readonly web: string | undefined
  readonly jwtSecret: string | undefined
  readonly jwksUrl: string | undefined
  /** Only to give every stream another life, and to end then. */
  readonly renew: boolean
  /** Host names to be known by besides loopback's; undefined: any. */
  readonly names: readonly string[] | undefined
}

export type Env = Readonly<Record<string, string | undefined>>

export const USAGE = `strandline-relay: appends, serves reads from an offset, pushes tails

  --port N           PORT         port to listen on (4437)
  --host NAME        HOST         address to listen on (127.0.0.1)
  --data DIR         DATA_DIR     folder of the store (./data)
  --web DIR                       serve a built single-page app beside the streams
  --jwt-secret TEXT  JWT_SECRET   check HS256 tokens with this secret (prefer the variable: flags show in ps)
  --jwks-url URL     JWKS_URL     check tokens with the keys published there
  --allow-host A,B   ALLOW_HOST   without credentials: host names to be asked by, and from whose pages,
                                  besides those of this machine
  --open                          allow everybody, by any name and on an address other machines can reach
  --renew                         after a backup was put back: begin another life of every stream, and end`

/** A setting that cannot be used; `message` is one line for the person who gave it. */
export class OptionError extends Error {}

const FLAGS = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  web: { type: 'string' },
  'jwt-secret': { type: 'string' },
  'jwks-url': { type: 'string' },
  'allow-host': { type: 'string' },
  open: { type: 'boolean' },
  renew: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

/** Flags win over the environment. Undefined when help was asked for; throws `OptionError`. */
export function readOptions(args: readonly string[], env: Env): MainOptions | undefined {
  const flags = parse(args)
  if (flags.help) return undefined
  const host = flags.host ?? env.HOST ?? '127.0.0.1'
  const jwtSecret = flags['jwt-secret'] ?? env.JWT_SECRET
  const jwksUrl = flags['jwks-url'] ?? env.JWKS_URL
  if (jwtSecret !== undefined && jwksUrl !== undefined) {
    throw new OptionError('give one of JWT_SECRET and JWKS_URL, not both')
  }
  if (jwtSecret !== undefined && Buffer.byteLength(jwtSecret) < 32) {
    throw new OptionError('JWT_SECRET needs at least 32 bytes')
  }
  if (jwksUrl !== undefined && !URL.canParse(jwksUrl)) throw new OptionError('JWKS_URL is not a URL')
  if (!isLoopback(host) && jwtSecret === undefined && jwksUrl === undefined && !flags.open) {
    throw new OptionError(
      `HOST ${host} can be reached by other machines: set JWT_SECRET or JWKS_URL, or pass --open to let everybody in`,
    )
  }
  const allowed = flags['allow-host'] ?? env.ALLOW_HOST
  const anybody = flags.open === true || jwtSecret !== undefined || jwksUrl !== undefined
  if (allowed !== undefined && anybody) {
    throw new OptionError('ALLOW_HOST is for a relay without credentials and --open')
  }
  return {
    port: flags.port === undefined ? readPort('PORT', env.PORT ?? '4437') : readPort('--port', flags.port),
    host,
    data: flags.data ?? env.DATA_DIR ?? './data',
    web: flags.web,
    jwtSecret,
    jwksUrl,
    renew: flags.renew === true,
    names: anybody ? undefined : readNames(allowed ?? ''),
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : 'unknown flag')
  }
}

function readPort(name: string, text: string): number {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0
  if (port === 0 || port > 65_535) {
    throw new OptionError(`${name} must be a whole number from 1 to 65535, not ${JSON.stringify(text)}`)
  }
  return port
}

function readNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase())
  if (text !== '' && !names.every((name) => /^[\w-]+(\.[\w-]+)*$/.test(name))) {
    throw new OptionError(`ALLOW_HOST takes host names without ports, not ${JSON.stringify(text)}`)
  }
  return text === '' ? [] : names
}
