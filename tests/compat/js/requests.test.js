// Every form a request may be made, read, watched and cancelled in, and errors as the SDK passes them on.
'use strict'

const assert = require('node:assert/strict')
const { randomUUID } = require('node:crypto')
const { describe, it } = require('node:test')
const {
  sdk, key, secret, clientOf, act, follow, isOutcome, isWelcome, ALICE, SHOP, SIGN_IN, PAYMENT
} = require('./support')

// The unsigned Payment of support.js in the ledger's binary form, made by xrpl-py.
const PAYMENT_BLOB = '1200002E000004126140000000002625A08314F667B0CA50CC7709A220B0561B85E53A48461FA8'
const SOMEBODY = 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh'

const refusal = code => new RegExp(`^Error: Error code ${code}, see XUMM Dev Console, reference: [0-9a-f-]{36}$`)

describe('creating', { concurrency: true, timeout: 60000 }, () => {
  it('takes a bare transaction', async () => {
    const created = await sdk.payload.create(PAYMENT)

    const { payload } = await sdk.payload.get(created.uuid)
    assert.deepEqual(payload.request_json, PAYMENT)
  })

  it('takes a body that is JSON text already', async () => {
    const created = await sdk.payload.create(JSON.stringify({ txjson: SIGN_IN }))

    assert.equal((await sdk.payload.get(created.uuid)).payload.tx_type, 'SignIn')
  })

  it('takes a transaction blob', async () => {
    const created = await sdk.payload.create({ txblob: PAYMENT_BLOB })

    const { payload } = await sdk.payload.get(created.uuid)
    assert.deepEqual(payload.request_json, PAYMENT)
    assert.equal(payload.tx_destination, SHOP)
    assert.equal((await act('signs', created.uuid)).signed, true)
  })

  it('keeps the options', async () => {
    const created = await sdk.payload.create({
      txjson: PAYMENT,
      options: {
        submit: false, multisign: false, pathfinding: true, pathfinding_fallback: true, expire: 5, signers: [ALICE],
        force_network: 'testnet'
      }
    })

    const { meta, payload } = await sdk.payload.get(created.uuid)
    assert.deepEqual(
      [meta.submit, meta.multisign, meta.pathfinding, meta.pathfinding_fallback, meta.signers, meta.force_network],
      [false, false, true, true, [ALICE], 'TESTNET']
    )
    assert.equal(Date.parse(payload.expires_at) - Date.parse(payload.created_at), 300000)
    assert.equal((await act('signs', created.uuid)).network, 'TESTNET')
  })

  it('lets only the named signers sign', async () => {
    const created = await sdk.payload.create({ txjson: SIGN_IN, options: { signers: [SOMEBODY] } })

    await assert.rejects(act('signs', created.uuid), /may sign/)
    assert.equal((await sdk.payload.get(created.uuid)).meta.resolved, false)
  })

  it('never submits or multi-signs a sign-in and gives it a day', async () => {
    const created = await sdk.payload.create({ txjson: SIGN_IN, options: { submit: true, multisign: true } })

    const { meta, payload } = await sdk.payload.get(created.uuid)
    assert.deepEqual([meta.submit, meta.multisign], [false, false])
    assert.equal(Date.parse(payload.expires_at) - Date.parse(payload.created_at), 86400000)
    assert.equal(payload.request_json.SignIn, true)
  })

  it('hands custom meta back everywhere', async () => {
    const blob = { cart: 7, nested: { list: [1, 2.5, null, 'é'] } }
    const identifier = `order ${randomUUID().slice(0, 8)}`
    const { subscription } = await follow(
      callback => sdk.payload.createAndSubscribe(
        { txjson: SIGN_IN, custom_meta: { identifier, blob, instruction: 'Sign in   to the shop' } }, callback
      ),
      event => isOutcome(event.data) ? event.data : undefined
    )
    await act('signs', subscription.created.uuid)

    const expected = { identifier, blob, instruction: 'Sign in to the shop' }
    assert.deepEqual(subscription.payload.custom_meta, expected)
    assert.deepEqual((await subscription.resolved).custom_meta, expected)
    assert.deepEqual((await sdk.payload.get(subscription.created.uuid)).custom_meta, expected)
  })

  it('refuses an identifier used before', async () => {
    const body = { txjson: SIGN_IN, custom_meta: { identifier: randomUUID() } }
    await sdk.payload.create(body)

    await assert.rejects(sdk.payload.create(body, true), refusal(409))
    assert.equal(await sdk.payload.create(body), null, 'without returnErrors there is no error, and no payload')
  })

  it('fills in the return URLs', async () => {
    const { subscription } = await follow(
      callback => sdk.payload.createAndSubscribe({
        txjson: SIGN_IN,
        custom_meta: { identifier: `a/b ${randomUUID().slice(0, 8)}` },
        options: {
          return_url: { app: 'shop://done/{ID}/{id}', web: 'https://shop.example/?p={id}&c={cid}&t={txid}&b={txblob}' }
        }
      }, callback),
      event => isOutcome(event.data) ? event.data : undefined
    )
    const { uuid } = subscription.created
    const cid = encodeURIComponent(subscription.payload.custom_meta.identifier)

    assert.equal(subscription.payload.meta.return_url_app, `shop://done/${uuid}/${uuid}`)
    assert.equal(subscription.payload.meta.return_url_web, `https://shop.example/?p=${uuid}&c=${cid}&t=&b=`)
    const signed = await act('signs', uuid)
    const { meta, response } = await sdk.payload.get(uuid)
    const web = `https://shop.example/?p=${uuid}&c=${cid}&t=${response.txid}&b=`
    assert.equal(meta.return_url_web, web + response.hex)
    assert.deepEqual(
      (await subscription.resolved).return_url, { app: `shop://done/${uuid}/${uuid}`, web },
      'the socket is open to whoever knows the UUID, so no signed transaction goes over it'
    )
    assert.equal(signed.return_url, `shop://done/${uuid}/${uuid}`)
  })

  it('makes the request all the same where the user token is not known', async () => {
    const created = await sdk.payload.create({ txjson: SIGN_IN, user_token: randomUUID() })

    assert.equal(created.pushed, false)
    assert.equal('no_push_msg_received' in created.next, false)
  })

  for (const [code, body] of [
    [599, {}],
    [600, { options: {} }],
    [600, { txblob: 'XYZ' }],
    [601, { txblob: 'ABCDEFABCDEF' }],
    [602, { txjson: { Amount: '1' } }],
    [603, { TransactionType: 'Payment', Destination: 'nobody' }],
    [604, { txjson: PAYMENT, txblob: PAYMENT_BLOB }],
    [413, { txjson: SIGN_IN, custom_meta: { identifier: 'x'.repeat(41) } }],
    [413, { txjson: SIGN_IN, custom_meta: { instruction: 'x'.repeat(281) } }],
    [413, { txjson: SIGN_IN, custom_meta: { blob: { all: 'x'.repeat(1500) } } }]
  ]) {
    it(`refuses with ${code}: ${JSON.stringify(body).slice(0, 60)}`, async () => {
      await assert.rejects(sdk.payload.create(body, true), refusal(code))
      assert.equal(await sdk.payload.create(body), null)
    })
  }
})

