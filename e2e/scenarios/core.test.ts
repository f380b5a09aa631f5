import { corePlace } from './places/core.ts'
import { everyScenario } from './run.ts'

everyScenario('the fetch core in process', corePlace)
