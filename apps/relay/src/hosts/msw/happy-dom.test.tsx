import { domCases } from '../../testing/dom-cases.ts'

domCases()