describe('reading', { concurrency: true, timeout: 60000 }, () => {
  it('takes a UUID or what was created', async () => {
    const created = await sdk.payload.create(SIGN_IN)

    assert.equal((await sdk.payload.get(created.uuid)).meta.uuid, created.uuid)
    assert.equal((await sdk.payload.get(created)).meta.uuid, created.uuid)
  })

  it('gives null, or an error on demand, for a request that does not exist', async () => {
    const unknown = randomUUID()

    assert.equal(await sdk.payload.get(unknown), null)
    await assert.rejects(sdk.payload.get(unknown, true), refusal(404))
    await assert.rejects(sdk.payload.cancel(unknown), refusal(404))
    await assert.rejects(sdk.payload.subscribe(unknown), refusal(404))
  })

  it('passes the message of a fatal error on', async () => {
    await assert.rejects(
      sdk.payload.get('not-a-uuid', true), /^Error: Endpoint unknown or method invalid for given endpoint$/
    )
  })

  it('says how a deep link was followed', async () => {
    const created = await sdk.payload.create(SIGN_IN)
    const before = (await sdk.payload.get(created.uuid)).meta
    await act('opens', created.uuid, 'DEEP_LINK')
    const after = (await sdk.payload.get(created.uuid)).meta

    assert.deepEqual([before.app_opened, before.opened_by_deeplink], [false, null])
    assert.deepEqual([after.app_opened, after.opened_by_deeplink], [true, true])
  })
})

