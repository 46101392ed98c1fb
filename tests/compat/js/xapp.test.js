// The SDK in an xApp: a one-time token instead of key and secret, and the app's back end beside it.
'use strict'

const assert = require('node:assert/strict')
const { before, describe, it } = require('node:test')
const { XummSdkJwt } = require('xumm-sdk')
const { url, clientOf, act, follow, isOutcome, ALICE, UUID, PAYMENT } = require('./support')

// What the page of an xApp does. The calls begin once the constructor has returned, so the endpoint counts for them.
function pageOf (key, ott, options) {
  const page = new XummSdkJwt(key, ott, options)
  assert.equal(page.setEndpoint(url), true)
  return page
}

// The reference of the refusal that the SDK hands to the page.
function refusalOf (key, ott) {
  return new Promise(resolve => { pageOf(key, ott, { fatalHandler: error => resolve(error.message) }) })
}

describe('the SDK of an xApp', { timeout: 60000 }, () => {
  let app
  let ott
  let page
  before(async () => {
    app = await act('new_xapp')
    ott = await act('launches', app.xapp_id, { order: '1042' })
    page = pageOf(app.api_key, ott)
  })

  it('knows who opened it, with what', async () => {
    const data = await page.getOttData()

    assert.equal(data.account, ALICE)
    assert.match(data.user, UUID)
    assert.equal(data.order, '1042')
    assert.deepEqual(data.xAppNavigateData, { order: '1042' })
    const info = data.account_info
    assert.deepEqual([info.account, info.blocked, info.kycApproved, info.proSubscription], [ALICE, false, false, false])
    assert.equal('message' in data || 'error' in data, false)
  })

  it('has a token of a day that names app, user and launch', async () => {
    const claims = JSON.parse(Buffer.from((await page.getJwt()).split('.')[1], 'base64url'))

    assert.deepEqual([claims.client_id, claims.app_uuidv4, claims.ott_uuidv4], [app.api_key, app.api_key, ott])
    assert.deepEqual([claims.sub, claims.app_name, claims.exp - claims.iat], [ALICE, 'Corner Shop', 86400])
    assert.deepEqual([claims.network_type, claims.network_id], ['MAINNET', 0])
    assert.match(claims.usertoken_uuidv4, UUID)
  })

  it('pings flat', async () => {
    const { application, jwtData } = await page.ping()

    assert.deepEqual(application, { uuidv4: app.api_key, name: 'Corner Shop' })
    assert.deepEqual([jwtData.pong, jwtData.ott_uuidv4, jwtData.sub], [true, ott, ALICE])
  })

  it('asks its user for a signature at once, and follows it to its end', async () => {
    const { subscription } = await follow(
      callback => page.payload.createAndSubscribe(PAYMENT, callback),
      event => isOutcome(event.data) ? event.data : undefined
    )
    const { created } = subscription
    assert.equal(created.pushed, true)

    const signed = await act('signs', created.uuid, 'XAPP')

    const outcome = await subscription.resolved
    assert.deepEqual([outcome.signed, outcome.txid], [true, signed.txid])
    const { meta, payload, response } = await page.payload.get(created)
    assert.deepEqual([meta.signed, payload.origintype, response.account], [true, 'XAPP', ALICE])
  })

  it('keeps data of its user', async () => {
    assert.equal(await page.jwtUserdata.set('cart', { items: [1042] }), true)
    assert.equal(await page.jwtUserdata.set('prefs', { theme: 'dark' }), true)

    assert.deepEqual((await page.jwtUserdata.list()).sort(), ['cart', 'prefs'])
    assert.deepEqual(await page.jwtUserdata.get('cart'), { items: [1042] })
    assert.deepEqual(await page.jwtUserdata.get(['cart', 'prefs']), { cart: { items: [1042] }, prefs: { theme: 'dark' } })
    assert.equal(await page.jwtUserdata.delete('cart'), true)
    assert.deepEqual(await page.jwtUserdata.list(), ['prefs'])
  })

  it('tells its user something', async () => {
    const event = await page.Push.event({ body: 'Your parcel is ready', data: { orderId: '1042' } })

    assert.equal(event.pushed, true)
    assert.match(event.uuid, UUID)
    assert.equal((await act('pending')).includes(event.uuid), true)
    const opened = pageOf(app.api_key, await act('opens_xapp', app.xapp_id, event.uuid))
    const { origin, orderId } = await opened.getOttData()
    assert.deepEqual(origin, { type: 'EVENT_LIST', data: { orderId: '1042', payload: event.uuid } })
    assert.equal(orderId, '1042')
  })

  it('trades a token once', async () => {
    await page.getOttData()

    assert.match(await refusalOf(app.api_key, ott), UUID)
  })

  it('does not trade the token of another app, nor one of nobody', async () => {
    const other = await act('new_xapp')
    const fresh = await act('launches', app.xapp_id, {})

    assert.match(await refusalOf(other.api_key, fresh), UUID)
    assert.match(await refusalOf(app.api_key, '0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41'), UUID)
    // What strangers tried did not use it up.
    assert.equal((await pageOf(app.api_key, fresh).getOttData()).account, ALICE)
  })

  it('goes on with the token it got, as any page that is signed in', async () => {
    const later = new XummSdkJwt(await page.getJwt())
    later.setEndpoint(url)

    assert.equal((await later.ping()).jwtData.sub, ALICE)
  })

  it('leaves the launch to its back end, where that wants it', async () => {
    const backend = clientOf(app.api_key, app.api_secret)
    const fresh = await act('launches', app.xapp_id, { order: '1043' })

    const data = await backend.xApp.get(fresh)

    assert.deepEqual([data.account, data.order], [ALICE, '1043'])
    await assert.rejects(backend.xApp.get(fresh), /Error code 410,/)
    assert.match(await refusalOf(app.api_key, fresh), UUID)
  })
})
