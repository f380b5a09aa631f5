import { mergeConfig } from 'vitest/config'
import shown from './vitest.config.ts'

/** As docs/testing.md shows it, on a machine that may be busy. */
export default mergeConfig(shown, { test: { setupFiles: ['src/patience.ts'], testTimeout: 60_000 } })
