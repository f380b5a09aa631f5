import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { USAGE } from './options.ts'

const read = (path: string) => readFile(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8')

let docker: string
let fly: string
let unit: string
let pack: { name: string; bin: Record<string, string> }
beforeAll(async () => {
  docker = await read('Dockerfile')
  fly = await read('fly.toml')
  unit = await read('deploy/strandline-relay.service')
  pack = JSON.parse(await read('apps/relay/package.json'))
})

const settingOf = (text: string, pattern: RegExp) => pattern.exec(text)?.[1]
const settingsIn = (text: string) =>
  [...text.matchAll(/\b([A-Z][A-Z_]+)\s*=\s*["']?[\w./]/g)].map(([, name]) => name)
const main = () => pack.bin['strandline-relay']?.replace('./', '') ?? ''

describe('what the relay is shipped with (S0-12)', () => {
  it('sets only what the relay reads', () => {
    const known = [...USAGE.matchAll(/[A-Z_]{4,}/g)].map(([name]) => name)
    for (const text of [docker, fly, unit]) {
      const names = settingsIn(text).filter((name) => name !== 'NODE_ENV')
      expect(names.length).toBeGreaterThan(0)
      expect(names.filter((name) => !known.includes(name ?? ''))).toEqual([])
    }
  })

  it('agrees on the port, the data volume and the program', () => {
    expect(settingOf(docker, /^EXPOSE (\d+)$/m)).toBe(settingOf(docker, /PORT=(\d+)/))
    expect(settingOf(fly, /internal_port = (\d+)/)).toBe(settingOf(docker, /PORT=(\d+)/))
    expect(settingOf(docker, /^VOLUME (\S+)$/m)).toBe(settingOf(docker, /DATA_DIR=(\S+)/))
    expect(settingOf(fly, /destination = ["'](\S+)["']/)).toBe(settingOf(docker, /DATA_DIR=(\S+)/))
    expect(docker).toContain(`"node", "/app/${main()}"`)
    expect(unit).toContain(`/opt/strandline/${main()}`)
  })

  it('stops it by the signal that it ends well on, and gives it the time', () => {
    expect(docker).toContain('STOPSIGNAL SIGTERM')
    expect(unit).toContain('KillSignal=SIGTERM')
    expect(Number(settingOf(unit, /TimeoutStopSec=(\d+)/))).toBeGreaterThan(2.5)
    expect(settingOf(fly, /kill_signal = ["'](\w+)["']/)).toBe('SIGTERM')
    expect(Number(settingOf(fly, /kill_timeout = ["']?(\d+)/))).toBeGreaterThan(2.5)
  })

  it('is built from the lockfile', () => {
    expect(docker).toContain('install --frozen-lockfile')
    expect(docker).toContain(`--filter ${pack.name} deploy`)
  })
})
