import { afterAll, describe, test } from 'vitest'
import type { Scenario, World } from './world.ts'

const files = import.meta.glob<{ default: Scenario }>('../../scenarios/*.ts', { eager: true })

/** A kind of place: makes a world for one scenario. */
export interface Place {
  world(scenario: Scenario): Promise<World>
  end?(): Promise<void>
}

/** Every scenario there is, in a place of one kind. */
export function everyScenario(name: string, open: () => Place): void {
  describe(name, () => {
    const place = open()
    afterAll(() => place.end?.())
    for (const { default: scenario } of Object.values(files))
      test(scenario.title, async () => {
        const world = await place.world(scenario)
        try {
          await scenario.run(world)
        } finally {
          await world.end()
        }
      })
  })
}
