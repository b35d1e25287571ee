/** The body of an error that says `text` in every field that any of the systems reads. */
import { fixtures } from '../systems/index.js'

export const errorBody = (text: string): object => Object.assign({}, ...fixtures.map((one) => one.errorBody(text)))
