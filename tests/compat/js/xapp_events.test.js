// xApps tell their users something: from a back end, and from the page of a signed-in user.
'use strict'

const assert = require('node:assert/strict')
const { before, describe, it } = require('node:test')
const { XummSdkJwt } = require('xumm-sdk')
const { sdk, url, key, clientOf, act, UUID, SIGN_IN } = require('./support')

const MESSAGE = { subtitle: 'Order 1042', body: 'Your parcel is ready', data: { orderId: '1042', weight: 1.5 } }
const refused = code => new RegExp(`Error code ${code},`)

describe('an xApp', { timeout: 60000 }, () => {
  let identifier
  let token
  before(async () => {
    identifier = await act('makes_xapp', key)
    const created = await sdk.payload.create(SIGN_IN)
    await act('signs', created.uuid)
    token = (await sdk.payload.get(created)).application.issued_user_token
  })

  it('puts an event on the list, is opened with its data, and takes it back', async () => {
    const { pushed, uuid } = await sdk.Push.event({ user_token: token, ...MESSAGE })

    assert.equal(pushed, true)
    assert.match(uuid, UUID)
    assert.equal((await act('pending')).includes(uuid), true)

    const context = await sdk.xApp.get(await act('opens_xapp', identifier, uuid))
    assert.deepEqual(context.origin, { type: 'EVENT_LIST', data: { ...MESSAGE.data, payload: uuid } })
    assert.equal(context.orderId, '1042')

    const { meta, payload } = await sdk.payload.get(uuid)
    assert.deepEqual([meta.is_xapp, meta.app_opened, payload.tx_type], [true, true, 'SignIn'])

    const done = await sdk.payload.cancel(uuid)
    assert.deepEqual(done.result, { cancelled: true, reason: 'OK' })
    assert.equal((await act('pending')).includes(uuid), false)
  })

  it('puts an event on the list without waking anybody', async () => {
    const { pushed, uuid } = await sdk.Push.event({ user_token: token, silent: true, ...MESSAGE })

    assert.equal(pushed, false)
    assert.equal((await act('pending')).includes(uuid), true)
  })

  it('notifies, and the list stays as it is', async () => {
    const listed = await act('pending')

    const told = await sdk.Push.notification({ user_token: token, ...MESSAGE })

    assert.equal(told.pushed, true)
    assert.deepEqual(await act('pending'), listed)
  })

  it('learns why nothing was sent', async () => {
    await assert.rejects(sdk.Push.event({ ...MESSAGE }), refused(600))
    await assert.rejects(sdk.Push.event({ user_token: token }), refused(601))
    await assert.rejects(sdk.Push.notification({ user_token: '0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41', body: 'x' }), refused(602))
    const { api_key: apiKey, api_secret: apiSecret } = await act('new_app')
    await assert.rejects(clientOf(apiKey, apiSecret).Push.event({ user_token: token, ...MESSAGE }), refused(403))
  })

  it('tells the signed-in user something from their own page, which names nobody', async () => {
    const page = new XummSdkJwt(await act('signs_in'))
    page.setEndpoint(url)

    const { pushed, uuid } = await page.Push.event(MESSAGE)
    assert.equal(pushed, true)
    assert.equal((await act('pending')).includes(uuid), true)
    assert.equal((await page.payload.cancel(uuid)).result.cancelled, true)
    assert.equal((await page.Push.notification(MESSAGE)).pushed, true)
  })
})
