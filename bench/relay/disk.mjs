import { open, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('../../.cache/bench-fdatasync', import.meta.url))

/** `fdatasync` calls a second on the disk the repository is on, each after a page was written. */
export async function flushRate(ms) {
  const handle = await open(file, 'w')
  const page = Buffer.alloc(4096, 1)
  const began = performance.now()
  let count = 0
  while (performance.now() - began < ms) {
    await handle.write(page, 0, page.length, count++ * page.length)
    await handle.datasync()
  }
  await handle.close()
  await rm(file)
  return (count * 1000) / ms
}
