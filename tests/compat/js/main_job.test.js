// The main job, on both engines: ask, watch, sign or decline, read the outcome, ask again by push.
'use strict'

const assert = require('node:assert/strict')
const { describe, it } = require('node:test')
const { sdk, url, key, act, follow, isOutcome, isWelcome, ALICE, UUID, SHOP, SIGN_IN, PAYMENT } = require('./support')

describe('the main job', { timeout: 60000 }, () => {
  it('pings as the app', async () => {
    const auth = await sdk.ping()

    assert.equal(auth.application.uuidv4, key)
    assert.equal(typeof auth.application.name, 'string')
    assert.deepEqual(auth.application.redirecturis, ['localhost', '127.0.0.1'].flatMap(
      host => ['', 'callback', 'cb', 'auth/callback'].map(path => `http://${host}/${path}`)))
    assert.equal(auth.application.webhookurl, '')
    assert.equal(auth.application.disabled, 0)
    assert.deepEqual(auth.quota, {})
    assert.match(auth.call.uuidv4, UUID)
  })

  it('creates a request with links that work', async () => {
    const created = await sdk.payload.create({ txjson: SIGN_IN })

    assert.match(created.uuid, UUID)
    assert.deepEqual(created, {
      uuid: created.uuid,
      next: { always: `${url}/sign/${created.uuid}` },
      refs: {
        qr_png: `${url}/sign/${created.uuid}_q.png`,
        qr_matrix: `${url}/sign/${created.uuid}_q.json`,
        qr_uri_quality_opts: ['m', 'q', 'h'],
        websocket_status: `${url.replace('http', 'ws')}/sign/${created.uuid}`
      },
      pushed: false,
      push: { reason: 'no_user_token' }
    })
    for (const [link, type] of [
      [created.next.always, 'text/html; charset=utf-8'],
      [created.refs.qr_png, 'image/png'],
      [created.refs.qr_matrix, 'application/json; charset=utf-8']
    ]) {
      const answer = await fetch(link)
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, type], link)
      await answer.arrayBuffer()
    }
  })

  it('follows a sign-in until the callback returns something', async () => {
    const { subscription, heard, until } = await follow(
      callback => sdk.payload.createAndSubscribe(SIGN_IN, callback),
      event => isOutcome(event.data) ? { ...event.data, knownAsSigned: event.payload.meta.signed } : undefined
    )
    const { uuid } = subscription.created
    await until(data => 'expires_in_seconds' in data)
    const signed = await act('signs', uuid)

    const outcome = await subscription.resolved
    assert.deepEqual(Object.keys(outcome), [
      'payload_uuidv4', 'reference_call_uuidv4', 'signed', 'user_token', 'return_url', 'txid', 'opened_by_deeplink',
      'custom_meta', 'knownAsSigned'
    ])
    assert.equal(outcome.payload_uuidv4, uuid)
    assert.equal(outcome.signed, true)
    assert.equal(outcome.user_token, true)
    assert.equal(outcome.txid, signed.txid)
    assert.equal(outcome.opened_by_deeplink, false)
    assert.equal(outcome.knownAsSigned, true, 'the payload reads as signed when the message arrives')
    assert.deepEqual(heard.filter(isWelcome), [{ message: `Welcome ${uuid}` }])
    assert.deepEqual(heard.flatMap(Object.keys).slice(0, 5), [
      'message', 'expires_in_seconds', 'opened', 'pre_signed', 'payload_uuidv4'
    ])

    const { meta, response, payload } = await sdk.payload.get(uuid)
    assert.deepEqual([meta.resolved, meta.signed, meta.cancelled, meta.expired], [true, true, false, false])
    assert.equal(response.account, ALICE)
    assert.equal(response.signer, ALICE)
    assert.equal(payload.request_json.SignIn, true)
  })

  it('reads the outcome of a payment', async () => {
    const created = await sdk.payload.create({ txjson: PAYMENT, options: { submit: false } })
    const signed = await act('signs', created.uuid)

    const { meta, payload, response, application } = await sdk.payload.get(created)

    assert.deepEqual([meta.resolved, meta.signed, meta.submit, meta.destination], [true, true, false, SHOP])
    assert.equal(payload.tx_type, 'Payment')
    assert.equal(payload.tx_destination, SHOP)
    assert.equal(payload.tx_destination_tag, 1042)
    assert.deepEqual(payload.request_json, PAYMENT)
    assert.equal(payload.origintype, 'QR')
    assert.equal(response.txid, signed.txid)
    assert.match(response.hex, /^1200002[0-9A-F]+$/)
    assert.match(response.resolved_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.match(response.user, UUID)
    assert.match(application.issued_user_token, UUID)
  })

  it('learns that a request was declined', async () => {
    const { subscription, until } = await follow(
      callback => sdk.payload.createAndSubscribe(SIGN_IN, callback),
      event => event.data.signed === false ? event.data : undefined
    )
    const { uuid } = subscription.created
    await until(data => 'expires_in_seconds' in data)
    await act('declines', uuid)

    const outcome = await subscription.resolved
    assert.equal(outcome.signed, false)
    assert.equal('txid' in outcome, false)
    const { meta, response } = await sdk.payload.get(uuid)
    assert.deepEqual([meta.resolved, meta.signed], [true, false])
    assert.deepEqual([response.hex, response.txid, response.account], [null, null, null])
  })

  it('cancels a request that nobody has opened', async () => {
    const created = await sdk.payload.create(SIGN_IN)

    const done = await sdk.payload.cancel(created.uuid)

    assert.deepEqual(done.result, { cancelled: true, reason: 'OK' })
    assert.deepEqual([done.meta.cancelled, done.meta.expired], [false, true])
    const { meta } = await sdk.payload.get(created.uuid)
    assert.deepEqual([meta.cancelled, meta.expired, meta.resolved], [true, true, false])
  })

  it('asks again by push with the user token of a signed request', async () => {
    const first = await sdk.payload.create(SIGN_IN)
    await act('signs', first.uuid)
    const token = (await sdk.payload.get(first.uuid)).application.issued_user_token

    const verified = await sdk.verifyUserToken(token)
    assert.equal(verified.user_token, token)
    assert.equal(verified.active, true)
    assert.equal(verified.expires - verified.issued >= 30 * 86400, true)

    const created = await sdk.payload.create({ user_token: token, txjson: PAYMENT })
    assert.equal(created.pushed, true)
    assert.equal(created.next.no_push_msg_received, `${url}/sign/${created.uuid}/qr`)
    assert.equal((await act('pending')).includes(created.uuid), true)

    await act('signs', created.uuid, 'PUSH_NOTIFICATION')
    const { meta, payload } = await sdk.payload.get(created.uuid)
    assert.deepEqual([meta.pushed, meta.signed, payload.origintype], [true, true, 'PUSH_NOTIFICATION'])
  })
})
