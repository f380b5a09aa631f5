// @vitest-environment jsdom
import { domCases } from '../../testing/dom-cases.ts'

domCases()
