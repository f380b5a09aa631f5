import { build } from './lib/build.mjs'
import { install } from './lib/install.mjs'
import { createProgress } from './lib/progress.mjs'
import { main } from './lib/stop.mjs'

await main(async () => {
  const progress = createProgress()
  await install(progress)
  await build(progress)
})
