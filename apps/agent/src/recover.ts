import { cancelledRun, deltaItem, isOpen, type Run, type RunEnd, rowItem } from '@strandline/chat'
import type { StateItem } from '@strandline/client'
import type { Desk } from './desk.ts'

/**
 * What an agent of this name left open when it died, closed in one append: its runs are interrupted, or aborted where
 * somebody had asked for that. It is read from the log alone.
 */
export function leftovers(desk: Desk): readonly StateItem[] {
  const { conversation, agent } = desk
  return conversation
    .runs()
    .filter((run) => isOpen(run) && run.agent === agent.id && run.epoch !== agent.epoch)
    .flatMap((run) => close(desk, run))
}

function close({ conversation, agent, clock }: Desk, run: Run): readonly StateItem[] {
  const at = clock.now()
  const abort = conversation.aborts().find((one) => one.run === run.id)
  const end: RunEnd = abort
    ? { state: 'aborted', endedAt: at, by: abort.by }
    : { state: 'interrupted', endedAt: at }
  const messages = conversation
    .messages()
    .filter((message) => message.run === run.id && message.state === 'streaming')
    .map(({ id, author, name, text, at: written }) =>
      rowItem(
        'message',
        {
          id,
          author,
          ...(name !== undefined && { name }),
          text,
          at: written,
          run: run.id,
          state: 'incomplete',
        },
        'update',
      ),
    )
  const calls = conversation
    .openCalls()
    .filter((call) => call.run === run.id)
    .map(({ id }) => deltaItem('toolCall.end', id, { state: 'cancelled', endedAt: at }))
  const questions = conversation
    .approvals()
    .filter((approval) => approval.run === run.id && approval.state === 'asked')
    .map(({ id }) => deltaItem('approval.decision', id, { state: 'cancelled', by: agent.id, decidedAt: at }))
  const cancelled = abort
    ? conversation
        .waiting(abort.place)
        .map((prompt) => rowItem('run', cancelledRun(prompt, abort, { agent: agent.id, epoch: agent.epoch })))
    : []
  return [...cancelled, ...messages, ...calls, ...questions, deltaItem('run.end', run.id, end)]
}
