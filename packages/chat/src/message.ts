import { attachmentRef } from './attachment.ts'
import { z } from './zod.ts'

/** What the writer of a prompt asks of the engine. */
const promptOptions = z.object({
  model: z.string().optional(),
  /** The engine's permission mode: `default`, `plan`, ... */
  mode: z.string().optional(),
  /** The name of a folder that the agent offers; an engine that works on files refuses to run without. */
  workspace: z.string().optional(),
  /** Further folders, by name. */
  dirs: z.array(z.string()).optional(),
})

/**
 * What somebody said. A person's message in a session with an agent is a prompt; a message with `run` is part of
 * the answer to one. An answer grows by `message.delta` items under its final key and is closed by an update that
 * holds its whole text, so that readers without folds see it too.
 */
export const messageRow = z.object({
  id: z.string(),
  /** The writer's id; imported messages and other programs may put a readable name here. */
  author: z.string(),
  /** What the writer is called, where they chose a name. */
  name: z.string().optional(),
  /** When it was written, by the writer's clock, in ms. */
  at: z.number(),
  text: z.string(),
  /** The run that says this. */
  run: z.string().optional(),
  /** Of answers. `incomplete`: the run ended in the middle of it. */
  state: z.enum(['streaming', 'complete', 'incomplete']).optional(),
  /** A part of the text is missing until the final text comes. */
  gap: z.boolean().optional(),
  attachments: z.array(attachmentRef).optional(),
  prompt: promptOptions.optional(),
})

export const messageDelta = z.object({
  /** Where `text` begins in the message, in UTF-16 units: what is there already is not added again. */
  from: z.number().int().nonnegative(),
  text: z.string(),
})

export type PromptOptions = z.output<typeof promptOptions>
export type Message = z.output<typeof messageRow>
export type MessageDelta = z.output<typeof messageDelta>

/** The message with the delta in it, once; a delta from beyond its end marks the gap and waits for the final text. */
export function growMessage(message: Message, { from, text }: MessageDelta): Message {
  if (message.state !== 'streaming') return message
  const { length } = message.text
  if (from > length) return message.gap ? message : { ...message, gap: true }
  const fresh = text.slice(length - from)
  return fresh === '' ? message : { ...message, text: message.text + fresh }
}
