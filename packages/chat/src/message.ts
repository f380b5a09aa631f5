import { array, boolean, type InferOutput, object, optional, picklist, safeParse, string } from 'valibot'
import { attachmentRef } from './attachment.ts'
import { moment, natural } from './numbers.ts'

/** What the writer of a prompt asks of the engine. */
const promptOptions = object({
  model: optional(string()),
  /** The engine's permission mode: `default`, `plan`, ... */
  mode: optional(string()),
  /** The name of a folder that the agent offers; an engine that works on files refuses to run without. */
  workspace: optional(string()),
  /** Further folders, by name. */
  dirs: optional(array(string())),
})

/**
 * What somebody said. A person's message in a session with an agent is a prompt; a message with `run` is part of
 * the answer to one. An answer grows by `message.delta` items under its final key and is closed by an update that
 * holds its whole text, so that readers without folds see it too.
 */
export const messageRow = object({
  id: string(),
  /** The writer's id; imported messages and other programs may put a readable name here. */
  author: string(),
  /** What the writer is called, where they chose a name. */
  name: optional(string()),
  /** When it was written, by the writer's clock, in ms. */
  at: moment,
  text: string(),
  /** The run that says this. */
  run: optional(string()),
  /** Of answers. `incomplete`: the run ended in the middle of it. */
  state: optional(picklist(['streaming', 'complete', 'incomplete'])),
  /** A part of the text is missing until the final text comes. */
  gap: optional(boolean()),
  attachments: optional(array(attachmentRef)),
  prompt: optional(promptOptions),
})

export const messageDelta = object({
  /** Where `text` begins in the message, in UTF-16 units: what is there already is not added again. */
  from: natural,
  text: string(),
})

export type PromptOptions = InferOutput<typeof promptOptions>
export type Message = InferOutput<typeof messageRow>
export type MessageDelta = InferOutput<typeof messageDelta>

/** What a write holds, read as a message; undefined for anything else. */
export function messageOf(value: unknown): Message | undefined {
  const read = safeParse(messageRow, value)
  return read.success ? read.output : undefined
}

/** The message with the delta in it, once; a delta from beyond its end marks the gap and waits for the final text. */
export function growMessage(message: Message, { from, text }: MessageDelta): Message {
  if (message.state !== 'streaming') return message
  const { length } = message.text
  if (from > length) return message.gap ? message : { ...message, gap: true }
  const fresh = text.slice(length - from)
  return fresh === '' ? message : { ...message, text: message.text + fresh }
}
