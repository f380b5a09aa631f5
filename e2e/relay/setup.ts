import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The bin under test is the built one. */
export default async function build(): Promise<void> {
  const cwd = fileURLToPath(new URL('../../', import.meta.url))
  await promisify(execFile)('node_modules/.bin/tsc', ['-b', 'apps/relay'], { cwd })
}
