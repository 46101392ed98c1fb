// What apps store: the app's document by its secret, its users' values by their access tokens.
'use strict'

const assert = require('node:assert/strict')
const { before, describe, it } = require('node:test')
const { XummSdkJwt } = require('xumm-sdk')
const { sdk, url, clientOf, act, key } = require('./support')

const DOCUMENT = { zebra: 1.5, ant: [1, { deep: null }], text: 'é', flag: false }
const refused = code => new RegExp(`Error code ${code},`)

async function signIn () {
  const page = new XummSdkJwt(await act('signs_in'))
  assert.equal(page.setEndpoint(url), true)
  return page
}

describe('the storage of an app', { timeout: 60000 }, () => {
  it('keeps one document, in the order of its members, until it is deleted', async () => {
    assert.equal(await sdk.storage.set(DOCUMENT), true)
    const kept = await sdk.storage.get()
    assert.deepEqual(kept, DOCUMENT)
    assert.deepEqual(Object.keys(kept), Object.keys(DOCUMENT))

    assert.equal(await sdk.storage.set({ other: true }), true)
    assert.deepEqual(await sdk.storage.get(), { other: true })
    assert.equal(await sdk.storage.delete(), true)
    assert.equal(await sdk.storage.get(), null)
    assert.equal(await sdk.storage.delete(), true)
  })

  it('is not another app\'s', async () => {
    const { api_key: apiKey, api_secret: apiSecret } = await act('new_app')
    await sdk.storage.set(DOCUMENT)

    assert.equal(await clientOf(apiKey, apiSecret).storage.get(), null)
  })

  it('refuses what is too large, and keeps what there was', async () => {
    await sdk.storage.set(DOCUMENT)

    await assert.rejects(sdk.storage.set({ large: 'x'.repeat(61440) }), refused(413))
    assert.deepEqual(await sdk.storage.get(), DOCUMENT)
  })

  it('is closed to the pages of signed-in users', async () => {
    const page = await signIn()

    await assert.rejects(page.storage.get(), refused(812))
    await assert.rejects(page.storage.set({}), refused(812))
  })
})

describe('the values of a user', { timeout: 60000 }, () => {
  let page
  before(async () => { page = await signIn() })

  it('are set, listed, read one by one and together, and deleted', async () => {
    assert.equal(await page.jwtUserdata.set('prefs', { dark: true }), true)
    assert.equal(await page.jwtUserdata.set('cart', { items: [1, 2] }), true)

    assert.deepEqual(await page.jwtUserdata.list(), ['cart', 'prefs'])
    assert.deepEqual(await page.jwtUserdata.get('prefs'), { dark: true })
    assert.deepEqual(await page.jwtUserdata.get(['prefs', 'cart']), { prefs: { dark: true }, cart: { items: [1, 2] } })
    assert.deepEqual(await page.jwtUserdata.get('prefs,nothing'), { prefs: { dark: true } })
    assert.deepEqual(await page.jwtUserdata.get('nothing'), {})

    assert.equal(await page.jwtUserdata.delete('prefs'), true)
    assert.equal(await page.jwtUserdata.delete('prefs'), true)
    assert.deepEqual(await page.jwtUserdata.list(), ['cart'])
  })

  it('are there again after the next sign-in', async () => {
    await page.jwtUserdata.set('kept', { since: 'before' })

    assert.deepEqual(await (await signIn()).jwtUserdata.get('kept'), { since: 'before' })
  })

  it('are found under their older name as well', async () => {
    await page.jwtUserdata.set('older', { name: true })

    assert.deepEqual(await page.Push.userdata.get('older'), { name: true })
  })

  it('are objects, and not too large', async () => {
    await assert.rejects(page.jwtUserdata.set('large', { large: 'x'.repeat(61440) }), refused(413))
    await assert.rejects(page.jwtUserdata.set('list', [1, 2]), refused(400))
    await assert.rejects(page.jwtUserdata.get('a'.repeat(65)), refused(400))
  })

  it('are out of reach once the user took the permission back', async () => {
    const last = await signIn()
    await last.jwtUserdata.set('kept', { since: 'before' })
    await act('revokes', key)

    await assert.rejects(last.jwtUserdata.get('kept'), refused(800))
    assert.deepEqual(await (await signIn()).jwtUserdata.get('kept'), { since: 'before' })
  })
})
