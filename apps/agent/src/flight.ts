import type { RunFailure } from '@strandline/chat'

/** What an engine made of a prompt. */
export type Outcome =
  | { readonly state: 'finished' }
  | { readonly state: 'failed'; readonly error: RunFailure }

/** Why a run is stopped before its engine was done. */
export type Stop =
  | {
      readonly state: 'aborted'
      readonly by: string
      /** Prompts before this place in the log are cancelled with it. */
      readonly place: number
    }
  /** The agent itself stops. */
  | { readonly state: 'interrupted' }

/** One run between its beginning and its end, as its agent knows it. */
export type Flight =
  | { readonly phase: 'starting' }
  | { readonly phase: 'running' }
  | { readonly phase: 'waiting'; readonly questions: readonly string[] }
  /** The engine was asked to end, or made to (`hard`). */
  | { readonly phase: 'stopping'; readonly stop: Stop; readonly hard: boolean }
  | { readonly phase: 'ended'; readonly end: Outcome | Stop }

export type FlightEvent =
  | { readonly type: 'opened' }
  | { readonly type: 'asked'; readonly question: string }
  | { readonly type: 'answered'; readonly question: string }
  | { readonly type: 'stop'; readonly stop: Stop }
  /** The time for a soft end is up. */
  | { readonly type: 'grace-over' }
  /** The engine has nothing more to say. */
  | { readonly type: 'done'; readonly outcome: Outcome }

/** Pure. A run that was stopped ends as stopped, whatever its engine still reports; an end is never left. */
export function next(flight: Flight, event: FlightEvent): Flight {
  switch (flight.phase) {
    case 'starting':
    case 'running':
    case 'waiting':
      return nextInFlight(flight, event)
    case 'stopping':
      if (event.type === 'done') return { phase: 'ended', end: flight.stop }
      if (event.type === 'grace-over') return { ...flight, hard: true }
      return flight
    case 'ended':
      return flight
  }
}

type InFlight = Extract<Flight, { readonly phase: 'starting' | 'running' | 'waiting' }>

function nextInFlight(flight: InFlight, event: FlightEvent): Flight {
  const questions = flight.phase === 'waiting' ? flight.questions : []
  switch (event.type) {
    case 'opened':
      return flight.phase === 'starting' ? { phase: 'running' } : flight
    case 'asked':
      return { phase: 'waiting', questions: [...questions, event.question] }
    case 'answered': {
      if (flight.phase !== 'waiting') return flight
      const left = questions.filter((question) => question !== event.question)
      return left.length > 0 ? { phase: 'waiting', questions: left } : { phase: 'running' }
    }
    case 'stop':
      return { phase: 'stopping', stop: event.stop, hard: false }
    case 'grace-over':
      return flight
    case 'done':
      return { phase: 'ended', end: event.outcome }
  }
}
