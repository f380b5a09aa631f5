import { chromiumPlace } from './places/chromium.ts'
import { everyScenario } from './run.ts'

everyScenario('real Chromium and a spawned relay', chromiumPlace)
