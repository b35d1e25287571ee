/**
 * What scripts/runtimes.ts runs in each runtime, beside the installed package. It prints one line of JSON: what came of each
 * call. The servers are those of the script, which judges.
 */
import * as main from 'allstop'

const { systems, dead } = JSON.parse(process.argv[2])

/** The receipt or the error of a call, in short. */
async function outcomeOf(call) {
  try {
    const { outcome } = await call()
    return outcome
  } catch (error) {
    if (!main.isStopError(error)) return `no StopError: ${error}`
    return `${error.code}${error.ambiguous ? ', ambiguous' : ''}`
  }
}

/** Leaves a connection behind that a later request might be sent over. */
async function warm(url) {
  await (await fetch(`${url}/warm`)).text()
}

const done = {}
for (const { kind, factory, target, variables, options, urls } of systems) {
  const entry = await import(`allstop/${kind}`)
  const auth = variables && { auth: entry.fromEnv(variables) }
  const made = []
  const at = (baseUrl, more) => {
    const system = entry[factory]({ baseUrl, ...auth, retry: false, ...more })
    made.push(system)
    return system
  }
  const stop = (baseUrl, more) => outcomeOf(() => at(baseUrl, more).stop(target))
  const wait = { deadlineMs: 10_000, poll: { minDelayMs: 20, maxDelayMs: 100 } }
  await warm(urls.losing)
  await warm(urls.vanishing)
  done[kind] = {
    stop: await stop(urls.well),
    stopAndWait: await outcomeOf(() => at(urls.living, options).stopAndWait(target, wait)),
    refused: await stop(dead),
    'unknown host': await stop('https://no-such-host.invalid'),
    'no TLS': await stop(urls.well.replace('http:', 'https:')),
    lost: await stop(urls.losing),
    'lost, then refused': await stop(urls.vanishing),
    'time-out': await stop(urls.slow, { attemptTimeoutMs: 300 }),
  }
  await Promise.all(made.map((system) => system.close()))
  done[kind].close = await outcomeOf(() => made[0].stop(target))
}
console.log(JSON.stringify(done))
