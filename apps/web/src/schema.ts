import { createStateSchema } from '@strandline/state'
import { z } from 'zod'

// The page's content security policy forbids the code that zod would make.
z.config({ jitless: true })

const sessionRow = z.object({
  id: z.string(),
  title: z.string(),
  createdAt: z.number(),
  createdBy: z.string(),
})

export const messageRow = z.object({
  id: z.string(),
  /** The writer's id; imported messages and other programs may put a readable name here. */
  author: z.string(),
  /** What the writer is called, where they chose a name. */
  name: z.string().optional(),
  /** When it was written, by the writer's clock, in ms. */
  at: z.number(),
  text: z.string(),
})

export type Session = z.output<typeof sessionRow>
export type Message = z.output<typeof messageRow>

export const sessionsSchema = createStateSchema({
  sessions: { type: 'session', primaryKey: 'id', schema: sessionRow },
})

export const messagesSchema = createStateSchema({
  messages: { type: 'message', primaryKey: 'id', schema: messageRow },
})
