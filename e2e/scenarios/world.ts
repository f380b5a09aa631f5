import type { StateItem } from '@strandline/client'
import type { TestRelay } from '@strandline/relay/msw'
import type { Waiting, WireStatus } from './actor.ts'

/** The relay of a scenario: the real one, wherever it runs, behind a network that fails on command. */
export interface ScenarioRelay extends TestRelay {
  /** It loses all it has. */
  wipe(): Promise<void>
}

/** One tab of the one device, on the stream of the scenario. */
export interface Tab {
  /** Keys of the items its subscriber has, in order. */
  keys(): Promise<string[]>
  status(): Promise<WireStatus>
  outbox(): Promise<Waiting[]>
  /** Resolves with the `txid` when it is saved; rejects with an error that has a `code`. */
  write(items: readonly StateItem[], txid?: string): Promise<string>
  retry(txid?: string): Promise<boolean>
  discard(txid: string): Promise<boolean>
  /** Wipes the device; what never left. */
  logOut(): Promise<Waiting[]>
  /** The page is loaded anew; what it held in memory is gone. */
  reload(): Promise<void>
  close(): Promise<void>
  /** Ends between any two steps, with no goodbye. */
  crash(): Promise<void>
  /** Nothing of it runs until it thaws, but it keeps what it holds. */
  freeze(): Promise<{ thaw(): Promise<void> }>
}

/** Where a scenario happens, and all it may use. Time is the clients' own, virtual or hurried. */
export interface World {
  readonly relay: ScenarioRelay
  /** The path of the stream. */
  readonly path: string
  /** @param types what its subscriber wants; all unless said */
  tab(types?: readonly string[]): Promise<Tab>
  /** Waits for what is to come; throws where it does not. */
  until(holds: () => boolean | Promise<boolean>): Promise<void>
  /** Long enough for a loop to show that should not be. */
  aWhile(): Promise<void>
  pass(ms: number): Promise<void>
  /** Milliseconds. */
  now(): number
  end(): Promise<void>
}

export interface Scenario {
  readonly title: string
  /** Whether the stream is there when it begins. */
  readonly exists: boolean
  readonly run: (world: World) => Promise<void>
}

/** What happens and what has to be seen, told once; every place runs it. The title names what of it was asked for. */
export function scenario(title: string, run: Scenario['run'], { exists = true } = {}): Scenario {
  return { title, run, exists }
}
