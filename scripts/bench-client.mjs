import { bin } from './lib/bin.mjs'
import { build } from './lib/build.mjs'
import { ensureChromium } from './lib/chromium.mjs'
import { install } from './lib/install.mjs'
import { pnpm } from './lib/pnpm.mjs'
import { createProgress } from './lib/progress.mjs'
import { at } from './lib/root.mjs'
import { start } from './lib/run.mjs'
import { main, Stop } from './lib/stop.mjs'

/** The peers are a tree of their own: nothing of them enters the product's. */
const peers = at('bench/client/peers')

await main(async () => {
  const progress = createProgress()
  await install(progress)
  await build(progress)
  const CHROMIUM_PATH = await ensureChromium(progress)
  const step = progress.step('Installing the peers')
  const { code, lines } = await pnpm(['install', '--frozen-lockfile'], { cwd: peers })
  if (code !== 0) throw new Stop(lines.slice(-10).join('\n'))
  step.done()
  // One after the other; `npm run bench:client -- speed` runs the one.
  const asked = process.argv.slice(2)
  const names = asked.length > 0 ? asked : ['speed', 'deltas', 'checkpoint']
  const files = names.map((name) => `bench/client/${name}.test.ts`)
  const options = ['--disable-console-intercept', '--no-file-parallelism', '--project', 'bench']
  const args = [bin('vitest'), 'run', ...options, ...files]
  const env = { ...process.env, CHROMIUM_PATH }
  const child = start(process.execPath, args, { cwd: at('.'), stdio: 'inherit', env })
  process.exitCode = await new Promise((resolve) => child.once('close', resolve))
})