describe('watching', { concurrency: true, timeout: 60000 }, () => {
  it('ends by resolve() of the event', async () => {
    const { subscription } = await follow(
      callback => sdk.payload.createAndSubscribe(SIGN_IN, callback),
      event => { if ('opened' in event.data) event.resolve({ openedBy: event.uuid }) }
    )
    await act('opens', subscription.created.uuid)

    assert.deepEqual(await subscription.resolved, { openedBy: subscription.created.uuid })
  })

  it('ends by resolve() of the subscription', async () => {
    const created = await sdk.payload.create(SIGN_IN)
    const { subscription, until } = await follow(callback => sdk.payload.subscribe(created.uuid, callback))
    await until(isWelcome)
    subscription.resolve('enough')

    assert.equal(await subscription.resolved, 'enough')
  })

  it('works without a callback', async () => {
    const { resolve, resolved, websocket } = await sdk.payload.createAndSubscribe(SIGN_IN)
    await new Promise(resolve => websocket.addEventListener('open', resolve))
    resolve(7)

    assert.equal(await resolved, 7)
  })

  it('takes what was created and what was read', async () => {
    const created = await sdk.payload.create(SIGN_IN)
    const read = await sdk.payload.get(created)

    for (const payload of [created, read]) {
      const { subscription, until } = await follow(callback => sdk.payload.subscribe(payload, callback))
      await until(data => data.message === `Welcome ${created.uuid}`)
      subscription.resolve()
    }
  })

  it('hides from the callback that the app reads the request', async () => {
    const { subscription, heard, until } = await follow(callback => sdk.payload.createAndSubscribe(SIGN_IN, callback))
    const frames = []
    subscription.websocket.addEventListener('message', ({ data }) => frames.push(JSON.parse(data)))
    await until(data => 'expires_in_seconds' in data)

    await sdk.payload.get(subscription.created.uuid)
    await act('opens', subscription.created.uuid)
    await until(data => data.opened)

    assert.deepEqual(heard.filter(data => 'devapp_fetched' in data), [])
    assert.equal(frames.some(data => data.devapp_fetched === true), true)
  })

  it('stays up for longer than the SDK waits for answers', async () => {
    const { subscription, heard, until } = await follow(callback => sdk.payload.createAndSubscribe(SIGN_IN, callback))
    const first = await until(data => 'expires_in_seconds' in data)

    // The SDK pings every 2 s and gives up 10 s after the last answer; the countdown comes every 15 s.
    const next = await until(data => 'expires_in_seconds' in data && data !== first, 25000)

    assert.equal(heard.filter(isWelcome).length, 1, 'one connection all along')
    assert.equal(subscription.websocket.readyState, 1)
    const passed = first.expires_in_seconds - next.expires_in_seconds
    assert.equal(passed >= 14 && passed <= 16, true, `${passed} s between two countdowns`)
  })

  it('hears that a request expires and reads it so', async () => {
    const created = await sdk.payload.create(SIGN_IN)
    await act('shortens', created.uuid, 3)
    const { subscription, heard } = await follow(
      callback => sdk.payload.subscribe(created, callback),
      event => event.data.expired ? event.payload.meta : undefined
    )

    const meta = await subscription.resolved
    assert.deepEqual([meta.expired, meta.cancelled, meta.resolved], [true, false, false])
    assert.equal('expires_in_seconds' in heard[1], true, 'it was open when the subscription began')
    await assert.rejects(act('signs', created.uuid), /expired/)
  })

  it('hears that a request is cancelled and reads it so', async () => {
    const { subscription, until } = await follow(
      callback => sdk.payload.createAndSubscribe(SIGN_IN, callback),
      event => event.data.expired ? event.payload.meta : undefined
    )
    await until(isWelcome)
    await sdk.payload.cancel(subscription.created.uuid)

    const meta = await subscription.resolved
    assert.deepEqual([meta.expired, meta.cancelled, meta.resolved], [true, true, false])
  })

  it('learns the outcome although the wallet was faster', async () => {
    const created = await sdk.payload.create(SIGN_IN)
    await act('signs', created.uuid)

    const { subscription, heard } = await follow(
      callback => sdk.payload.subscribe(created.uuid, callback),
      event => isOutcome(event.data) ? event.data : undefined
    )

    assert.equal((await subscription.resolved).signed, true)
    assert.deepEqual(heard.filter(data => data.expired), [])
  })

  it('is over at once, for good, where the outcome was told before', async () => {
    const created = await sdk.payload.create(SIGN_IN)
    const first = await follow(
      callback => sdk.payload.subscribe(created, callback),
      event => isOutcome(event.data) ? true : undefined
    )
    await first.until(isWelcome)
    await act('signs', created.uuid)
    await first.subscription.resolved

    const late = await follow(callback => sdk.payload.subscribe(created, callback))
    const closed = await new Promise(resolve => late.subscription.websocket.addEventListener('close', resolve))

    assert.equal(closed.code, 1000, 'the SDK reconnects after any other')
    assert.deepEqual(late.heard, [{ message: `Welcome ${created.uuid}` }])
    assert.equal(late.subscription.payload.meta.signed, true)
  })
})

