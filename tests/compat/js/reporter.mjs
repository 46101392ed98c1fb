// One line of JSON for each test: what pytest needs to know of a run of node's test runner.
import { inspect } from 'node:util'

export default async function * report (events) {
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details.type === 'suite') continue
    const error = data.details.error
    const why = error ? inspect(error.cause ?? error, { depth: 6 }) : null
    yield JSON.stringify({ title: data.name, passed: type === 'test:pass' && !data.skip, why }) + '\n'
  }
}
