import { displayName, isOpen, isStalled, type OpenRun, type Run } from '@strandline/chat'
import { AlertIcon } from '../../ui/icons.tsx'
import { useNow } from '../status/use-now.ts'

export interface RunActions {
  /** Asks again what this run was to answer. */
  again(run: Run): void
  /** Stops it, and what waits behind it. */
  stop(run: Run): void
}

interface RunLineProps {
  readonly run: Run
  readonly me: string
  readonly actions: RunActions
}

/** How a run stands, or what became of it. */
export function RunLine({ run, me, actions }: RunLineProps) {
  if (isOpen(run)) return <Open run={run} actions={actions} />
  switch (run.state) {
    case 'finished':
      return (
        <p className="run-line" data-testid="run" data-state="finished">
          {account(run)}
        </p>
      )
    case 'aborted':
      return (
        <p className="run-line" data-testid="run" data-state="aborted">
          Stopped{run.by && ` by ${run.by === me ? 'you' : displayName(run.by)}`}
        </p>
      )
    case 'failed':
      return (
        <Failure state="failed" text={run.error?.message ?? 'The answer failed.'} hint={run.error?.hint}>
          <Again run={run} actions={actions} />
        </Failure>
      )
    case 'interrupted':
      return (
        <Failure state="interrupted" text="The agent was restarted before it could finish.">
          <Again run={run} actions={actions} />
        </Failure>
      )
    default:
      return run satisfies never
  }
}

const DOING = { starting: 'Starting up', running: 'Working', waiting: 'Waiting for your answer' } as const

function Open({ run, actions }: { readonly run: OpenRun; readonly actions: RunActions }) {
  const now = useNow(true)
  if (isStalled(run, now))
    return (
      <Failure state="stalled" text="The agent has not been heard of for a while.">
        <button type="button" className="button button-text" onClick={() => actions.stop(run)}>
          End it
        </button>
      </Failure>
    )
  const seconds = Math.max(0, Math.round((now - run.at) / 1000))
  return (
    <p className="run-line" data-testid="run" data-state={run.state}>
      <span className="run-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span>{DOING[run.state]}</span>
      {seconds >= 3 && <span aria-hidden="true">{seconds} s</span>}
    </p>
  )
}

function Again({ run, actions }: Pick<RunLineProps, 'run' | 'actions'>) {
  return (
    <button type="button" className="button button-text" onClick={() => actions.again(run)}>
      Try again
    </button>
  )
}

interface FailureProps {
  readonly state: string
  readonly text: string
  readonly hint?: string | undefined
  readonly children: React.ReactNode
}

function Failure({ state, text, hint, children }: FailureProps) {
  return (
    <div className="run-failure" data-testid="run" data-state={state}>
      <AlertIcon size={15} />
      <span>{text}</span>
      {children}
      {hint && <span className="run-hint">{hint}</span>}
    </div>
  )
}

const whole = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 })
const money = new Intl.NumberFormat(undefined, {
  style: 'currency',
  currency: 'USD',
  maximumSignificantDigits: 2,
})

/** Time, tokens and cost of a finished run, as far as they are known. */
function account({ at, endedAt, durationMs, usage, costUsd, model }: Run & { state: 'finished' }): string {
  const seconds = Math.max(0, (durationMs ?? endedAt - at) / 1000)
  const parts = [
    `${seconds < 0.1 ? '< 0.1' : seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`,
    usage && `${whole.format(usage.input + usage.output)} tokens`,
    costUsd ? money.format(costUsd) : undefined,
    model,
  ]
  return parts.filter(Boolean).join(' · ')
}