describe('cancelling', { concurrency: true, timeout: 60000 }, () => {
  it('takes a UUID, what was created and what was read', async () => {
    for (const form of [made => made.uuid, made => made, made => sdk.payload.get(made)]) {
      const created = await sdk.payload.create(SIGN_IN)

      const { result } = await sdk.payload.cancel(await form(created))

      assert.deepEqual(result, { cancelled: true, reason: 'OK' })
    }
  })

  for (const [reason, happens] of [
    ['ALREADY_CANCELLED', uuid => sdk.payload.cancel(uuid)],
    ['ALREADY_RESOLVED', uuid => act('signs', uuid)],
    ['ALREADY_RESOLVED', uuid => act('declines', uuid)],
    ['ALREADY_EXPIRED', uuid => act('shortens', uuid, -1)],
    ['ALREADY_OPENED', uuid => act('opens', uuid)]
  ]) {
    it(`is too late: ${reason} after ${happens}`, async () => {
      const created = await sdk.payload.create(SIGN_IN)
      await happens(created.uuid)

      const { result, meta, custom_meta: customMeta } = await sdk.payload.cancel(created.uuid, true)

      assert.deepEqual(result, { cancelled: false, reason })
      assert.deepEqual([meta.exists, meta.uuid, meta.expired], [true, created.uuid, true])
      assert.deepEqual(customMeta, { identifier: null, blob: null, instruction: null })
    })
  }
})

describe('user tokens', { timeout: 60000 }, () => {
  it('are verified in the order asked, unknown ones included', async () => {
    const created = await sdk.payload.create(SIGN_IN)
    await act('signs', created.uuid)
    const token = (await sdk.payload.get(created)).application.issued_user_token
    const unknown = randomUUID()

    const verified = await sdk.verifyUserTokens([unknown, token])

    assert.deepEqual(verified.map(one => [one.user_token, one.active]), [[unknown, false], [token, true]])
    assert.deepEqual([verified[0].issued, verified[0].expires], [0, 0])
    assert.deepEqual(
      [verified[1].token_issued, verified[1].token_expiration], [verified[1].issued, verified[1].expires]
    )
    assert.equal((await sdk.verifyUserToken(unknown)).active, false)
  })

  it('belong to one app and end when the person takes them back', async () => {
    const { api_key: appKey, api_secret: appSecret } = await act('new_app')
    const other = clientOf(appKey, appSecret)
    const created = await other.payload.create(SIGN_IN)
    await act('signs', created.uuid)
    const token = (await other.payload.get(created)).application.issued_user_token
    assert.equal((await other.verifyUserToken(token)).active, true)
    assert.equal((await sdk.verifyUserToken(token)).active, false, 'not the token of this app')
    assert.equal((await sdk.payload.create({ txjson: SIGN_IN, user_token: token })).pushed, false)

    await act('revokes', appKey)

    assert.equal((await other.verifyUserToken(token)).active, false)
    assert.equal((await other.payload.create({ txjson: SIGN_IN, user_token: token })).pushed, false)
  })
})

describe('credentials', { timeout: 60000 }, () => {
  for (const [code, what, client] of [
    [811, 'an unknown key', () => clientOf(randomUUID(), secret)],
    [813, 'a wrong secret', () => clientOf(key, randomUUID())]
  ]) {
    it(`are refused with ${code}: ${what}`, async () => {
      const stranger = client()

      await assert.rejects(stranger.ping(), refusal(code))
      await assert.rejects(stranger.payload.create(SIGN_IN, true), refusal(code))
      await assert.rejects(stranger.payload.createAndSubscribe(SIGN_IN), refusal(code))
      assert.equal(await stranger.payload.create(SIGN_IN), null)
      assert.equal(await stranger.verifyUserTokens([randomUUID()]), undefined)
    })
  }

  it('see nothing of another app, and nothing at all once the app is disabled', async () => {
    const { api_key: appKey, api_secret: appSecret } = await act('new_app')
    const other = clientOf(appKey, appSecret)
    const created = await sdk.payload.create(SIGN_IN)
    assert.equal((await other.ping()).application.uuidv4, appKey)
    await assert.rejects(other.payload.get(created.uuid, true), refusal(404))

    await act('disables', appKey)

    await assert.rejects(other.ping(), refusal(810))
  })
})
