import { type Context, createContext } from 'react'
import type { StreamDBMethods } from '../options.ts'

export const StreamDBContext: Context<StreamDBMethods | null> = createContext<StreamDBMethods | null>(null)
