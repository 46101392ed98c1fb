// The SDK with a user's access token instead of key and secret: what a page does after somebody signed in.
'use strict'

const assert = require('node:assert/strict')
const { before, describe, it } = require('node:test')
const { XummSdkJwt } = require('xumm-sdk')
const {
  sdk, url, key, secret, act, follow, isOutcome, ALICE, UUID, PAYMENT, SIGN_IN
} = require('./support')

function pageOf (token) {
  const page = new XummSdkJwt(token)
  assert.equal(page.setEndpoint(url), true)
  return page
}

const refused = code => new RegExp(`Error code ${code},`)

describe('the SDK of a signed-in user', { timeout: 60000 }, () => {
  let token
  let page
  before(async () => {
    token = await act('signs_in')
    page = pageOf(token)
  })

  it('pings as the user', async () => {
    const { application, jwtData } = await page.ping()

    assert.deepEqual(application, { uuidv4: key, name: 'Demo app' })
    assert.equal(jwtData.pong, true)
    assert.equal(jwtData.sub, ALICE)
    assert.deepEqual([jwtData.client_id, jwtData.app_uuidv4, jwtData.aud], [key, key, key])
    assert.match(jwtData.usertoken_uuidv4, UUID)
    assert.match(jwtData.payload_uuidv4, UUID)
    assert.equal(jwtData.exp - jwtData.iat, 86400)
  })

  it('asks the user without naming them, and follows the request to its end', async () => {
    const { subscription, until } = await follow(
      callback => page.payload.createAndSubscribe(PAYMENT, callback),
      event => isOutcome(event.data) ? event.data : undefined
    )
    const { created } = subscription
    assert.equal(created.pushed, true)
    assert.equal(created.next.no_push_msg_received, `${url}/sign/${created.uuid}/qr`)
    assert.equal((await act('pending')).includes(created.uuid), true)

    await until(data => 'expires_in_seconds' in data)
    const signed = await act('signs', created.uuid, 'PUSH_NOTIFICATION')

    const outcome = await subscription.resolved
    assert.deepEqual([outcome.signed, outcome.txid], [true, signed.txid])
    const { meta, response } = await page.payload.get(created)
    assert.deepEqual([meta.signed, meta.pushed, response.account], [true, true, ALICE])
  })

  it('reads the very sign-in it came from', async () => {
    const { jwtData } = await page.ping()

    const { meta, response } = await page.payload.get(jwtData.payload_uuidv4)

    assert.deepEqual([meta.signed, response.account], [true, ALICE])
  })

  it('withdraws a request', async () => {
    const created = await page.payload.create(SIGN_IN)

    const done = await page.payload.cancel(created.uuid)

    assert.deepEqual(done.result, { cancelled: true, reason: 'OK' })
    assert.equal((await sdk.payload.get(created.uuid)).meta.cancelled, true)
  })

  it('checks the user token, which the SDK sends to the platform with the access token', async () => {
    const { jwtData } = await page.ping()

    const verified = await page.verifyUserToken(jwtData.usertoken_uuidv4)

    assert.deepEqual([verified.user_token, verified.active], [jwtData.usertoken_uuidv4, true])
  })

  it('learns why a request is refused', async () => {
    await assert.rejects(page.payload.create({ txjson: { TransactionType: 'no such' } }, true), refused(602))
    await assert.rejects(page.payload.get('0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41', true), refused(404))
  })

  it('is refused with a token that was changed, and with one that is none', async () => {
    const [header, claims, signature] = token.split('.')
    const forged = `${header}.${claims}.${signature.slice(0, -8)}AAAAAAAA`

    await assert.rejects(pageOf(forged).ping(), refused(800))
    await assert.rejects(pageOf('not a token').ping(), refused(800))
  })

  it('is refused once the token was revoked, and works again after the next sign-in', async () => {
    const second = await act('signs_in')
    const tab = pageOf(second)
    await tab.ping()

    const revoked = await fetch(`${url}/revoke`, {
      method: 'POST', body: new URLSearchParams({ token: second, client_id: key, client_secret: secret })
    })

    assert.equal(revoked.status, 200)
    await assert.rejects(tab.ping(), refused(800))
    assert.equal((await page.ping()).jwtData.sub, ALICE, 'other tabs stay signed in')
    assert.equal((await pageOf(await act('signs_in')).ping()).jwtData.sub, ALICE)
  })
})
