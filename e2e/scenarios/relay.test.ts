import { relayPlace } from './places/relay.ts'
import { everyScenario } from './run.ts'

everyScenario('a spawned relay on LMDB behind a proxy (S1-57)', relayPlace)
