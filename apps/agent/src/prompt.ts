import { displayName, type Message } from '@strandline/chat'
import type { Files } from './attachments.ts'
import type { Desk } from './desk.ts'
import { type EngineContext, EngineError, type Prompt, type Turn } from './engine/engine.ts'

/** Messages that an engine without a memory of its own is told about. */
const HISTORY = 200

/**
 * Where the engine is to work. An engine that works on files gets the folder the prompt names, among those the agent
 * was given, and none by default: the wrong folder is worse than an error.
 */
export function contextOf(desk: Desk, { prompt = {} }: Message): EngineContext {
  const { engine, workspaces, conversation, session } = desk
  const path = (name: string) => {
    const found = Object.hasOwn(workspaces, name) ? workspaces[name] : undefined
    if (found !== undefined) return found
    throw new EngineError('unknown-workspace', `this agent has no folder called "${name}"`)
  }
  if (engine.needsWorkspace && prompt.workspace === undefined)
    throw new EngineError('no-workspace', 'the prompt names no folder to work in', namesOf(workspaces))
  return {
    session,
    workspace: prompt.workspace === undefined ? undefined : path(prompt.workspace),
    dirs: (prompt.dirs ?? []).map(path),
    resumes: conversation.messages().some((message) => message.run !== undefined),
  }
}

function namesOf(workspaces: Desk['workspaces']): string {
  const names = Object.keys(workspaces)
  if (names.length === 0) return 'Start the agent with --workspace name=folder.'
  return `It has: ${names.join(', ')}.`
}

export function promptOf(desk: Desk, message: Message, files: Files['files']): Prompt {
  const { model, mode } = message.prompt ?? {}
  return {
    run: message.id,
    text: message.text,
    name: displayName(message.author, message.name),
    model,
    mode,
    files,
    history: historyOf(desk, message.id),
  }
}

function historyOf({ conversation }: Desk, prompt: string): readonly Turn[] {
  const messages = conversation.messages()
  const end = messages.findIndex(({ id }) => id === prompt)
  const before = end < 0 ? messages : messages.slice(0, end)
  return before.slice(-HISTORY).map(({ run, name, author, text }) => {
    return { by: run === undefined ? 'person' : 'agent', name: displayName(author, name), text }
  })
}
