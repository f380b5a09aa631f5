import {
  type Approval,
  deltaItem,
  isBusy,
  isOpen,
  type Message,
  type Run,
  stopItems,
  waitingPrompts,
} from '@strandline/chat'
import { useEffect, useMemo, useRef, useState } from 'react'
import { makeId } from '../../sync/id.ts'
import { useStreams } from '../../sync/streams-context.tsx'
import { useDeadlines } from '../../sync/use-deadlines.ts'
import { whyNotKept } from '../../sync/why-not-kept.ts'
import { profile } from '../profile/profile.ts'
import type { AgentActions } from './aside.tsx'

interface UseAgentOptions {
  readonly url: string
  readonly messages: readonly Message[]
  readonly runs: readonly Run[]
  /** The session has an agent: what people write are prompts. */
  readonly answers: boolean
  readonly send: (said: Pick<Message, 'text' | 'attachments'>) => Promise<void>
}

/** What the agent of a session is at, and what a person can do about it. All of it is rows. */
export function useAgent({ url, messages, runs, answers, send }: UseAgentOptions) {
  const streams = useStreams()
  const [problem, setProblem] = useState<string>()
  const now = useDeadlines(useMemo(() => runs.filter(isOpen).map(({ until }) => until), [runs]))
  const byId = useMemo(() => new Map(runs.map((run) => [run.id, run])), [runs])
  const queue = useMemo(() => (answers ? waitingPrompts(messages, byId) : []), [answers, messages, byId])
  const latest = useRef({ queue, messages, send })
  useEffect(() => {
    latest.current = { queue, messages, send }
  })

  const actions = useMemo((): AgentActions => {
    const attempt = (work: Promise<unknown>) => {
      setProblem(undefined)
      work.catch((error: unknown) => setProblem(whyNotKept(error)))
    }
    return {
      decide({ id }: Approval, state) {
        const decision = { state, by: profile.get().id, decidedAt: Date.now() }
        attempt(streams.append(url, [deltaItem('approval.decision', id, decision)]))
      },
      stop(run) {
        const abort = { id: makeId(), run: run.id, by: profile.get().id, at: Date.now() }
        attempt(streams.append(url, stopItems({ abort, run, waiting: latest.current.queue }, Date.now())))
      },
      again({ id }) {
        const prompt = latest.current.messages.find((message) => message.id === id)
        if (!prompt) return
        const { text, attachments } = prompt
        attempt(latest.current.send({ text, attachments }))
      },
    }
  }, [streams, url])

  const open = runs.findLast(isOpen)
  return { actions, problem, queue, open, busy: isBusy(runs, now) }
}
