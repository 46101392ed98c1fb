// Subscriptions outlive the server: the SDK comes back by itself and learns what it missed.
'use strict'

const assert = require('node:assert/strict')
const { describe, it } = require('node:test')
const { sdk, act, follow, isOutcome, isWelcome, SIGN_IN } = require('./support')

const subscribed = () => follow(
  callback => sdk.payload.createAndSubscribe(SIGN_IN, callback),
  event => isOutcome(event.data) ? event.data : undefined
)

async function secondWelcome ({ heard, until }) {
  await until(data => isWelcome(data) && data !== heard[0])
}

describe('a subscription', { timeout: 90000 }, () => {
  it('goes on after a restart', async () => {
    const following = await subscribed()
    await following.until(isWelcome)

    await act('restarts')
    await secondWelcome(following)
    await act('signs', following.subscription.created.uuid)

    assert.equal((await following.subscription.resolved).signed, true)
  })

  it('goes on after a crash', async () => {
    const following = await subscribed()
    await following.until(isWelcome)

    await act('crashes')
    await secondWelcome(following)
    await act('declines', following.subscription.created.uuid)

    assert.equal((await following.subscription.resolved).signed, false)
  })

  it('learns an outcome that fell into the gap', async () => {
    const following = await subscribed()
    await following.until(isWelcome)
    const { uuid } = following.subscription.created
    await act('opens', uuid)
    await following.until(data => data.opened)

    await act('restarts')
    await act('signs', uuid)

    const outcome = await following.subscription.resolved
    assert.equal(outcome.signed, true)
    assert.deepEqual(following.heard.filter(data => data.expired), [])
  })
})
