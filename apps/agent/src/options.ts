import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { DEFAULT_AGENT } from '@strandline/chat'
import type { Timing } from './desk.ts'

export interface MainOptions {
  readonly relay: string
  readonly root: string
  readonly id: string
  readonly name: string
  readonly engine: 'demo' | 'cli'
  readonly command: readonly string[]
  readonly models: readonly string[]
  readonly workspaces: Readonly<Record<string, string>>
  readonly skipPermissions: boolean
  readonly owners: readonly string[] | undefined
  readonly token: string | undefined
  readonly tokenFile: string | undefined
  readonly rate: number
  readonly timing: Timing
}

export const USAGE: string = `strandline-agent: answers in the sessions of a relay

  --relay URL            RELAY_URL     the relay (http://127.0.0.1:4437)
  --root PATH            AGENT_ROOT    the sessions below this path of streams (the relay's own)
  --id NAME              AGENT_ID      the sessions that name this are served; one process a name (${DEFAULT_AGENT})
  --name TEXT            AGENT_NAME    what people see
  --engine demo|cli      AGENT_ENGINE  demo: rules, no network, no model; cli: a command (demo)
  --command "WORDS"      AGENT_COMMAND the command of the cli engine (claude)
  --model NAME                         a model that people may choose; may be repeated
  --workspace NAME=DIR                 a folder that prompts may ask to work in; may be repeated
  --skip-permissions                   the cli engine asks nobody for anything
  --owner PERSON                       serve only sessions that this person made; may be repeated
  --token TEXT           AGENT_TOKEN   sent as a bearer token (prefer the variable: flags show in ps)
  --token-file FILE      AGENT_TOKEN_FILE  read afresh for each request
  --rate N                             words a second of the demo (25)
  --idle-ms N            AGENT_IDLE_MS an idle engine is closed after this; 0: never (600000)
  --lease-ms N                         a run without a sign of life counts as dead after this (15000)
  --grace-ms N                         from a soft stop to a hard one (2000)
  --file-ms N                          a prompt waits so long for a file that comes no further (60000)`

/** A setting that cannot be used; `message` is one line for the person who gave it. */
export class OptionError extends Error {}

const FLAGS = {
  relay: { type: 'string' },
  root: { type: 'string' },
  id: { type: 'string' },
  name: { type: 'string' },
  engine: { type: 'string' },
  command: { type: 'string' },
  model: { type: 'string', multiple: true },
  workspace: { type: 'string', multiple: true },
  'skip-permissions': { type: 'boolean' },
  owner: { type: 'string', multiple: true },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  rate: { type: 'string' },
  'idle-ms': { type: 'string' },
  'lease-ms': { type: 'string' },
  'grace-ms': { type: 'string' },
  'file-ms': { type: 'string' },
  help: { type: 'boolean' },
} as const

const TIMING: Timing = { leaseMs: 15_000, graceMs: 2_000, idleMs: 600_000, fileMs: 60_000 }

/** Flags win over the environment. Undefined when help was asked for; throws `OptionError`. */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): MainOptions | undefined {
  const flags = parse(args)
  if (flags.help) return undefined
  const relay = flags.relay ?? env.RELAY_URL ?? 'http://127.0.0.1:4437'
  if (!/^https?:$/.test(protocolOf(relay))) throw new OptionError(`RELAY_URL ${relay} is not an http address`)
  const engine = flags.engine ?? env.AGENT_ENGINE ?? 'demo'
  if (engine !== 'demo' && engine !== 'cli') throw new OptionError(`--engine is demo or cli, not ${engine}`)
  const id = flags.id ?? env.AGENT_ID ?? DEFAULT_AGENT
  if (!/^[\w.-]+$/.test(id)) throw new OptionError(`--id ${id} may hold letters, digits, "-", "_" and "."`)
  const command = (flags.command ?? env.AGENT_COMMAND ?? 'claude').split(/\s+/).filter(Boolean)
  if (command.length === 0) throw new OptionError('--command is empty')
  return {
    relay,
    root: flags.root ?? env.AGENT_ROOT ?? '',
    id,
    name: flags.name ?? env.AGENT_NAME ?? (engine === 'demo' ? 'Demo agent' : 'Agent'),
    engine,
    command,
    models: flags.model ?? [],
    workspaces: Object.fromEntries((flags.workspace ?? []).map(workspaceOf)),
    skipPermissions: flags['skip-permissions'] ?? false,
    owners: flags.owner,
    token: flags.token ?? env.AGENT_TOKEN,
    tokenFile: flags['token-file'] ?? env.AGENT_TOKEN_FILE,
    rate: numberOr(flags.rate, 25, 0.1),
    timing: {
      leaseMs: numberOr(flags['lease-ms'], TIMING.leaseMs, 100),
      graceMs: numberOr(flags['grace-ms'], TIMING.graceMs, 0),
      idleMs: numberOr(flags['idle-ms'] ?? env.AGENT_IDLE_MS, TIMING.idleMs, 0),
      fileMs: numberOr(flags['file-ms'], TIMING.fileMs, 0),
    },
  }
}

/** What is no number, or below the least, is the default; a 0 that is allowed stays one. */
function numberOr(text: string | undefined, other: number, least: number): number {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) && value >= least ? value : other
}

function workspaceOf(text: string): [string, string] {
  const at = text.indexOf('=')
  const [name, folder] = [text.slice(0, at), text.slice(at + 1)]
  if (at < 1 || folder === '') throw new OptionError(`--workspace is NAME=FOLDER, not ${text}`)
  return [name, resolve(folder)]
}

function protocolOf(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : ''
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true }).values
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : 'unknown flag')
  }
}
