// @vitest-environment happy-dom
import { mswPlace } from './places/msw.ts'
import { everyScenario } from './run.ts'

everyScenario('the mock behind MSW in happy-dom (S1-57, G4)', mswPlace)
