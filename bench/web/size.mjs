import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const folder = new URL('../../apps/web/dist/assets', import.meta.url).pathname
const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'))
const sizes = scripts.map((name) => ({ name, bytes: gzipSync(readFileSync(join(folder, name))).length }))
for (const { name, bytes } of sizes.toSorted((a, b) => b.bytes - a.bytes))
  process.stdout.write(`${(bytes / 1024).toFixed(1).padStart(7)} KiB  ${name}\n`)
const sum = sizes.reduce((all, { bytes }) => all + bytes, 0)
process.stdout.write(
  `${(sum / 1024).toFixed(1).padStart(7)} KiB  all of the page's JavaScript, gzipped (bar 250)\n`,
)
